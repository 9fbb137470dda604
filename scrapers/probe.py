"""A look at a site outside its crawls: does it answer, and is it still of the family that its registry row says?

`python -m scrapers.probe SITE` is that look: a page is fetched once per process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from schemas.registry import Site, load_sites

SECONDS = 300  # for one site: robots.txt, one page, and its turn at the city's servers
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Probe:
    """What one look at a site showed. `outcome`: ok, drifted, or unseen with the reason in `why`; `now`: its family by the page."""

    site_id: str
    family: str
    url: str
    outcome: str
    now: str = ""
    why: str = ""


def probe(site: Site) -> Probe:
    """Look at a site's first column that is the same every year, or its home page without any. Once per process."""
    from scrapers.detect import drifted
    from scrapers.look import NotSeen, look
    from transforms.documents.decode import Undecodable, decode

    url = next((column.url for column in site.columns if "{year}" not in column.url), f"http://{site.host}{site.path}")
    try:
        page = look(url)
        text = decode(page.body, page.content_type).text
    except (NotSeen, Undecodable) as error:
        return Probe(site.site_id, site.family, url, "unseen", why=str(error))
    found = drifted(site.family, page.url, text)
    if found is None:
        return Probe(site.site_id, site.family, url, "ok")
    return Probe(site.site_id, site.family, url, "drifted", found.now, found.why)


def probes(sites: Iterable[Site]) -> Iterator[Probe]:
    """Yield what a look at each site shows, each by a child process; one that dies or hangs is unseen."""
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    for site in sites:
        command = [sys.executable, "-m", "scrapers.probe", site.site_id]
        try:
            done = subprocess.run(  # noqa: S603 - our own module, no shell
                command,
                env={**os.environ, "PYTHONPATH": path},
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=True,
            )
            told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
            yield Probe(**told)
        except (subprocess.SubprocessError, ValueError, IndexError, TypeError) as error:
            yield Probe(site.site_id, site.family, "", "unseen", why=f"{type(error).__name__}: {error}"[:300])


if __name__ == "__main__":
    print(json.dumps(asdict(probe(load_sites()[sys.argv[1]])), ensure_ascii=False))

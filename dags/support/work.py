"""What the tasks do, as plain functions over the store. Nothing here knows Airflow.

A site's crawl leaves `state/crawls/<family>/<site_id>/<years>.json`: the WARC files it wrote and, once they
are read, the stage version that read them. A site is complete when both are there. A crawl killed before its
marker is done again; a crawl whose reading was lost is only read again.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from dags.support.folders import sites_folders

ALL_YEARS = range(2008, 2100)


class SiteUnreachable(ConnectionError):
    """A crawl failed because requests did: worth another try, unlike a site that changed."""


def year_range(text: str) -> range:
    """Turn `2019` or `2008-2025` into a range of years; raise ValueError on anything else."""
    match = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text.strip())
    if not match:
        raise ValueError(f"years must look like 2019 or 2008-2025, not {text!r}")
    first, last = int(match[1]), int(match[2] or match[1])
    if first < ALL_YEARS.start or last < first:
        raise ValueError(f"years {text!r}: the archive begins in {ALL_YEARS.start} and goes forward")
    return range(first, last + 1)


def split_key(key: str | None) -> tuple[str, str]:
    """Split `xinjiang|2008-2025`; Airflow accepts runs without any key, so refuse those here."""
    left, bar, right = (key or "").partition("|")
    if not (left and bar and right):
        raise ValueError(f"this run needs a partition key such as xinjiang|2019, it has {key!r}")
    return left, right


def open_archive() -> Any:
    """Open the store that ARCHIVE_STORE names."""
    from transforms.store import open_store

    return open_store(os.environ.get("ARCHIVE_STORE") or f"file://{os.getcwd()}/.data/archive")


def wanted_sites(family: str, province: str, *, levels: Iterable[str] = (), sites: Iterable[str] = ()) -> list[Any]:
    """Return the registry's sites of one family and province, narrowed by level and site when given."""
    levels, sites = set(levels), set(sites)
    found = []
    for site in _registry(tuple(sites_folders())).values():
        if site.family != family or site.province != province:
            continue
        if (not levels or site.level in levels) and (not sites or site.site_id in sites):
            found.append(site)
    return sorted(found, key=lambda site: str(site.site_id))


@lru_cache
def _registry(folders: tuple[Path, ...]) -> dict[str, Any]:
    """Load the registry once per process; planning asks for it per family and province."""
    from schemas.registry import load_sites

    return dict(load_sites(list(folders)))


def marker_key(family: str, site_id: str, years: str) -> str:
    """Return where the marker of a site's crawl for these years stands."""
    return f"state/crawls/{family}/{site_id}/{years}.json"


def read_marker(store: Any, family: str, site_id: str, years: str) -> dict[str, Any] | None:
    """Return the marker of a finished crawl, None when there is none or it is unreadable."""
    from transforms.store import NotFound

    try:
        marker = json.loads(store.get(marker_key(family, site_id, years)))
    except (NotFound, ValueError):
        return None
    return marker if isinstance(marker, dict) and "warc_keys" in marker else None


def is_complete(store: Any, family: str, site_id: str, years: str) -> bool:
    """Tell whether a site is crawled for these years and its pages are read by the present stage."""
    from transforms.read import STAGE_VERSION

    marker = read_marker(store, family, site_id, years)
    return marker is not None and marker.get("read_stage") == STAGE_VERSION


def plan_keys(
    store: Any,
    family: str,
    provinces: Iterable[str],
    years: str,
    *,
    levels: Iterable[str] = (),
    sites: Iterable[str] = (),
    everything: bool = False,
) -> list[str]:
    """Return the keys `<province>|<years>` of a family that still want a crawl; all that exist on request."""
    year_range(years)
    keys = []
    for province in provinces:
        chosen = wanted_sites(family, province, levels=levels, sites=sites)
        if any(everything or not is_complete(store, family, site.site_id, years) for site in chosen):
            keys.append(f"{province}|{years}")
    return keys


def sites_to_do(store: Any, family: str, key: str | None, extras: Iterable[dict[str, Any]]) -> list[str]:
    """Return the site ids that one crawl run has to visit, as its plan events narrow them."""
    province, years = split_key(key)
    year_range(years)
    extras = list(extras)
    # Several plan runs may have met in one crawl run: the widest of each wish holds.
    levels = [] if any(not e.get("levels") for e in extras) else [v for e in extras for v in e["levels"]]
    sites = [] if any(not e.get("sites") for e in extras) else [v for e in extras for v in e["sites"]]
    everything = any(e.get("only") == "all" for e in extras)
    return [
        site.site_id
        for site in wanted_sites(family, province, levels=levels, sites=sites)
        if everything or not is_complete(store, family, site.site_id, years)
    ]


def crawl(store: Any, site_id: str, years: str, crawl_id: str, *, again: bool = False) -> list[str]:
    """Crawl one site in a child process, leave its marker and return its WARC keys.

    A crawl that is already there is not repeated unless asked: its WARC keys are returned for reading.
    """
    from scrapers.run import CrawlFailed, crawl_site

    site = _registry(tuple(sites_folders()))[site_id]
    marker = read_marker(store, site.family, site_id, years)
    if marker is not None and not again:
        print(f"{site_id}: crawled before as {marker.get('crawl_id')}, only reading is missing")
        return list(marker["warc_keys"])
    options: dict[str, Any] = {"fresh_hours": 0.0} if again else {}
    try:
        summary = crawl_site(site, years=year_range(years), store=store, crawl_id=crawl_id, **options)
    except CrawlFailed as error:
        if error.reason in ("no_lists", "no_pages") and error.summary.get("errors"):
            raise SiteUnreachable(str(error)) from error
        raise
    # Not only what this crawl wrote: one that was killed after its upload may have left pages that no
    # marker names, and its list of seen links keeps this crawl from fetching them again.
    folder = f"raw/{site.family}/{site_id}/"
    keys = sorted({*summary["warc_keys"], *(k for k in store.list(folder) if k.endswith(".warc.gz"))})
    marker = {"site_id": site_id, "years": years, "crawl_id": crawl_id, "warc_keys": keys}
    store.put(marker_key(site.family, site_id, years), json.dumps(marker).encode())
    print(f"{site_id}: {summary.get('pages')} pages in {summary.get('requests')} requests")
    return keys


def read_site(store: Any, family: str, site_id: str, years: str, warc_keys: list[str]) -> list[str]:
    """Read one site's WARC files into the page cache and mark the site complete; return the keys found."""
    from transforms.build import read_warcs
    from transforms.read import STAGE_VERSION

    keys = list(read_warcs(store, warc_keys))
    marker = read_marker(store, family, site_id, years)
    if marker is not None:
        done = json.dumps({**marker, "read_stage": STAGE_VERSION}).encode()
        store.put_if_changed(marker_key(family, site_id, years), done)
    return keys


def crawl_id_of(moment: datetime, years: str, attempt: int) -> str:
    """Name a crawl after its run, so that a retry never writes over what an earlier try uploaded."""
    return f"{moment:%Y%m%dT%H%M%SZ}-{years}" + (f"-try{attempt}" if attempt > 1 else "")


def build(store: Any, key: str | None) -> str:
    """Build one key's lake partitions from the page cache, unless they show these very pages already."""
    from transforms.build import build_partition, build_rejects
    from transforms.pending import REJECTS, built_digest, mark_built, page_digest

    left, right = split_key(key)
    key = f"{left}|{right}"
    digest = page_digest(store, key)  # before building: pages that arrive meanwhile make the key pending
    if built_digest(store, key) == digest:
        return f"{key}: up to date"
    result = build_rejects(store, right) if left == REJECTS else build_partition(store, key)
    mark_built(store, key, digest)
    return f"{key}: built {result}"

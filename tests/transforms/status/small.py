"""A small lake whose pages try to break out of the status page."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from tests.transforms.lake.corpus import written
from tests.transforms.lake.drawn import put
from transforms.lake.build import build_all
from transforms.store import Store

ATTACK = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"></script>"
ESCAPED = ATTACK.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
HOST = "www.tx.gov.cn"
CRAWLS = [
    ("s-1", "ucap", "ok", 0, "2026-01-20T01:00:00+00:00"),
    ("s-1", "ucap", "unreachable", 3, "2026-01-19T01:00:00+00:00"),
    ("s-2", "ucap", "partial", 2, "2026-01-20T02:00:00+00:00"),
    ("s-3", "vsb", "no_answer", 1, "2026-01-20T03:00:00+00:00"),
]


def make(store: Store) -> Store:
    """Fill a store: three agencies of 桐乡市 with reports of two years, one hostile, one with a sum that fails."""
    for year in (2021, 2022):
        put(
            store,
            f"plain{year}",
            written("桐乡市教育局", year, f"p{year}"),
            HOST,
            site="桐乡市人民政府",
            url=f"http://{HOST}/p{year}.html",
        )
    hostile = written("桐乡市财政局", 2022, "h")
    hostile = replace(hostile, overview=(f"公开{ESCAPED}目录。", *hostile.overview[1:]))
    put(store, "hostile", hostile, HOST, site="桐乡市人民政府", url=f"http://{HOST}/h.html?<img src=x onerror=1>")
    wrong = written("桐乡市水利局", 2022, "w")
    t2, t3, t4 = wrong.forms
    cells = re.findall(r"<p>(\d+)</p>", t4)
    at = t4.rindex(f"<p>{cells[-1]}</p>")
    t4 = f"{t4[:at]}<p>{int(cells[-1]) + 7}</p>{t4[at:].split('</p>', 1)[1]}"
    put(store, "wrong", replace(wrong, forms=(t2, t3, t4)), HOST, site="桐乡市人民政府", url=f"http://{HOST}/w.html")
    for site, family, outcome, errors, started in CRAWLS:
        told = {"site_id": site, "family": family, "crawl_id": started, "years": "2008-2025", "started": started,
                "finished": started, "outcome": outcome, "detail": ATTACK if outcome == "no_answer" else "",
                "requests": 10, "pages": 4, "errors": errors, "bytes": 1}  # fmt: skip
        store.put(f"state/crawls/2026-01/{family}/{site}/{started[:10]}.json", json.dumps(told).encode())
    build_all(store)
    return store

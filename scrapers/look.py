"""One page of one host, fetched as a crawl fetches: robots.txt, delay, locks and limits are the crawl's own."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urlsplit

from schemas.records import Capture
from schemas.registry import Column, Site
from scrapers.base import ColumnSpider
from scrapers.crawls import GOOD
from scrapers.run import crawl
from transforms.store import open_store
from transforms.warc import read_captures


class NotSeen(RuntimeError):
    """The page could not be fetched; the message says why."""


class LookSpider(ColumnSpider):
    """Fetch the registry's column and go no further."""

    article: ClassVar[re.Pattern[str]] = re.compile(r"(?!)")

    def parse_list(self, response: Any, *args: Any, **more: Any) -> Iterator[Any]:
        """Count the page as any list, follow nothing."""
        for _ in super().parse_list(response, *args, **more):
            pass
        yield from ()


def look(url: str) -> Capture:
    """Fetch one page, once per process; raises NotSeen when the site, its robots.txt or our rules do not allow it."""
    host = (urlsplit(url).hostname or "").lower()
    if not host:
        raise ValueError(f"{url}: not an address")
    site = Site(
        "look",
        host,
        host,
        "000000",
        "other",
        "look",
        (Column(url),),
        "looked at once",
        "2000-01-01",
        "central",
        min_reports=0,
    )
    with tempfile.TemporaryDirectory(prefix="look-") as folder:
        store = open_store(folder)
        summary = crawl(site, None, store, "look", spider=LookSpider)
        if summary["outcome"] not in GOOD:
            raise NotSeen(f"{url}: {summary['outcome']}: {summary['detail']}")
        pages = [
            page for key in summary["warc_keys"] for page in read_captures(store.get(key), key) if page.status == 200
        ]
    if not pages:
        raise NotSeen(f"{url}: no page came")
    return pages[-1]  # after redirects

"""UCAP: `/<site>/<column>/<template>.shtml`, page n ≥ 2 is `<template>_n.shtml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from scrapy.http import TextResponse

from scrapers.addresses import folder
from scrapers.base import ColumnSpider

# createPageHTML('box', pages, current, 'list', 'shtml', records)
_PAGER = re.compile(
    r"createPage\w*\(\s*(?:[\"'][\w-]+[\"']\s*,\s*)?(\d+)\s*,\s*\d+\s*,\s*[\"'](\w+)[\"']\s*,\s*[\"'](\w+)[\"']"
)
_TOTAL = re.compile(
    r"共\s*(?:<[^>]+>\s*)*(\d+)\s*(?:<[^>]+>\s*)*页|(?:totalPages?|pageCount)[\"']?\s*[:=]\s*[\"']?(\d+)"
)
_NUMBERED = re.compile(r"^(?P<base>.+?)_(?P<page>\d+)$")


class UcapSpider(ColumnSpider):
    """Column pages with a template name; articles in month folders beside it."""

    article = re.compile(
        r"/\d{6}/(?:[0-9a-f]{32}|c\d{2}_\d+)\.s?html?|/20\d\d/\d{1,2}/\d{1,2}/[0-9a-f]{32}\.s?html?"
        r"|/pc/content/(?:\w+/)?content_\d+\.html",
        re.I,
    )

    def owns(self, list_url: str, url: str) -> bool:
        """The new product keeps lists under `/pc/` and articles under `/pc/content/`; both share a column."""
        return urlsplit(url).path.lower().startswith(folder(list_url).lower())

    def is_column(self, list_url: str, url: str) -> bool:
        """A sub-column is another column's list page below this one's folder."""
        path, below = urlsplit(url).path, folder(list_url)
        if not path.startswith(below) or "/" not in path[len(below) :]:
            return False
        return path.endswith("/") or bool(re.search(r"/[a-z]\w*\.shtml$|/pc/list\.html$", path))

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Yield `<template>_{n+1}` while the pager, the total or a link says there is one."""
        stem, _, ext = urlsplit(response.url).path.rpartition("/")[2].partition(".")
        at = _NUMBERED.match(stem)
        base, current = (at["base"], int(at["page"])) if at else (stem or "index", 1)
        ext = ext or "shtml"
        text = response.text
        if pager := _PAGER.search(text):
            pages, base, ext = int(pager[1]), pager[2], pager[3]
        elif total := _TOTAL.search(text):
            pages = int(total[1] or total[2])
        else:
            pages = current + (f"{base}_{current + 1}.{ext}" in text)
        if current < pages:
            yield urljoin(response.url, f"{base}_{current + 1}.{ext}")
        elif not pager:
            yield from super().next_lists(response)

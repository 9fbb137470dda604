"""UCAP: `/<site>/<column>/<template>.shtml`, page n from 2 on is `<template>_n.shtml`; articles in month folders.

Articles: `<column>/YYYYMM/<32 hex>.shtml`, in Heilongjiang `cNN_<id>.shtml`, in Sichuan below `Y/M/D/`; the new
product keeps lists at `<column>/pc/list.html` and articles at `<column>/pc/content/…content_<id>.html`.
Lists: `createPageHTML('box', pages, at, 'list', 'shtml', rows)` or "共 N 页"; the address of a second page of
`pc/list.html` is nowhere told, so its links come before the usual numbering.
Lists filled by scripts: `/common/search/<id>`, `/interface-cms/…`, `/u/search/list/…`, `…/loadData`,
`whmanuscriptList`: the script's own request is sent, then its next pages.
Traps: `?ddtab=` and mobile twins; the same hex ids below an eight-digit date are another product's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from scrapy.http import TextResponse

from scrapers.addresses import folder
from scrapers.base import ColumnSpider
from scrapers.paging import called_next, numbered, script_requests, told_next

_SERVICE = re.compile(
    r"/common/search/|/interface-cms/(?!proxy)|/u/search/list/|/interfaces\w*/loadData|/whmanuscriptList/"
)


class UcapSpider(ColumnSpider):
    """Column pages with a template name; articles in month folders beside it."""

    article = re.compile(
        r"/\d{6}/(?:[0-9a-f]{32}|c\d{2}_\d+)\.s?html?|/20\d\d/\d{1,2}/\d{1,2}/[0-9a-f]{32}\.s?html?"
        r"|/pc/content/(?:\w+/)?content_\d+\.html|/interface-cms/proxy/api\?.*getManuscriptById",
        re.I,
    )

    def owns(self, list_url: str, url: str) -> bool:
        """The new product keeps lists under `/pc/` and articles under `/pc/content/`; both share a column."""
        return urlsplit(url).path.lower().startswith(folder(list_url).lower())

    def is_column(self, list_url: str, url: str) -> bool:
        """A sub-column is another column's list page below this one's folder."""
        path, below = urlsplit(url).path, folder(list_url).removesuffix("pc/")
        if not path.startswith(below) or "/" not in path[len(below) :]:
            return False
        return path.endswith("/") or bool(re.search(r"/[a-z]\w*(?<!_\d)(?<!_\d\d)\.shtml$|/pc/list\.html$", path))

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Yield `<template>_{n+1}` while the pager, the total or a link says there is one."""
        if (called := called_next(response, 1)) is not None:
            yield from called
            return
        stem, current, ext = numbered(response.url, 1)
        following = f"{stem}_{current + 1}.{ext or 'shtml'}"
        linked = list(super().next_lists(response))
        yield from linked or told_next(response, 1, "shtml")
        if not linked and following in response.text:
            yield urljoin(response.url, following)

    def first_rows(self, response: TextResponse) -> Iterator[str]:
        """Send the request by which the page's script fetches its rows."""
        yield from script_requests(response.text, response.url, _SERVICE)

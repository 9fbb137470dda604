"""Guangdong: portals with `<column>/content/post_<id>.html`, and the directory platform `gkmlpt` with its JSON API.

Articles: `<column>/content/post_<id>.html`, on the platform `<base>/gkmlpt/content/…/post_<id>.html`; `mpost_` and
`/mcontent/` are the mobile twins.
Lists: a portal's column is `<column>/index.html`, page n from 2 on `index_n.html` (not n-1). The platform's pages,
`<base>/gkmlpt/index` and `…/annualreport`, carry `window._CONFIG` with `SID` and `TREE`; the branch called 年报 or
年度报告 and what hangs on it is listed by `GET <base>/gkmlpt/api/all/<branch>?page=n&sid=<SID>`, 100 rows a page.
Traps: `total` may be smaller than `post_count`; rows of type `url` lead to other hosts; the platform
may lie in a folder of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

import chompjs
from scrapy.http import TextResponse

from scrapers.base import ColumnSpider
from scrapers.paging import told_next

_CONFIG = re.compile(r"_CONFIG\s*=\s*(?=\{)")
_ANNUAL = re.compile(r"年报|年度报告")
_API = re.compile(r"/gkmlpt/api/all/(\d+)")


class GuangdongSpider(ColumnSpider):
    """Static columns and, for the platform, its list API."""

    article = re.compile(r"/m?content/(?:\d+/\d+/)?m?post_\d+\.html")

    def owns(self, list_url: str, url: str) -> bool:
        """What the API lists for a branch belongs to it; branch 0 is everything."""
        branch = _API.search(list_url)
        return branch[1] != "0" if branch else super().owns(list_url, url)

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Follow links, answers and numbers; on a page of the platform, ask for its annual reports."""
        platform = list(_branches(response))
        linked = platform or list(super().next_lists(response))
        yield from linked or told_next(response, 1, "html")

    def first_rows(self, response: TextResponse) -> Iterator[str]:
        """Ask the platform for its annual reports."""
        yield from _branches(response)


def _branches(response: TextResponse) -> Iterator[str]:
    """The API's first pages of every branch of annual reports that a page of the platform names."""
    found: Any = None
    text = response.text
    if start := _CONFIG.search(text):
        try:
            found = chompjs.parse_js_object(text[start.end() :])
        except ValueError:
            return
    base, mark, page = response.url.partition("/gkmlpt/")
    if isinstance(found, dict) and mark and "SID" in found:
        branches = list(_annual(found.get("TREE") or [], False))
        for branch in branches:
            yield urljoin(base + mark, f"api/all/{branch}?page=1&sid={found['SID']}")
        if not branches and not page.startswith("index"):
            yield urljoin(base + mark, "index")  # the tree stands there


def _annual(tree: Any, inside: bool) -> Iterator[str]:
    for node in tree if isinstance(tree, list) else [tree]:
        if isinstance(node, dict):
            here = inside or bool(_ANNUAL.search(str(node.get("name") or "")))
            if here and str(node.get("id") or "").isdigit():
                yield str(node["id"])
            yield from _annual(node.get("children") or [], here)

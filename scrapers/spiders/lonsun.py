"""Lonsun LEx: issuers' columns `/public/column/<organ>?type=&catId=&action=list`, rows by the label service.

Articles: `/public/<organ>/<id>.html`, `/public/content/<id>`, `/content/article/<id>`.
Lists: annual reports are one `type` and `catId` of every organ; a column page holds its rows or fetches them from
`/site/label/8888?…labelName=publicInfoList&pageIndex=n`, a piece of HTML. Columns of other organs with the same type
belong to the same annual reports, whichever number the class has there. `/content/column/<id>?pageIndex=n` are ordinary lists.
Traps: with `action=detail` the column page is itself the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from scrapy.http import TextResponse

from scrapers.addresses import page_number, with_page, with_query
from scrapers.base import ColumnSpider
from scrapers.paging import pages_told, script_requests

_SERVICE = re.compile(r"/site/label/\d+")
_COLUMN = re.compile(r"/public/column/(\d+)")


class LonsunSpider(ColumnSpider):
    """Column pages per issuer, rows by a label service."""

    article = re.compile(r"(?P<shelf>/public/(?:content|\d+)|/content/article)/\d+(?:\.html?)?(?:$|\?)")

    def owns(self, list_url: str, url: str) -> bool:
        """The label service answers with rows alone; a page's rows are told by what stands on a shelf."""
        return bool(_SERVICE.search(list_url))

    def is_column(self, list_url: str, url: str) -> bool:
        """The columns of other issuers of the same type; their class may have a number of its own."""
        here, there = _COLUMN.search(list_url), _COLUMN.search(url)
        if not here or not there or here[1] == there[1]:
            return False
        asked, other = parse_qs(urlsplit(list_url).query), parse_qs(urlsplit(url).query)
        return "type" in asked and all(asked.get(name) == other.get(name) for name in ("type", "action"))

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Follow links and answers, else ask for the next page as the page's own rows were asked for."""
        linked = list(super().next_lists(response))
        yield from linked
        page, pages = page_number(response.meta["link"]) or 1, pages_told(response.text)
        if not linked and pages is not None and page < pages:
            services = script_requests(response.text, response.url, _SERVICE)
            yield from [with_page(line, 2) for line in services] or [with_query(response.url, {"pageIndex": page + 1})]

    def first_rows(self, response: TextResponse) -> Iterator[str]:
        """Ask the label service as the page's script does."""
        yield from script_requests(response.text, response.url, _SERVICE)

"""Any other site: found by the texts of its links, from its home page if no column is known.

From the home page links called 政府信息公开 and the like are followed for three steps, until one is called a column of
annual reports; sub-sites of the same owner are entered.
Articles: what a link's title calls a report, and what is addressed like such a link on the same page; a row of the
registry may name a `grammar`, the address pattern of a small family (schemas/grammars.yml).
Lists: along the page's own links, by the grammar's way of counting, or by the request that a script would send.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from schemas.grammars import grammars
from scrapers.addresses import folder
from scrapers.base import ColumnSpider
from scrapers.lists import Row, is_shelf, names_report
from scrapers.paging import counted, script_requests

_SERVICE = re.compile(
    r"/EpointWebBuilder\w*/rest/|/cms/JsonList|/templates/[\w-]+/blocks/|/cms/sitemanage/|/irs/front/(?:list|search)|/igs/front/search|/was5/web/search|/common/search/"
    r"|/interface-cms/(?!proxy)|/site/label/\d+|/gkmlpt/api/all/|newDepartmentContentds\.jspx|/more_list\."
)
_RUNS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,}|\d+", re.I)


class GenericSpider(ColumnSpider):
    """Link texts and shapes of addresses instead of a product's grammar."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grammar = grammars()[self.site.grammar] if self.site.grammar else None

    def articles(self, shown: list[Row]) -> list[Row]:
        """By the grammar, else by a report's title, or by an address of the shape that such titles have here."""
        if self.grammar:
            return [row for row in shown if self.grammar.article.search(row.url)]
        told = Counter(_shape(row.url) for row in shown if names_report(row.title))
        shapes = {shape for shape, count in told.items() if count > 1 and "9" in shape}
        return [
            row for row in shown if names_report(row.title) or (_shape(row.url) in shapes and not is_shelf(row.title))
        ]

    def shelf(self, url: str) -> str:
        """By the grammar, else the address without its numbers."""
        found = self.grammar.article.search(url) if self.grammar else None
        return (found.groupdict().get("shelf") or url[: found.start()]) if found else _shape(url)

    def is_column(self, list_url: str, url: str) -> bool:
        """A folder or first page below the list's folder."""
        path, below = urlsplit(url).path, folder(list_url)
        named = re.search(r"/(?:index|list|1)\.s?j?html?$|/$", path)
        return below != "/" and bool(named) and folder(url) != below and path.startswith(below)

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Follow the page's own links, else count as the grammar does."""
        linked = list(super().next_lists(response))
        yield from linked or counted(response, self.grammar.pages if self.grammar else "")

    def first_rows(self, response: TextResponse) -> Iterator[str]:
        """Send the request by which the page's script fetches its rows."""
        yield from script_requests(response.text, response.url, _SERVICE)


def _shape(url: str) -> str:
    return _RUNS.sub("9", url.partition("://")[2])

"""Hanweb: JCMS with `/col/colN/` and articles `/art/Y/M/D/art_<col>_<id>`, JPaaS with `<column>/art/Y/art_<32 hex>`.

Lists: a column page holds its first rows, often as XML inside a script; the rest comes from `dataproxy.jsp` in
groups, by the XML's own `nextgroup` link or by record numbers. A request may bring three screen pages or one, so the
next one starts after the rows that came. JPaaS columns are filled by `page/build/unit`, whose arguments the page
carries in `querydata`; `/channels/chN/` pages hold all their rows. Old catalogues answer a posted form (`search.jsp`).
The servlet `xxgkAnnualReport.jsp?area=&fbtime={year}` is list and report in one and is asked for year by year; some
servers count by year of publication, so the year is read in the page, and an empty shell is a year without report.
Traps: order of the servlet's arguments; columns whose numbers are opaque (their links are followed as they stand).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from scrapers.addresses import page_number
from scrapers.base import ColumnSpider
from scrapers.jpage import next_records
from scrapers.paging import form_requests, unit_requests

_COLUMN = re.compile(r"/col/col(\d+)/|columnid=(\d+)", re.I)


class HanwebSpider(ColumnSpider):
    """Columns with record lists, units or forms."""

    article = re.compile(
        r"/art/\d{4}/(?:\d{1,2}/\d{1,2}/art_(?P<shelf>\d+)_\d+|art_[0-9a-f]{32})\.s?html?|/xxgkAnnualReport\.jsp\?"
    )

    def owns(self, list_url: str, url: str) -> bool:
        """Article names carry their column's number; a data proxy address or servlet may name none."""
        number, column = self.article.search(url), _COLUMN.search(list_url)
        if number and number["shelf"] and column:
            return number["shelf"] == (column[1] or column[2])
        return "/module/" in list_url or "jpaas" in list_url or super().owns(list_url, url)

    def is_column(self, list_url: str, url: str) -> bool:
        """Numbered columns do not nest, so only named folders have sub-columns."""
        return not _COLUMN.search(list_url) and "/art/" not in url and super().is_column(list_url, url)

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Go on with the records, else with links and answers, the units or the form."""
        records = list(next_records(response))
        yield from records
        if not records:
            yield from super().next_lists(response)
        if not records and page_number(response.meta["link"]) is None:
            yield from unit_requests(response, 2)
            yield from self._forms(response, 2)

    def first_rows(self, response: TextResponse) -> Iterator[str]:
        """Ask for the units of a JPaaS column, or post the form of a catalogue."""
        yield from unit_requests(response, 1)
        yield from self._forms(response, 1)

    def _forms(self, response: TextResponse, page: int) -> Iterator[str]:
        column = _COLUMN.search(response.url)
        given = {"divid": f"div{column[1] or column[2]}"} if column else {}
        yield from form_requests(response, "search.jsp", given, {"currpage": str(page)})

"""TRS WCM: columns are folders, articles `tYYYYMMDD_id`, page n of a list is `index_{n-1}`.

Articles: `<column>/YYYYMM/tYYYYMMDD_<id>.html`, also without the month or with a bare `t<id>`; dates in them may lie.
Lists: a script call tells the number of pages: `createPageHTML(pages, at, "index", "html")`, sometimes with the
number of rows before it; or `countPage`. Totals may claim more pages than are there: the list then ends at a 404.
Where a column is filled by a service (`/irs/front/list`, a search), its script's own request is sent.
Traps: `_wap`, `_app` and `_mob` twins; `index_<column>_<n>` of old sites counts backwards, so its links are followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from scrapy.http import TextResponse

from scrapers.base import ColumnSpider
from scrapers.paging import called_next, script_requests, told_next

_SERVICE = re.compile(r"/irs/front/(?:list|search)|/igs/front/search|/was5/web/search")


class TrsWcmSpider(ColumnSpider):
    """Static folders; the pager is a script call whose arguments tell the number of pages."""

    article = re.compile(r"(?:/(?:19|20)\d{4})?/t(?:(?:19|20)\d{6}_\d+|\d{5,9})(?:_(?:wap|app|mob))?\.s?html?(?:$|\?)")

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Yield the next `index_n` while the pager says there is one."""
        called = called_next(response, 0)
        if called is None:
            computed = list(told_next(response, 0, "html"))
            called = list(super().next_lists(response)) or computed
        yield from called

    def first_rows(self, response: TextResponse) -> Iterator[str]:
        """Ask the search service that fills the list, as the page's script does."""
        yield from script_requests(response.text, response.url, _SERVICE)

"""The showList product: `/XxgkAnnualReport/showList/<branch>/page_n.html`, articles `/XxgkAnnualReport/show/<id>.html`.

Articles: `/<controller>/show/<id>.html` or `download`; annual reports have controllers of their own (`…AnnualReport`,
`Xxgknb`). Relatives: `/openness/detail/annual_report/<24 hex>.html` and `gknb_show.php?id=`.
Lists: `page_n.html` or `?page=n`, one list per branch; lists of the other branches under the same controller belong to
the column.
Traps: an identical shell of a few hundred bytes in place of every page is a guard, not an empty list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from scrapy.http import TextResponse

from scrapers.addresses import page_number, with_query
from scrapers.base import ColumnSpider
from scrapers.paging import pages_told

_PAGE = re.compile(r"(?:/page_(\d+))?(?:\.html?)?$")
_ANNUAL = re.compile(r"AnnualReport|Xxgknb|annual_report|gknb_", re.I)
_LIST = re.compile(r"/(\w+)/showList/", re.I)


class ShowListSpider(ColumnSpider):
    """Controllers with showList and show."""

    article = re.compile(
        r"(?P<shelf>/\w+/(?:show|download)|/openness/detail/\w+|/\w*show\.php\?id=)/?[0-9a-f]+(?:\.html?)?(?:$|[?&])",
        re.I,
    )

    def owns(self, list_url: str, url: str) -> bool:
        """Annual reports have a controller of their own."""
        return bool(_ANNUAL.search(url))

    def is_column(self, list_url: str, url: str) -> bool:
        """The lists of other branches under the same controller of annual reports."""
        here, there = _LIST.search(list_url), _LIST.search(url)
        if not here or not there or here[1] != there[1] or not _ANNUAL.search(url):
            return False
        return _PAGE.sub("", urlsplit(url).path) != _PAGE.sub("", urlsplit(list_url).path)

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Follow links, else count on while the page tells of more pages."""
        linked = list(super().next_lists(response))
        yield from linked
        path, pages = urlsplit(response.url).path, pages_told(response.text)
        asked = page_number(response.url)
        page = asked or int((_PAGE.search(path) or {1: None})[1] or 1)
        if linked or pages is None or page >= pages:
            return
        if asked:
            yield with_query(response.url, {"page": page + 1})
        else:
            yield urljoin(response.url, f"{_PAGE.sub('', path)}/page_{page + 1}.html")

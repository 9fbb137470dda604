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
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from scrapy.http import TextResponse

from scrapers.addresses import page_number
from scrapers.base import ColumnSpider
from scrapers.paging import form_requests, unit_requests

_COLUMN = re.compile(r"/col/(col\d+)/|columnid=(\d+)", re.I)
_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[.*?href=[\"']([^\"']+)", re.S | re.I)
_TOTAL = re.compile(r"total_?records?[\"']?\s*(?:>|[:=]\s*[\"']?)\s*(\d+)", re.I)
_PER_PAGE = re.compile(r"per_?page[\"']?\s*(?:>|[:=]\s*[\"']?)\s*(\d+)", re.I)
_PARAM = r"\b{}[\"']?\s*[:=]\s*[\"']?([^\"'&,;\s]+)"
_RECORD = re.compile(r"<record>", re.I)
_PROXY_PATH = re.compile(r"[\w/.-]*/\w*dataproxy\.jsp")
_PROXY = "/module/web/jpage/dataproxy.jsp"
_SCREENS = 3  # a request may bring three screen pages


class HanwebSpider(ColumnSpider):
    """A column page shows its first rows; the rest comes in groups from the data proxy."""

    article = re.compile(
        r"/art/\d{4}/(?:\d{1,2}/\d{1,2}/art_(?P<shelf>\d+)_\d+|art_[0-9a-f]{32})\.s?html?|/xxgkAnnualReport\.jsp\?"
    )

    def owns(self, list_url: str, url: str) -> bool:
        """Article names carry their column's number; a data proxy address or servlet may name none."""
        number, column = self.article.search(url), _COLUMN.search(list_url)
        if number and number["shelf"] and column:
            return number["shelf"] == (column[1] or column[2]).removeprefix("col")
        return "/module/" in list_url or "jpaas" in list_url or super().owns(list_url, url)

    def is_column(self, list_url: str, url: str) -> bool:
        """Numbered columns do not nest, so only named folders have sub-columns."""
        return not _COLUMN.search(list_url) and "/art/" not in url and super().is_column(list_url, url)

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Follow the XML's own next group, else ask the proxy, the unit or the form for the rows not yet shown."""
        text = response.text
        if group := _NEXT_GROUP.search(text):
            yield urljoin(response.url, group[1].replace("&amp;", "&"))
        elif "endrecord=" in response.url or (_TOTAL.search(text) and re.search(_PARAM.format("unitid"), text, re.I)):
            yield from _proxied(response)
        else:
            yield from super().next_lists(response)
            if page_number(response.meta["link"]) is None:
                yield from unit_requests(response, 2)
                yield from self._forms(response, 2)

    def first_rows(self, response: TextResponse) -> Iterator[str]:
        """Ask for the units of a JPaaS column, or post the form of a catalogue."""
        yield from unit_requests(response, 1)
        yield from self._forms(response, 1)

    def _forms(self, response: TextResponse, page: int) -> Iterator[str]:
        column = _COLUMN.search(response.url)
        given = {"divid": f"div{column[1] or column[2]}"} if column else {}
        yield from form_requests(response, "search.jsp", {**given, "currpage": str(page)})


def _proxied(response: TextResponse) -> Iterator[str]:
    """The request for the records after those that are here."""
    text, query = response.text, parse_qs(urlsplit(response.url).query, keep_blank_values=True)
    asked = {name: values[0] for name, values in query.items()}
    total, per_page = _TOTAL.search(text), _PER_PAGE.search(text)
    last, here = int(total[1]) if total else 0, len(_RECORD.findall(text))
    if "endrecord" in asked:
        start, step = int(asked["startrecord"]) + here, int(asked.get("perpage", "15")) * _SCREENS
        if not here:
            return
    else:
        screen = int(per_page[1]) if per_page and int(per_page[1]) > 0 else 15
        start, step = here + 1, screen * _SCREENS
        asked = {
            "perpage": str(screen),
            "col": "1",
            "appid": "1",
            "path": "/",
            "sourceContentType": "1",
            "permissiontype": "0",
        }
        for name in ("webid", "columnid", "unitid", "webname"):
            found = re.search(_PARAM.format(name), text, re.I)
            asked[name] = found[1] if found else ""
    if start <= last and asked.get("columnid") and asked.get("unitid"):
        proxy = _PROXY_PATH.search(text)
        asked |= {"startrecord": str(start), "endrecord": str(min(start + step - 1, last))}
        yield urljoin(response.url, f"{proxy[0] if proxy else _PROXY}?{urlencode(asked)}")

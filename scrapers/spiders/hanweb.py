"""Hanweb (JCMS, JPaaS): `/col/colN/`, articles under `/art/`, lists as XML from dataproxy.jsp."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from scrapy.http import TextResponse

from scrapers.base import ColumnSpider

_COLUMN = re.compile(r"/col/(col\d+)/")
_ARTICLE_COLUMN = re.compile(r"/art_(\d+)_\d+\.")
_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[.*?href=[\"']([^\"']+)", re.S | re.I)
_TOTAL = re.compile(r"total_?records?[\"']?\s*(?:>|[:=]\s*[\"']?)\s*(\d+)", re.I)
_PER_PAGE = re.compile(r"per_?page[\"']?\s*(?:>|[:=]\s*[\"']?)\s*(\d+)", re.I)
_PARAM = r"{}[\"']?\s*[:=]\s*[\"']?([^\"'&,;\s]+)"
_PROXY = "/module/web/jpage/dataproxy.jsp"
_SCREENS = 3  # a request brings three screen pages


class HanwebSpider(ColumnSpider):
    """A column page shows its first rows; the rest comes in groups from the data proxy."""

    article = re.compile(r"/art/\d{4}/(?:\d{1,2}/\d{1,2}/art_\d+_\d+|art_[0-9a-f]{32})\.s?html?")

    def owns(self, list_url: str, url: str) -> bool:
        """Article names carry their column's number; a data proxy address or servlet names none."""
        number = _ARTICLE_COLUMN.search(url)
        column = _COLUMN.search(list_url) or re.search(r"columnid=(\d+)", list_url, re.I)
        if number and column:
            return number[1] == column[1].removeprefix("col")
        return "/module/" in list_url or super().owns(list_url, url)

    def is_column(self, list_url: str, url: str) -> bool:
        """Numbered columns do not nest, so only named folders have sub-columns."""
        return not _COLUMN.search(list_url) and "/art/" not in url and super().is_column(list_url, url)

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Follow the XML's own next group, else ask the proxy for the rows not yet shown."""
        text = response.text
        if group := _NEXT_GROUP.search(text):
            yield urljoin(response.url, group[1].replace("&amp;", "&"))
            return
        total, per_page = _TOTAL.search(text), _PER_PAGE.search(text)
        query = parse_qs(urlsplit(response.url).query, keep_blank_values=True)
        if "endrecord" in query:
            asked = {name: values[0] for name, values in query.items()}
            start = int(asked["endrecord"]) + 1
            step = int(asked.get("perpage", "15")) * _SCREENS
        elif total and (per_page is None or int(per_page[1]) > 0):
            step = int(per_page[1] if per_page else 15) * _SCREENS
            start, asked = 1, {"perpage": str(step // _SCREENS), "col": "1", "appid": "1", "path": "/",
                               "sourceContentType": "1", "permissiontype": "0"}  # fmt: skip
            for name in ("webid", "columnid", "unitid", "webname"):
                found = re.search(_PARAM.format(name), text, re.I)
                asked[name] = found[1] if found else ""
            if not (asked["columnid"] and asked["unitid"]):
                return
        else:
            yield from super().next_lists(response)
            return
        last = int(total[1]) if total else 0
        if start <= last:
            asked |= {"startrecord": str(start), "endrecord": str(min(start + step - 1, last))}
            yield urljoin(response.url, f"{_PROXY}?{urlencode(asked)}")

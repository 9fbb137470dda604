"""Hanweb's record lists: which request brings the records after those that an answer or a column page shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy.http import TextResponse

from scrapers.addresses import other_method

_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[[^\]]{0,200}?href=[\"']([^\"']+)", re.I)
_TOTAL = re.compile(r"total_?records?[\"']?\s*(?:>|[:=]\s*[\"']?)\s*(\d+)", re.I)
_PER_PAGE = re.compile(r"per_?page[\"']?\s*(?:>|[:=]\s*[\"']?)\s*([1-9]\d*)", re.I)
_RECORD = re.compile(r"<record>", re.I)
_PROXY = re.compile(r"[\w/.-]*/\w*dataproxy\.jsp")
_USUAL_PROXY = "/module/web/jpage/dataproxy.jsp"
_FIXED = {"col": "1", "appid": "1", "path": "/", "sourceContentType": "1", "permissiontype": "0"}
_SCREENS = 3  # a request may bring three screen pages


def next_records(response: TextResponse) -> Iterator[str]:
    """Yield the XML's own next group as it stands, else the proxy's address for the records not yet shown."""
    text = response.text
    if group := _NEXT_GROUP.search(text):
        yield urljoin(response.url, group[1].replace("&amp;", "&"))
        return
    total, here = _TOTAL.search(text), len(_RECORD.findall(text))
    asked = dict(parse_qsl(urlsplit(response.url).query, keep_blank_values=True))
    if asked.get("startrecord", "").isdigit():
        proxy, start = urlsplit(response.url).path, int(asked["startrecord"]) + here
    else:
        named = _PROXY.search(text)
        proxy, start, per_page = named[0] if named else _USUAL_PROXY, here + 1, _PER_PAGE.search(text)
        told = {name: _argument(name, text) for name in ("webid", "columnid", "unitid", "webname")}
        asked = {"perpage": per_page[1] if per_page else "15", **_FIXED, **told}
        here = 1  # a page without records may still say where they are
    if total and here and start <= int(total[1]) and asked.get("columnid") and asked.get("unitid"):
        end = min(start + int(asked.get("perpage", "15")) * _SCREENS - 1, int(total[1]))
        line = urljoin(response.url, f"{proxy}?{urlencode({**asked, 'startrecord': start, 'endrecord': end})}")
        yield other_method(line) if response.request and response.request.method == "POST" else line


def _argument(name: str, text: str) -> str:
    found = re.search(rf"\b{name}[\"']?\s*[:=]\s*[\"']?([^\"'&,;\s}}]+)", text, re.I)
    return found[1] if found else ""

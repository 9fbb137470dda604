"""VSB (Visual SiteBuilder): columns `<col>.htm`, articles `/info/<tree>/<id>.htm`, page numbers that run backwards.

Articles: `/info/<tree>/<id>.htm`; of the disclosure module `/info/egovinfo/<tree>/<template>/<index>/YYYY-<serial>.htm`;
their dynamic twins `content.jsp?…wbtreeid=&wbnewsid=` are the same pages. The tree is the column.
Lists: page 1 is `<col>.htm`, of T pages the second is `<col>/{T-1}.htm` and the last `<col>/1.htm`; numbers shift with
every page that is added, so a list is read from its first page along its own links, and counted only without them.
Dynamic lists count by `PAGENUM`, those of the module by `ainfolist<ID>p`; the module's subject for annual reports is
`sccode=zfxxgknb`, and its lists of other departments (`dpcode`) belong to the same column.
Traps: a sub-column may be one report and no list; the downloads of attachments may want a captcha and are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

from scrapy.http import TextResponse

from scrapers.addresses import page_number, with_query
from scrapers.base import ColumnSpider
from scrapers.paging import pages_told

_NUMBERED = re.compile(r"(?:/(?P<page>\d+))?\.htm$")
_MODULE = re.compile(r"\bid=[\"']?(ainfolist\d+)")
_TWIN = re.compile(r"/[\w/]*content\.jsp\?", re.I)


class VsbSpider(ColumnSpider):
    """Static pages that count backwards, and the lists of the disclosure module."""

    article = re.compile(
        r"(?P<shelf>/info/(?:egovinfo/[^/]+/[^/]+|\d+))/(?:[^/]+/\d{4}-\d{3,9}|\d+)\.htm(?:$|\?)|content\.jsp\?\S*wbnewsid=\d",
        re.I,
    )

    def plain(self, url: str) -> str:
        """Return the static address of a page that is linked by its dynamic one."""
        url = super().plain(url)
        query = parse_qs(urlsplit(url).query)
        if _TWIN.search(url) and {"wbtreeid", "wbnewsid"} <= query.keys():
            return urljoin(url, f"/info/{query['wbtreeid'][0]}/{query['wbnewsid'][0]}.htm")
        return url

    def shelf(self, url: str) -> str:
        """The tree of an article, whichever way it is linked."""
        return super().shelf(self.plain(url))

    def is_column(self, list_url: str, url: str) -> bool:
        """Sub-columns lie below the list's name without `.htm`; of the module, lists of the same subject."""
        asked, other = parse_qs(urlsplit(list_url).query), parse_qs(urlsplit(url).query)
        if "sccode" in asked:
            return asked["sccode"] == other.get("sccode") and asked.get("dpcode") != other.get("dpcode")
        path, below = urlsplit(url).path, _NUMBERED.sub("", urlsplit(list_url).path) + "/"
        return path.startswith(below) and path.endswith(".htm") and not path[len(below) : -4].isdigit()

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Follow the page's own links, else count down."""
        linked = list(super().next_lists(response))
        yield from linked
        at, pages = _NUMBERED.search(urlsplit(response.url).path), pages_told(response.text)
        if linked or pages is None:
            return
        if at is not None:
            page = int(at["page"]) if at["page"] else pages
            stem = _NUMBERED.sub("", urlsplit(response.url).path)
            yield from [urljoin(response.url, f"{stem}/{page - 1}.htm")] if page > 1 else []
        elif (page := page_number(response.url) or 1) < pages:
            names = _MODULE.search(response.text)
            told = (
                {f"{names[1]}t": pages, f"{names[1]}p": page + 1}
                if names
                else {"totalpage": pages, "PAGENUM": page + 1}
            )
            yield with_query(response.url, told)

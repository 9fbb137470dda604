"""TRS WCM: columns are folders, articles `tYYYYMMDD_id`, page n of a list is `index_{n-1}`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from scrapy.http import TextResponse

from scrapers.base import ColumnSpider

# createPageHTML(pages, current, "index", "html") or (records, pages, current, "index", "html")
_PAGER = re.compile(
    r"create(?:Page|PageHTML)\(\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*(\d+)\s*)?,\s*[\"'](\w+)[\"']\s*,\s*[\"'](\w+)[\"']"
)
_COUNT = re.compile(r"var\s+countPage\s*=\s*(\d+)")
_NUMBERED = re.compile(r"^(?P<base>\w+?)_(?P<page>\d+)\.(?P<ext>s?html?)$")


class TrsWcmSpider(ColumnSpider):
    """Static folders; the pager is a script call whose arguments tell the number of pages."""

    article = re.compile(r"/t(?:(?:19|20)\d{6}_\d+|\d{5,9})(?:_(?:wap|app|mob))?\.s?html?(?:$|\?)")

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Yield the next `index_n` while the pager says there is one."""
        name = urlsplit(response.url).path.rpartition("/")[2]
        at = _NUMBERED.match(name)
        base, _, ext = name.partition(".")
        current, base, ext = (int(at["page"]), at["base"], at["ext"]) if at else (0, base or "index", ext or "html")
        pager = _PAGER.search(response.text)
        if pager:
            first, second, third, base, ext = pager.groups()
            pages = int(second if third else first)
        elif count := _COUNT.search(response.text):
            pages = int(count[1])
        else:
            yield from super().next_lists(response)
            return
        if current + 1 < pages:
            yield urljoin(response.url, f"{base}_{current + 1}.{ext}")

"""The last step before the network: every answer is written to the WARC before anyone looks at it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from scrapers.warc import Exchange

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

REMEMBER_SECONDS = 20.0  # a crawl that is killed forgets no more than what this many seconds brought


class KeepMiddleware:
    """Write each exchange to the spider's WarcSet; redirects, robots.txt and error pages included.

    Now and then the spider's memory follows, so that a killed crawl can be taken up where it was.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.remembered = time.monotonic()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepMiddleware:
        """Build the middleware for one crawl."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Archive the exchange that the download handler left behind; `meta["stored"]` tells where it stands."""
        exchange: Exchange | None = request.meta.pop("exchange", None)
        if exchange is not None:
            spider: Any = self.crawler.spider
            told = {name: request.meta.get(name, "") for name in ("via", "anchor", "page")}
            known = spider.book.stored(request.url)
            stored = spider.warcs.add(exchange, **told, link=request.meta.get("kind", ""), known=known)
            request.meta["stored"] = stored
            self.crawler.stats.inc_value("archive/responses")
            self.crawler.stats.inc_value("archive/bytes", len(exchange.body))
            self.crawler.stats.inc_value("archive/revisits", int(stored is known))
            if spider.spool is not None and time.monotonic() - self.remembered > REMEMBER_SECONDS:
                spider.spool.remember(spider.book)
                self.remembered = time.monotonic()
        return response

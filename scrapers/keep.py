"""The last step before the network: every answer is written to the WARC before anyone looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapers.warc import Exchange, WarcSet

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class KeepMiddleware:
    """Write each exchange to the spider's WarcSet; redirects, robots.txt and error pages included."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepMiddleware:
        """Build the middleware for one crawl."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Archive the exchange that the download handler left behind."""
        exchange: Exchange | None = request.meta.pop("exchange", None)
        if exchange is not None:
            warcs: WarcSet = self.crawler.spider.warcs  # type: ignore[union-attr]
            told = (request.meta.get(name, "") for name in ("via", "anchor", "kind"))
            warcs.add(exchange, *told)
            self.crawler.stats.inc_value("archive/responses")
            self.crawler.stats.inc_value("archive/bytes", len(exchange.body))
        return response

"""Walk a spider over pages at hand: everything a crawl does but the network, so that a whole site takes milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Headers
from scrapy.utils.misc import arg_to_iter
from twisted.python.failure import Failure

from schemas.registry import Site
from scrapers.answers import answer_of
from scrapers.base import ColumnSpider
from scrapers.links import LinkBook
from scrapers.politeness import same_site
from scrapers.settings import MAX_PAGE_BYTES
from scrapers.spiders import spider_of

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LIMIT = 3000  # requests: far beyond what any site of the tests needs
Answer = tuple[int, str, bytes]  # status, content type, body


@dataclass(slots=True)
class Walk:
    """What a crawl asked for, in order, and its spider with the counts."""

    spider: ColumnSpider
    asked: list[str] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    ended: str = "finished"


def walk(
    site: Site, serve: Callable[[str, str, str], Answer], years: range | None = None, book: LinkBook | None = None
) -> Walk:
    """Crawl `site`; `serve(url, method, body)` answers, or raises what a download would raise."""
    made = spider_of(site.family)(site, years, book or LinkBook(), None, NOW, timedelta(days=1))  # type: ignore[arg-type]
    made.crawler = SimpleNamespace(stats=SimpleNamespace(get_value=lambda name: None))  # type: ignore[assignment]
    result, waiting = Walk(made), asyncio.run(_first(made))
    try:
        while waiting:
            waiting.sort(key=lambda request: -request.priority)
            request = waiting.pop(0)
            assert same_site(urlsplit(request.url).hostname or "", made.hosts), request.url
            result.asked.append(request.url)
            assert len(result.asked) < LIMIT, result.asked[-10:]
            waiting += _answer(request, serve, result)
    except CloseSpider as closed:
        result.ended = closed.reason
    return result


async def _first(spider: ColumnSpider) -> list[Request]:
    return [request async for request in spider.start()]


def _answer(request: Request, serve: Callable[[str, str, str], Answer], result: Walk) -> list[Request]:
    try:
        status, kind, body = serve(request.url, request.method, request.body.decode())
    except OSError as error:
        failure: Any = Failure(error)
        failure.request = request
        return list(arg_to_iter(request.errback(failure)))  # type: ignore[misc]
    headers = Headers({"Content-Type": kind})
    if status == 200:
        result.good.add(request.url)
    response = answer_of(request.url, status, headers, body, MAX_PAGE_BYTES)
    response.request = request
    return list(request.callback(response, **request.cb_kwargs) or ())  # type: ignore[misc]

"""How the crawler behaves towards other people's servers: addresses, hosts, robots.txt, delays, refusals."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

MAX_CRAWL_DELAY = 120.0  # seconds; a longer wish means "do not come", and the crawl's time limit answers it
REFUSALS = frozenset({412, 418, 429, 468, 521})  # the server's guard speaks: stop at once
FORBIDDEN_LIMIT = 3  # that many 403 in one crawl mean the same


class AddressRefused(IgnoreRequest):
    """The host leads to a private, loopback or otherwise non-public address."""


@dataclass(frozen=True, slots=True)
class Where:
    """The numeric address and port to connect to."""

    address: str
    port: int


class RobotsDenied(IgnoreRequest):
    """robots.txt does not allow the address."""


class Resolver:
    """Host names to public addresses; `forced` ("host:port", demo and tests) sends every host there."""

    def __init__(self, forced: str = "") -> None:
        host, _, port = forced.rpartition(":")
        if forced and not (host and port.isdigit()):
            raise ValueError(f"ARCHIVE_RESOLVE_ALL must be host:port, not {forced!r}")
        self.forced = Where(host, int(port)) if forced else None

    async def resolve(self, host: str, port: int) -> Where:
        """Return where to connect; AddressRefused unless every address of the host is public."""
        if self.forced:
            return self.forced
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        for address in addresses:
            if not is_public(address):
                raise AddressRefused(f"{host} leads to {address}, which is not a public address")
        return Where(addresses[0], port)


def is_public(address: str) -> bool:
    """Say whether a numeric address is one of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    if mapped is not None:
        ip = mapped
    return ip.is_global and not ip.is_multicast


def same_site(host: str, hosts: frozenset[str]) -> bool:
    """Say whether `host` is one of `hosts`, with or without www."""
    bare = host.lower().removeprefix("www.")
    return any(bare == other.removeprefix("www.") for other in hosts)


class SameHostMiddleware:
    """Let only the site's own hosts through, also after a redirect; stop when the server refuses."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.forbidden = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SameHostMiddleware:
        """Build the middleware for one crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Drop requests that leave the site."""
        parts = urlsplit(request.url)
        hosts: frozenset[str] = getattr(self.crawler.spider, "hosts", frozenset())
        if parts.scheme not in ("http", "https") or not same_site(parts.hostname or "", hosts):
            self.crawler.stats.inc_value("archive/offsite")
            raise IgnoreRequest(f"outside the site: {request.url}")

    def process_response(self, request: Request, response: Response) -> Response:
        """Close the crawl as blocked when the answers say that we are not wanted."""
        if request.url.endswith("/robots.txt"):
            return response
        self.forbidden += response.status == 403
        if response.status in REFUSALS or self.forbidden >= FORBIDDEN_LIMIT:
            self.crawler.stats.inc_value(f"archive/refused/{response.status}")
            asyncio.ensure_future(self.crawler.engine.close_spider_async(reason="blocked"))  # noqa: RUF006
        return response


class ObeyRobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 and good manners ask for.

    Unlike the parent class: 401, 403, server errors and failures to fetch it mean "no"; other 4xx mean
    "no rules" whatever the error page says; Crawl-delay widens the delay of the host.
    """

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status in (401, 403) or response.status >= 500:
            self.crawler.stats.inc_value("archive/robots_refused")
            response = response.replace(body=b"User-agent: *\nDisallow: /\n")
        elif response.status != 200:
            response = response.replace(body=b"")
        await super()._parse_robots(response, netloc, request)
        parser = self._parsers[netloc]
        delay = parser.crawl_delay(self._agent()) if parser is not None else None  # type: ignore[union-attr]
        if delay and not self.crawler.settings.getbool("ARCHIVE_NO_DELAY"):
            self._widen(urlsplit(request.url).hostname or "", min(delay, MAX_CRAWL_DELAY))

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Refuse what the rules of the host forbid, under a name of its own."""
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            raise RobotsDenied(str(error)) from error

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self.crawler.stats.inc_value("archive/robots_unreachable")
        waiting = self._parsers[netloc]
        parser = self._denying_parser()
        self._parsers[netloc] = parser
        waiting.callback(parser)  # type: ignore[union-attr]

    def _denying_parser(self) -> RobotParser:
        return self._parserimpl.from_crawler(self.crawler, b"User-agent: *\nDisallow: /\n")

    def _agent(self) -> str:
        return self._robotstxt_useragent or self._default_useragent

    def _widen(self, host: str, delay: float) -> None:
        downloader = self.crawler.engine.downloader
        known = downloader.per_slot_settings.setdefault(host, {})
        known["delay"] = max(known.get("delay", self.crawler.settings.getfloat("DOWNLOAD_DELAY")), delay)
        if host in downloader.slots:
            downloader.slots[host].delay = known["delay"]

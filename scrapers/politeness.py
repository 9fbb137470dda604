"""How the crawler behaves towards other people's servers: addresses, hosts, robots.txt, delays, refusals."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest

from schemas.facts import facts
from scrapers.estates import NotNow, estate_of
from transforms.documents.decode import Undecodable, decode

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.robotstxt import RobotParser

    from scrapers.pace import Pace
    from scrapers.watch import Watch

MAX_CRAWL_DELAY = 120.0  # seconds; a longer wish means "do not come", and is taken so
REFUSALS = frozenset(facts("guards")["refusals"])  # the server's guard speaks: stop at once
_DENY_ALL = b"User-agent: *\nDisallow: /\n"
_BINARY = re.compile(r"[\0-\x08\x0e-\x19\x1b-\x1f]")  # what no text holds: something packed, or UTF-16 without its mark
_V4_COMPATIBLE, _NAT64 = ipaddress.IPv6Network("::/96"), ipaddress.IPv6Network("64:ff9b::/96")
_NAT64_LOCAL = ipaddress.IPv6Network("64:ff9b:1::/48")  # leads to what its operator likes: never public


class Refused(IgnoreRequest):
    """We do not ask for this, or do not keep it; the site did not fail."""


class OffSite(Refused):
    """The address is not one of the site's own, often after a redirect."""


class AddressRefused(Refused):
    """The host leads to a private, loopback or otherwise non-public address."""


@dataclass(frozen=True, slots=True)
class Where:
    """The numeric address and port to connect to."""

    address: str
    port: int


class RobotsDenied(IgnoreRequest):
    """robots.txt does not allow the address."""


class RobotsUnknown(IgnoreRequest):
    """robots.txt could not be read, so nothing of its host is asked for; the site failed."""


def rules_of(body: bytes) -> bytes:
    """Return the rules of a robots.txt in UTF-8; those that forbid everything when it cannot be read as text."""
    try:
        text = decode(body).text
    except Undecodable:
        return _DENY_ALL
    return _DENY_ALL if _BINARY.search(text) else text.encode("utf-8", "replace")


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
    """Say whether a numeric address, and every IPv4 address inside it, is one of the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.is_site_local or ip in _NAT64_LOCAL or not all(is_public(str(inner)) for inner in _embedded(ip)):
            return False
    return ip.is_global and not ip.is_multicast


def _embedded(ip: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that a transition mechanism would send this one on to."""
    if ip in _NAT64 or ip in _V4_COMPATIBLE:
        return [ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)]
    return [*(ip.teredo or ()), *([ip.sixtofour] if ip.sixtofour else [])]


def refuse_literal(host: str) -> None:
    """Raise AddressRefused when `host` is itself a non-public address, in whatever notation; names pass.

    For requests through a proxy: it resolves the names, we do not see to what.
    """
    try:
        address = str(ipaddress.ip_address(host))
    except ValueError:
        try:
            address = socket.inet_ntoa(socket.inet_aton(host))  # 127.1, 0x7f000001 and the like
        except (OSError, UnicodeError):
            return
    if not is_public(address):
        raise AddressRefused(f"{host} is not a public address")


def same_site(host: str, hosts: frozenset[str]) -> bool:
    """Say whether `host` is one of `hosts`, with or without www."""
    bare = host.lower().removeprefix("www.")
    return any(bare == other.removeprefix("www.") for other in hosts)


class SameHostMiddleware:
    """Let only the site's own hosts through, also after a redirect; stop when the server or the hour refuses."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.closing = False

    @property
    def watch(self) -> Watch:
        """What the crawl's answers have said so far."""
        spider: Any = self.crawler.spider
        watch: Watch = spider.watch
        return watch

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> SameHostMiddleware:
        """Build the middleware for one crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Drop requests that leave the site, and those to which somebody gave a name and password.

        An attachment may lie on any server of the site's city. All servers of a city are one queue.
        """
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        hosts: frozenset[str] = getattr(self.crawler.spider, "hosts", frozenset())
        near = request.meta.get("kind") == "attachment" and estate_of(host) in {estate_of(own) for own in hosts}
        if parts.scheme not in ("http", "https") or not (near or same_site(host, hosts)):
            self.crawler.stats.inc_value("archive/offsite")
            raise OffSite(f"outside the site: {request.url}")
        if "@" in parts.netloc:
            raise OffSite(f"the address carries credentials: {parts.hostname}{parts.path}")
        request.meta["download_slot"] = estate_of(host)
        try:
            self.watch.check()
        except NotNow:
            self._close()
            raise

    def process_response(self, request: Request, response: Response) -> Response:
        """Close the crawl when the answers say that we are not wanted."""
        if self.watch.over is not None:
            self._close()
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Close the crawl when its hours are over or its host has had enough for today."""
        if isinstance(exception, NotNow):
            self.watch.end(exception)
            self._close()

    def _close(self) -> None:
        over = self.watch.over
        if over is not None and not self.closing:
            self.closing = True
            asyncio.ensure_future(self.crawler.engine.close_spider_async(reason=over.reason))  # noqa: RUF006


class ObeyRobotsMiddleware(RobotsTxtMiddleware):
    """robots.txt as RFC 9309 and good manners ask for.

    Unlike the parent class: 401, 403, a guard's refusal, server errors, failures to fetch it and bytes that are no
    text mean "no"; it may be in any charset; other 4xx mean "no rules" whatever the error page says; Crawl-delay widens the delay of the host, and one beyond
    MAX_CRAWL_DELAY means "no" too. Of a host that the registry exempts, with a reason and an end, only the delay counts.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unread: dict[str, str] = {}  # host and port → why their robots.txt could not be read

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status in (401, 403) or response.status in REFUSALS or response.status >= 500:
            self.crawler.stats.inc_value("archive/robots_refused")
            response = response.replace(body=_DENY_ALL)
        elif response.status != 200:
            response = response.replace(body=b"")
        else:
            response = response.replace(body=rules_of(response.body))
        delay = self._parser(response.body).crawl_delay(self._agent()) or 0.0
        if delay > MAX_CRAWL_DELAY:
            self.crawler.stats.inc_value("archive/robots_refused")
            response = response.replace(body=_DENY_ALL)
        await super()._parse_robots(response, netloc, request)
        if delay:
            self._widen(urlsplit(request.url).hostname or "", delay)

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Refuse what the rules of the host forbid, under a name of its own, unless it is exempt from them today."""
        if (urlsplit(request.url).hostname or "") in self.crawler.settings.getlist("ARCHIVE_ROBOTS_EXEMPT"):
            self.crawler.stats.inc_value("archive/robots_exempt")
            return
        try:
            super().process_request_2(rp, request)
        except IgnoreRequest as error:
            why = self._unread.get(urlsplit(request.url).netloc)
            if why is not None:
                raise RobotsUnknown(f"robots.txt could not be read: {why}") from error
            raise RobotsDenied(str(error)) from error

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self.crawler.stats.inc_value("archive/robots_unreachable")
        self._unread[netloc] = str(exc) or type(exc).__name__
        waiting = self._parsers[netloc]
        parser = self._parser(_DENY_ALL)
        self._parsers[netloc] = parser
        waiting.callback(parser)  # type: ignore[union-attr]

    def _parser(self, rules: bytes) -> RobotParser:
        return self._parserimpl.from_crawler(self.crawler, rules)

    def _agent(self) -> str:
        return self._robotstxt_useragent or self._default_useragent

    def _widen(self, host: str, delay: float) -> None:
        pace: Pace | None = getattr(self.crawler.spider, "pace", None)
        if pace is not None:
            pace.widen(host, delay)

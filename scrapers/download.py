"""The download handler: one connection per page, in its turn, checked address, wire bytes kept for the archive.

It replaces Scrapy's own so that a response's header block reaches the WARC exactly as the server sent it,
and so that the address that was checked is the address that is connected to. An operator's egress proxy
(http_proxy, https_proxy, all_proxy, no_proxy) is used as other programs use it; it then resolves the names.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy.http import Headers, Request, Response

from scrapers.answers import TooLarge, answer_of
from scrapers.pace import Pace, Visit
from scrapers.politeness import Resolver, Where, refuse_literal
from scrapers.warc import Exchange
from scrapers.watch import Watch
from transforms.documents.attachments import MAX_BYTES

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MAX_HEAD = 64 * 1024
MAX_FILE_BYTES = MAX_BYTES  # of an attachment: as large as the reader takes


class BadAnswer(OSError):
    """The server broke off or does not speak HTTP; worth another try."""


@dataclass(frozen=True, slots=True)
class Proxy:
    """An HTTP proxy of the operator's; `headers` are the lines meant for it alone."""

    where: Where
    headers: tuple[bytes, ...]


def proxy_for(scheme: str, host: str) -> Proxy | None:
    """Return the proxy that the environment names for a target, None to go there directly.

    Raises ValueError for a proxy that is not spoken to over plain HTTP.
    """
    named = getproxies()
    address = named.get(scheme) or named.get("all")
    if not address or proxy_bypass(host):
        return None
    parts = urlsplit(address if "://" in address else f"http://{address}")
    if parts.scheme != "http" or not parts.hostname:  # the address may hold a password: it is not repeated
        raise ValueError("a proxy must be given as http://host:port")
    headers: tuple[bytes, ...] = ()
    if parts.username is not None:
        given = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = (b"Proxy-Authorization: Basic " + base64.b64encode(given.encode()),)
    return Proxy(Where(parts.hostname, parts.port or 80), headers)


def lax_tls(*rules: str) -> ssl.SSLContext:
    """Return the TLS context of a host that is exempt from `rules`; the registry says why and until when."""
    context = ssl.create_default_context()
    if "tls_modern" in rules:  # old servers: legacy renegotiation, short keys, the curve that all of them know
        context.options |= getattr(ssl, "OP_LEGACY_SERVER_CONNECT", 0x4)
        context.set_ciphers("DEFAULT:@SECLEVEL=1")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ecdh_curve("prime256v1")
    if "tls_verified" in rules:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


class ArchiveDownloadHandler:
    """Fetch http and https pages with asyncio streams."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self.max_size = settings.getint("DOWNLOAD_MAXSIZE")
        self.resolver = Resolver(settings.get("ARCHIVE_RESOLVE_ALL") or "")
        self.lax: dict[str, ssl.SSLContext] = {
            host: lax_tls(*rules) for host, rules in (settings.get("ARCHIVE_TLS_EXEMPT") or {}).items()
        }

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveDownloadHandler:
        """Build the handler from the crawl's settings."""
        return cls(crawler)

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """The rules of an ordinary host."""
        return ssl.create_default_context()

    async def download_request(self, request: Request) -> Response:
        """Return the answer to `request`; its wire bytes are left in `request.meta["exchange"]`. Raises NotNow.

        The answer is judged within the turn, so that nothing leaves after one that ends the crawl.
        """
        spider = getattr(self.crawler, "spider", None)
        pace: Pace | None = getattr(spider, "pace", None)
        watch: Watch = getattr(spider, "watch", None) or Watch()
        turn = pace.turn(urlsplit(request.url).hostname or "", watch.check) if pace else contextlib.nullcontext(Visit())
        async with turn as visit:
            exchange = await self.fetch(request)
            visit.good = exchange.status < 500
            limit = self._limit(exchange.content_type)
            response = answer_of(request.url, exchange.status, headers_of(exchange), exchange.body, limit)
            watch.see(response)
        request.meta["exchange"] = exchange
        return response

    async def close(self) -> None:
        """Nothing stays open between requests."""

    async def fetch(self, request: Request) -> Exchange:
        """Return what crosses the wire for `request`. Raises Refused, BadAnswer and other kinds of OSError."""
        async with asyncio.timeout(self.timeout):
            return await self._fetch(request)

    async def _fetch(self, request: Request) -> Exchange:
        parts = urlsplit(request.url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        proxy = None if self.resolver.forced else proxy_for(parts.scheme, host)
        if proxy:
            refuse_literal(host)
            where = proxy.where
        else:
            where = await self.resolver.resolve(host, port)
        tls = self.lax.get(host, self.tls) if secure and not self.resolver.forced else None
        sent_at = datetime.now(UTC)
        reader, writer = await asyncio.open_connection(
            where.address,
            where.port,
            limit=MAX_HEAD,
            ssl=None if proxy else tls,
            server_hostname=host if tls and not proxy else None,
        )
        try:
            if proxy and tls:
                await _open_tunnel(reader, writer, proxy, host, port)
                await writer.start_tls(tls, server_hostname=host)
            writer.write(_request_bytes(request, None if tls else proxy))
            await writer.drain()
            head = await _read_head(reader)
            status, names = _parse_head(head)
            if proxy and status == 407:
                raise BadAnswer("the proxy does not accept our credentials")
            body = await self._read_body(reader, status, names, self._limit(names.get("content-type", "")))
        except asyncio.IncompleteReadError as error:
            raise BadAnswer(f"connection closed early: {request.url}") from error
        except ssl.SSLError:  # says what it is, though some are ValueErrors too
            raise
        except (asyncio.LimitOverrunError, ValueError) as error:
            raise BadAnswer(f"not an HTTP answer: {request.url}: {error}") from error
        finally:
            writer.close()
        if "chunked" in names.get("transfer-encoding", "").lower():
            head = _rename_chunked(head)
        return Exchange(
            request.url,
            _request_bytes(request),
            head,
            body,
            status,
            names.get("content-type", ""),
            sent_at,
            "" if proxy or self.resolver.forced else where.address,
        )

    def _limit(self, content_type: str) -> int:
        """The most bytes of an answer: pages of text are smaller than files."""
        return self.max_size if "text" in content_type.lower() else max(self.max_size, MAX_FILE_BYTES)

    async def _read_body(self, reader: asyncio.StreamReader, status: int, names: dict[str, str], limit: int) -> bytes:
        if status in (204, 304):
            return b""
        if "chunked" in names.get("transfer-encoding", "").lower():
            return await _read_chunks(reader, limit)
        if "content-length" in names:
            length = int(names["content-length"])
            _check(length, limit)
            return await reader.readexactly(length)
        body = bytearray()
        while piece := await reader.read(65536):
            body += piece
            _check(len(body), limit)
        return bytes(body)


def headers_of(exchange: Exchange) -> Headers:
    """Return the headers of an answer."""
    headers = Headers()
    for line in exchange.head.split(b"\r\n")[1:]:
        name, colon, value = line.partition(b":")
        if colon:
            headers.appendlist(name.strip(), value.strip())
    return headers


async def _read_chunks(reader: asyncio.StreamReader, limit: int) -> bytes:
    body = bytearray()
    while True:
        size = int((await reader.readuntil(b"\n")).split(b";")[0], 16)
        if size == 0:
            return bytes(body)
        _check(len(body) + size, limit)
        body += await reader.readexactly(size)
        await reader.readuntil(b"\n")


def _check(size: int, limit: int) -> None:
    if size < 0:
        raise ValueError("negative length")
    if size > limit:
        raise TooLarge(f"answer larger than {limit} bytes")


async def _open_tunnel(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, proxy: Proxy, host: str, port: int
) -> None:
    authority = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {authority} HTTP/1.1".encode("ascii"), f"Host: {authority}".encode("ascii"), *proxy.headers]
    writer.write(b"\r\n".join(lines) + b"\r\n\r\n")
    await writer.drain()
    status, _ = _parse_head(await _read_head(reader))
    if not 200 <= status < 300:
        raise BadAnswer(f"the proxy answered {status} when asked for {authority}")


def _request_bytes(request: Request, proxy: Proxy | None = None) -> bytes:
    """Return the request for the site, or, without TLS, for the proxy before it; only the former is archived."""
    parts = urlsplit(request.url)
    host = parts.netloc.rpartition("@")[2]  # a name and password are nobody's business
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if proxy:
        target = f"http://{host}{target}"
    lines = [f"{request.method} {target} HTTP/1.1".encode("ascii"), b"Host: " + host.encode("ascii")]
    for name, values in request.headers.items():
        if name.lower() not in (b"host", b"connection", b"content-length", b"proxy-authorization"):
            lines += [name + b": " + value for value in values]
    lines += proxy.headers if proxy else ()
    lines.append(b"Connection: close")
    if request.body:
        lines.append(b"Content-Length: " + str(len(request.body)).encode("ascii"))
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.body


async def _read_head(reader: asyncio.StreamReader) -> bytes:
    """Return the status line and headers; lines that end in a bare LF get their CR, without it readers lose them."""
    while True:
        head = b""
        while (line := await reader.readuntil(b"\n")) not in (b"\r\n", b"\n"):
            head += line.removesuffix(b"\n").removesuffix(b"\r") + b"\r\n"
            if len(head) > MAX_HEAD:
                raise ValueError("headers without end")
        if not head.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")):  # interim answers are passed over
            return head + b"\r\n"


def _parse_head(head: bytes) -> tuple[int, dict[str, str]]:
    first, *rest = head.decode("latin-1").split("\r\n")
    version, _, after = first.partition(" ")
    if not version.startswith("HTTP/"):
        raise ValueError("no status line")
    names: dict[str, str] = {}
    for line in rest:
        name, colon, value = line.partition(":")
        if colon:
            names.setdefault(name.strip().lower(), value.strip())
    return int(after[:3]), names


def _rename_chunked(head: bytes) -> bytes:
    return b"\r\n".join(
        b"X-Crawler-" + line if line.partition(b":")[0].strip().lower() == b"transfer-encoding" else line
        for line in head.split(b"\r\n")
    )

"""The download handler: one connection per page, checked address, wire bytes kept for the archive.

It replaces Scrapy's own so that a response's header block reaches the WARC exactly as the server sent it,
and so that the address that was checked is the address that is connected to.
"""

from __future__ import annotations

import asyncio
import ssl
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes

from scrapers.politeness import Resolver
from scrapers.warc import Exchange

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

MAX_HEAD = 64 * 1024


class TooLarge(IgnoreRequest):
    """The answer is bigger than the limit; it is not kept and not asked for again."""


class BadAnswer(OSError):
    """The server broke off or does not speak HTTP; worth another try."""


class ArchiveDownloadHandler:
    """Fetch http and https pages with asyncio streams."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.timeout = settings.getfloat("DOWNLOAD_TIMEOUT")
        self.max_size = settings.getint("DOWNLOAD_MAXSIZE")
        self.resolver = Resolver(settings.get("ARCHIVE_RESOLVE_ALL") or "")
        self.tls = ssl.create_default_context()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchiveDownloadHandler:
        """Build the handler from the crawl's settings."""
        return cls(crawler)

    async def download_request(self, request: Request) -> Response:
        """Return the answer to `request`; its wire bytes are left in `request.meta["exchange"]`."""
        async with asyncio.timeout(self.timeout):
            exchange = await self._fetch(request)
        request.meta["exchange"] = exchange
        headers = Headers()
        for line in exchange.head.split(b"\r\n")[1:]:
            name, colon, value = line.partition(b":")
            if colon:
                headers.appendlist(name.strip(), value.strip())
        kind = responsetypes.from_args(headers=headers, url=request.url, body=exchange.body)
        return kind(url=request.url, status=exchange.status, headers=headers, body=exchange.body)

    async def close(self) -> None:
        """Nothing stays open between requests."""

    async def _fetch(self, request: Request) -> Exchange:
        parts = urlsplit(request.url)
        host, secure = parts.hostname or "", parts.scheme == "https"
        where = await self.resolver.resolve(host, parts.port or (443 if secure else 80))
        use_tls = secure and not self.resolver.forced
        sent_at = datetime.now(UTC)
        reader, writer = await asyncio.open_connection(
            where.address,
            where.port,
            limit=MAX_HEAD,
            ssl=self.tls if use_tls else None,
            server_hostname=host if use_tls else None,
        )
        try:
            wire = _request_bytes(request)
            writer.write(wire)
            await writer.drain()
            head = await _read_head(reader)
            status, names = _parse_head(head)
            body = await self._read_body(reader, status, names)
        except asyncio.IncompleteReadError as error:
            raise BadAnswer(f"connection closed early: {request.url}") from error
        except (asyncio.LimitOverrunError, ValueError) as error:
            raise BadAnswer(f"not an HTTP answer: {request.url}: {error}") from error
        finally:
            writer.close()
        if "chunked" in names.get("transfer-encoding", "").lower():
            head = _rename_chunked(head)
        return Exchange(
            request.url,
            wire,
            head,
            body,
            status,
            names.get("content-type", ""),
            sent_at,
            "" if self.resolver.forced else where.address,
        )

    async def _read_body(self, reader: asyncio.StreamReader, status: int, names: dict[str, str]) -> bytes:
        if status in (204, 304):
            return b""
        if "chunked" in names.get("transfer-encoding", "").lower():
            return await self._read_chunks(reader)
        if "content-length" in names:
            length = int(names["content-length"])
            self._check(length)
            return await reader.readexactly(length)
        body = bytearray()
        while piece := await reader.read(65536):
            body += piece
            self._check(len(body))
        return bytes(body)

    async def _read_chunks(self, reader: asyncio.StreamReader) -> bytes:
        body = bytearray()
        while True:
            size = int((await reader.readuntil(b"\n")).split(b";")[0], 16)
            if size == 0:
                return bytes(body)
            self._check(len(body) + size)
            body += await reader.readexactly(size)
            await reader.readuntil(b"\n")

    def _check(self, size: int) -> None:
        if size < 0:
            raise ValueError("negative length")
        if size > self.max_size:
            raise TooLarge(f"answer larger than {self.max_size} bytes")


def _request_bytes(request: Request) -> bytes:
    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{request.method} {target} HTTP/1.1".encode("ascii"), b"Host: " + parts.netloc.encode("ascii")]
    for name, values in request.headers.items():
        if name.lower() not in (b"host", b"connection", b"content-length"):
            lines += [name + b": " + value for value in values]
    lines.append(b"Connection: close")
    if request.body:
        lines.append(b"Content-Length: " + str(len(request.body)).encode("ascii"))
    return b"\r\n".join(lines) + b"\r\n\r\n" + request.body


async def _read_head(reader: asyncio.StreamReader) -> bytes:
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith((b"HTTP/1.1 1", b"HTTP/1.0 1")):  # interim answers are passed over
            return head


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
    lines = head.split(b"\r\n")
    marked = [b"X-Crawler-" + line if line.lower().startswith(b"transfer-encoding:") else line for line in lines]
    return b"\r\n".join(marked)

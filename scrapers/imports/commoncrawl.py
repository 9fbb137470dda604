"""Common Crawl's protocol: one index a crawl, read page by page; the bytes by range from its WARC files.

The crawls before 2013 lie in ARC files. Their records become WARC responses with the same address, date and answer.
"""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from fastwarc.warc import ArchiveIterator, WarcRecordType

from schemas.sources import Source
from scrapers.answers import TooLarge
from scrapers.imports.captures import Query, Row, filters, plain_address, rank_of
from scrapers.imports.client import Client
from scrapers.imports.fetched import (
    DIFFERS,
    CaptureFailed,
    Fetched,
    ListFailed,
    date_of,
    judge,
    list_failed,
    payload_forms,
    split_answer,
)
from scrapers.warc import Exchange, digest, fields, record, record_id
from transforms.warc import MAX_BLOCK

MAX_PAGES = 1000  # of one index and query; a whole ministry has a few dozen
_NAME = re.compile(r"[\w-]+(?:/[\w.,=-]+)+\.w?arc\.gz")
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


class CommonCrawl:
    """One import's view of Common Crawl."""

    fixed = True

    def __init__(self, source: Source, client: Client) -> None:
        self.source, self.client = source, client

    def indexes(self, captured: range | None) -> Iterator[str]:
        """Yield the addresses of the indexes whose crawls may hold captures of these years. Raises ListFailed."""
        answer = self.client.get(self.source.index)
        listed = _json(answer.body) if answer.status == 200 else None
        if not isinstance(listed, list) or not all(isinstance(c, dict) and c.get("cdx-api") for c in listed):
            raise ListFailed(f"the list of crawls cannot be read (status {answer.status})")
        for crawl in sorted(listed, key=lambda crawl: str(crawl.get("id", ""))):
            years = [int(year) for year in _YEARS.findall(str(crawl.get("id", "")))]  # CC-MAIN-2013-20, -2009-2010
            if not captured or not years or (min(years) < captured.stop and max(years) >= captured.start):
                yield str(crawl["cdx-api"])

    def rows(self, index: str, query: Query, captured: range | None) -> Iterator[Row]:
        """Yield every capture that an index lists for a query. Raises ListFailed."""
        asked = [
            ("url", query.address), ("matchType", query.match), ("output", "json"),
            *(("filter", f"~{name}:{wanted}$") for name, wanted in filters(self.source, query).items()),
        ]  # fmt: skip
        if captured:
            asked += [("from", str(captured.start)), ("to", str(captured.stop - 1))]
        sized = [*asked, ("pageSize", str(self.source.page_size))]
        for page in range(self._pages(index, query, sized)):
            answer = self._ask(index, query, [*sized, ("page", str(page))])
            for line in answer.body.splitlines() if answer else ():
                if line.strip():
                    yield self._row(query, _json(line))

    def _pages(self, index: str, query: Query, asked: list[tuple[str, str]]) -> int:
        answer = self._ask(index, query, [*asked, ("showNumPages", "true")])
        told = _json(answer.body) if answer else 0
        pages = told.get("pages") if isinstance(told, dict) else told
        if not isinstance(pages, int) or isinstance(pages, bool) or not 0 <= pages <= MAX_PAGES:
            raise ListFailed(f"{index} shows no sensible number of pages for {query.address}: {told}")
        return pages

    def _ask(self, index: str, query: Query, asked: list[tuple[str, str]]) -> Exchange | None:
        """The answer of an index; None when it says that it has no captures, by the status of a missing page."""
        answer = self.client.get(f"{index}?{urlencode(asked)}")
        if answer.status == 404 and b"No Captures found" in answer.body:
            return None
        if answer.status != 200:
            raise list_failed(answer.status, index, query.address)
        return answer

    def _row(self, query: Query, told: Any) -> Row:
        try:
            values = {name: str(told[name]) for name in ("urlkey", "timestamp", "url", "mime", "status", "digest")}
            place = str(told["filename"]), int(told["offset"]), int(told["length"])
        except (KeyError, TypeError, ValueError) as error:
            raise ListFailed(f"the index shows a broken line: {str(told)[:200]}") from error
        values["digest"] = values["digest"].removeprefix("sha1:")
        return Row(**values, rank=rank_of(self.source, query, values["urlkey"]), place=place)

    def fetch(self, row: Row) -> Fetched:
        """Return a capture as its file holds it, a WARC record byte for byte. Raises CaptureFailed."""
        name, offset, length = row.place or ("", 0, 0)
        if not _NAME.fullmatch(name) or ".." in name or offset < 0 or length <= 0:
            raise CaptureFailed("bad_place", f"{name}:{offset}+{length}")
        if length > MAX_BLOCK:
            raise CaptureFailed("too_large", f"{length} bytes: {row.url}")
        url = f"{self.source.data}{name}"
        try:
            answer = self.client.get(url, Range=f"bytes={offset}-{offset + length - 1}")
        except TooLarge as error:  # a whole file came instead of the range
            raise CaptureFailed("no_range", str(error)) from error
        if answer.status != 206:
            reason = {200: "no_range", 403: "refused", 404: "gone", 416: "gone"}.get(answer.status, "failed")
            raise CaptureFailed(reason, f"status {answer.status}: {url}")
        if len(answer.body) != length:
            raise CaptureFailed("truncated", f"{len(answer.body)} of {length} bytes: {url}")
        date = date_of(row.timestamp)
        plain = _unpacked(answer.body, row)
        if plain.startswith(b"WARC/"):
            ident, block = _warc_record(plain, row)
            kept, (head, payload) = answer.body, split_answer(block)
        else:
            address, (head, payload) = _arc_record(plain, row)
            ident = record_id(self.source.name, name, str(offset), "response")
            kept = record(
                "response", ident, date, "application/http; msgtype=response", head + payload,
                Target_URI=row.url, IP_Address=address,
            )  # fmt: skip
        verdict = judge(row.digest, payload_forms(head, payload), False)
        told = fields(**{
            "via": url, "archive": self.source.title, "archived-offset": str(offset), "archived-length": str(length),
            "archived-at": row.timestamp, "archived-digest": f"sha1:{row.digest}",
            "refused": DIFFERS if verdict == DIFFERS else "",
        })  # fmt: skip
        before = record(
            "metadata", record_id(self.source.name, name, str(offset)), date, "application/warc-fields", told,
            Target_URI=row.url, Concurrent_To=ident,
        )  # fmt: skip
        return Fetched(row, plain_address(row.url), date, before, kept, digest(payload), verdict)


def _unpacked(member: bytes, row: Row) -> bytes:
    """The content of one whole gzip member."""
    unpacker = zlib.decompressobj(31)
    try:
        plain = unpacker.decompress(member, MAX_BLOCK)
    except zlib.error as error:
        raise CaptureFailed("truncated", f"no gzip member: {row.url}") from error
    if unpacker.unconsumed_tail:
        raise CaptureFailed("too_large", row.url)
    if not unpacker.eof or unpacker.unused_data:
        raise CaptureFailed("truncated", f"not one whole gzip member: {row.url}")
    return plain


def _warc_record(plain: bytes, row: Row) -> tuple[str, bytes]:
    """Id and content of a WARC response."""
    found = next(iter(ArchiveIterator(io.BytesIO(plain), parse_http=False)), None)
    if found is None or found.record_type != WarcRecordType.response:
        raise CaptureFailed("wrong_record", f"no response: {row.url}")
    told = found.headers
    block = bytes(found.reader.read())
    if str(len(block)) != told.get("Content-Length"):
        raise CaptureFailed("truncated", row.url)
    address = (told.get("WARC-Target-URI") or "").strip("<>")
    _check(address, re.sub(r"\D", "", told.get("WARC-Date") or "")[:14], row)
    return told.get("WARC-Record-ID") or "", block


def _arc_record(plain: bytes, row: Row) -> tuple[str, tuple[bytes, bytes]]:
    """Address of the server, and head and body of its answer, of an ARC record (version 1).

    Its one line holds address, server, date, content type and length; an address may hold blanks.
    """
    line, _, rest = plain.partition(b"\n")
    parts = line.decode("latin-1").rsplit(" ", 4)
    if len(parts) != 5 or not parts[4].strip().isdigit():
        raise CaptureFailed("wrong_record", f"neither WARC nor ARC: {row.url}")
    address, server, moment, _, length = parts
    if len(rest) < int(length):
        raise CaptureFailed("truncated", row.url)
    _check(address, moment, row)
    head, body = split_answer(rest[: int(length)])
    if not head:
        raise CaptureFailed("wrong_record", f"no response: {row.url}")
    return server, (head, body)


def _check(address: str, moment: str, row: Row) -> None:
    if plain_address(address) != plain_address(row.url) or moment != row.timestamp:
        raise CaptureFailed("wrong_record", f"{address} of {moment} instead of {row.url} of {row.timestamp}")


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError as error:
        raise ListFailed(f"the index answers in words: {data[:200].decode('utf-8', 'replace')}") from error

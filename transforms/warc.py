"""WARC bytes → captures, in file order; each capture knows where its record stands."""

from __future__ import annotations

import dataclasses
import hashlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime

from fastwarc.warc import ArchiveIterator, WarcRecordType

from schemas.records import Capture
from transforms.documents import MAX_BYTES, READABLE, sniff
from transforms.payload import undo_transfer

UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)  # our writers' mark of an unknown fetch date
MAX_BODY = MAX_BYTES + 1  # bytes kept of one body: enough to see that it is beyond every limit
_NOT_TEXT = ("image/", "audio/", "video/", "font/", "css", "javascript")


class UnreadableWarc(ValueError):
    """The bytes are not a WARC file, or it is cut in the middle of a record."""


def read_captures(data: bytes, warc_key: str) -> Iterator[Capture]:
    """Yield the pages of one WARC file held in memory.

    Response, resource, conversion (WET) records become captures; requests, robots.txt and revisits do not.
    The anchor text comes from the metadata record that precedes a response. Raises UnreadableWarc.
    """
    site_id = family = ""
    links: dict[str, dict[str, str]] = {}  # record id → what the metadata record before it says
    pending: tuple[Capture, int] | None = None
    wanted = (
        WarcRecordType.warcinfo
        | WarcRecordType.metadata
        | WarcRecordType.response
        | WarcRecordType.resource
        | WarcRecordType.conversion
        | WarcRecordType.request
        | WarcRecordType.revisit
    )
    try:
        for record in ArchiveIterator(io.BytesIO(data), record_types=wanted, parse_http=True):
            offset = record.stream_pos
            if pending is not None:
                yield _placed(pending, offset)
                pending = None
            headers = record.headers
            if record.record_type == WarcRecordType.warcinfo:
                info = _fields(record.reader.read())
                site_id, family = info.get("ispartof", site_id), info.get("family", family)
            elif record.record_type == WarcRecordType.metadata:
                links[headers.get("WARC-Concurrent-To") or ""] = _fields(record.reader.read())
            elif record.record_type not in (WarcRecordType.request, WarcRecordType.revisit):
                capture = _capture(record, warc_key, site_id, family, links)
                if capture is not None:
                    pending = (capture, offset)
        if pending is not None:
            yield _placed(pending, len(data))
    except (ValueError, OSError, EOFError, RuntimeError) as error:
        raise UnreadableWarc(f"{warc_key}: {error}") from error


def _placed(pending: tuple[Capture, int], end: int) -> Capture:
    capture, offset = pending
    return dataclasses.replace(capture, warc_offset=offset, warc_length=end - offset)


def _capture(record, warc_key: str, site_id: str, family: str, links: dict[str, dict[str, str]]) -> Capture | None:  # type: ignore[no-untyped-def]
    headers = record.headers
    url = (headers.get("WARC-Target-URI") or "").strip("<>")
    if url.endswith("/robots.txt"):
        return None
    status, kind, transfer, encoding = 200, "html", "", ""
    if record.record_type == WarcRecordType.response:
        if record.http_headers is None:
            return None
        status = record.http_headers.status_code or 0
        content_type = record.http_headers.get("Content-Type") or ""
        transfer = record.http_headers.get("Transfer-Encoding") or ""
        encoding = record.http_headers.get("Content-Encoding") or ""
    else:
        content_type = headers.get("Content-Type") or ""
        if record.record_type == WarcRecordType.conversion or content_type.startswith("text/plain"):
            kind = "text"
    body = record.reader.read(MAX_BODY)
    link = links.pop(headers.get("WARC-Record-ID") or "", {})
    if transfer or encoding:
        body = undo_transfer(body, transfer, encoding, MAX_BYTES)
    if kind == "html":
        kind = kind_of(content_type, body)
    fetched = record.record_date
    if fetched is not None and fetched.tzinfo is None:
        fetched = fetched.replace(tzinfo=UTC)
    return Capture(
        url="" if url.startswith("urn:") else url,
        fetched_at=None if fetched is None or fetched == UNKNOWN_DATE else fetched.astimezone(UTC),
        status=status,
        content_type=content_type,
        body=body,
        payload_sha256=hashlib.sha256(body).hexdigest(),
        warc_key=warc_key,
        kind=kind,
        anchor=link.get("anchor", ""),
        link=link.get("link", ""),
        site_id=site_id,
        family=family,
    )


def kind_of(content_type: str, body: bytes) -> str:
    """Return html, pdf, docx or other: the first bytes decide, since servers name many files octet-stream or html."""
    found = sniff(body)
    if found:
        return found if found in READABLE else "other"
    lowered = content_type.lower()
    textual = not lowered or any(mark in lowered for mark in ("html", "text", "xml", "json", "octet-stream"))
    if textual and not any(mark in lowered for mark in _NOT_TEXT) and b"\0\0\0\0" not in body[:1024]:
        return "html"
    return "html" if body[:1024].lstrip()[:1] == b"<" and b"<html" in body[:1024].lower() else "other"


def _fields(payload: bytes) -> dict[str, str]:
    """Read application/warc-fields lines into a mapping with lower-case names."""
    fields = {}
    for line in payload.decode("utf-8", "replace").splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields[name.strip().lower()] = value.strip()
    return fields

"""WARC bytes → captures, in file order; each capture knows where its record stands."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fastwarc.warc import ArchiveIterator, WarcRecordType

from schemas.records import Capture
from transforms.documents.attachments import MAX_BYTES, READABLE, sniff
from transforms.documents.payload import undo_transfer, unpacked

UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)  # our writers' mark of an unknown fetch date
MAX_BLOCK = MAX_BYTES + (1 << 20)  # bytes kept of one record: enough to see that its body is beyond every limit
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_NOT_TEXT = ("image/", "audio/", "video/", "font/", "css", "javascript")


class UnreadableWarc(ValueError):
    """The bytes are not a WARC file, or it is cut in the middle of a record."""


def read_captures(data: bytes, warc_key: str, *, revisits: bool = False) -> Iterator[Capture]:
    """Yield the pages of one WARC file held in memory.

    Response, resource, conversion (WET) records become captures; requests and robots.txt do not. A revisit has no
    body of its own: only those that name the place of their original are yielded, and only on request. The anchor
    text comes from the metadata record that precedes a response. Raises UnreadableWarc.
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
        for record in ArchiveIterator(io.BytesIO(data), record_types=wanted, parse_http=False):
            offset = record.stream_pos
            if pending is not None:
                yield _placed(pending, offset)
                pending = None
            if record.record_type == WarcRecordType.request or (
                record.record_type == WarcRecordType.revisit and not revisits
            ):
                continue
            block = _block(record, offset)
            headers = record.headers
            if record.record_type == WarcRecordType.warcinfo:
                info = _fields(block)
                site_id, family = info.get("ispartof", site_id), info.get("family", family)
            elif record.record_type == WarcRecordType.metadata:
                links[headers.get("WARC-Concurrent-To") or ""] = _fields(block)
            else:
                link = links.pop(headers.get("WARC-Record-ID") or "", {})
                capture = _capture(
                    record, block, Capture("", None, 200, "", b"", "", warc_key, site_id=site_id, family=family), link
                )
                if record.record_type == WarcRecordType.revisit and not link.get("original"):
                    continue
                if capture is not None:
                    pending = (capture, offset)
    except (ValueError, OSError, EOFError, RuntimeError) as error:
        if pending is not None:  # what stands before the damage is whole
            yield _placed(pending, len(data))
        raise UnreadableWarc(f"{warc_key}: {error}") from error
    if pending is not None:
        yield _placed(pending, len(data))


def _block(record: Any, offset: int) -> bytes:
    """The record's content, as much of it as is ever looked at; ValueError when the file ends before it does."""
    block = bytes(record.reader.read(MAX_BLOCK))
    declared = record.headers.get("Content-Length") or ""
    if not declared.isdigit() or len(block) < min(int(declared), MAX_BLOCK):
        raise ValueError(f"the record at offset {offset} is cut short")
    return block


def _placed(pending: tuple[Capture, int], end: int) -> Capture:
    capture, offset = pending
    return dataclasses.replace(capture, warc_offset=offset, warc_length=end - offset)


def _capture(record: Any, block: bytes, blank: Capture, link: dict[str, str]) -> Capture | None:
    """The page in a record, None when it holds none; `blank` carries what its file says of all of them."""
    headers = record.headers
    url = (headers.get("WARC-Target-URI") or "").strip("<>")
    if url.endswith("/robots.txt"):
        return None
    status, kind, body = 200, "html", block
    names: dict[str, str] = {}
    if record.record_type in (WarcRecordType.response, WarcRecordType.revisit):
        status, names, body = _answer(block)
        if not status:
            return None
        content_type = names.get("content-type", "")
    else:
        content_type = headers.get("Content-Type") or ""
        if record.record_type == WarcRecordType.conversion or content_type.startswith("text/plain"):
            kind = "text"
    digest = hashlib.sha256(body).hexdigest()
    transfer, encoding = names.get("transfer-encoding", ""), names.get("content-encoding", "")
    if transfer or encoding:
        body = undo_transfer(body, transfer, encoding, MAX_BYTES)
    body = unpacked(body, MAX_BYTES)
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
        payload_sha256=digest,
        warc_key=blank.warc_key,
        site_id=blank.site_id,
        family=blank.family,
        kind=kind,
        anchor=link.get("anchor", ""),
        link=link.get("link", ""),
        refused=link.get("refused", ""),
        page=link.get("page", ""),
        original=link.get("original", ""),
    )


def _answer(block: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers by lower-case name and body of an HTTP answer; status 0 when it is none."""
    found = _HEAD_END.search(block, 0, 1 << 20)
    head, body = (block[: found.start()], block[found.end() :]) if found else (block, b"")
    first, *lines = head.decode("latin-1").split("\n")
    version, _, after = first.strip().partition(" ")
    if not version.startswith("HTTP/") or not after[:3].isdigit():
        return 0, {}, b""
    names: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            names.setdefault(name.strip().lower(), value.strip())
    return int(after[:3]), names, body


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

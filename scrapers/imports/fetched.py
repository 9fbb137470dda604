"""A capture as an archive handed it over, and whether its payload is the one that the index promised."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapers.download import MAX_HEAD
from scrapers.imports.captures import Row
from transforms.documents.payload import undo_transfer
from transforms.warc import MAX_BLOCK

DIFFERS, UNVERIFIED = "digest_differs", "unverified"
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_SHA1 = re.compile(r"[A-Z2-7]{32}")


class ListFailed(OSError):
    """An index did not answer a question, or not in its own language."""


class ListRefused(ListFailed):
    """An index does not want to answer."""


class CaptureFailed(OSError):
    """A listed capture could not be had; `reason` is one word."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        super().__init__(f"{reason}: {detail}" if detail else reason)


@dataclass(frozen=True, slots=True)
class Fetched:
    """One capture as WARC records: `before` says where it comes from, `record` holds it.

    `payload_digest` is labelled; `verdict` is "", DIFFERS (the page is kept and not believed) or UNVERIFIED (the
    archive handed it over in another packing than it hashed).
    """

    row: Row
    url: str
    date: datetime
    before: bytes
    record: bytes
    payload_digest: str
    verdict: str


def list_failed(status: int, index: str, address: str) -> ListFailed:
    """Return the failure of a question to an index by the status of its answer."""
    kind = ListRefused if status in (401, 403) else ListFailed
    return kind(f"{index} answers {status} for {address}")


def date_of(timestamp: str) -> datetime:
    """Return the moment of an archive's fourteen digits. Raises CaptureFailed."""
    try:
        return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise CaptureFailed("bad_timestamp", timestamp) from error


def sha1(data: bytes) -> str:
    """Return the digest of a payload as the indexes write it (base32, no label)."""
    return base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def split_answer(block: bytes) -> tuple[bytes, bytes]:
    """Return head and body of an archived HTTP answer; the head ends in an empty line, its lines in CRLF.

    Old servers ended lines in a bare LF. What has no head at all is a body.
    """
    found = _HEAD_END.search(block, 0, MAX_HEAD)
    if not block.startswith(b"HTTP/") or found is None:
        return b"", block
    lines = block[: found.start()].split(b"\n")
    return b"\r\n".join(line.removesuffix(b"\r") for line in lines) + b"\r\n\r\n", block[found.end() :]


def payload_forms(head: bytes, body: bytes) -> list[bytes]:
    """Return a payload in every form that a crawler may have hashed: as it was sent, without its chunks, unpacked."""
    lines = (line.partition(b":") for line in head.lower().split(b"\r\n")[1:])
    names = {name.strip(): value.strip().decode("latin-1") for name, _, value in lines}
    transfer, content = names.get(b"transfer-encoding", ""), names.get(b"content-encoding", "")
    joined = undo_transfer(body, transfer, "", MAX_BLOCK) if transfer else body
    return [body, joined, undo_transfer(joined, "", content, MAX_BLOCK) if content else joined]


def judge(promised: str, forms: list[bytes], repacked: bool) -> str:
    """Compare a payload, in every form in which it may have been hashed, with the digest that the index shows."""
    if any(sha1(form) == promised for form in forms):
        return ""
    return UNVERIFIED if repacked or not _SHA1.fullmatch(promised) else DIFFERS

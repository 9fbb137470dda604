"""A capture as an archive handed it over, and whether its payload is the one that the index promised."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from scrapers.imports.captures import Row

DIFFERS, UNVERIFIED = "digest_differs", "unverified"
_SHA1 = re.compile(r"[A-Z2-7]{32}")


class ListFailed(OSError):
    """An index did not answer a question, or not in its own language."""


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


def date_of(timestamp: str) -> datetime:
    """Return the moment of an archive's fourteen digits. Raises CaptureFailed."""
    try:
        return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise CaptureFailed("bad_timestamp", timestamp) from error


def sha1(data: bytes) -> str:
    """Return the digest of a payload as the indexes write it (base32, no label)."""
    return base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode("ascii")


def judge(promised: str, forms: list[bytes], repacked: bool) -> str:
    """Compare a payload, in every form in which it may have been hashed, with the digest that the index shows."""
    if any(sha1(form) == promised for form in forms):
        return ""
    return UNVERIFIED if repacked or not _SHA1.fullmatch(promised) else DIFFERS

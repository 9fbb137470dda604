"""What a WARC file of somebody else's holds: counted when it is imported, since its bytes are kept as they are."""

from __future__ import annotations

import base64
import hashlib
import io
from collections import Counter
from typing import Any

from fastwarc.warc import ArchiveIterator

from scrapers.imports.fetched import payload_forms, split_answer
from transforms.warc import MAX_BLOCK

_LENGTHS = {"sha1": 20, "sha256": 32, "md5": 16}
_PAGES = frozenset({"response", "resource", "conversion"})


def survey(data: bytes) -> dict[str, int]:
    """Count the records of a WARC file by type, and what is odd about them; damage ends the count.

    `revisits_unresolved`: the payload that the record repeats is not in this file, so there is nothing to read.
    `digest_differs`: a payload is not, in any form in which it may have been hashed, what its record says; the page
    is read all the same, for crawlers hash differently. `without_address`, `without_date`: pages that lack them.
    """
    counts: Counter[str] = Counter()
    payloads: set[str] = set()
    repeats: list[str] = []
    try:
        for found in ArchiveIterator(io.BytesIO(data), parse_http=False):
            told = found.headers
            kind = told.get("WARC-Type") or "none"
            counts[kind] += 1
            if kind == "revisit":
                repeats.append(told.get("WARC-Payload-Digest") or "")
            elif kind in _PAGES:
                block = bytes(found.reader.read(MAX_BLOCK))
                if len(block) < min(int(told.get("Content-Length") or 0), MAX_BLOCK):
                    raise EOFError
                digest = told.get("WARC-Payload-Digest") or ""
                payloads.add(digest)
                counts["digest_differs"] += _differs(digest, block, kind == "response")
                counts["without_address"] += not told.get("WARC-Target-URI")
                counts["without_date"] += found.record_date is None
    except (ValueError, OSError, EOFError, RuntimeError):
        counts["damaged"] = 1
    counts["revisits_unresolved"] = sum(not digest or digest not in payloads for digest in repeats)
    return {name: count for name, count in sorted(counts.items()) if count}


def _differs(digest: str, block: bytes, is_http: bool) -> bool:
    """Whether a labelled digest is that of no form of the payload; one that cannot be read says nothing."""
    label, _, value = digest.partition(":")
    name = label.lower().replace("-", "")
    wanted = _decoded(value, _LENGTHS.get(name, 0))
    if wanted is None:
        return False
    forms = payload_forms(*split_answer(block)) if is_http else [block]
    return all(hashlib.new(name, form, usedforsecurity=False).digest() != wanted for form in forms)


def _decoded(value: str, length: int) -> bytes | None:
    """The bytes of a digest in hexadecimal or base32, None when it is neither of this length."""
    decoders: tuple[Any, ...] = (bytes.fromhex, lambda text: base64.b32decode(text.upper() + "=" * (-len(text) % 8)))
    for decode in decoders:
        try:
            found = decode(value)
        except ValueError:
            continue
        if length and len(found) == length:
            return bytes(found)
    return None

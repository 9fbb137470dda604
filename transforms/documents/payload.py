"""Bytes as sent → bytes of the page: chunks joined, compression undone, within a limit.

A reader that decodes while it walks a WARC stops at the first lying header and loses the pages behind it; here a page
whose header lies stays as it came.
"""

from __future__ import annotations

import re
import zlib

import brotli

_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]{0,9}(?:;[^\r\n]{0,200})?\r?\n")


def undo_transfer(body: bytes, transfer: str, content: str, limit: int) -> bytes:
    """Return the page's bytes out of a body sent with these Transfer-Encoding and Content-Encoding headers.

    At most `limit + 1` bytes come back, so that a caller sees what is beyond it. What was cut short gives what is
    there; a body that is not encoded as its header says comes back unchanged.
    """
    if "chunked" in transfer.lower():
        body = _unchunked(body)
    for name in reversed([part.strip() for part in content.lower().split(",")][:3]):
        if name in ("gzip", "x-gzip") and body.startswith(b"\x1f\x8b"):
            body = _inflated(body, 31, limit) or body
        elif name == "deflate":
            body = _inflated(body, 15, limit) or _inflated(body, -15, limit) or body
        elif name == "br":
            body = _unbrotlied(body, limit) or body
    return body


def unpacked(body: bytes, limit: int) -> bytes:
    """Return what a gzip stream holds that no header told of (families.md 10), other bytes as they are.

    At most `limit + 1` bytes come back.
    """
    return _inflated(body, 31, limit) or body if body.startswith(b"\x1f\x8b\x08") else body


def _unchunked(body: bytes) -> bytes:
    parts: list[bytes] = []
    position = 0
    while head := _CHUNK.match(body, position):
        size = int(head[1], 16)
        if not size:
            return b"".join(parts)
        parts.append(body[head.end() : head.end() + size])
        position = head.end() + size
        position += 2 if body[position : position + 2] == b"\r\n" else 1
        if position >= len(body):  # cut short
            return b"".join(parts)
    return body if not parts else b"".join(parts)


def _inflated(body: bytes, window: int, limit: int) -> bytes:
    """Inflated bytes, gzip members one after the other; empty if the first is not of this kind at all."""
    parts: list[bytes] = []
    room = limit + 1
    while body and room > 0:
        stream = zlib.decompressobj(window)
        try:
            piece = stream.decompress(body, room)
        except zlib.error:
            break
        parts.append(piece)
        room -= len(piece)
        body = stream.unused_data if window == 31 and piece else b""
    return b"".join(parts)


def _unbrotlied(body: bytes, limit: int) -> bytes:
    stream = brotli.Decompressor()
    parts: list[bytes] = []
    room = limit + 1
    try:
        piece = stream.process(body, output_buffer_limit=min(room, 1 << 20))
        while piece:
            parts.append(piece)
            room -= len(piece)
            if room <= 0 or stream.is_finished():
                break
            piece = stream.process(b"", output_buffer_limit=min(room, 1 << 20))
    except brotli.error:
        pass
    return b"".join(parts)[: limit + 1]

"""Bytes of a page → text: BOM, strict UTF-8, declared charset, GB18030, in this order; mixed pages line by line.

A page is refused when more than 0.5 % of its characters are unreadable. Lines that were decoded wrongly before they
were served are repaired where that is exact, else dropped: a garbled menu says nothing about a clean report.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_DECLARED = re.compile(rb"(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_-]{2,30})", re.I)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_GB = frozenset({"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "hz-gb-2312", "cp936"})
_UNREADABLE = 0.005  # share of U+FFFD and NUL beyond which a page is not text
# UTF-8 read as GBK: the first bytes E4-E9 of Chinese become these, and only rare words of real text hold two of them
_AS_GBK = re.compile("[銆鏀鍏鎶骞寮鐨鍜浜绗鏄涓鎯鍐鐢閮鏈锛勭婊闂鈥][\u4e00-\u9fff\ue000-\uf8ff€]")
_AS_LATIN = re.compile("[\u00e3-\u00e9\u00ef][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122\u20ac]")
_LOST = re.compile("锟斤拷|锟斤|斤拷|\ufffd{2}")
_MARKS = "锟銆鏀ã闂\ufffd"  # single characters, since a scan for one costs next to nothing
_SHARE = 0.08  # of a stretch's characters are marks before it is held to be garbled


class Undecodable(ValueError):
    """The bytes are not text in any charset that Chinese sites use."""


class Decoded(NamedTuple):
    """Text, its charset ("mixed" where lines differ) and what was done to it (garbled_repaired, garbled_dropped).

    `utf8`: the bytes as they came, where they are the text in UTF-8 and nothing else.
    """

    text: str
    charset: str
    flags: tuple[str, ...] = ()
    utf8: bytes | None = None


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Return the text of the bytes of one page.

    GB18030 serves every GB charset, being their superset. Raises Undecodable when more than 0.5 % of the characters
    are unreadable or most of the text was decoded twice.
    """
    text, charset = _decode(body, content_type)
    flags: tuple[str, ...] = ()
    if _suspect(text):
        text, flags = _mend(text)
    lost = text.count("\ufffd") if "\ufffd" in text else 0
    unreadable = lost + (text.count("\0") if b"\0" in body else 0)
    if unreadable > max(2, len(text) * _UNREADABLE):
        raise Undecodable(f"{unreadable} of {len(text)} characters are unreadable as {charset}")
    as_it_came = charset == "utf-8" and not flags and not lost and not body.startswith(codecs.BOM_UTF8)
    return Decoded(text, charset, flags, body if as_it_came else None)


def decode_leniently(body: bytes, content_type: str = "") -> str:
    """Return the text of the bytes of one page as far as it can be read: a list that is damaged still has its links."""
    try:
        return decode(body, content_type).text
    except Undecodable:
        return _decode(body, content_type)[0]


def _decode(body: bytes, content_type: str) -> tuple[str, str]:
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(charset, "replace"), charset
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if error.end >= len(body) - 3:  # a character was cut at the very end
            return body.decode("utf-8", "replace"), "utf-8"
    declared = _DECLARED.search(content_type.encode("latin-1", "ignore")) or _DECLARED.search(body, 0, 4096)
    name = declared.group(1).decode("ascii").lower() if declared else ""
    if name and name not in _GB and name not in {"utf-8", "utf8"}:
        try:
            text = body.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            pass
        else:
            if re.search("[\u4e00-\u9fff]", text):
                return text, name
    try:
        return body.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        return _by_line(body)


def _by_line(body: bytes) -> tuple[str, str]:
    """Decode a page that no charset fits whole: every line, else every stretch between tags, by itself."""
    used: set[str] = set()
    lines = []
    for line in body.split(b"\n"):
        text, charset = _one(line)
        if charset == "broken" and b"<" in line:
            pieces = [_one(piece) for piece in line.split(b"<")]
            text = "<".join(piece for piece, _ in pieces)
            used |= {charset for _, charset in pieces}
        else:
            used.add(charset)
        lines.append(text)
    used -= {"ascii", "broken"}
    return "\n".join(lines), used.pop() if len(used) == 1 else "mixed"


def _one(line: bytes) -> tuple[str, str]:
    if line.isascii():
        return line.decode("ascii"), "ascii"
    for charset in ("utf-8", "gb18030"):
        try:
            return line.decode(charset), charset
        except UnicodeDecodeError:
            continue
    as_utf8, as_gb = line.decode("utf-8", "replace"), line.decode("gb18030", "replace")
    return min(as_utf8, as_gb, key=lambda text: text.count("\ufffd")), "broken"


def _suspect(text: str) -> bool:
    """Whether the text bears a mark of double decoding at all; every mark is common in such text, rare in others."""
    return any(mark in text for mark in _MARKS)


def _mend(text: str) -> tuple[str, tuple[str, ...]]:
    """Repair or empty the stretches between tags and line ends that were decoded twice.

    Raises Undecodable when more of the Chinese was lost than is left.
    """
    lost = left = mended = 0
    pieces = re.split("([<>\n])", text)
    for place, piece in enumerate(pieces):
        if piece.isascii():
            continue
        marks = len(_AS_GBK.findall(piece)) + len(_AS_LATIN.findall(piece))
        if _LOST.search(piece) or (marks >= 2 and marks > _SHARE * len(piece)):
            repaired = _repaired(piece)
            pieces[place] = repaired or ""
            lost += 0 if repaired else len(piece)
            left += len(repaired or "")
            mended += repaired is not None
        else:
            left += len(piece)
    if lost > left:
        raise Undecodable(f"text bears the marks of a double decoding: {lost} characters lost, {left} left")
    flags = [name for name, n in (("garbled_dropped", lost), ("garbled_repaired", mended)) if n]
    return "".join(pieces), tuple(flags)


def _repaired(piece: str) -> str | None:
    """The text before it was decoded wrongly, if undoing that is exact; else None."""
    for wrong in ("gb18030", "cp1252", "latin-1"):
        try:  # Windows reads the lone byte 80 as the euro sign in GBK
            parts = piece.split("€") if wrong == "gb18030" else [piece]
            text = b"\x80".join(part.encode(wrong) for part in parts).decode("utf-8")
        except UnicodeError:
            continue
        if re.search("[\u4e00-\u9fff]", text):
            return text
    return None

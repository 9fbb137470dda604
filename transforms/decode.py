"""Bytes of a page → text: BOM, strict UTF-8, declared charset, GB18030, in this order."""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.I)
_MOJIBAKE = re.compile("锟斤拷|闂傚倸|濠电姷|鈥溾€|銆傦")
_GB = {"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "hz-gb-2312", "cp936"}


class Undecodable(ValueError):
    """The bytes are not text in any charset that Chinese sites use."""


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """Return `(text, charset)` of the bytes of one page.

    GB18030 serves every GB charset, being their superset. Raises Undecodable when more than 0.5 % of the
    characters are unreadable or the text bears the marks of a double decoding.
    """
    for bom, charset in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if body.startswith(bom):
            return body[len(bom) :].decode(charset, "replace"), charset
    text, charset = _try(body, content_type)
    if not text.strip():
        return text, charset
    unreadable = text.count("\ufffd") + text.count("\0")
    if unreadable > max(2, len(text) * 0.005):
        raise Undecodable(f"{unreadable} of {len(text)} characters are unreadable as {charset}")
    if len(_MOJIBAKE.findall(text, 0, 200_000)) >= 3:
        raise Undecodable("text bears the marks of a double decoding")
    return text, charset


def _try(body: bytes, content_type: str) -> tuple[str, str]:
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        cut_short = error.end >= len(body) - 3
    declared = _DECLARED.search(body, 0, 4096) or _DECLARED.search(content_type.encode("latin-1", "ignore"))
    name = declared.group(1).decode("ascii").lower() if declared else ""
    if cut_short:  # a character was cut at the very end
        return body.decode("utf-8", "replace"), "utf-8"
    if name and name not in _GB and name not in {"utf-8", "utf8"}:
        try:
            text = body.decode(name)
        except (UnicodeDecodeError, LookupError):
            pass
        else:
            if any("\u4e00" <= char <= "\u9fff" for char in text):
                return text, name
    try:
        return body.decode("gb18030"), "gb18030"
    except UnicodeDecodeError:
        pass
    as_gb, as_utf8 = body.decode("gb18030", "replace"), body.decode("utf-8", "replace")
    if as_utf8.count("\ufffd") < as_gb.count("\ufffd"):
        return as_utf8, "utf-8"
    return as_gb, "gb18030"

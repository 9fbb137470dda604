"""Townships and streets by county: facts of townships.csv, kept as one text and searched, never loaded as objects."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path


@cache
def _text() -> str:
    """Lines `code,|name|name|…|`; streets without 办事处."""
    return (Path(__file__).parent / "townships.csv").read_text(encoding="utf-8")


@lru_cache(maxsize=4096)
def counties_with(name: str) -> tuple[str, ...]:
    """Return the codes of all divisions that have a township or street of this name, in order; () if none is known."""
    text, found = _text(), []
    at = text.find(name + "|")
    while at >= 0:
        if text[at - 1] == "|":
            start = text.rfind("\n", 0, at) + 1
            found.append(text[start : start + 6])
        at = text.find(name + "|", at + 1)
    return tuple(found)

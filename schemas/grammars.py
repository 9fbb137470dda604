"""The address grammars of small site families: `schemas/grammars.yml`, read and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from schemas.facts import facts

_PAGES = re.compile(r"suffix0?|number|down|links|query:\w+")


@dataclass(frozen=True, slots=True)
class Grammar:
    """How one small family addresses its articles and goes on with its lists; `where` it was seen."""

    name: str
    where: str
    article: re.Pattern[str]
    pages: str


@cache
def grammars() -> dict[str, Grammar]:
    """Return all grammars by name; ValueError for an entry that cannot be used."""
    found = {}
    for name, entry in facts("grammars").items():
        if not _PAGES.fullmatch(entry["pages"]):
            raise ValueError(f"grammars.yml: {name}: pages must not be {entry['pages']!r}")
        found[name] = Grammar(name, entry["where"], re.compile(entry["article"], re.I), entry["pages"])
    return found

"""The site families and the marks that tell them apart: facts of families.yml, patterns compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from schemas.facts import facts


@dataclass(frozen=True, slots=True)
class Mark:
    """One sign of a family: a pattern, its points, and what it is in words.

    `kind` is article, column or service for a mark of an address, "page" for one of a page's source. `column` is
    the template by which a match tells the path of the article's column, "" where it does not tell it.
    """

    kind: str
    points: int
    says: str
    match: re.Pattern[str]
    column: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A product that sites share, and its marks in addresses and pages."""

    name: str
    title: str
    address: tuple[Mark, ...]
    page: tuple[Mark, ...]


@cache
def families() -> dict[str, Family]:
    """Return every family by the name that the registry uses, in the order of the file; `generic` is the last."""
    return {
        name: Family(name, entry["title"], _marks(entry.get("address", [])), _marks(entry.get("page", [])))
        for name, entry in facts("families")["families"].items()
    }


def threshold(name: str) -> int:
    """Return a limit of families.yml in points: accept, lead or named."""
    return int(facts("families")[name])


def _marks(entries: list[dict[str, Any]]) -> tuple[Mark, ...]:
    return tuple(Mark(**{"kind": "page", **entry, "match": re.compile(entry["match"])}) for entry in entries)

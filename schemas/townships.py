"""Townships and streets by county: facts of townships.csv."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def _counties() -> dict[str, tuple[str, ...]]:
    """Codes of divisions by the name of a township or street (streets without 办事处)."""
    found: dict[str, tuple[str, ...]] = {}
    with (Path(__file__).parent / "townships.csv").open(encoding="utf-8") as lines:
        for line in lines:
            code, _, names = line.rstrip("\n").partition(",")
            for name in filter(None, names.split("|")):
                found[name] = (*found.get(name, ()), code)
    return found


def counties_with(name: str) -> tuple[str, ...]:
    """Return the codes of all divisions that have a township or street of this name, in order; () if none is known."""
    return _counties().get(name, ())

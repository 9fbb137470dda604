"""What a partition of the lake is expected to be like: one validated file of facts (checks.yml)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from schemas.divisions import PROVINCE_SLUGS
from schemas.facts import facts
from schemas.families import families
from schemas.tables import REPORTS
from schemas.written import problems


class ChecksError(ValueError):
    """The file of checks is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation; a bound that is None is not asked for, no provinces or families mean all of them."""

    name: str
    measure: str
    why: str
    column: str = ""
    provinces: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    of_at_least: int = 1
    min: float | None = None
    max: float | None = None
    warn_below: float | None = None
    warn_above: float | None = None


@cache
def checks() -> tuple[Check, ...]:
    """Return the expectations in the order of the file; ChecksError when it is wrong."""
    return parse(facts("checks"))


@cache
def checks_digest() -> str:
    """Return what tells these expectations from any others."""
    return hashlib.sha256(repr(checks()).encode()).hexdigest()[:16]


def parse(data: dict[str, Any]) -> tuple[Check, ...]:
    """Return the expectations of such a mapping.

    ChecksError when it does not fit the schema, repeats a name, or names a column, province or family that is none.
    """
    for place, problem in problems("checks", data):
        raise ChecksError(f"checks.yml: {'/'.join(map(str, place))}: {problem}")
    found = tuple(_check(row) for row in data["checks"])
    names = [check.name for check in found]
    if len(set(names)) < len(names):
        raise ChecksError(f"checks.yml: a name twice among {', '.join(names)}")
    for check in found:
        _known(check.name, "column of reports", [check.column] if check.column else [], REPORTS.names)
        _known(check.name, "province", check.provinces, PROVINCE_SLUGS)
        _known(check.name, "family", check.families, [*families(), "import"])
    return found


def _known(name: str, what: str, used: Iterable[str], known: Iterable[str]) -> None:
    if strange := sorted(set(used) - set(known)):
        raise ChecksError(f"checks.yml: {name}: no {what}: {', '.join(strange)}")


def _check(row: dict[str, Any]) -> Check:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Check(**fields)

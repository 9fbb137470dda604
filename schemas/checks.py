"""What a partition of the lake is expected to be like: one validated file of facts (checks.yml)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from schemas.facts import HERE, facts


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
    min: float | None = None
    max: float | None = None
    warn_below: float | None = None
    warn_above: float | None = None


@cache
def checks() -> tuple[Check, ...]:
    """Return the expectations in the order of the file; ChecksError when it is wrong."""
    return parse(facts("checks"))


def parse(data: dict[str, Any]) -> tuple[Check, ...]:
    """Return the expectations of such a mapping; ChecksError when it does not fit the schema or repeats a name."""
    schema = json.loads((HERE / "checks.schema.json").read_text(encoding="utf-8"))
    for error in Draft202012Validator(schema).iter_errors(data):
        raise ChecksError(f"checks.yml: {error.json_path}: {error.message}")
    found = tuple(_check(row) for row in data["checks"])
    names = [check.name for check in found]
    if len(set(names)) < len(names):
        raise ChecksError(f"checks.yml: a name twice among {', '.join(names)}")
    return found


def _check(row: dict[str, Any]) -> Check:
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Check(**fields)

"""Cached reading of the fact files beside this module, with their patterns compiled once."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from schemas.written import HERE, read_yaml


@cache
def facts(name: str) -> dict[str, Any]:
    """Return the mapping in `<name>.yml` of this package; FileNotFoundError if there is none."""
    data = read_yaml(HERE / f"{name}.yml")
    if not isinstance(data, dict):
        raise ValueError(f"{name}.yml: a mapping is expected at the top")
    return data


@cache
def pattern(name: str, *path: str, flags: int = 0) -> re.Pattern[str]:
    """Return the compiled pattern found in `<name>.yml` under the keys `path`."""
    value: Any = facts(name)
    for key in path:
        value = value[key]
    return re.compile(value, flags)


@cache
def rules(name: str, key: str) -> tuple[tuple[re.Pattern[str], dict[str, Any]], ...]:
    """Return the ordered rules under `key`: pairs of compiled `match` and the rule itself."""
    return tuple((re.compile(rule["match"]), rule) for rule in facts(name)[key])

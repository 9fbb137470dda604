"""Administrative divisions down to county, with former names: facts of divisions.csv, looked up by code or name."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SLUGS = (
    "110000 beijing 120000 tianjin 130000 hebei 140000 shanxi 150000 neimenggu 210000 liaoning 220000 jilin "
    "230000 heilongjiang 310000 shanghai 320000 jiangsu 330000 zhejiang 340000 anhui 350000 fujian 360000 jiangxi "
    "370000 shandong 410000 henan 420000 hubei 430000 hunan 440000 guangdong 450000 guangxi 460000 hainan "
    "500000 chongqing 510000 sichuan 520000 guizhou 530000 yunnan 540000 xizang 610000 shaanxi 620000 gansu "
    "630000 qinghai 640000 ningxia 650000 xinjiang 000000 central"
).split()
_SLUG_OF = dict(zip(_SLUGS[::2], _SLUGS[1::2], strict=True))
PROVINCE_SLUGS = (*_SLUG_OF.values(), "unknown")


@dataclass(frozen=True, slots=True)
class Division:
    """One division under one name; `valid_from` and `valid_to` are the years of the change, "" when none since 2008.

    `change` says what ended it: "renamed" when `successor` (a code) goes on with all of it, "merged" when its land
    went to a division that others share. Both are "" while it stands.
    """

    code: str
    name: str
    short: str
    level: str  # province | prefecture | county | central
    parent: str
    valid_from: str
    valid_to: str
    change: str
    successor: str
    aliases: tuple[str, ...]


@cache
def _rows() -> tuple[Division, ...]:
    with (Path(__file__).parent / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Division(
                row["code"],
                row["name"],
                row["short"],
                row["level"],
                row["parent"],
                row["valid_from"],
                row["valid_to"],
                row["change"],
                row["successor"],
                tuple(filter(None, row["aliases"].split("|"))),
            )
            for row in csv.DictReader(file)
        )


@cache
def divisions() -> dict[str, Division]:
    """Return every division by code; of several names of one code, the current one."""
    found: dict[str, Division] = {}
    for row in _rows():
        if row.code not in found or not row.valid_to:
            found[row.code] = row
    return found


@cache
def _names() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for row in _rows():
        for name in {row.name, row.short, *row.aliases}:
            found.setdefault(name, []).append(row)
    return {name: tuple(rows) for name, rows in found.items()}


def by_name(name: str) -> tuple[Division, ...]:
    """Return the divisions that bear or bore this full name, short name or alias."""
    return _names().get(name, ())


@cache
def all_names() -> frozenset[str]:
    """Return every full name, short name and alias."""
    return frozenset(_names())


@cache
def full_names() -> frozenset[str]:
    """Return the names and aliases that end in the word for a division (市, 县, 州 …), as running text has them."""
    names = {name for row in _rows() for name in (row.name, *row.aliases)}
    return frozenset(name for name in names if name.endswith(("省", "市", "县", "区", "州", "盟", "旗")))


@cache
def ancestors(code: str) -> tuple[str, ...]:
    """Return the codes above a division, nearest first, without the root 000000; of today's divisions."""
    chain: list[str] = []
    row = divisions().get(code)
    while row is not None and row.parent not in ("000000", ""):
        parent = divisions().get(row.parent)
        while parent is not None and parent.valid_to and parent.successor != parent.code:
            parent = divisions().get(parent.successor)  # 莱城区 stood under 莱芜, today under 济南
        if parent is None or parent.code in chain:
            break
        chain.append(parent.code)
        row = parent
    return tuple(chain)


@cache
def current_code(code: str) -> str:
    """Follow the renamings of a code; a merged or unknown code is returned as it is."""
    known, seen = divisions(), set()
    while code in known and known[code].change == "renamed" and code not in seen:
        seen.add(code)
        code = known[code].successor
    return code


def today(row: Division) -> Division:
    """Return the division that goes on with this one today; a merged one stands for itself."""
    return divisions()[current_code(row.successor)] if row.change == "renamed" else row


def stood_in(row: Division, year: int, slack: int = 0) -> bool:
    """Whether a report for this year, written early in the next, would use this division's name."""
    return (not row.valid_from or int(row.valid_from) - slack <= year) and (
        not row.valid_to or int(row.valid_to) + slack > year
    )


@cache
def _former() -> dict[str, tuple[Division, ...]]:
    found: dict[str, list[Division]] = {}
    for row in _rows():
        if row.change == "renamed":
            found.setdefault(today(row).code, []).append(row)
    return {code: tuple(rows) for code, rows in found.items()}


def as_of(row: Division, year: int | None) -> Division:
    """Return a division as it was called in a year: 新津区 for 2015 is 新津县. Without a year, as it is."""
    if year is None or stood_in(row, year):
        return row
    return next((old for old in _former().get(row.code, ()) if stood_in(old, year)), row)


def province_of(code: str) -> Division:
    """Return the province (or 000000) that a code belongs to; KeyError for an unknown province."""
    return divisions()[code[:2] + "0000"]


def province_slug(code_or_name: str) -> str:
    """Return the partition value of a province given by any code in it or by its name; KeyError if unknown."""
    if code_or_name.isdigit():
        return _SLUG_OF[code_or_name[:2] + "0000"]
    return _SLUG_OF[next(row.code for row in by_name(code_or_name) if row.level in ("province", "central"))]


def slug_to_code(slug: str) -> str:
    """Return the six-digit code of a partition value; KeyError if there is none (also for `unknown`)."""
    return {slug_: code for code, slug_ in _SLUG_OF.items()}[slug]

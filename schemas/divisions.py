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
    """One division under one name; `valid_to` (a year) and `successor` (a code) are "" while it stands."""

    code: str
    name: str
    short: str
    level: str  # province | prefecture | county | central
    parent: str
    valid_from: str
    valid_to: str
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
def full_names() -> frozenset[str]:
    """Return every full name and alias (never a bare short name), and the short names of provinces."""
    names = {name for row in _rows() for name in (row.name, *row.aliases)}
    return frozenset(names | {row.short for row in _rows() if row.level == "province"} - {"中央"})


def ancestors(code: str) -> tuple[str, ...]:
    """Return the codes above a division, nearest first, without the root 000000."""
    chain: list[str] = []
    row = divisions().get(code)
    while row is not None and row.parent not in ("000000", ""):
        chain.append(row.parent)
        row = divisions().get(row.parent)
    return tuple(chain)


def current_code(code: str) -> str:
    """Follow the successors of an abolished code; an unknown code is returned as it is."""
    known, seen = divisions(), set()
    while code in known and known[code].successor and code not in seen:
        seen.add(code)
        code = known[code].successor
    return code


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

"""What a labelled page is made of, from the cell of a table to the bytes that the reader gets."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
Truth = dict[str, Any]
Span = tuple[str, int, int]  # text, colspan, rowspan


@dataclass(frozen=True, slots=True)
class Value:
    """One printed cell and what it means; `value` is decimal text, None unless the state is `value`."""

    printed: str
    state: str
    value: str | None = None


@dataclass(slots=True)
class Sheet:
    """A statutory table: its drawn grid (rows of spans) and its cells by (row key, column key)."""

    name: str  # t2 | t3 | t4 | stat
    form: str  # B | C | D
    grid: list[list[Span]]
    cells: dict[tuple[str, str], Value]
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Part:
    """One level-1 section as written: heading ("" for preamble and signature), then paragraphs, then its table."""

    key: str
    heading: str
    paragraphs: list[str]
    also: tuple[str, ...] = ()
    sheet: Sheet | None = None
    level2: list[tuple[str, str]] = field(default_factory=list)  # (key, the paragraph that starts it)


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who reports: the printed name, the full one, and where it belongs."""

    printed: str
    name: str
    level: str
    kind: str
    code: str  # division served; 000000 for central bodies
    also: tuple[str, ...] = ()  # other spellings of the full name that are right as well


@dataclass(slots=True)
class Report:
    """One annual report before it becomes a page."""

    issuer: Issuer
    year: int
    title: str
    date: str  # yyyy-mm-dd
    parts: list[Part]
    form: str
    numbers: dict[str, tuple[str | None, str]] = field(default_factory=dict)  # key → (value, qualifier)


@dataclass(slots=True)
class Page:
    """Bytes as a crawler would hand them over, and the truth; a key absent from `truth` is not judged."""

    id: str
    group: str
    data: bytes
    url: str
    kind: str
    truth: Truth


@cache
def _divisions() -> dict[str, dict[str, str]]:
    with (SCHEMAS / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["code"]: row for row in rows if not row["valid_to"]}


SLUGS = dict(
    pair.split(":")
    for pair in (
        "11:beijing 12:tianjin 13:hebei 14:shanxi 15:neimenggu 21:liaoning 22:jilin 23:heilongjiang 31:shanghai "
        "32:jiangsu 33:zhejiang 34:anhui 35:fujian 36:jiangxi 37:shandong 41:henan 42:hubei 43:hunan 44:guangdong "
        "45:guangxi 46:hainan 50:chongqing 51:sichuan 52:guizhou 53:yunnan 54:xizang 61:shaanxi 62:gansu 63:qinghai "
        "64:ningxia 65:xinjiang 00:central"
    ).split()
)


def name_of(code: str) -> str:
    """Return the name of a division that stands today; KeyError for an unknown code."""
    return _divisions()[code]["name"]


def place(code: str) -> Truth:
    """Return province, prefecture_name and county_name of a division code."""
    row, above = _divisions()[code], code[:4] + "00"
    prefecture = _divisions().get(above)
    is_county = row["level"] == "county"
    has_prefecture = prefecture is not None and prefecture["level"] == "prefecture" and code[2:4] != "90"
    return {
        "province": SLUGS[code[:2]],
        "prefecture_name": prefecture["name"] if prefecture and has_prefecture else None,
        "county_name": row["name"] if is_county else None,
    }

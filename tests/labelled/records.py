"""What a labelled page is made of, from the cell of a table to the bytes that the reader gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

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

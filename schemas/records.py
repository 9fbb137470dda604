"""Plain records that travel from room to room; nothing here does I/O.

Capture (one archived response) → Document (its text and evidence) → PageRow or RejectRow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

Evidence = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Capture:
    """One archived response with the pointer to its bytes.

    `url` is "" when an import knows no address; `fetched_at` (UTC) is None when it knows no date.
    `warc_offset` and `warc_length` are bytes in the object `warc_key`.
    """

    url: str
    fetched_at: datetime | None
    status: int
    content_type: str
    body: bytes
    payload_sha256: str
    warc_key: str = ""
    warc_offset: int = 0
    warc_length: int = 0
    kind: str = "html"  # html | text | other
    anchor: str = ""  # text of the link that led here
    link: str = ""  # what the crawl took it for: list | page | attachment; "" when not known
    page: str = ""  # of an attachment: the place of the page that links to it, "key offset length"
    original: str = ""  # of a revisit: the place of the capture that it repeats, likewise
    site_id: str = ""
    family: str = ""
    refused: str = ""  # why the import that brought it does not believe it


Spans = dict[tuple[int, int], tuple[int, int]]


@dataclass(slots=True)
class Table:
    """A table that stands at `[start, end)` of a text: one line a row, its cells apart by tabs.

    `spans` says of a cell, by its row and its place among the row's own cells, how many rows and columns it covers,
    where that is not one of each; (0, 0) says that the row has no cell of its own. `Grid` draws it out.
    """

    start: int
    end: int
    spans: Spans = field(default_factory=dict)
    has_image: bool = False


class Cell(NamedTuple):
    """One cell of a span-expanded grid; a spanned cell appears once per grid place, same offsets.

    A tuple, since a page has hundreds and a frozen dataclass costs four times as much to make.
    """

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Grid:
    """A table drawn out; offsets are those of the same text.

    `rows` are rows × columns; `drawn` the same rows with a cell that covers several columns only once. A row without
    such cells is the same list in both.
    """

    start: int
    end: int
    rows: list[list[Cell]]
    drawn: list[list[Cell]]
    has_image: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A link of a page to a file that may hold the report: its address as printed and its text."""

    href: str
    text: str


@dataclass(slots=True)
class Document:
    """What one page shows: main text with its tables, and the evidence around it."""

    text: str
    tables: list[Table] = field(default_factory=list)
    page_title: str = ""  # <title>
    headline: str = ""  # h1 or the title element of the article
    metas: dict[str, str] = field(default_factory=dict)  # lower-case names
    breadcrumb: str = ""
    index_block: dict[str, str] = field(default_factory=dict)  # 索引号, 发布机构, 成文日期 …
    title_above: str = ""  # the line above the report that names it, wherever it stands
    date_above: str = ""  # the day printed behind that line
    chrome: str = ""  # text outside the main content (menus, footers): evidence only
    hidden: str = ""  # text that no reader sees: evidence of injection only
    attachments: list[Attachment] = field(default_factory=list)
    n_links: int = 0
    n_image_tables: int = 0
    source_offset: int | None = None  # where `text` starts in the decoded source, when contiguous


@dataclass(slots=True)
class Section:
    """One stretch of the report's text; the sections of a report tile it in order."""

    section: str
    also: list[str]
    heading: str
    level: int
    parent: str
    start: int
    end: int
    status: str  # found | empty | merged | absent | not_found
    method: str
    confidence: float


@dataclass(slots=True)
class Figure:
    """One statutory cell or narrative number, with the state that tells 0 from nothing."""

    form: str
    table: str
    row: str
    column: str
    label_printed: str
    value_printed: str
    value: str | None  # decimal as text, e.g. "12" or "3.50"
    unit: str
    qualifier: str
    state: str
    rule_ok: bool | None
    start: int
    end: int


@dataclass(slots=True)
class Figures:
    """Figures as columns, named as the fields of a Figure: an object for each costs more than to read it."""

    form: list[str] = field(default_factory=list)
    table: list[str] = field(default_factory=list)
    row: list[str] = field(default_factory=list)
    column: list[str] = field(default_factory=list)
    label_printed: list[str] = field(default_factory=list)
    value_printed: list[str] = field(default_factory=list)
    value: list[str | None] = field(default_factory=list)
    unit: list[str] = field(default_factory=list)
    qualifier: list[str] = field(default_factory=list)
    state: list[str] = field(default_factory=list)
    rule_ok: list[bool | None] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> Figures:
        """Return figures as columns, in their order."""
        return cls(*map(list, zip(*map(_FIELDS_OF, figures), strict=True)))

    def columns(self) -> tuple[list[Any], ...]:
        """Return all columns in the order of a Figure's fields; they are shared, not copied."""
        return _FIELDS_OF(self)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.form)

    def __iter__(self) -> Iterator[Figure]:
        """Yield each as a record."""
        return map(Figure, *self.columns())

    def keys(self) -> Iterator[tuple[str, str]]:
        """Yield row and column of each figure."""
        return zip(self.row, self.column, strict=True)

    def extend(self, others: Figures) -> None:
        """Put others behind these."""
        for mine, theirs in zip(self.columns(), others.columns(), strict=True):
            mine += theirs

    def by_place(self) -> Figures:
        """Return them in the order of their starts; of one start as they stand."""
        if self.start == sorted(self.start):
            return self
        order = sorted(range(len(self)), key=self.start.__getitem__)
        return Figures(*([column[at] for at in order] for column in self.columns()))

    def rows(self) -> list[dict[str, Any]]:
        """Return each as a mapping by field name."""
        return [dict(zip(_NAMES, values, strict=True)) for values in zip(*self.columns(), strict=True)]


_NAMES = tuple(Figures.__slots__)
_FIELDS_OF: Callable[[Figure | Figures], tuple[Any, ...]] = attrgetter(*_NAMES)


def as_row(section: Section) -> dict[str, Any]:
    """Return a section as a mapping by field name; its values are shared, not copied."""
    return {
        "section": section.section, "also": section.also, "heading": section.heading, "level": section.level,
        "parent": section.parent, "start": section.start, "end": section.end, "status": section.status,
        "method": section.method, "confidence": section.confidence,
    }  # fmt: skip

"""Lines and drawn tables → the text of a document with its tables; the same for HTML, PDF and Word."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from typing import NamedTuple

from schemas.facts import facts
from schemas.records import Spans, Table

MAX_SPAN, MAX_CELLS = 100, 20_000  # beyond any form; a larger figure is an error or an attack
_PROSE = 160  # code points; a longer cell with two sentences is narrative, not a value
_HEADING = re.compile("^[一二三四五六七八九十]{1,3}、")


@cache
def _statutory() -> re.Pattern[str]:
    """A heading of the formats of 2019 and 2021, which some pages draw as the first row of its table."""
    names = "|".join(map(re.escape, facts("sections")["statutory"].values()))
    return re.compile(f"[一二三四五六] ?[、.．] ?(?:{names})")


class Drawn(NamedTuple):
    """One cell as PDF and Word draw it: its text and how many rows and columns it covers."""

    text: str
    rowspan: int = 1
    colspan: int = 1


def flat(text: str) -> str:
    """Return the text on one line, blanks of any kind as one space."""
    return " ".join(text.split())


def is_prose(cell: str) -> bool:
    """Whether a cell holds narrative rather than a label or a value."""
    return len(cell) > _PROSE and cell.count("。") >= 2


class Composer:
    """Puts lines and tables one after the other; offsets are code points of the finished text."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.tables: list[Table] = []
        self.n_cells = 0

    def text(self) -> str:
        """Return all that was put so far."""
        return "".join(self.parts)

    def line(self, text: str) -> None:
        """Add one line; nothing is added for an empty one."""
        if text:
            self.parts += [text, "\n"]
            self.length += len(text) + 1

    def drawn(self, rows: list[list[Drawn]]) -> None:
        """Add the drawn rows of a table in PDF or Word."""
        texts = [["\n".join(filter(None, map(flat, cell.text.split("\n")))) for cell in row] for row in rows]
        spans = {(at, place): (cell.rowspan, cell.colspan) for at, row in enumerate(rows) for place, cell in enumerate(row)
                 if not cell.rowspan == cell.colspan == 1}  # fmt: skip
        self.rows(texts, spans)

    def rows(self, rows: list[list[str]], spans: Spans, *, has_image: bool = False) -> None:
        """Add the rows of a table: narrative rows and headings of a mixed one as lines, the others as tables.

        Cells have no tabs, no blanks in a row or at an end; their lines are apart by one line break. `spans` as in Table.
        """
        filled = [len(row) - row.count("") for row in rows]
        if not has_image and len(rows) > 1 and max(filled) <= 1:  # layout
            for row in rows:
                self._lines(row)
            return
        lone = {at: max(rows[at]) for at, count in enumerate(filled) if count == 1}  # text of rows with one
        headed = any(map(_statutory().match, lone.values()))
        if not headed and max(map(len, chain.from_iterable(rows)), default=0) <= _PROSE:
            self.table(rows, spans, has_image=has_image)
            return
        heads = _statutory() if headed else _HEADING
        begin = 0
        for at in range(len(rows) + 1):
            if at < len(rows) and not any(map(is_prose, rows[at])) and not heads.match(lone.get(at, "")):
                continue
            inside = {(row - begin, place): span for (row, place), span in spans.items() if begin <= row < at}
            self.table(rows[begin:at], inside, has_image=has_image)
            self._lines(rows[at] if at < len(rows) else [])
            begin = at + 1

    def _lines(self, cells: list[str]) -> None:
        for cell in cells:
            for line in cell.split("\n"):
                self.line(line.strip())

    def table(self, rows: list[list[str]], spans: Spans, *, has_image: bool = False) -> None:
        """Add a table: one line a row, cells apart by tabs; a lone cell is an ordinary line."""
        if sum(map(len, rows)) < 2:
            for row in rows:
                for text in row:
                    self.line(text.replace("\n", " "))
            if not has_image:
                return
        text = "\n".join(map("\t".join, rows)) + "\n" if rows else ""
        if text.count("\n") > len(rows):
            text = "\n".join("\t".join(row).replace("\n", " ") for row in rows) + "\n"
        start, self.length = self.length, self.length + len(text)
        self.parts.append(text)
        kept = {at: self._limited(*span, len(rows) - at[0]) for at, span in spans.items()}
        if not all(rows):
            kept.update({(at, 0): (0, 0) for at, row in enumerate(rows) if not row})
        self.tables.append(Table(start, self.length, kept, has_image))

    def _limited(self, height: int, width: int, left: int) -> tuple[int, int]:
        """A span within the table's rows and the document's budget of cells."""
        if height > left or height > MAX_SPAN or width > MAX_SPAN:
            height, width = min(height, left, MAX_SPAN), min(width, MAX_SPAN)
        self.n_cells += height * width
        return (height, width) if self.n_cells <= MAX_CELLS else (1, 1)

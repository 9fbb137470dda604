"""Drawn rows of cells → a span-expanded Table and its text; the same for HTML, PDF and Word."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from schemas.facts import facts
from schemas.records import Cell, Table

MAX_SPAN, MAX_CELLS = 100, 20_000  # beyond any form; a larger figure is an error or an attack
_PROSE = 160  # code points; a longer cell with two sentences is narrative, not a value
_HEADING = re.compile("^[一二三四五六七八九十]{1,3}、")


@cache
def _statutory() -> re.Pattern[str]:
    """A heading of the formats of 2019 and 2021, which some pages draw as the first row of its table."""
    names = "|".join(map(re.escape, facts("sections")["statutory"].values()))
    return re.compile(f"[一二三四五六] ?[、.．] ?(?:{names})")


class Drawn(NamedTuple):
    """One cell as it is drawn: its text and how many rows and columns it covers."""

    text: str
    rowspan: int = 1
    colspan: int = 1

    @property
    def prose(self) -> bool:
        """Whether the cell holds narrative rather than a label or a value."""
        return len(self.text) > _PROSE and self.text.count("。") >= 2


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

    def rows(self, rows: list[list[Drawn]], *, has_image: bool = False) -> None:
        """Add drawn rows: narrative rows and headings of a mixed table as lines, the others as tables."""
        filled = [[cell.text for cell in row if cell.text] for row in rows]
        layout = not has_image and len(rows) > 1 and all(len(texts) <= 1 for texts in filled)
        headed = any(len(texts) == 1 and _statutory().match(texts[0]) for texts in filled)
        if layout:
            for texts in filled:
                for line in "".join(texts).split("\n"):
                    self.line(line.strip())
            return
        if not headed and not any(len(cell[0]) > _PROSE and cell.prose for row in rows for cell in row):
            self.table(rows, has_image=has_image)
            return
        run: list[list[Drawn]] = []
        for row in [*rows, []]:
            spoken = [cell.text for cell in row if cell.text]
            heads = _HEADING if not headed else _statutory()
            is_text = any(cell.prose for cell in row) or (len(spoken) == 1 and heads.match(spoken[0]) is not None)
            if row and not is_text:
                run.append(row)
                continue
            self.table(run, has_image=has_image)
            run = []
            for text in spoken:
                for line in text.split("\n"):
                    self.line(line.strip())

    def table(self, rows: list[list[Drawn]], *, has_image: bool = False) -> None:
        """Add a table: one line a row, cells apart by tabs; a lone cell is an ordinary line."""
        if sum(map(len, rows)) < 2:
            for row in rows:
                for drawn in row:
                    self.line(" ".join(drawn.text.split()))
            if not has_image:
                return
        start, position = self.length, self.length
        grid: list[list[Cell]] = []
        carried: dict[int, tuple[int, Cell]] = {}  # column → (rows left, cell)
        new = tuple.__new__  # what Cell(…) comes to, at half its cost
        for place, row in enumerate(rows):
            left = len(rows) - place
            cells: list[Cell] = []
            texts: list[str] = []
            for text, rowspan, colspan in row:
                while carried and len(cells) in carried:
                    _carry(carried, cells)
                if not text.isalnum():
                    text = " ".join(text.split())
                end = position + len(text)
                cell = new(Cell, (text, position, end))
                texts.append(text)
                position = end + 1
                if colspan == rowspan == 1:
                    cells.append(cell)
                    continue
                colspan, rowspan = min(colspan, MAX_SPAN), min(rowspan, left, MAX_SPAN)
                self.n_cells += colspan * rowspan
                if self.n_cells > MAX_CELLS:
                    colspan = rowspan = 1
                if rowspan > 1:
                    for column in range(len(cells), len(cells) + colspan):
                        carried[column] = (rowspan - 1, cell)
                cells += [cell] * colspan
            while carried and len(cells) in carried:
                _carry(carried, cells)
            grid.append(cells)
            if not texts:
                position += 1
            self.parts += ["\t".join(texts), "\n"]
        self.length = position
        self.tables.append(Table(start, position, grid, has_image))


def unfold(rows: list[list[Drawn]], inner: dict[int, list[list[Drawn]]]) -> list[list[Drawn]]:
    """Draw the tables that stand alone in a cell of `rows` as rows of the outer table.

    `inner` maps `id(cell)` to the rows of its table; the neighbours of such a cell span those rows.
    """
    unfolded: list[list[Drawn]] = []
    for row in rows:
        height = max((len(inner[id(cell)]) for cell in row if id(cell) in inner), default=1)
        lines: list[list[Drawn]] = [[] for _ in range(height)]
        for cell in row:
            if id(cell) not in inner:
                lines[0].append(Drawn(cell.text, cell.rowspan * height, cell.colspan))
                continue
            for line, cells in zip(lines, inner[id(cell)], strict=False):
                line += cells
        unfolded += lines
    return unfolded


def _carry(carried: dict[int, tuple[int, Cell]], cells: list[Cell]) -> None:
    rows, cell = carried.pop(len(cells))
    if rows > 1:
        carried[len(cells)] = (rows - 1, cell)
    cells.append(cell)

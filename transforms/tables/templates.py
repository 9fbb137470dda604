"""A statutory table → its figures by its template: what its cells say, every number taken for 0.

Few templates print these tables, page after page with other numbers. What the cells of a template mean is found once,
by the readers of form_tables.py on a grid whose offsets are the numbers of its cells; a table of the template then
needs its own numbers read and nothing else. Where the numbers themselves decide, a table is read as it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from schemas.facts import facts, pattern
from schemas.records import Cell, Figure, Figures, Grid, Table
from transforms.tables.cells import parse_cell
from transforms.tables.form_tables import numbers_decide, read_stat, read_t2, read_t3, read_t4
from transforms.tables.grids import cells_of, laid_out, starts_of
from transforms.text.fold import fold

MAX_TEMPLATE = 8_000  # characters of a table whose template is kept; the longest form has some 3,000
_START = re.compile("第二十条|本列数据|行政复议|行政诉讼|结果维持|统计指标|信息内容|指标")
_MANY = 8_192  # cells whose bare form is kept; looking one up must cost less than a call
_Spans = tuple[tuple[tuple[int, int], tuple[int, int]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """What tables have in common: a grid that tells cells by their numbers, its words, and the forms they speak of."""

    grid: Grid
    words: str  # folded and without blanks
    marks: frozenset[str]  # t2, t3, t3_more (goes on with t3), t4, stat, local
    opens: bool  # begins a table of its own
    kept: bool  # its reading may be kept: no number decides it


@dataclass(slots=True)
class Printed:
    """A table, or neighbouring parts of one, that stands at `[start, end)` of a text, and its cells in order."""

    template: Template
    start: int
    end: int
    cells: list[str]
    starts: list[int]

    def figures(self, form: str, block: str = "") -> Figures:
        """Return what the table says as t2, t3, t4, stat or local; `block`: see read_stat."""
        template = self.template
        if not template.kept:
            return Figures.of(read_form(self._grid(), template.words, form, block))
        meaning = _meaning(template, form, block)
        told = meaning.told
        printed = [self.cells[place] for place in meaning.first]
        parsed = list(map(parse_cell, printed))
        state, value = [state for state, _, _ in parsed], [value for _, value, _ in parsed]
        for at, item in meaning.fixed:
            printed[at], state[at], value[at] = item.value_printed, item.state, item.value
        ends = [*map(add, self.starts, map(len, self.cells)), self.end]
        return Figures(told.form, told.table, told.row, told.column, told.label_printed, printed, value, told.unit,
                       told.qualifier, state, told.rule_ok, [self.starts[place] for place in meaning.first],
                       [ends[place] for place in meaning.last])  # fmt: skip

    def _grid(self) -> Grid:
        """The table drawn out as it stands in the text."""
        own = [Cell(cell, start, start + len(cell)) for cell, start in zip(self.cells, self.starts, strict=True)]
        grid = self.template.grid
        rows, drawn = ([[own[cell.start] for cell in row] for row in part] for part in (grid.rows, grid.drawn))
        return Grid(self.start, self.end, rows, drawn)


@dataclass(frozen=True, slots=True)
class _Meaning:
    """The figures of a template, with the numbers of the first and the last cell of each."""

    told: Figures
    first: list[int]
    last: list[int]
    fixed: list[tuple[int, Figure]]  # which of them no number of the table's changes


def printed_table(text: str, table: Table) -> Printed:
    """Return a table of `text` with its template."""
    cells, widths = cells_of(text, table)
    bare = map(_BARE.__getitem__, cells)
    known = _template if table.end - table.start <= MAX_TEMPLATE else _template.__wrapped__
    template = known("\t".join(bare), tuple(widths), tuple(table.spans.items()))
    return Printed(template, table.start, table.end, cells, starts_of(cells, table.start))


def joined(first: Printed, second: Printed) -> Printed:
    """Return two parts of a table as one."""
    template = _joined(first.template, second.template)
    return Printed(template, first.start, second.end, first.cells + second.cells, first.starts + second.starts)


def read_form(table: Grid, words: str, form: str, block: str = "") -> list[Figure]:
    """Return what a table says as t2, t3, t4, stat or local; `words` are its words, folded and without blanks."""
    if form == "t4":
        return read_t4(table, words)
    if form in ("t2", "t3"):
        return read_t2(table) if form == "t2" else read_t3(table)
    return read_stat(table, form, "B" if form == "stat" else "A", block=block)


def marks_of(words: str) -> frozenset[str]:
    """Return the forms that a table's words, folded and without blanks, speak of (see Template)."""
    marks = facts("figures/cd")["marks"]
    told = {name for name in ("t3", "t3_more", "t4") if re.search(marks[name], words)}
    told |= {"t2"} if any(pattern(f"figures/{form}", "marks").search(words) for form in "dc") else set()
    told |= {"stat"} if pattern("figures/b", "marks").search(words) else set()
    return frozenset(told | ({"local"} if "申请" in words else set()))


class _Bare(dict[str, str]):
    """Cells as their template has them: 0 for a number, but for one that may be a year, which can head a column."""

    def __missing__(self, cell: str) -> str:
        if len(self) >= _MANY:
            self.clear()
        whole, point, part = cell.partition(".")
        if cell.isdecimal():
            bare = cell if len(cell) == 4 and cell[0] in "2２" else "0"
        else:
            bare = "0" if point and whole.isdecimal() and part.isdecimal() else cell
        self[cell] = bare
        return bare


_BARE = _Bare()


@lru_cache(512)
def _template(body: str, widths: tuple[int, ...], spans: _Spans) -> Template:
    cells = [Cell(cell, place, place + 1) for place, cell in enumerate(body.split("\t"))] if widths else []
    rows, drawn = laid_out(cells, widths, dict(spans))
    return _told(Grid(0, len(cells) + 1, rows, drawn), "".join(fold(body).split()), len(body) <= MAX_TEMPLATE)


@lru_cache(256)
def _joined(first: Template, second: Template) -> Template:
    n = first.grid.end - 1
    moved = {cell.start: Cell(cell.text, cell.start + n, cell.end + n) for row in second.grid.rows for cell in row}
    rows, drawn = (
        [[moved[cell.start] for cell in row] for row in part] for part in (second.grid.rows, second.grid.drawn)
    )
    grid = Grid(0, n + second.grid.end, first.grid.rows + rows, first.grid.drawn + drawn)
    return _told(grid, first.words + second.words, len(first.words) + len(second.words) <= MAX_TEMPLATE)


def _told(grid: Grid, words: str, short: bool) -> Template:
    opens = _START.search("".join(cell.text for row in grid.rows[:3] for cell in row)) is not None
    return Template(grid, words, marks_of(words), opens, short and not numbers_decide(grid))


@lru_cache(1024)
def _meaning(template: Template, form: str, block: str) -> _Meaning:
    told = read_form(template.grid, template.words, form, block)
    fixed = [(at, item) for at, item in enumerate(told) if item.state != "value"]
    return _Meaning(Figures.of(told), [item.start for item in told], [item.end - 1 for item in told], fixed)

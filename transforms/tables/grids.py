"""Table → span-expanded grid: what rows and columns a reader of the page sees."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from schemas.records import Cell, Grid, Spans, Table

Rows = list[list[Cell]]


def cells_of(text: str, table: Table) -> tuple[list[str], list[int]]:
    """Return the cells of a table of `text` as they stand, row by row, and how many each row has of its own."""
    body = text[table.start : table.end]
    if not body:
        return [], []
    body = body.removesuffix("\n")
    return body.replace("\n", "\t").split("\t"), [line.count("\t") + 1 for line in body.split("\n")]


def starts_of(cells: Sequence[str], start: int) -> list[int]:
    """Return the offset of every cell of a table that stands at `start`; one sign stands between two cells."""
    starts = list(accumulate([len(cell) + 1 for cell in cells], initial=start))
    starts.pop()
    return starts


def grid_of(text: str, table: Table) -> Grid:
    """Return the grid of a table of `text`; a cell that covers several places stands in each of them."""
    cells, widths = cells_of(text, table)
    placed = [
        Cell(cell, start, start + len(cell)) for cell, start in zip(cells, starts_of(cells, table.start), strict=True)
    ]
    rows, drawn = laid_out(placed, widths, table.spans)
    return Grid(table.start, table.end, rows, drawn, table.has_image)


def laid_out(cells: Sequence[Cell], widths: Sequence[int], spans: Spans) -> tuple[Rows, Rows]:
    """Return the rows × columns of a table and its rows as drawn (see Grid), from its cells row by row."""
    rows: Rows = []
    drawn: Rows = []
    carried: dict[int, tuple[int, Cell]] = {}  # column → (rows left, cell)
    spanned = {row for row, _ in spans}
    position = 0
    for number, width in enumerate(widths):
        own = list(cells[position : position + width])
        position += width
        above: list[Cell] = []  # what hangs over at the head of the row
        while len(above) in carried:
            _carry(carried, above)
        if number in spanned or (carried and max(carried) >= len(above)):
            rows.append(_spread(above, own, [spans.get((number, place), (1, 1)) for place in range(width)], carried))
            drawn.append(_once(rows[-1]))
        elif above:
            rows.append(above + own)
            drawn.append(_once(above) + own)
        else:
            rows.append(own)
            drawn.append(own)
    return rows, drawn


def _spread(
    above: list[Cell], own: list[Cell], spans: list[tuple[int, int]], carried: dict[int, tuple[int, Cell]]
) -> list[Cell]:
    """Put a row's own cells over the columns that they cover, between those that hang over from above."""
    cells = list(above)
    for cell, (height, width) in zip(own, spans, strict=True):
        while len(cells) in carried:
            _carry(carried, cells)
        if height > 1:
            for column in range(len(cells), len(cells) + width):
                carried[column] = (height - 1, cell)
        cells += [cell] * width
    while len(cells) in carried:
        _carry(carried, cells)
    return cells


def _carry(carried: dict[int, tuple[int, Cell]], cells: list[Cell]) -> None:
    rows, cell = carried.pop(len(cells))
    if rows > 1:
        carried[len(cells)] = (rows - 1, cell)
    cells.append(cell)


def _once(row: list[Cell]) -> list[Cell]:
    cells = row[:1]
    for cell in row:
        if cell is not cells[-1]:
            cells.append(cell)
    return cells

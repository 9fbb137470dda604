"""Table → span-expanded grid: what rows and columns a reader of the page sees."""

from __future__ import annotations

from schemas.records import Cell, Grid, Table


def grid_of(text: str, table: Table) -> Grid:
    """Return the grid of a table of `text`; a cell that covers several places stands in each of them."""
    rows: list[list[Cell]] = []
    drawn: list[list[Cell]] = []
    carried: dict[int, tuple[int, Cell]] = {}  # column → (rows left, cell)
    spanned = {row for row, _ in table.spans}
    position = table.start
    lines = text[table.start : table.end].split("\n")
    if not lines[-1]:
        lines.pop()
    new = tuple.__new__  # what Cell(…) comes to, at half its cost
    for number, line in enumerate(lines):
        cells: list[Cell] = []
        for part in line.split("\t"):
            end = position + len(part)
            cells.append(new(Cell, (part, position, end)))
            position = end + 1
        above: list[Cell] = []  # what hangs over at the head of the row
        while len(above) in carried:
            _carry(carried, above)
        if number in spanned or (carried and max(carried) >= len(above)):
            spans = [table.spans.get((number, place), (1, 1)) for place in range(len(cells))]
            rows.append(_spread(above, cells, spans, carried))
            drawn.append(_once(rows[-1]))
        elif above:
            rows.append(above + cells)
            drawn.append(_once(above) + cells)
        else:
            rows.append(cells)
            drawn.append(cells)
    return Grid(table.start, table.end, rows, drawn, table.has_image)


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

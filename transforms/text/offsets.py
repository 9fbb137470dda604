"""Where a place of the page's text lies in the kept text, which is some of its ranges joined."""

from __future__ import annotations

from schemas.records import Cell, Table


def moved_tables(tables: list[Table], ranges: list[tuple[int, int]]) -> list[Table]:
    """Move tables that survived into offsets of the kept text."""
    kept = []
    for table in tables:
        home = next(((start, end) for start, end in ranges if start < table.end and table.start < end), None)
        if home is None:
            continue
        start, end = moved(table.start, ranges), moved(table.end, ranges)
        if home[0] <= table.start and table.end <= home[1] + 1:
            grid = [_shifted(row, start - table.start) for row in table.grid]
        else:
            cells = {id(cell): cell for row in table.grid for cell in row}
            new = {key: Cell(text, moved(a, ranges), moved(b, ranges)) for key, (text, a, b) in cells.items()}
            grid = [[new[id(cell)] for cell in row] for row in table.grid]
        kept.append(Table(start, end, grid, table.has_image))
    return kept


def _shifted(row: list[Cell], delta: int) -> list[Cell]:
    """Move a row's cells; one that is drawn over several places stays one."""
    new = tuple.__new__  # what Cell(…) comes to, at half its cost
    cells: list[Cell] = []
    before: Cell | None = None
    for cell in row:
        if cell is not before:
            text, start, end = before = cell
            after = new(Cell, (text, start + delta, end + delta))
        cells.append(after)
    return cells


def moved(offset: int, ranges: list[tuple[int, int]]) -> int:
    """Map an offset of the page's text to the kept text; what was dropped maps to where it was cut out."""
    position = 0
    for start, end in ranges:
        if offset <= start:
            break
        if offset <= end:
            return position + offset - start
        position += end - start
    return position

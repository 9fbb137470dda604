"""Where a place of the page's text lies in the kept text, which is some of its ranges joined."""

from __future__ import annotations

from schemas.records import Table

Ranges = list[tuple[int, int]]


def moved_tables(tables: list[Table], ranges: Ranges, text: str) -> list[Table]:
    """Move tables of the page's `text` that survived into offsets of the kept text."""
    kept = []
    for table in tables:
        home = next(((start, end) for start, end in ranges if start < table.end and table.start < end), None)
        if home is None:
            continue
        start, end = moved(table.start, ranges), moved(table.end, ranges)
        whole = home[0] <= table.start and table.end <= home[1] + 1
        spans = table.spans if whole or not table.spans else _left(table, ranges, text)
        kept.append(Table(start, end, spans, table.has_image))
    return kept


def _left(table: Table, ranges: Ranges, text: str) -> dict[tuple[int, int], tuple[int, int]]:
    """The spans of a table of which some rows were dropped, by the rows that are left."""
    number: dict[int, int] = {}
    position = table.start
    for row, line in enumerate(text[table.start : table.end].split("\n")):
        if any(start <= position <= position + len(line) <= end for start, end in ranges):
            number[row] = len(number)
        position += len(line) + 1
    return {(number[row], place): span for (row, place), span in table.spans.items() if row in number}


def moved(offset: int, ranges: Ranges) -> int:
    """Map an offset of the page's text to the kept text; what was dropped maps to where it was cut out."""
    position = 0
    for start, end in ranges:
        if offset <= start:
            break
        if offset <= end:
            return position + offset - start
        position += end - start
    return position

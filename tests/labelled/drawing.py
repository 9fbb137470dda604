"""A sheet as pages print it: HTML with spans, and the ways in which extractors flatten it into text.

Every way says what can still be known: `truths` of a flattened sheet are states and values a careful reader gets.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from tests.labelled.records import Sheet, Span, Truth, Value
from tests.nation.tables import COLUMNS


def html_table(sheet: Sheet, *, paragraphs: bool = True, split_at: int = 0, broken: bool = False) -> str:
    """Draw the sheet; `split_at` starts a second table at that row, `broken` breaks and spaces long labels."""
    rows = []
    for row in sheet.grid:
        cells = []
        for text, wide, high in row:
            spans = (f' colspan="{wide}"' if wide > 1 else "") + (f' rowspan="{high}"' if high > 1 else "")
            shown = escape(text) or "&nbsp;"
            if broken and len(text) > 5 and not text[0].isdigit():
                shown = escape(text[:3]) + "<br/>" + escape(text[3:5]) + " " + escape(text[5:])
            cells.append(f"<td{spans}>{f'<p>{shown}</p>' if paragraphs else shown}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    parts = [rows[:split_at], rows[split_at:]] if split_at else [rows]
    return "\n".join(f'<table border="1"><tbody>{"".join(part)}</tbody></table>' for part in parts)


def full_truth(sheet: Sheet) -> list[Truth]:
    """Return the truth of every cell of a table that is wholly there."""
    return [_truth(sheet, row, column, cell) for (row, column), cell in sheet.cells.items()]


def lost(sheet: Sheet, state: str) -> list[Truth]:
    """Return the truth of a table that is not there as text: one entry of the state `missing_table` or `image_table`."""
    return [{"table": sheet.name, "row": "", "column": "", "state": state, "value": None}]


def _truth(sheet: Sheet, row: str, column: str, cell: Value) -> Truth:
    return {"table": sheet.name, "row": row, "column": column, "state": cell.state, "value": cell.value}


def _expanded(sheet: Sheet) -> list[list[str]]:
    """The grid with spans emptied: a spanned place is an empty string."""
    filled: dict[tuple[int, int], str] = {}
    width = sum(span[1] for span in sheet.grid[0])
    for at, row in enumerate(sheet.grid):
        x = 0
        for text, wide, high in row:
            while (at, x) in filled:
                x += 1
            for dy in range(high):
                for dx in range(wide):
                    filled[at + dy, x + dx] = text if dx == dy == 0 else ""
            x += wide
    return [[filled.get((y, x), "") for x in range(width)] for y in range(len(sheet.grid))]


def _pipes(sheet: Sheet) -> str:
    return "\n".join("| " + " | ".join(row) + " |" for row in _expanded(sheet))


def _pipes_without_rule(sheet: Sheet) -> str:
    return "\n".join(" | ".join(text for text, _, _ in row) for row in sheet.grid)


def _cells_and_bars(sheet: Sheet) -> str:
    return "\n".join("\n|\n".join(text for text, _, _ in row) for row in sheet.grid)


def _one_a_line(sheet: Sheet) -> str:
    return "\n".join(text for row in sheet.grid for text, _, _ in row)


def _blank_lines_between(sheet: Sheet) -> str:
    return "\n\n".join(text for row in sheet.grid for text, _, _ in row)


def _spaced(sheet: Sheet) -> str:
    return "\n".join("  ".join(text for text, _, _ in row) for row in sheet.grid)


def _tabbed(sheet: Sheet) -> str:
    return "\n".join("\t".join(text for text, _, _ in row) for row in sheet.grid)


FLAT: dict[str, Callable[[Sheet], str]] = {
    "pipes": _pipes, "pipes_short": _pipes_without_rule, "bars": _cells_and_bars, "lines": _one_a_line,
    "blank_lines": _blank_lines_between, "spaced": _spaced, "tabbed": _tabbed,
}  # fmt: skip


def _pairs(glue: str) -> Callable[[Sheet], str]:
    """Reviews and litigation in column order, each head with its number; other tables cell by cell."""

    def draw(sheet: Sheet) -> str:
        if sheet.name != "t4":
            return _one_a_line(sheet)
        lines: list[str] = []
        for group, pairs in t4_groups(sheet):
            lines += [*group, *(f"{kind}{glue}{value}" for kind, value in pairs)]
        return "\n".join(lines)

    return draw


def _in_groups(sheet: Sheet) -> str:
    """Reviews and litigation as three blocks, the numbers under the heads of each."""
    if sheet.name != "t4":
        return _one_a_line(sheet)
    lines: list[str] = []
    for group, pairs in t4_groups(sheet):
        lines += [*group, *(kind for kind, _ in pairs), *(value for _, value in pairs)]
    return "\n".join(lines)


def t4_groups(sheet: Sheet) -> list[tuple[list[str], list[tuple[str, str]]]]:
    """Return the groups of the table of reviews and litigation: their heads, and the kinds with their numbers."""
    heads = (["行政复议"], ["行政诉讼", "未经复议直接起诉"], ["复议后起诉"])
    kinds = [text for text, _, high in sheet.grid[1] if high == 2]
    numbers = [text for text, _, _ in sheet.grid[-1]]
    n = len(kinds)
    return [(head, list(zip(kinds, numbers[at * n : at * n + n], strict=True))) for at, head in enumerate(heads)]


def _numbered(glue: str, *, inside: bool = False) -> Callable[[Sheet], str]:
    """The number of each row of requests before it, or (`inside`) behind the name of its group."""

    def draw(sheet: Sheet) -> str:
        if sheet.name != "t3":
            return glue.join(text for row in sheet.grid for text, _, _ in row)
        parts = [text for row in sheet.grid[:3] for text, _, _ in row]
        for number, row in enumerate(sheet.grid[3:], 1):
            texts = [text for text, _, _ in row]
            place = len(texts) - 8 if inside else 0
            parts += [*texts[:place], str(number), *texts[place:]]
        return glue.join(parts)

    return draw


def _paged(sheet: Sheet) -> str:
    """A bare page number between rows of requests, and the names of the groups once more on the next page."""
    if sheet.name != "t3":
        return _one_a_line(sheet)
    lines: list[str] = []
    for number, row in enumerate(sheet.grid):
        if number in (12, 19):
            lines += [
                str(number // 7 + 2),
                "三、本年度办理结果",
                "（三）不予公开" if number == 12 else "（五）不予处理",
            ]
        lines += [text for text, _, _ in row]
    return "\n".join(lines)


# Ways of one table only; the others go cell by cell.
MORE: dict[str, Callable[[Sheet], str]] = {
    "t4_pairs": _pairs(" "), "t4_pair_lines": _pairs("\n"), "t4_pair_bars": _pairs(" | "), "t4_groups": _in_groups,
    "numbered": _numbered("\n"), "numbered_inside": _numbered("\n", inside=True), "numbered_spaced": _numbered("  "),
    "paged": _paged,
}  # fmt: skip
EVERY = FLAT | MORE


def flat(sheet: Sheet, way: str) -> tuple[str, list[Truth]]:
    """Flatten a sheet without loss of cells; every cell can still be known."""
    return EVERY[way](sheet), full_truth(sheet)


def drop_blanks(sheet: Sheet) -> tuple[str, list[Truth]]:
    """Flatten with empty cells dropped: only rows that kept all their cells can be known."""
    lines = [" | ".join(text for text, _, _ in row if text) for row in sheet.grid]
    truths = []
    for (row, column), cell in sheet.cells.items():
        whole = all(value.printed for (key, _), value in sheet.cells.items() if key == row)
        truths.append(_truth(sheet, row, column, cell if whole else Value("", "unparsed")))
    return "\n".join(lines), truths


def labels_only(sheet: Sheet) -> tuple[str, list[Truth]]:
    """Flatten to the labels alone, as a de-duplicating extractor leaves them."""
    values = {cell.printed for cell in sheet.cells.values()}
    lines: list[str] = []
    for row in sheet.grid:
        lines += [text for text, _, _ in row if text not in values and text not in lines]
    return "\n".join(lines), [_truth(sheet, row, column, Value("", "unparsed")) for row, column in sheet.cells]


def blanked(sheet: Sheet, cells: list[tuple[str, str]]) -> Sheet:
    """Return the sheet of requests with some cells emptied."""
    values = {key: Value("", "blank") if key in cells else cell for key, cell in sheet.cells.items()}
    grid: list[list[Span]] = []
    for row in sheet.grid:
        key = next((key for key, label in sheet.labels.items() if len(row) > 7 and row[-8][0] == label), None)
        if key is None:
            grid.append(list(row))
            continue
        drawn: list[Span] = [(values[key, column].printed, 1, 1) for column in COLUMNS]
        grid.append([*row[:-7], *drawn])
    return Sheet(sheet.name, sheet.form, grid, values, sheet.labels)

"""Statutory tables with cells (HTML, Word, PDF, pipe or tab rows) → figures: rows by label, values by position.

A value is taken only where the count of cells leaves no choice; else the cells of the row are unparsed.
"""

from __future__ import annotations

import itertools
import re

from schemas.facts import facts, pattern
from schemas.records import Cell, Figure, Grid
from transforms.tables.cells import figure, parse_cell, unread
from transforms.tables.forms import Row, plain_label, rows_of
from transforms.text.fold import fold

_HAN = re.compile("[\u4e00-\u9fff]")
_CODE = re.compile("[A-Z]{1,2}[0-9]{1,4}")  # of a row, in a column of its own
_Cells = list[Cell]


def read_t3(table: Grid) -> list[Figure]:
    """Return the figures of the table of requests; form "" where the row stands in C and D alike."""
    found: list[Figure] = []
    seen: set[str] = set()
    width = max((len(row) for row in table.rows), default=0)
    group: Cell | None = None
    other: Row | None = None
    order = _t3_order(table)
    for row, cells in zip(table.rows, table.drawn, strict=True):
        named, at = _label(cells[:4], "t3", "D")
        if named is None or named.key in seen:
            continue
        n = len(named.columns)
        values: list[Cell | None] | None = None
        after = [cell for cell in cells[at + 1 :] if cell.start > cells[at].start]  # none that hangs over from above
        if len(after) == n:
            values = list(after)
        elif after and len(row) == width == n + 3 and not any(_HAN.search(cell.text) for cell in after):
            values = _by_place(row, n)
        else:
            values = _all_filled(after, n)
        if values is None and named.whole:
            if named.key == "oth_total":  # in form D the label of a group
                group = cells[at]
                other = named
            if named.key == "oth_total" or plain_label(cells[at].text) == fold(cells[at].text).strip():
                continue  # a word of the head
        seen.add(named.key)
        if values is not None and _shifted(values):
            values = None
        if values is not None and order is not None:
            values = [values[place] for place in order]
        found += _row(named, "t3", named.form, cells[at], values)
    if len({key for key in seen if key.startswith("oth_")}) > 1:  # 其他处理 heads a group there
        found = [item for item in found if item.row != "oth_total"]
    if group is not None and other is not None and not any(key.startswith("oth_") for key in seen):
        found += _row(other, "t3", other.form, group, None)
    return found


def _shifted(values: list[Cell | None]) -> bool:
    """Whether the last column is blank and the one before it holds the sum: a column may be lost."""
    if values[-1] is None or parse_cell(values[-1].text)[0] != "blank":
        return False
    numbers = [parse_cell(cell.text) if cell is not None else ("text", None, "") for cell in values]
    told = [int(number[1] or 0) if (number[1] or "0").isdigit() else 0 for number in numbers]
    return told[-2] > 0 and sum(told[:-2]) == told[-2]


def numbers_decide(table: Grid) -> bool:
    """Whether the numbers in a table of requests have a say in how it is read: see `_shifted` and `_t3_order`."""
    lines = [line for line in (*table.rows, *table.drawn) if len(line) > 1]
    return _t3_heads(table) is not None or any(
        not line[-1].text.strip() and parse_cell(line[-2].text)[0] == "value" for line in lines
    )


def _t3_heads(table: Grid) -> list[int] | None:
    """Where each column of the form stands among the drawn ones, as the head says; None where it is the form's own.

    A head whose spans are lost tells no place.
    """
    names = facts("figures/cd")["t3_heads"]
    width = max((len(row) for row in table.rows), default=0)
    at: dict[str, int] = {}
    for row, cells in zip(table.rows, table.drawn, strict=True):
        if _is_t3_row(row, cells):
            break
        if len(row) == width:
            for place, cell in enumerate(row):
                text = "".join(fold(cell.text).split())
                if text in names and (place == 0 or row[place - 1] is not cell):
                    at[text] = place
    drawn = sorted(set(at.values()))
    if not len(at) == len(drawn) == len(names):
        return None
    order = [drawn.index(at[name]) for name in names]
    return None if order == sorted(order) else order


def _t3_order(table: Grid) -> list[int] | None:
    """The order of the columns as `_t3_heads`; one that the sums of the rows speak against is not believed."""
    order = _t3_heads(table)
    if order is None:
        return None
    full: list[list[int]] = []
    for row, cells in zip(table.rows, table.drawn, strict=True):
        numbers = [value for cell in row[-len(order) :] if (value := parse_cell(cell.text)[1]) and value.isdigit()]
        if len(numbers) == len(order) and _is_t3_row(row, cells):
            full.append([int(value) for value in numbers])
    own = sum(sum(row[:-1]) == row[-1] for row in full)
    told = sum(sum(row) == 2 * row[order[-1]] for row in full)
    return order if told >= own else None


def _is_t3_row(row: _Cells, cells: _Cells) -> bool:
    """Whether a row has a label of the form and a number."""
    return _label(cells[:4], "t3", "D")[0] is not None and any(parse_cell(cell.text)[0] == "value" for cell in row)


def _by_place(row: _Cells, n: int) -> list[Cell | None]:
    """The last `n` grid places; a cell drawn over several of them says nothing about each."""
    tail = row[-n:]
    return [None if sum(cell is other for other in row) > 1 else cell for cell in tail]


def _all_filled(after: _Cells, n: int) -> list[Cell | None] | None:
    """The filled cells if there are just `n`: spans that were emptied leave blanks between."""
    filled: list[Cell | None] = [cell for cell in after if cell.text.strip()]
    return filled if len(filled) == n and len(after) > n else None


def _label(cells: _Cells, table: str, form: str) -> tuple[Row | None, int]:
    """The last drawn of the leading cells that names a row, and its place: not one that hangs over from above."""
    named = [
        (cell.start, place, found[0])
        for place, cell in enumerate(cells)
        if len(cell.text) > 1 and not cell.text.isdigit() and (found := rows_of(cell.text, table, form))
    ]
    if not named:
        return None, 0
    _, place, row = max(named, key=lambda item: item[:2])
    return row, place


def _row(row: Row, table: str, form: str, label: Cell, values: list[Cell | None] | None) -> list[Figure]:
    found = []
    for column, unit, cell in zip(row.columns, row.units, values or [None] * len(row.columns), strict=True):
        if cell is None:
            found.append(unread(form, table, row.key, column, label.text, unit, (label.start, label.end)))
        else:
            state, value, own = parse_cell(cell.text)
            found.append(Figure(form, table, row.key, column, label.text, cell.text, value, own or unit, "", state, None,
                                cell.start, cell.end))  # fmt: skip
    return found


def t4_columns(words: str) -> list[str]:
    """Return the columns of a table of reviews and litigation, from its words; a page may draw it in two parts."""
    data = facts("figures/cd")
    plain = words.replace("未经复议", "").replace("复议后", "")
    wanted = {"review": "复议" in plain, "lit_direct": "直接起诉" in words, "lit_after": "后起诉" in words}
    if "诉讼" in words and not wanted["lit_direct"] and not wanted["lit_after"]:  # a head cut short
        wanted |= {"lit_direct": True, "lit_after": True}
    groups = [group for group in data["t4_groups"] if wanted[group]] or data["t4_groups"]
    return [f"{group}_{kind}" for group in groups for kind in data["t4_kinds"]]


def read_t4(table: Grid, words: str) -> list[Figure]:
    """Return the figures of the table of reviews and litigation: the row of numbers under its head.

    `words` are those of the table, folded and without blanks.
    """
    columns = t4_columns(words)
    told = _t4_by_rows(table)
    if told:
        return told
    head = max((place for place, row in enumerate(table.rows) if any("维持" in cell.text for cell in row)), default=0)
    for row, cells in zip(table.rows[head + 1 :], table.drawn[head + 1 :], strict=True):
        texts = [cell.text for cell in cells]
        if not any(text.strip() for text in texts) and len(cells) < len(columns):
            continue
        if sum(bool(_HAN.search(text)) and parse_cell(text)[0] == "text" for text in texts) > 1:
            continue
        if len(cells) > len(columns) and plain_label(texts[0]):  # a label before the numbers
            cells = cells[len(cells) - len(columns) :] if len(cells) == len(columns) + 1 else cells
        values: list[Cell | None] | None = list(cells) if len(cells) == len(columns) else None
        if values is None and len(row) == len(columns):
            values = _by_place(row, len(columns))
        values = values or _all_filled(cells, len(columns))
        if values is None and not any(parse_cell(text)[0] == "value" for text in texts):
            continue
        return t4_figures(columns, values, (cells[0].start, cells[-1].end))
    return t4_figures(columns, None, (table.start, table.end))


def _t4_by_rows(table: Grid) -> list[Figure]:
    """The figures of a table that draws reviews and litigation below each other, a label before each row."""
    data = facts("figures/cd")
    marks = {"lit_direct": "直接起诉", "lit_after": "后起诉", "review": "行政复议"}
    found: list[Figure] = []
    seen: list[str] = []
    for cells in table.drawn:
        label = "".join(cells[0].text.split())
        group = next((name for name, mark in marks.items() if mark in label), "")
        if group and len(cells) == len(data["t4_kinds"]) + 1 and not any(_HAN.search(cell.text) for cell in cells[1:]):
            seen.append(group)
            found += t4_figures([f"{group}_{kind}" for kind in data["t4_kinds"]], list(cells[1:]), (0, 0))
    return found if sorted(seen) == sorted(data["t4_groups"]) else []


def t4_figures(columns: list[str], values: list[Cell | None] | None, span: tuple[int, int]) -> list[Figure]:
    """Return the figures of the one row of numbers; `values` None = not told apart."""
    found = []
    for place, column in enumerate(columns):
        cell = values[place] if values is not None else None
        if cell is None:
            found.append(unread("", "t4", "", column, column, "件", span))
        else:
            found.append(figure("", "t4", "", column, column, cell.text, "件", (cell.start, cell.end)))
    return found


def read_t2(table: Grid) -> list[Figure]:
    """Return the figures of the table of proactive disclosure, each block in the form (C or D) its head tells.

    Pages exist that draw one block in the old form and the others in the new one. Empty when no head tells a form.
    """
    found: list[Figure] = []
    seen: set[str] = set()
    head, form = "", ""
    for cells in (part for row in table.drawn for part in _side_by_side(row, form)):
        named, at = _label(cells[:2], "t2", form) if form else (None, 0)
        if named is None or len(plain_label(cells[at].text)) > 24:
            words = "".join(fold("".join(cell.text for cell in cells)).split())
            told = next((name for name in "DC" if pattern(f"figures/{name.lower()}", "marks").search(words)), "")
            head, form = (words, told) if told else (head, form)
            continue
        if named.key in seen:
            continue
        n = len(named.columns)
        after = [cell for cell in cells[at + 1 :] if cell.start > cells[at].start]
        while len(after) > n and not after[-1].text.strip():
            after = after[:-1]
        seen.add(named.key)
        values: list[Cell | None] | None = list(after) if len(after) == n else _all_filled(after, n)
        if values is not None and n > 1:
            values = [values[place] for place in _t2_order(head, named.columns, form)]
        figures = _row(named, "t2", form, cells[at], values)
        if "万元" in head and figures[-1].column == "amount" and figures[-1].unit == "":
            figures[-1].unit = "万元"
        found += figures
    return found


def _side_by_side(row: _Cells, form: str) -> list[_Cells]:
    """The parts of a row that draws rows of several blocks beside each other, each with a label and values."""
    if not form or _label(row[:2], "t2", form)[0] is None:
        return [row]
    starts = [0]
    for place in range(2, len(row)):
        if parse_cell(row[place].text)[0] == "text" and _label(row[place : place + 1], "t2", form)[0] is not None:
            starts.append(place)
    return [row[start:stop] for start, stop in itertools.pairwise([*starts, len(row)])]


def _t2_order(head: str, columns: tuple[str, ...], form: str) -> list[int]:
    """Where each column of a block stands, as the words of its head say; the form's own order if one is unnamed."""
    names = [re.search(facts(f"figures/{form.lower()}")["heads"][column], head) for column in columns]
    starts = [name.start() for name in names if name is not None]
    if len(set(starts)) != len(columns):
        return list(range(len(columns)))
    return [sorted(starts).index(start) for start in starts]


def read_stat(table: Grid, name: str, form: str, *, block: str = "") -> list[Figure]:
    """Return the figures of a statistics form with labels and units: B everywhere, A where local rows match.

    A row may hold several label groups side by side, and several columns of numbers; a column is named by its
    head, and is "value" where there is only one or its head says total. `block`: where the part before ended.
    """
    data = facts(f"figures/{form.lower()}")
    units = frozenset(data.get("units", ["条", "次", "件", "人", "人次", "元", "万元", "个"]))
    found: list[Figure] = []
    seen: set[str] = set()
    head: _Cells = []
    for cells in table.drawn:
        labels = []
        for place, cell in enumerate(cells):
            named = [item for item in rows_of(cell.text, name, form)
                     if item.key not in seen and (not item.block or item.block == block)]  # fmt: skip
            if named and parse_cell(cell.text)[0] == "text" and cell.text.strip() not in units:
                labels.append((place, named[0]))
        if not labels:
            head = cells if any("指标" in cell.text or "单位" in cell.text for cell in cells) else head
            continue
        if len(labels) > 1 and all(b[0] == a[0] + 1 for a, b in itertools.pairwise(labels)):
            labels = labels[-1:]  # a label cut over two cells
        for number, (place, item) in enumerate(labels):
            stop = labels[number + 1][0] if number + 1 < len(labels) else len(cells)
            after = cells[place + 1 : stop]
            unit = next((cell.text.strip() for cell in after if cell.text.strip() in units), "")
            values = [
                cell for cell in after if cell.text.strip() not in units and not _CODE.fullmatch(cell.text.strip())
            ]
            seen.add(item.key)
            block = item.key if item.key in ("review_total", "lit_total") else block
            found += _stat_row(item, name, form, cells[place], values, unit, _heads(head, len(values), data))
    return found


def _heads(head: _Cells, n: int, data: dict[str, object]) -> list[str]:
    """Keys of `n` columns of numbers: "value" for a single one, else by what their heads print."""
    if n == 1:
        return ["value"]
    names = ["".join(cell.text.split()) for cell in head][-n:] if len(head) >= n else []
    if len(set(names)) != n or "0" in names:
        return []
    known = data.get("columns")
    if isinstance(known, dict):
        return [next((key for key, match in known.items() if re.search(match, name)), name) for name in names]
    totals = [name for name in names if re.search(str(data["totals"]), name)]
    return ["value" if totals == [name] else name for name in names]


def _stat_row(
    row: Row, table: str, form: str, label: Cell, values: _Cells, unit: str, columns: list[str]
) -> list[Figure]:
    span = (label.start, label.end)
    unit = unit or row.units[0]
    if not values and not columns:
        return [unread(form, table, row.key, "value", label.text, unit, span)]
    if len(columns) != len(values):
        return [unread(form, table, row.key, "value", label.text, unit, span)]
    return [
        figure(form, table, row.key, column, label.text, cell.text, unit, (cell.start, cell.end))
        for column, cell in zip(columns, values, strict=True)
    ]

"""Statutory tables → figures: rows by label, values by their order in the row, every cell with its state.

The form (B, C or D) is told by the labels, never by the year; C and D columns are different measures and are
never mapped onto each other. Sums are judged only where every cell is a value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache

from schemas.facts import facts, pattern
from schemas.records import Cell, Figure, Section, Table

_NUMBER = re.compile(r"^([+＋\-－—减增]?)\s*(\d{1,3}(?:[,，]\d{3})+|\d+)(\.\d+)?\s*(万元|元|亿元|件|条|个|次|项|人)?$")
_LEAD = re.compile(r"^([（(]?[一二三四五六七八九十\d]{1,3}[）)]?[、.．]?)+")
_BLANKS = {"": "blank", "-": "dash", "—": "dash", "－": "dash", "--": "dash", "——": "dash", "/": "slash", "／": "slash"}
_NONE = ("无", "暂无", "没有")
_TABLES = ("t2", "t3", "t4")
_HOME = {"t2": "proactive_disclosure", "t3": "requests", "t4": "review_litigation"}


@dataclass(slots=True)
class FiguresResult:
    """Figures of one report, the form they follow, what is missing, and quality flags."""

    figures: list[Figure] = field(default_factory=list)
    form: str = ""
    era_by_structure: str = ""
    flags: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@cache
def _labels(name: str) -> tuple[tuple[re.Pattern[str], str, list[str]], ...]:
    rows = facts("statutory")[name]
    if name == "stat":
        return tuple((re.compile(row[2]), row[0], [row[1]]) for row in rows)
    return tuple((re.compile(row[1]), row[0], row[2] if len(row) > 2 else []) for row in rows)


def tabulate(text: str, tables: list[Table], sections: list[Section], *, year: int | None) -> FiguresResult:
    """Return the statutory figures of one report; offsets are code points of `text`.

    `year` serves no decision on the form; it is accepted so that callers state what they know. A statutory
    section without its table gives one figure of state missing_table, never zeros.
    """
    result = FiguresResult()
    merged = _merge(tables)
    found: set[str] = set()
    for table in merged:
        words = "".join(cell.text for row in table.grid for cell in row).replace(" ", "")
        if pattern("statutory", "marks", "t3").search(words):
            result.figures += _t3(table)
            found.add("t3")
        elif pattern("statutory", "marks", "t4").search(words):
            result.figures += _t4(table)
            found.add("t4")
        elif pattern("statutory", "marks", "D").search(words):
            result.figures += _t2(table, "D")
            found.add("t2")
        elif pattern("statutory", "marks", "C").search(words):
            result.figures += _t2(table, "C")
            found.add("t2")
        elif "申请" in words and ("统计" in words or "主动公开政府信息数" in words):
            result.figures += _stat(table)
    forms = {figure.form for figure in result.figures} - {""}
    if "B" in forms:
        result.form = result.era_by_structure = "B"
    elif forms & {"C", "D"}:
        result.form = result.era_by_structure = "D" if "D" in forms else "C"
        for figure in result.figures:
            figure.form = figure.form or result.form
    elif found:
        result.form = "C" if any(figure.row == "oth_total" for figure in result.figures) else "D"
        for figure in result.figures:
            figure.form = figure.form or result.form
    statutory = {section.section: section for section in sections}
    requests = statutory.get("requests")
    if (
        result.form != "B"
        and requests is not None
        and "收到和处理" in requests.heading
        and set(_HOME.values()) <= set(statutory)
    ):
        for name in _TABLES:
            if name in found:
                continue
            home = statutory[_HOME[name]]
            image = any(table.has_image and home.start <= table.start < home.end for table in tables)
            state = "image_table" if image else "missing_table"
            result.figures.append(
                Figure(result.form, name, "", "", "", "", None, "", "", state, None, home.start, home.end)
            )
            result.missing.append(name)
    if result.missing:
        result.flags.append(f"tables_missing:{','.join(result.missing)}")
    result.flags += _check(result.figures)
    return result


def _merge(tables: list[Table]) -> list[Table]:
    """Join a statutory table that a page split into neighbouring parts."""
    merged: list[Table] = []
    for table in tables:
        if merged and table.start - merged[-1].end <= 4 and not _starts_table(table):
            last = merged[-1]
            merged[-1] = Table(last.start, table.end, [*last.grid, *table.grid], last.has_image or table.has_image)
        else:
            merged.append(table)
    return merged


def _starts_table(table: Table) -> bool:
    head = "".join(cell.text for row in table.grid[:3] for cell in row)
    return re.search("第二十条|本列数据|行政复议|统计指标|信息内容|指标", head) is not None


def _distinct(row: list[Cell]) -> list[Cell]:
    """The cells of a row as drawn: a spanned cell once."""
    return [
        cell for place, cell in enumerate(row) if place == 0 or (cell is not row[place - 1] and cell != row[place - 1])
    ]


def parse_cell(cell: str) -> tuple[str, str | None, str]:
    """Return `(state, value, unit)` of a printed cell; the value is decimal text, None unless it is a number."""
    text = cell.strip().replace(" ", "")
    if text in _BLANKS:
        return _BLANKS[text], None, ""
    if text.startswith(_NONE) and len(text) <= 4:
        return "none_text", None, ""
    found = _NUMBER.match(text)
    if not found:
        return "text", None, ""
    digits = re.sub("[,，]", "", found[2]) + (found[3] or "")
    try:
        value = Decimal(digits)
    except InvalidOperation:  # pragma: no cover - the pattern admits only numbers
        return "text", None, ""
    if found[1] in ("-", "－", "—", "减"):
        value = -value
    return "value", format(value, "f"), found[4] or ""


def _figure(form: str, table: str, row: str, column: str, label: str, cell: Cell, unit: str = "件") -> Figure:
    state, value, printed_unit = parse_cell(cell.text)
    return Figure(
        form, table, row, column, label, cell.text, value, printed_unit or unit, "", state, None, cell.start, cell.end
    )


def _plain(label: str) -> str:
    return _LEAD.sub("", re.sub(r"[\s\u3000\xa0“”\"]", "", label))


def _t3(table: Table) -> list[Figure]:
    columns = facts("statutory")["columns_t3"]
    figures: list[Figure] = []
    seen: set[str] = set()
    for row in table.grid:
        cells = _distinct(row)
        if any("自然人" in cell.text for cell in cells):  # the header, whose last label is that of a row too
            continue
        key = label = ""
        at = 0
        for place, cell in enumerate(cells[:4]):
            name = _plain(cell.text)
            hit = next((key_ for match, key_, _ in _labels("t3") if name and match.search(name)), "")
            if hit:
                key, label, at = hit, cell.text, place + 1
                if hit in ("oth_total",) and len(cells) - at > len(columns):
                    continue
        if not key or key in seen:
            continue
        values = cells[at:]
        grid_values = [cell for cell in row if cell.start > cells[at - 1].start]
        if len(values) != len(columns) and len(grid_values) == len(columns):
            values = grid_values
        if key == "oth_total" and len(values) != len(columns):
            continue
        seen.add(key)
        if len(values) != len(columns):
            figures += _unparsed("t3", key, columns, label, cells[at - 1])
            continue
        figures += [_figure("", "t3", key, column, label, cell) for column, cell in zip(columns, values, strict=True)]
    return figures


def _unparsed(table: str, row: str, columns: list[str], label: str, cell: Cell) -> list[Figure]:
    return [
        Figure("", table, row, column, label, "", None, "件", "", "unparsed", None, cell.start, cell.end)
        for column in columns
    ]


def _t4(table: Table) -> list[Figure]:
    columns = facts("statutory")["columns_t4"]
    for row in reversed(table.grid):
        if any(re.search("[\u4e00-\u9fff]{3}", cell.text) for cell in row):
            continue
        cells = _distinct(row)
        if len(cells) == len(columns):
            return [_figure("", "t4", "", column, column, cell) for column, cell in zip(columns, cells, strict=True)]
        if cells and any(parse_cell(cell.text)[0] == "value" for cell in cells):
            return _unparsed("t4", "", columns, "", cells[0])
    return _unparsed("t4", "", columns, "", Cell("", table.start, table.end))


def _t2(table: Table, form: str) -> list[Figure]:
    figures: list[Figure] = []
    seen: set[str] = set()
    for row in table.grid:
        cells = _distinct(row)
        if not cells:
            continue
        name = _plain(cells[0].text)
        hit = next(
            ((key, columns) for match, key, columns in _labels(f"t2_{form.lower()}") if match.search(name)), None
        )
        if hit is None or hit[0] in seen or len(name) > 24:
            continue
        key, columns = hit
        values = cells[1:]
        seen.add(key)
        if len(values) < len(columns):
            figures += [_with_form(figure, form) for figure in _unparsed("t2", key, columns, cells[0].text, cells[0])]
            continue
        unit = {"amount_wan": "万元", "amount": ""}
        figures += [
            _figure(form, "t2", key, column, cells[0].text, cell, unit.get(column, "件"))
            for column, cell in zip(columns, values, strict=False)
        ]
    return figures


def _with_form(figure: Figure, form: str) -> Figure:
    figure.form = form
    return figure


def _stat(table: Table) -> list[Figure]:
    figures: list[Figure] = []
    seen: set[str] = set()
    for row in table.grid:
        cells = _distinct(row)
        if len(cells) < 2:
            continue
        name = re.sub("^其中[：:]?", "", _plain(cells[0].text))
        name = re.sub("[（(].*?[）)]$", "", name)
        hit = next(((key, units[0]) for match, key, units in _labels("stat") if match.search(name)), None)
        if hit and hit[0] not in seen:
            seen.add(hit[0])
            figures.append(_figure("B", "stat", hit[0], "value", cells[0].text, cells[-1], hit[1]))
    return figures


def _check(figures: list[Figure]) -> list[str]:
    """Judge the form's own sums (I1-I4); the total cell carries the verdict."""
    flags: set[str] = set()
    cells = {(figure.table, figure.row, figure.column): figure for figure in figures}

    def judge(name: str, total: list[Figure | None], parts: list[Figure | None]) -> None:
        if any(item is None or item.state != "value" for item in [*total, *parts]):
            return
        left = sum(Decimal(item.value or 0) for item in total if item)
        right = sum(Decimal(item.value or 0) for item in parts if item)
        for item in total:
            if item:
                item.rule_ok = (item.rule_ok is not False) and left == right
        if left != right and total[0]:
            flags.add(f"sum_failed:{total[0].table}:{name}")

    rows = [row for (table, row, _) in cells if table == "t3"]
    results = [row for row in dict.fromkeys(rows) if row not in ("new", "carried_in", "result_total", "carried_out")]
    columns = facts("statutory")["columns_t3"]
    for column in columns if rows else []:

        def get(row: str, column: str = column) -> Figure | None:
            return cells.get(("t3", row, column))

        judge("I1", [get("result_total"), get("carried_out")], [get("new"), get("carried_in")])
        judge("I2", [get("result_total")], [get(row) for row in results])
    for row in dict.fromkeys(rows):
        judge("I3", [cells.get(("t3", row, "total"))], [cells.get(("t3", row, name)) for name in columns[:-1]])
    for group in ("review", "lit_direct", "lit_after"):
        parts = [cells.get(("t4", "", f"{group}_{name}")) for name in ("upheld", "corrected", "other", "pending")]
        judge("I4", [cells.get(("t4", "", f"{group}_total"))], parts)
    return sorted(flags)

"""One printed cell → its state and value. Absent, blank and zero are three different things."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from schemas.records import Figure
from transforms.text.fold import fold

UNITS = "亿元|万元|元|件次|人次|件|条|个|次|项|人|篇|份|宗|期|场"
_NUMBER = re.compile(rf"([+\-−–—减增]?)(\d{{1,3}}(?:,\d{{3}})+|\d+)(\.\d+)?({UNITS})?")
_SEVERAL = re.compile(r"\d\s+[\d.,]")
_POINT = re.compile(r"(?<=\d)[ \u3000\xa0]+[.．][ \u3000\xa0]+(?=\d)")  # 430 . 66: justified type
_DASH = re.compile(r"[-—–―─−_]{1,4}")
_NONE = re.compile("[(]?(无|暂无|没有|未发生|无此项|不涉及|空)[)]?")
_MINUS = frozenset("-−–—减")


@lru_cache(maxsize=4096)
def parse_cell(cell: str) -> tuple[str, str | None, str]:
    """Return `(state, value, unit)` of a printed cell; the value is decimal text, None unless it is a number.

    States: value, blank, dash, slash, none_text, text. The unit is "" unless the cell prints one.
    """
    cell = _POINT.sub(".", cell)
    text = "".join(fold(cell).split())
    if not text:
        return "blank", None, ""
    found = _NUMBER.fullmatch(text)
    if found and _SEVERAL.search(cell.strip()):
        return "text", None, ""  # two numbers, or one that was cut: nobody can tell
    if found:
        digits = found[2].replace(",", "").lstrip("0") or "0"
        value = digits + (found[3] or "")
        if found[1] in _MINUS and Decimal(value):
            value = f"-{value}"
        return "value", value, found[4] or ""
    if text == "零":
        return "value", "0", ""
    if text in ("/", "\\", "//"):
        return "slash", None, ""
    if _DASH.fullmatch(text):
        return "dash", None, ""
    return ("none_text" if _NONE.fullmatch(text) else "text"), None, ""


def figure(
    form: str, table: str, row: str, column: str, label: str, printed: str, unit: str, span: tuple[int, int]
) -> Figure:
    """Return the Figure of one printed cell that stands at `span` of the report's text."""
    state, value, own_unit = parse_cell(printed)
    return Figure(form, table, row, column, label, printed, value, own_unit or unit, "", state, None, *span)


def unread(
    form: str, table: str, row: str, column: str, label: str, unit: str, span: tuple[int, int], *,
    state: str = "unparsed", printed: str = "",
) -> Figure:  # fmt: skip
    """Return the Figure of a cell that is known to exist but not what it says; `state` tells why."""
    return Figure(form, table, row, column, label, printed, None, unit, "", state, None, *span)

"""The forms' own arithmetic (I1-I4 of form C and D, the sums of form B), judged only where every cell is a value.

A failure is a fact about the source: the total cell carries it, and the report a flag; nothing is altered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from schemas.facts import facts
from schemas.records import Figure

Cells = dict[tuple[str, str, str], Figure]
_Number = int | Decimal


def check(figures: list[Figure]) -> list[str]:
    """Set `rule_ok` of every total cell that can be judged and return the flags, sorted."""
    cells = {(item.table, item.row, item.column): item for item in figures if item.state == "value"}
    tables = {item.table for item in figures}
    failed: set[str] = set()
    rules: list[Iterator[tuple[str, list[Figure], list[Figure]]]] = []
    if "t3" in tables:
        rules.append(_requests(cells, {item.row for item in figures if item.table == "t3"}))
    if "t4" in tables:
        rules.append(_reviews(cells))
    if "stat" in tables:
        rules.append(_statistics(cells, {item.row for item in figures if item.table == "stat"}))
        failed |= set(_at_most(cells))
    for rule in rules:
        for name, total, parts in rule:
            holds = _sum(total) == _sum(parts)
            for item in total:
                item.rule_ok = holds and item.rule_ok is not False
            if not holds:
                failed.add(f"sum_failed:{total[0].table}:{name}")
    return sorted(failed)


def _number(item: Figure) -> _Number:
    text = item.value or "0"
    return Decimal(text) if "." in text else int(text)


def _sum(items: Iterable[Figure]) -> _Number:
    return sum((_number(item) for item in items), start=0)


def _all(cells: Cells, keys: Iterable[tuple[str, str, str]]) -> list[Figure] | None:
    """The cells of `keys` if all of them are values."""
    found = []
    for key in keys:
        item = cells.get(key)
        if item is None:
            return None
        found.append(item)
    return found


def _requests(cells: Cells, rows: set[str]) -> Iterator[tuple[str, list[Figure], list[Figure]]]:
    columns = facts("figures/cd")["t3_columns"]
    results = [
        row["key"]
        for row in facts("figures/cd")["t3"]
        if row["key"] not in ("new", "carried_in", "result_total", "carried_out")
        and (not row["key"].startswith("oth_") or row["key"] in rows)
    ]
    others = {row for row in rows if row.startswith("oth_")}
    complete = others in ({"oth_total"}, {"oth_not_corrected", "oth_fee_unpaid", "oth_other"})
    for column in columns:
        left = _all(cells, [("t3", row, column) for row in ("result_total", "carried_out")])
        right = _all(cells, [("t3", row, column) for row in ("new", "carried_in")])
        if left and right:
            yield "I1", left, right
        parts = _all(cells, [("t3", row, column) for row in results])
        if parts and complete and ("t3", "result_total", column) in cells:
            yield "I2", [cells["t3", "result_total", column]], parts
    for row in sorted(rows):
        line = _all(cells, [("t3", row, column) for column in columns])
        if line:
            yield "I3", line[-1:], line[:-1]


def _reviews(cells: Cells) -> Iterator[tuple[str, list[Figure], list[Figure]]]:
    data = facts("figures/cd")
    for group in data["t4_groups"]:
        line = _all(cells, [("t4", "", f"{group}_{kind}") for kind in data["t4_kinds"]])
        if line:
            yield "I4", line[-1:], line[:-1]


def _statistics(cells: Cells, rows: set[str]) -> Iterator[tuple[str, list[Figure], list[Figure]]]:
    sums: dict[str, dict[str, Any]] = facts("figures/b")["sums"]
    for total, rule in sums.items():
        wanted = [*rule["parts"], *(part for part in rule.get("maybe", []) if part in rows)]
        parts = _all(cells, [("stat", part, "value") for part in wanted])
        if parts and ("stat", total, "value") in cells:
            yield total, [cells["stat", total, "value"]], parts


def _at_most(cells: Cells) -> Iterator[str]:
    for part, whole in facts("figures/b")["at_most"]:
        both = _all(cells, [("stat", part, "value"), ("stat", whole, "value")])
        if both and _number(both[0]) > _number(both[1]):
            both[0].rule_ok = False
            yield f"sum_failed:stat:{part}"

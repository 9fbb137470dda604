"""The forms' own arithmetic (I1-I4 of form C and D, the sums of form B), judged only where every cell is a value.

A failure is a fact about the source: the total cell carries it, and the report a flag; nothing is altered.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from schemas.facts import facts
from schemas.records import Figure

Key = tuple[str, str, str]  # table, row, column
Numbers = dict[Key, int | Decimal]
Rule = tuple[str, list[Key], list[Key]]  # name, cells that close the sum, cells that are added


def check(figures: list[Figure]) -> list[str]:
    """Set `rule_ok` of every total cell that can be judged and return the flags, sorted."""
    numbers: Numbers = {}
    cells: dict[Key, Figure] = {}
    rows: dict[str, dict[str, None]] = {}
    for item in figures:
        value = item.value
        if value is not None:
            key = (item.table, item.row, item.column)
            numbers[key] = Decimal(value) if "." in value else int(value)
            cells[key] = item
        rows.setdefault(item.table, {})[item.row] = None
    failed: set[str] = set()
    number_of = numbers.__getitem__
    for name, totals, parts in _rules(rows):
        try:
            holds = sum(map(number_of, totals)) == sum(map(number_of, parts))
        except KeyError:
            continue  # a cell that is no value: not assessable
        for key in totals:
            cells[key].rule_ok = holds and cells[key].rule_ok is not False
        if not holds:
            failed.add(f"sum_failed:{totals[0][0]}:{name}")
    if "stat" in rows:
        for part, whole in facts("figures/b")["at_most"]:
            one, other = ("stat", part, "value"), ("stat", whole, "value")
            if one in numbers and other in numbers and numbers[one] > numbers[other]:
                cells[one].rule_ok = False
                failed.add(f"sum_failed:stat:{part}")
    return sorted(failed)


def _rules(rows: dict[str, dict[str, None]]) -> Iterator[Rule]:
    """The sums that the forms at hand close."""
    if "t3" in rows:
        yield from _requests(tuple(rows["t3"]))
    if "t4" in rows:
        yield from _reviews()
    if "stat" in rows:
        for total, rule in facts("figures/b")["sums"].items():
            parts = [*rule["parts"], *(part for part in rule.get("maybe", []) if part in rows["stat"])]
            yield total, [("stat", total, "value")], [("stat", part, "value") for part in parts]


@cache
def _reviews() -> list[Rule]:
    data = facts("figures/cd")
    return [
        ("I4", [("t4", "", f"{group}_{data['t4_kinds'][-1]}")],
         [("t4", "", f"{group}_{kind}") for kind in data["t4_kinds"][:-1]])
        for group in data["t4_groups"]
    ]  # fmt: skip


@lru_cache(maxsize=64)
def _requests(rows: tuple[str, ...]) -> list[Rule]:
    """I1 and I2 of every column and I3 of every row; I2 only where the rows are those of one form."""
    columns = facts("figures/cd")["t3_columns"]
    outside = ("new", "carried_in", "result_total", "carried_out")
    others = {row for row in rows if row.startswith("oth_")}
    results = [row["key"] for row in facts("figures/cd")["t3"]
               if row["key"] not in outside and (not row["key"].startswith("oth_") or row["key"] in others)]  # fmt: skip
    rules: list[Rule] = []
    for column in columns:
        rules.append(("I1", [("t3", row, column) for row in ("result_total", "carried_out")],
                      [("t3", row, column) for row in ("new", "carried_in")]))  # fmt: skip
        if others in ({"oth_total"}, {"oth_not_corrected", "oth_fee_unpaid", "oth_other"}):
            rules.append(("I2", [("t3", "result_total", column)], [("t3", row, column) for row in results]))
    for row in rows:
        rules.append(("I3", [("t3", row, columns[-1])], [("t3", row, column) for column in columns[:-1]]))
    return rules

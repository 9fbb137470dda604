"""The forms' own arithmetic (I1-I4 of form C and D, the sums of form B), judged only where every cell is a value.

A failure is a fact about the source: the total cell carries it, and the report a flag; nothing is altered.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from schemas.facts import facts
from schemas.records import Figures

Key = tuple[str, str]  # row, column
Number = int | Decimal
Rule = tuple[str, list[Key], list[Key]]  # name, cells that close the sum, cells that are added


class Sum(NamedTuple):
    """A rule by the places of its cells in a table: `cells` gets the numbers of `totals`, then those that are added."""

    name: str
    totals: list[int]
    cells: itemgetter[tuple[Number, ...]]


Rules = tuple[list[Sum], list[tuple[str, int, int]]]


def check(figures: Figures) -> list[str]:
    """Set `rule_ok` of every total cell that can be judged and return the flags, sorted."""
    numbers = _numbers(figures.value)
    verdicts: list[bool | None] = [None] * len(numbers)
    failed = []
    for table, stretch in _tables(figures.table):
        key = table, tuple(figures.row[stretch]), tuple(figures.column[stretch])
        part = verdicts[stretch]
        failed += [f"sum_failed:{table}:{name}" for name in _failed(_rules(*key), numbers[stretch], part)]
        verdicts[stretch] = part
    figures.rule_ok = verdicts
    return sorted(set(failed))


def _tables(tables: list[str]) -> Iterator[tuple[str, slice]]:
    """Each table with where its figures stand, which is together."""
    end = 0
    for table, same in groupby(tables):
        start, end = end, end + sum(1 for _ in same)
        yield table, slice(start, end)


def _failed(rules: Rules, numbers: list[Number | None], verdicts: list[bool | None]) -> Iterator[str]:
    """Judge one table cell by cell; names of the rules that its numbers break."""
    sums, limits = rules
    for name, totals, cells_of in sums:
        told = cells_of(numbers)
        if None in told:
            continue  # a cell that is no value: not assessable
        holds = sum(told) == 2 * sum(told[: len(totals)])
        for place in totals:
            verdicts[place] = holds and verdicts[place] is not False
        if not holds:
            yield name
    for name, part, whole in limits:
        one, other = numbers[part], numbers[whole]
        if one is not None and other is not None and one > other:
            verdicts[part] = False
            yield name


def _numbers(values: list[str | None]) -> list[Number | None]:
    told = [value for value in values if value is not None]
    if len(told) == len(values) and "." not in "".join(told):  # as nearly every report has it
        return list(map(int, told))
    return [None if value is None else Decimal(value) if "." in value else int(value) for value in values]


@lru_cache(256)
def _rules(table: str, rows: tuple[str, ...], columns: tuple[str, ...]) -> Rules:
    """What the cells of a table must fulfil, by their places: sums, and pairs of which the first is at most the second."""
    at = {key: place for place, key in enumerate(zip(rows, columns, strict=True))}
    sums = [Sum(name, [at[key] for key in totals], itemgetter(*(at[key] for key in (*totals, *parts))))
            for name, totals, parts in _sums(table, tuple(dict.fromkeys(rows)))
            if all(key in at for key in (*totals, *parts))]  # fmt: skip
    pairs = facts("figures/b")["at_most"] if table == "stat" else []
    limits = [(part, at[part, "value"], at[whole, "value"])
              for part, whole in pairs if (part, "value") in at and (whole, "value") in at]  # fmt: skip
    return sums, limits


def _sums(table: str, rows: tuple[str, ...]) -> Iterator[Rule]:
    """The sums that a form closes."""
    if table == "t3":
        yield from _requests(rows)
    if table == "t4":
        data = facts("figures/cd")
        *kinds, total = data["t4_kinds"]
        for group in data["t4_groups"]:
            yield "I4", [("", f"{group}_{total}")], [("", f"{group}_{kind}") for kind in kinds]
    if table == "stat":
        for total, rule in facts("figures/b")["sums"].items():
            parts = [*rule["parts"], *(part for part in rule.get("maybe", []) if part in rows)]
            yield total, [(total, "value")], [(part, "value") for part in parts]


def _requests(rows: tuple[str, ...]) -> Iterator[Rule]:
    """I1 and I2 of every column and I3 of every row; I2 only where the rows are those of one form."""
    columns = facts("figures/cd")["t3_columns"]
    outside = ("new", "carried_in", "result_total", "carried_out")
    others = {row for row in rows if row.startswith("oth_")}
    results = [row["key"] for row in facts("figures/cd")["t3"]
               if row["key"] not in outside and (not row["key"].startswith("oth_") or row["key"] in others)]  # fmt: skip
    for column in columns:
        closing, opening = ("result_total", "carried_out"), ("new", "carried_in")
        yield "I1", [(row, column) for row in closing], [(row, column) for row in opening]
        if others in ({"oth_total"}, {"oth_not_corrected", "oth_fee_unpaid", "oth_other"}):
            yield "I2", [("result_total", column)], [(row, column) for row in results]
    for row in rows:
        yield "I3", [(row, columns[-1])], [(row, column) for column in columns[:-1]]

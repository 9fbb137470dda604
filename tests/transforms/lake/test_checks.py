"""Expectations of partitions: what fails, what warns, what cannot be told."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest

from schemas.checks import Check, ChecksError, checks, parse
from schemas.tables import REPORTS
from transforms.lake.checks import Partition, Result, accept, check_partition, columns, failures

KEPT = Check("kept", "kept_share", "why", min=0.5, warn_below=0.95)


def reports(**families: list[date | None]) -> pa.Table:
    """One report a day, of the family, called `<family><number>`."""
    rows = [(f"{name}{n}", name, day) for name, days in families.items() for n, day in enumerate(days)]
    schema = pa.schema([REPORTS.field(name) for name in ("report_id", "revision", "family", "published_on")])
    return pa.Table.from_pylist(
        [{"report_id": r, "revision": 1, "family": f, "published_on": d} for r, f, d in rows], schema
    )


def cells(**sums: list[bool | None]) -> pa.Table:
    rows = [{"report_id": name, "revision": 1, "rule_ok": ok} for name, found in sums.items() for ok in found]
    fields = [("report_id", pa.string()), ("revision", pa.int32()), ("rule_ok", pa.bool_())]
    return pa.Table.from_pylist(rows, pa.schema(fields))


def said(check: Check, **seen: object) -> tuple[str, float | None]:
    [result] = check_partition([check], Partition(**{"province": "gansu", "reports": reports(), "figures": cells(), **seen}))  # fmt: skip
    assert result.name == check.name
    return result.status, result.value


def test_the_packaged_checks_are_valid() -> None:
    assert "reports_kept" in {check.name for check in checks()}
    assert set(columns(checks())["reports"]) <= set(REPORTS.names)


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (None, ("not_assessed", None)),
        ({"vsb0", "vsb1"}, ("passed", 1.0)),
        ({"vsb0", "vsb1", "c"}, ("warned", 2 / 3)),
        ({"vsb0", "vsb1", "c", "d"}, ("warned", 0.5)),
        ({"vsb0", "c", "d"}, ("failed", 1 / 3)),
    ],
)
def test_lost_reports_warn_then_fail(before: set[str] | None, wanted: tuple[str, float | None]) -> None:
    assert said(KEPT, reports=reports(vsb=[None, None]), before=before and frozenset(before)) == wanted


def test_everything_gone_fails_but_an_empty_first_build_is_not_assessed() -> None:
    assert said(KEPT, before=frozenset({"a"})) == ("failed", 0.0)
    assert said(KEPT) == ("not_assessed", None)


def test_sums_and_fill_rates_count_the_families_asked_for() -> None:
    seen = {"reports": reports(ucap=[date(2020, 1, 5)], vsb=[None]), "figures": cells(ucap0=[True, False, None], vsb0=[False])}  # fmt: skip
    assert said(Check("sums", "sound_sums", "why", families=("ucap",), min=0.5), **seen) == ("passed", 0.5)
    assert said(Check("sums", "sound_sums", "why", min=0.5), **seen) == ("failed", 1 / 3)
    assert said(Check("dates", "filled_share", "why", column="published_on", min=0.6), **seen) == ("failed", 0.5)


def test_no_sum_to_assess_is_not_zero() -> None:
    sums = Check("sums", "sound_sums", "why", min=0.5)
    assert said(sums, reports=reports(vsb=[None]), figures=cells(vsb0=[None])) == ("not_assessed", None)


def test_shares_of_few_are_not_assessed() -> None:
    check = Check("dates", "filled_share", "why", column="published_on", of_at_least=3, min=0.6)
    assert said(check, reports=reports(vsb=[None, None])) == ("not_assessed", None)
    assert said(check, reports=reports(vsb=[None, None, None])) == ("failed", 0.0)


def test_the_year_before_counts_where_it_was_built() -> None:
    jump = Check("jump", "yearly_ratio", "why", warn_above=2)
    three = reports(vsb=[None] * 3)
    assert said(jump, reports=three) == said(jump, reports=three, year_before=0) == ("not_assessed", None)
    assert said(jump, reports=three, year_before=1) == ("warned", 3.0)


def test_bands_of_size_and_of_the_number_of_reports() -> None:
    assert said(Check("big", "largest_object", "why", max=10), largest=11) == ("failed", 11.0)
    assert said(Check("none", "reports", "why", min=1)) == ("failed", 0.0)


def test_a_check_of_other_provinces_does_not_apply() -> None:
    check = Check("n", "reports", "why", provinces=("hebei",), min=1)
    assert check_partition([check], Partition("gansu", reports(), cells())) == []


def test_only_the_failure_that_somebody_accepted_passes() -> None:
    results = [Result("a", "failed", 0.1), Result("b", "failed", 0.2), Result("c", "warned", 0.3)]
    accepted = accept(results, {"a": "merged counties", "c": "never failed"})
    assert accepted == [Result("a", "accepted", 0.1, "merged counties"), *results[1:]]
    assert failures(accepted) == [results[1]]


@pytest.mark.parametrize(
    "row",
    [
        {"name": "a", "measure": "reports", "why": "no bound"},
        {"name": "a", "measure": "filled_share", "why": "no column", "min": 0.5},
        {"name": "a", "measure": "reports", "column": "title", "why": "a column too many", "min": 1},
        {"name": "a", "measure": "filled_share", "column": "mood", "why": "no such column", "min": 0.5},
        {"name": "a", "measure": "guess", "why": "unknown measure", "min": 1},
        {"name": "a", "measure": "reports", "provinces": ["atlantis"], "why": "no such province", "min": 1},
        {"name": "a", "measure": "reports", "families": ["acme"], "why": "no such family", "min": 1},
    ],
)
def test_a_wrong_file_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(ChecksError):
        parse({"checks": [row]})


def test_a_name_given_twice_is_refused() -> None:
    row = {"name": "a", "measure": "reports", "why": "w", "min": 1}
    with pytest.raises(ChecksError, match="twice"):
        parse({"checks": [row, row]})

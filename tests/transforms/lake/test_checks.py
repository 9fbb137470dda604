"""Expectations of partitions: what fails, what warns, what cannot be told."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.checks import Check, ChecksError, checks, parse
from schemas.tables import REPORTS
from transforms.lake.checks import Result, check_partition

KEPT = Check("kept", "kept_share", "why", min=0.5, warn_below=0.95)


def report(name: str, family: str = "trs_wcm", published_on: str | None = None) -> dict[str, Any]:
    return {"report_id": name, "revision": 1, "family": family, "published_on": published_on}


def cell(name: str, rule_ok: bool | None) -> dict[str, Any]:
    return {"report_id": name, "revision": 1, "rule_ok": rule_ok}


def test_the_packaged_checks_are_valid() -> None:
    assert "reports_kept" in {check.name for check in checks()}
    assert {check.column for check in checks() if check.column} <= set(REPORTS.names)


@pytest.mark.parametrize(
    ("before", "status", "value"),
    [
        (None, "not_assessed", None),
        (["a", "b"], "passed", 1.0),
        (["a", "b", "c"], "warned", 2 / 3),
        (["a", "b", "c", "d"], "warned", 0.5),
        (["a", "c", "d"], "failed", 1 / 3),
    ],
)
def test_lost_reports_warn_then_fail(before: list[str] | None, status: str, value: float | None) -> None:
    found = check_partition([KEPT], "gansu", [report("a"), report("b")], [], before)
    assert found == [Result("kept", status, value)]


def test_everything_gone_fails_but_an_empty_first_build_is_not_assessed() -> None:
    assert check_partition([KEPT], "gansu", [], [], ["a"])[0].status == "failed"
    assert check_partition([KEPT], "gansu", [], [], None)[0].status == "not_assessed"


def test_sums_and_fill_rates_count_the_families_asked_for() -> None:
    rows = [report("a", "ucap", "2020-01-05"), report("b", "vsb")]
    cells = [cell("a", True), cell("a", False), cell("a", None), cell("b", False)]
    sums = Check("sums", "sound_sums", "why", families=("ucap",), min=0.5)
    filled = Check("dates", "filled_share", "why", column="published_on", min=0.6)
    assert check_partition([sums, filled], "gansu", rows, cells, None) == [
        Result("sums", "passed", 0.5),
        Result("dates", "failed", 0.5),
    ]


def test_no_sum_to_assess_is_not_zero() -> None:
    sums = Check("sums", "sound_sums", "why", min=0.5)
    assert check_partition([sums], "gansu", [report("a")], [cell("a", None)], None)[0].status == "not_assessed"


def test_a_check_of_other_provinces_does_not_apply() -> None:
    assert check_partition([Check("n", "reports", "why", provinces=("hebei",), min=1)], "gansu", [], [], None) == []


@pytest.mark.parametrize(
    "row",
    [
        {"name": "a", "measure": "reports", "why": "no bound"},
        {"name": "a", "measure": "filled_share", "why": "no column", "min": 0.5},
        {"name": "a", "measure": "guess", "why": "unknown measure", "min": 1},
    ],
)
def test_a_wrong_file_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(ChecksError):
        parse({"checks": [row]})


def test_a_name_given_twice_is_refused() -> None:
    row = {"name": "a", "measure": "reports", "why": "w", "min": 1}
    with pytest.raises(ChecksError, match="twice"):
        parse({"checks": [row, row]})

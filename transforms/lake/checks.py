"""Does a partition look as it should? Pure: tables in, results out; whoever publishes acts on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from schemas.checks import Check

_EDITION = ["report_id", "revision"]


@dataclass(frozen=True, slots=True)
class Result:
    """One check of one partition: `status` is passed, warned, failed, accepted (with the reason) or not_assessed.

    `value` is None when it was not assessed.
    """

    name: str
    status: str
    value: float | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Partition:
    """What checks look at: `reports` and `figures` have the columns of these tables that columns() names.

    `before`: report_ids of the last good state, None when there is none: a first build has nothing to be compared
    with. `year_before`: number of reports of the year before, None when it was never built. `largest`: bytes.
    """

    province: str
    reports: pa.Table
    figures: pa.Table
    before: frozenset[str] | None = None
    year_before: int | None = None
    largest: int = 0


def columns(checks: Iterable[Check]) -> dict[str, list[str]]:
    """Return the columns of reports and figures that these checks read."""
    wanted = {check.column for check in checks if check.column} - {*_EDITION, "family"}
    return {"reports": [*_EDITION, "family", *sorted(wanted)], "figures": [*_EDITION, "rule_ok"]}


def check_partition(checks: Iterable[Check], partition: Partition) -> list[Result]:
    """Return the results of the checks that apply to a partition, in their order (design.md 4)."""
    return [
        _judge(check, *_measured(check, partition))
        for check in checks
        if not check.provinces or partition.province in check.provinces
    ]


def accept(results: Iterable[Result], reasons: dict[str, str]) -> list[Result]:
    """Return the results with those failures accepted for which somebody gave a reason, by the check's name."""
    return [
        replace(result, status="accepted", reason=reasons[result.name])
        if result.status == "failed" and result.name in reasons
        else result
        for result in results
    ]


def failures(results: Iterable[Result]) -> list[Result]:
    """Return the results that keep a partition from being published."""
    return [result for result in results if result.status == "failed"]


def _measured(check: Check, partition: Partition) -> tuple[float | None, int]:
    """What a check measures, None when there is nothing to take it from; and of how many things."""
    reports = partition.reports
    match check.measure:  # of the whole partition: what is gone has no family any more
        case "kept_share":
            before = partition.before or frozenset()
            there = set(reports.column("report_id").to_pylist())
            return (len(before & there) / len(before) if before else None), len(before)
        case "yearly_ratio":
            last = partition.year_before or 0
            return (reports.num_rows / last if last else None), last
        case "largest_object":
            return float(partition.largest), 1
    if check.families:
        reports = reports.filter(pc.field("family").isin(list(check.families)))
    match check.measure:
        case "reports":
            return float(reports.num_rows), max(1, reports.num_rows)
        case "filled_share":
            return _mean(pc.is_valid(reports.column(check.column)))
        case "mean":
            return _mean(reports.column(check.column))
        case "sound_sums":
            cells = partition.figures
            if check.families:
                cells = cells.join(reports.select(_EDITION), _EDITION, join_type="left semi")
            return _mean(cells.column("rule_ok"))
    raise ValueError(f"{check.name}: no measure {check.measure!r}")


def _mean(values: pa.ChunkedArray) -> tuple[float | None, int]:
    """The mean of what is not null, and of how many values."""
    values = values.drop_null()
    return (float(pc.mean(values).as_py()) if len(values) else None), len(values)


def _judge(check: Check, value: float | None, count: int) -> Result:
    if value is None or count < check.of_at_least:
        return Result(check.name, "not_assessed", None)
    if _outside(value, check.min, check.max):
        return Result(check.name, "failed", value)
    return Result(check.name, "warned" if _outside(value, check.warn_below, check.warn_above) else "passed", value)


def _outside(value: float, low: float | None, high: float | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)

"""Does a partition look as it should? Pure: rows in, results out; whoever publishes acts on them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from schemas.checks import Check

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """One check of one partition: `status` is passed, warned, failed or not_assessed; `value` null when the last."""

    name: str
    status: str
    value: float | None


def check_partition(
    checks: Iterable[Check], province: str, reports: list[Row], figures: list[Row], before: Collection[str] | None
) -> list[Result]:
    """Return the results of the checks that apply to a partition, in their order (design.md 4).

    `reports` and `figures` are rows of these tables; `before` holds the report_ids of the last good state, None when
    the partition was never published: a first build has nothing to be compared with.
    """
    return [
        _judge(check, _value(check, reports, figures, before))
        for check in checks
        if not check.provinces or province in check.provinces
    ]


def _value(check: Check, reports: list[Row], figures: list[Row], before: Collection[str] | None) -> float | None:
    """What a check measures; None when there is nothing to take it from."""
    if check.measure == "kept_share":  # of the whole partition: what is gone has no family any more
        there = {row["report_id"] for row in reports}
        return _share(name in there for name in sorted(set(before))) if before else None
    rows = [row for row in reports if not check.families or row["family"] in check.families]
    match check.measure:
        case "reports":
            return float(len(rows))
        case "filled_share":
            return _share(row[check.column] is not None for row in rows)
        case "sound_sums":
            wanted = {(row["report_id"], row["revision"]) for row in rows}
            return _share(
                cell["rule_ok"]
                for cell in figures
                if cell["rule_ok"] is not None and (cell["report_id"], cell["revision"]) in wanted
            )
    raise ValueError(f"{check.name}: no measure {check.measure!r}")


def _share(truths: Iterable[bool]) -> float | None:
    found = list(truths)
    return sum(found) / len(found) if found else None


def _judge(check: Check, value: float | None) -> Result:
    if value is None:
        return Result(check.name, "not_assessed", None)
    if _outside(value, check.min, check.max):
        return Result(check.name, "failed", value)
    return Result(check.name, "warned" if _outside(value, check.warn_below, check.warn_above) else "passed", value)


def _outside(value: float, low: float | None, high: float | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)

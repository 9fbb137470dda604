"""Read every labelled page and print how well it was read: `make quality` (--worst N, --field NAME, --group NAME)."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.labelled import calibration
from tests.labelled.compare import Mistake, Tally, answer, compare
from tests.labelled.damage import damage
from tests.labelled.mutations import mutated_pages
from tests.labelled.pages import labelled_pages
from tests.labelled.records import Page


@dataclass(frozen=True, slots=True)
class Bound:
    """What a measure is to reach (`target`) and what it must never fall below (`floor`: today's value, less a hair)."""

    target: float
    floor: float


BOUNDS = {
    "report_f1": Bound(0.99, 0.997),
    "hijacked_rejected": Bound(1.0, 1.0),
    "year": Bound(0.99, 0.996),
    "province": Bound(0.99, 0.998),
    "agency_level": Bound(0.98, 0.997),
    "agency_name": Bound(0.95, 0.998),
    "sections_f1": Bound(0.99, 0.998),
    "html_cells": Bound(0.999, 0.9995),
    "flat_cells": Bound(0.98, 0.999),
    "honest_cells": Bound(0.999, 0.9995),
    "cells_not_wrong": Bound(0.999, 0.9995),
    "doc_type": Bound(0.95, 0.975),
    "level2": Bound(0.95, 0.998),
    "lost_tables": Bound(0.98, 0.998),
    "narrative": Bound(0.97, 0.998),
    "narrative_in_prose": Bound(1.0, 1.0),
    "body_end": Bound(0.98, 0.993),
    "published_on": Bound(0.97, 0.998),
    "damage_year_not_wrong": Bound(0.995, 0.999),
    "damage_province_not_wrong": Bound(0.995, 0.999),
    "damage_agency_name_not_wrong": Bound(0.99, 0.999),
    "damage_sections_not_wrong": Bound(0.99, 0.995),
    "damage_cells_not_wrong": Bound(1.0, 0.9995),
    "damage_sections_right": Bound(0.98, 0.998),
    "damage_cells_right": Bound(0.99, 0.998),
}


def f1(precision: float, recall: float) -> float:
    """Return the harmonic mean; 0 when both are 0."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@dataclass(slots=True)
class Score:
    """All measures of one run, the tally behind them, and the mean time of reading a page in milliseconds."""

    measures: dict[str, float]
    tally: Tally
    ms_a_page: float
    damage_table: list[str]


def score(pages: Sequence[Page], damaged: Sequence[Page] = ()) -> Score:
    """Read and judge the pages, and the damaged ones besides."""
    tally = Tally()
    hits = Counter[str]()
    answers = [answer(page) for page in pages]
    for page, found in zip(pages, answers, strict=True):
        compare(page, found, tally)
        if "is_annual_report" in page.truth:
            hits[f"{page.truth['is_annual_report']}/{found.said['is_annual_report']}"] += 1
    measures = {
        name: value for name in sorted({key[0] for key in tally.asked}) if (value := tally.share(name)) is not None
    }
    right = hits["True/True"]
    measures["report_precision"] = right / max(1, right + hits["False/True"])
    measures["report_recall"] = right / max(1, right + hits["True/False"])
    measures["report_f1"] = f1(measures["report_precision"], measures["report_recall"])
    measures["sections_f1"] = f1(measures.get("sections_precision", 0.0), measures.get("sections_recall", 0.0))
    more, lines, wrong = damage(damaged) if damaged else ({}, [], [])
    tally.mistakes += [Mistake(page, f"damage_{thing}", what, "wrong") for page, thing, _, what in wrong]
    return Score(measures | more, tally, sum(found.ms for found in answers) / len(pages), lines)


def table(result: Score, pages: Sequence[Page]) -> str:
    """Return the measures with their targets, and the main ones by kind of page."""
    lines = [f"{len(pages)} pages, {result.ms_a_page:.2f} ms of CPU a page", ""]
    lines.append(f"{'measure':<30}{'value':>8}{'target':>8}{'floor':>8}  distance to the target")
    for name, value in sorted(result.measures.items(), key=lambda item: (item[0] not in BOUNDS, item[0])):
        bound = BOUNDS.get(name)
        if bound:
            gap = "reached" if value >= bound.target else f"{bound.target - value:.4f}"
            lines.append(f"{name:<30}{value:>8.4f}{bound.target:>8.3f}{bound.floor:>8.3f}  {gap}")
        else:
            lines.append(f"{name:<30}{value:>8.4f}")
    shown = ("report", "hijacked_rejected", "doc_type", "year", "province", "agency_level", "agency_name",
             "sections_recall", "sections_precision", "level2", "html_cells", "flat_cells", "narrative")  # fmt: skip
    lines += ["", f"{'kind of page':<22}{'pages':>6}" + "".join(f"{name[:10]:>11}" for name in shown)]
    for group, count in sorted(Counter(page.group for page in pages).items()):
        shares = [result.tally.share(name, group) for name in shown]
        lines.append(f"{group:<22}{count:>6}" + "".join(f"{'' if s is None else f'{s:.3f}':>11}" for s in shares))
    return "\n".join([*lines, "", *result.damage_table])


def worst(result: Score, field: str, limit: int) -> str:
    """Return mistakes as `page field want got`: each page and field once, the most telling measures first."""
    order = ["report", *BOUNDS, "sections_recall", "sections_precision", "doc_type"]
    rank = {name: place for place, name in enumerate(order)}
    seen: set[tuple[str, str]] = set()
    lines = []
    for mistake in sorted(result.tally.mistakes, key=lambda item: rank.get(item.field, 99)):
        if (field and mistake.field != field) or (mistake.page, mistake.field) in seen:
            continue
        seen.add((mistake.page, mistake.field))
        lines.append(f"{mistake.page:<34} {mistake.field:<18} want {mistake.want!s:<40} got {mistake.got!s}"[:230])
    return "\n".join(lines[:limit])


def main() -> None:
    """Print the score, then the worst mistakes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worst", type=int, default=60)
    parser.add_argument("--field", default="")
    parser.add_argument("--group", default="")
    given = parser.parse_args()
    pages = [page for page in labelled_pages() if given.group in ("", page.group)]
    result = score(pages, () if given.group else mutated_pages())
    print(table(result, pages))
    if not given.group:
        print("\n" + calibration.table(calibration.all_samples()))
    print("\nworst mistakes, one a page and field")
    print(worst(result, given.field, given.worst))


if __name__ == "__main__":
    main()

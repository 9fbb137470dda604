"""Whether confidences mean what they say: strength of evidence against the share of right answers, and the fit.

`python -m tests.labelled.calibration` prints the reliability of today's confidences and the steps for
schemas/confidence.yml.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from tests.labelled.compare import answer
from tests.labelled.mutations import mutated_pages
from tests.labelled.pages import labelled_pages
from tests.labelled.records import Page
from tests.labelled.weakened import weakened_pages

JUDGED = {"year": ("year",), "agency": ("agency_name",), "level": ("agency_level", "province")}
FEWEST = 40  # answers that a step rests on
HIGHEST = 0.99  # no rule is surer than the pages it was tried on


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer: what about, the strength of its evidence, the confidence it claimed, whether it was right."""

    what: str
    strength: float
    claimed: float
    right: bool


def samples(pages: Iterable[Page]) -> list[Sample]:
    """Return the answers about reports that were decided and whose truth is known."""
    found = []
    for page in pages:
        said = answer(page).said
        if not page.truth.get("is_annual_report") or said["disposition"] == "reject":
            continue
        for what, names in JUDGED.items():
            if any(page.truth.get(name) is None for name in names):
                continue
            right = all(
                said[name] == page.truth[name] or (name == "agency_name" and said[name] in page.truth["agency_also"])
                for name in names
            )
            evidence = said["evidence"]["year"]["by"] if what == "year" else said["evidence"]["agency"]
            strength = next(float(item.removeprefix("strength:")) for item in evidence if item.startswith("strength:"))
            found.append(Sample(what, strength, said["confidence"][what], right))
    return found


@cache
def all_samples() -> tuple[Sample, ...]:
    """Return the answers about all labelled, damaged and weakened pages."""
    return tuple(samples((*labelled_pages(), *mutated_pages(), *weakened_pages())))


def fit(found: Sequence[Sample], what: str) -> list[tuple[float, float]]:
    """Return steps (strength, share right) that never fall: equal strengths pooled, then neighbours out of order."""
    mine = [sample for sample in found if sample.what == what]
    pools: list[list[float]] = []  # lowest strength, right, answers
    for strength in sorted({sample.strength for sample in mine}):
        rights = [sample.right for sample in mine if sample.strength == strength]
        if not pools or pools[-1][2] >= FEWEST:
            pools.append([strength, 0, 0])
        pools[-1][1:] = pools[-1][1] + sum(rights), pools[-1][2] + len(rights)
    if len(pools) > 1 and pools[-1][2] < FEWEST:
        _, right, answers = pools.pop()
        pools[-1][1:] = pools[-1][1] + right, pools[-1][2] + answers
    steps: list[list[float]] = []
    for pool in pools:
        steps.append(pool)
        while len(steps) > 1 and _share(steps[-2]) >= _share(steps[-1]):
            _, right, answers = steps.pop()
            steps[-1][1:] = steps[-1][1] + right, steps[-1][2] + answers
    steps[0][0] = 0.0
    return [(strength, _share([strength, right, answers])) for strength, right, answers in steps]


def _share(step: list[float]) -> float:
    return min(HIGHEST, round((step[1] + 1) / (step[2] + 2), 2))


def reliability(found: Sequence[Sample]) -> list[tuple[str, float, int, float]]:
    """Return for each thing and claimed confidence: how many answers, and the share of them that was right."""
    keys = sorted({(sample.what, sample.claimed) for sample in found})
    rows = []
    for what, claimed in keys:
        mine = [sample.right for sample in found if (sample.what, sample.claimed) == (what, claimed)]
        rows.append((what, claimed, len(mine), sum(mine) / len(mine)))
    return rows


def error(found: Sequence[Sample], what: str) -> float:
    """Return the expected calibration error: the mean distance of claim and share, weighed by answers."""
    rows = [row for row in reliability(found) if row[0] == what]
    return sum(n * abs(share - claimed) for _, claimed, n, share in rows) / sum(n for _, _, n, _ in rows)


def table(found: Sequence[Sample]) -> str:
    """Return the reliability of the claimed confidences as lines of text."""
    lines = [f"{'confidence':<12}{'claimed':>9}{'answers':>9}{'right':>9}"]
    for what, claimed, n, share in reliability(found):
        lines.append(f"{what:<12}{claimed:>9.2f}{n:>9}{share:>9.3f}")
    lines += [f"{what:<12} calibration error {error(found, what):.4f}" for what in JUDGED]
    return "\n".join(lines)


def main() -> None:
    """Print the reliability and the steps that fit it best."""
    found = all_samples()
    print(table(found))
    for what in JUDGED:
        print(f"{what}: {[list(step) for step in fit(found, what)]}")


if __name__ == "__main__":
    main()

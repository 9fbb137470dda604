"""From the strength of evidence to a confidence that means what it says: the share of such answers that are right."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from schemas.facts import facts


@cache
def _steps(what: str) -> tuple[list[float], list[float]]:
    rows = facts("confidence")[what]
    return [strength for strength, _ in rows], [share for _, share in rows]


def calibrated(what: str, strength: float) -> float:
    """Return the confidence of an answer about `what` (year, agency, level) by the strength of its evidence, 0 to 1.

    The steps of schemas/confidence.yml were fitted on labelled pages (tests/labelled/calibration.py); they never
    fall as the strength grows.
    """
    strengths, shares = _steps(what)
    return shares[max(bisect_right(strengths, strength) - 1, 0)]

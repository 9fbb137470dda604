"""Confidence never falls as the evidence gets stronger."""

from itertools import pairwise

import pytest

from transforms.identity.confidence import calibrated


@pytest.mark.parametrize("what", ["year", "agency", "level"])
def test_stronger_evidence_is_never_worth_less(what):
    values = [calibrated(what, step / 100) for step in range(101)]
    assert all(one <= other for one, other in pairwise(values))
    assert 0 < values[0] < values[-1] < 1
    assert calibrated(what, -1.0) == values[0]

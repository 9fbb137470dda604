"""Confidences mean what they say on the labelled, damaged and weakened pages."""

import pytest

from tests.labelled.calibration import FEWEST, JUDGED, Sample, all_samples, error, fit, reliability


@pytest.mark.parametrize("what", JUDGED)
def test_claims_are_near_the_share_of_right_answers(what):
    assert error(all_samples(), what) <= 0.02
    for _, claimed, n, share in (row for row in reliability(all_samples()) if row[0] == what and row[2] >= FEWEST):
        assert claimed - share <= 0.03, f"{what}: {n} answers claim {claimed}, {share:.3f} are right"


def test_the_weak_evidence_is_there():
    assert sum(not sample.right for sample in all_samples() if sample.what == "year") >= 15


def test_fit_pools_what_is_out_of_order_and_never_claims_more_than_it_saw():
    found = [Sample("year", 0.5, 0.0, at % 2 == 0) for at in range(100)]
    found += [Sample("year", 0.7, 0.0, at % 4 == 0) for at in range(100)]
    found += [Sample("year", 0.9, 0.0, True) for _ in range(200)]
    steps = fit(found, "year")
    assert [strength for strength, _ in steps] == [0.0, 0.9]
    assert steps[0][1] == pytest.approx(0.375, abs=0.01) and steps[1][1] == 0.99
    assert error([Sample("year", 0.5, 0.8, True), Sample("year", 0.5, 0.8, False)], "year") == pytest.approx(0.3)

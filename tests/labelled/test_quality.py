"""The reading of the labelled pages never falls below its floors; how far it is from its targets is printed."""

from __future__ import annotations

import pytest

from tests.labelled.mutations import mutated_pages
from tests.labelled.pages import labelled_pages
from tests.labelled.score import BOUNDS, Score, score, table


@pytest.fixture(scope="module")
def result() -> Score:
    return score(labelled_pages(), mutated_pages())


def test_how_far_from_the_targets(result, capsys):
    with capsys.disabled():
        print("\n" + table(result, labelled_pages()))
    assert set(BOUNDS) <= set(result.measures)


@pytest.mark.parametrize("name", BOUNDS)
def test_measure_stays_above_its_floor(result, name):
    assert result.measures[name] >= BOUNDS[name].floor, f"{name} fell to {result.measures[name]:.4f}"


def test_the_set_is_large_and_varied():
    pages = labelled_pages()
    reports = [page for page in pages if page.truth.get("is_annual_report")]
    assert len(reports) >= 320
    assert sum(page.group == "lookalike" for page in pages) >= 80
    assert sum(page.group == "hijacked" for page in pages) >= 40
    assert len({page.truth["province"] for page in reports if page.truth.get("province")}) == 32
    assert {page.truth.get("agency_level") for page in reports} >= {
        "central", "province", "prefecture", "county", "township", "other",
    }  # fmt: skip


def test_pages_are_the_same_every_time():
    from tests.labelled import regular
    from tests.labelled.make import make

    spec = regular.specs()[7]
    assert make(spec).data == make(spec).data

"""The labelled set itself: its tables are well drawn, its truth fits its pages, its scorer sees what is wrong."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from tests.labelled import drawing, sheets
from tests.labelled.compare import Answer, Tally, compare, expected_starts, fold
from tests.labelled.issuers import issuers
from tests.labelled.make import Spec, make
from tests.labelled.mutations import mutated_pages
from tests.labelled.pages import labelled_pages
from tests.nation.tables import COLUMNS

RNG = random.Random(7)
SHEETS = {
    "t3 C": (sheets.t3(RNG, "C"), 10, 161), "t3 D": (sheets.t3(RNG, "D"), 10, 175), "t4": (sheets.t4(RNG, "D"), 15, 15),
    "t2 C": (sheets.t2_c(RNG), 5, 22), "t2 D": (sheets.t2_d(RNG), 4, 10), "stat": (sheets.stat(RNG), 3, 58),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_a_full_rectangle_with_all_its_cells(name):
    sheet, width, n_cells = SHEETS[name]
    covered: dict[int, int] = {}
    for at, row in enumerate(sheet.grid):
        for _, wide, high in row:
            for line in range(at, at + high):
                covered[line] = covered.get(line, 0) + wide
    assert set(covered) == set(range(len(sheet.grid)))
    assert set(covered.values()) == {width}
    assert len(sheet.cells) == n_cells


@pytest.mark.parametrize("form", ["C", "D"])
def test_the_sums_of_the_form_hold(form):
    cells = sheets.t3(random.Random(form), form).cells
    value = {key: Decimal(cell.value or 0) for key, cell in cells.items()}
    for column in COLUMNS:
        assert (
            value["new", column] + value["carried_in", column]
            == value["result_total", column] + value["carried_out", column]
        )
    for row in {row for row, _ in value}:
        assert value[row, "total"] == sum(value[row, column] for column in COLUMNS[:-1])


def test_dropped_blanks_leave_only_whole_rows_known():
    sheet = sheets.t3(random.Random(3), "D", zero="")
    truths = drawing.drop_blanks(sheet)[1]
    for truth in truths:
        whole = all(cell.printed for (row, _), cell in sheet.cells.items() if row == truth["row"])
        assert (truth["state"] == "unparsed") is not whole


def test_every_section_of_the_truth_stands_in_its_page():
    for page in labelled_pages():
        if page.kind == "text" and "sections" in page.truth and not page.id.startswith("d-"):
            assert None not in expected_starts(page.truth, fold(page.data.decode())), page.id


def test_ids_are_unique_and_hosts_invented():
    pages = [*labelled_pages(), *mutated_pages()]
    assert len({page.id for page in pages}) == len(pages)
    republished = ("newton.com.tw", "jendow.com.tw", "zjtcn.com", "book118.com", "mnw.cn")
    for page in pages:
        assert not page.url or "-sample" in page.url or page.url.split("/")[2].endswith(republished), page.url


def _perfect(spec: Spec) -> tuple:
    """A page, and the answer that says of it what the truth says."""
    page = make(spec)
    text = "".join(
        section["heading"] + section["start"].removeprefix(section["heading"]) for section in page.truth["sections"]
    )
    said = {**page.truth, "disposition": "archive", "reasons": [], "sections": [], "figures": []}
    for cell in page.truth["cells"]:
        said["figures"].append({**cell})
    return page, Answer(said, text, 0.0)


def test_the_scorer_counts_a_right_answer_as_right_and_a_wrong_one_as_wrong():
    issuer = next(issuer for issuer in issuers() if issuer.name == "桐乡市人民政府")
    page, found = _perfect(Spec("tool", "tool", issuer, 2022, "D"))
    right = Tally()
    compare(page, found, right)
    assert right.share("html_cells") == right.share("year") == right.share("agency_name") == 1.0
    found.said["year"] = 2021
    found.said["agency_name"] = "海宁市人民政府"
    found.said["figures"][0]["value"] = "99999"
    found.said["figures"].pop()
    wrong = Tally()
    compare(page, found, wrong)
    assert wrong.share("year") == wrong.share("agency_name") == 0.0
    n_cells = len(page.truth["cells"])
    assert wrong.share("html_cells") == (n_cells - 2) / n_cells
    assert sum(mistake.field == "cells_not_wrong" for mistake in wrong.mistakes) == 1
    assert wrong.share("sections_recall") == 0.0

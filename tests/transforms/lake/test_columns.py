"""Records go to the lake as columns: the same rows as one by one, in the lake's order."""

import pyarrow as pa
import pytest

from tests.transforms.lake.test_dedupe import page
from transforms.lake.columns import figure_table, section_table
from transforms.lake.pagerows import page_rows
from transforms.lake.prose import prose

CELL = {
    "form": "D",
    "table": "t3",
    "row": "new",
    "column": "total",
    "state": "value",
    "value": "1.5",
    "start": 9,
    "end": 10,
}
LACKING = {
    "form": "D",
    "table": "t2",
    "row": None,
    "column": "a",
    "state": "missing_table",
    "value": None,
    "start": None,
}
PART = {"section": "overview", "also": ["fees"], "level": 1, "start": 0, "end": 12, "status": "found"}


def pages() -> list:
    """Three pages of one table: two with records, one without any."""
    one = page("one", figures=[CELL, {**CELL, "start": 3, "end": 4}, LACKING, {**CELL, "table": "t2"}], sections=[PART])
    two = page("two", figures=[{**CELL, "form": "narrative"}], sections=[{**PART, "level": 2}, PART])
    three = page("three", figures=[], sections=[])
    return page_rows(pa.concat_tables([row.table for row in (one, two, three)]))


def test_figures_stand_in_the_order_of_the_text():
    one, two, three = pages()
    rows = figure_table([("a", 1), ("b", 1), ("c", 2)], [two, three, one]).to_pylist()
    assert [(row["report_id"], row["revision"], row["start"], row["table"]) for row in rows] == [
        ("a", 1, 9, "t3"), ("c", 2, None, "t2"), ("c", 2, 3, "t3"), ("c", 2, 9, "t2"), ("c", 2, 9, "t3"),
    ]  # fmt: skip
    assert str(rows[0]["value"]) == "1.5000" and rows[1]["value"] is None and rows[1]["row"] is None


def test_sections_are_numbered_and_carry_text_where_they_tile_it():
    one, two, three = pages()
    rows = section_table([("a", 1), ("b", 1), ("c", 1)], [two, three, one]).to_pylist()
    assert [(row["report_id"], row["position"], row["text"]) for row in rows] == [
        ("a", 0, None), ("a", 1, "甲" * 12), ("c", 0, "甲" * 12),
    ]  # fmt: skip
    assert rows[0]["also"] == ["fees"]


def test_a_row_knows_its_tables_and_makes_its_figures_when_asked():
    one, two, three = pages()
    assert [row["table_spans"] for row in (one, two, three)] == [[(3, 10), (9, 10)], [], []]
    assert [row["n_values"] for row in (one, two, three)] == [3, 1, 0]
    assert "figures" not in one and [figure["start"] for figure in one["figures"]] == [9, 3, None, 9]
    assert three["figures"] == [] and three["sections"] == []
    with pytest.raises(KeyError):
        one["nothing"]


def test_prose_is_the_same_by_spans_and_by_figures():
    one, two, _ = pages()
    for row in (one, two):
        plain = {**row, "figures": row["figures"]}
        del plain["table_spans"]
        assert prose(row).text == prose(plain).text
    assert len(prose(one)) < len(prose(two)) == 30

"""A table's template is what it says with its numbers left out; the numbers are always the table's own."""

from tests.transforms.tables.test_figures import LABELS, NUMBERS, grid, t3_rows, text_of, values
from transforms.tables.figures import tabulate
from transforms.tables.templates import MAX_TEMPLATE, printed_table


def printed(rows):
    return printed_table(text_of(rows), grid(rows))


def read(numbers, before=""):
    text = before + text_of(t3_rows(numbers))
    result = tabulate(text, [grid(t3_rows(numbers), len(before))], [])
    assert all(text[item.start : item.end] == item.value_printed for item in result.figures if item.value is not None)
    return values(result, "t3")


def test_tables_with_other_numbers_share_a_template_and_keep_their_numbers():
    others = NUMBERS | {"new": ["31", "0", "0", "2.5", "0", "0", "33.5"]}
    assert printed(t3_rows()).template is printed(t3_rows(others)).template
    assert read(NUMBERS)["new", "natural_person"] == ("value", "3")
    assert read(others, "前言\n")["new", "public_interest"] == ("value", "2.5")
    assert read(others)["new", "total"] == ("value", "33.5")


def test_other_states_and_labels_are_other_templates():
    dashed = NUMBERS | {"new": ["-", "1", "0", "0", "0", "0", "4"]}
    assert printed(t3_rows()).template is not printed(t3_rows(dashed)).template
    assert read(dashed)["new", "natural_person"] == ("dash", None)


def test_a_row_whose_numbers_decide_is_read_as_it_stands():
    shifted = NUMBERS | {"new": ["3", "1", "0", "0", "0", "4", ""]}  # the sum before a blank: a column may be lost
    blank = NUMBERS | {"new": ["3", "1", "0", "0", "0", "1", ""]}
    assert printed(t3_rows(shifted)).template is printed(t3_rows(blank)).template
    for _ in range(2):
        assert read(shifted)["new", "natural_person"] == ("unparsed", None)
        assert read(blank)["new", "natural_person"] == ("value", "3")


def test_years_stay_for_they_can_head_a_column():
    rows = [["统计指标", "单位", year, "2014"] for year in ("2013", "2012")]
    first, second = ([row, ["收到申请数", "件", "1", "2"]] for row in rows)
    assert printed(first).template is not printed(second).template


def test_a_huge_table_leaves_no_template_behind():
    rows = [*t3_rows(), *[["x" * 40, "0"]] * (MAX_TEMPLATE // 40)]
    assert printed(rows).template is not printed(rows).template
    assert len(LABELS) * 7 == len([key for key in read(NUMBERS) if key[1]])

"""One printed cell: a number, or plainly none."""

import pytest

from transforms.tables.cells import parse_cell


@pytest.mark.parametrize(
    ("printed", "answer"),
    [
        ("430.66", ("value", "430.66", "")),
        ("430 . 66", ("value", "430.66", "")),
        ("430 66", ("text", None, "")),
        ("1. 25", ("text", None, "")),
        ("", ("blank", None, "")),
        ("0", ("value", "0", "")),
        ("—", ("dash", None, "")),
        ("/", ("slash", None, "")),
        ("无", ("none_text", None, "")),
    ],
)
def test_state_and_value(printed, answer):
    assert parse_cell(printed) == answer

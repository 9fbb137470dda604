"""Chinese numerals: with powers, digit by digit, and what is no number."""

import pytest

from transforms.text.numerals import counted, spelled


@pytest.mark.parametrize(
    ("numerals", "number"),
    [("二十九", 29), ("十", 10), ("一百零四", 104), ("一〇四", 104), ("一四三", 143), ("五", 5), ("二二十", None)],
)
def test_a_number_in_either_way(numerals, number):
    assert spelled(numerals) == number


def test_a_list_is_no_number():
    assert counted("一二") is None and counted("两千零三") == 2003

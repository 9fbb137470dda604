"""Deadlines and the days around them, in China's time, with a clock that is handed in."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from schemas.seasons import closed_years, day_in_china, deadline, is_settled


@pytest.mark.parametrize(
    ("year", "level", "kind", "due", "obliged"),
    [
        (2008, "county", "department", date(2009, 3, 31), True),
        (2018, "county", "department", date(2019, 3, 31), True),  # the new Regulations began on 15 May 2019
        (2018, "township", "government", date(2019, 3, 31), True),
        (2019, "county", "department", date(2020, 1, 31), True),
        (2019, "central", "department", date(2020, 1, 31), True),
        (2019, "county", "government", date(2020, 3, 31), True),
        (2019, "township", "government", date(2020, 3, 31), False),
        (2023, "county", "public_institution", date(2024, 3, 31), False),
    ],
)
def test_deadlines(year: int, level: str, kind: str, due: date, obliged: bool) -> None:
    found = deadline(year, level, kind)
    assert (found.due, found.obliged) == (due, obliged)


def test_before_the_regulations_nothing_was_due() -> None:
    with pytest.raises(ValueError, match="2007"):
        deadline(2007, "county", "government")


def test_a_day_is_a_day_in_china() -> None:
    assert day_in_china(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert day_in_china(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)
    with pytest.raises(ValueError, match="time zone"):
        day_in_china(datetime(2026, 12, 31))


def test_a_year_is_closed_at_new_year() -> None:
    assert closed_years(date(2026, 12, 31))[-1] == 2025
    assert closed_years(date(2027, 1, 1))[-1] == 2026


def test_a_crawl_settles_a_year_for_good_only_after_its_season() -> None:
    after, within = date(2027, 4, 1), date(2027, 1, 31)
    assert is_settled(2026, after, after) and is_settled(2026, after, date(2030, 1, 1))
    assert is_settled(2026, within, within) and is_settled(2026, within, date(2027, 2, 1))
    assert not is_settled(2026, date(2027, 1, 29), within), "in January two days are long"
    assert is_settled(2026, date(2027, 3, 30), date(2027, 3, 31))
    assert not is_settled(2026, date(2027, 3, 30), date(2027, 4, 1)), "once more when the season is over"

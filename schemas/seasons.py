"""The calendar of annual reports: when they are due and when a site is worth another look (facts of season.yml).

Days are days in China. Nothing here reads a clock: whoever asks brings the moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.facts import facts

_FACTS = facts("season")
FIRST_YEAR = int(_FACTS["first_year"])
ZONE = ZoneInfo(_FACTS["time_zone"])


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which a report is on time, and whether the law names its issuer at all."""

    due: date
    obliged: bool


def day_in_china(moment: datetime) -> date:
    """Return the calendar day in China at a moment; ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment}: a moment needs its time zone")
    return moment.astimezone(ZONE).date()


def deadline(year: int, level: str, kind: str) -> Deadline:
    """Return when the report for a year of a body of this level and kind is due (domain.md 1).

    ValueError for a year before the first Regulations.
    """
    for rule in _FACTS["deadlines"]:
        if year >= rule["from"] and level in rule.get("levels", (level,)) and kind in rule.get("kinds", (kind,)):
            return Deadline(_next_year(year, rule["due"]), rule.get("obliged", True))
    raise ValueError(f"{year}: there were no annual reports before {FIRST_YEAR}")


def season_end(year: int) -> date:
    """Return the last day on which reports for a year are expected to come out."""
    return _next_year(year, _FACTS["season_ends"])


def closed_years(today: date) -> range:
    """Return the report years that had ended by a day in China: the last one is the year before."""
    return range(FIRST_YEAR, today.year)


def is_settled(year: int, crawled: date, today: date) -> bool:
    """Say whether a good crawl of one day still answers for a report year today.

    For good if it began after the season; before, for the days that season.yml gives the present month. A year that
    has not ended is never settled: its reports are not written yet.
    """
    if crawled > season_end(year):
        return True
    if today > season_end(year) or today.year <= year:
        return False
    return today - crawled < timedelta(days=_FACTS["revisit_days"].get(today.month, 1))


def _next_year(year: int, day: str) -> date:
    return date.fromisoformat(f"{year + 1}-{day}")

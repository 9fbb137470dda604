"""A season of the whole country, simulated: 15,000 sites, their cities' budgets, our calendar and the pool of crawls.

The calendar (`schemas/season.yml`), the delay and the daily cap are the archive's own. How sites are spread over estates,
when reports come out and what a crawl costs are the assumptions below; the section says so.
"""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from schemas.registry import DEFAULT_DAILY_CAP, DEFAULT_DELAY
from schemas.seasons import is_settled
from tests.benchmarks.report import Options, Outcome

TITLE = "A season of 15,000 sites (simulated)"
YEAR = 2026
# Estates of a kind, and sites of an estate: ministries, provinces, cities with their bureaus and most counties, counties
# with a domain of their own.
ESTATES = ((120, 2), (31, 45), (333, 25), (2_000, 2.5))
SITES, REPORTS = 15_000, 125_000  # domain.md 7
# Share of the reports that are out by the end of a day of January, then of February and March (domain.md 7: most in January).
BY_31_JANUARY, BY_28_FEBRUARY = 0.8, 0.88
LISTS = 3  # requests of a visit besides pages: robots.txt, the list, one more page of it
WASTE = 1.05  # requests for each page that is wanted
CRAWL_CPU = 2.5  # seconds of a crawl's process, most of them its start
READ_CPU = 0.004  # seconds of a page, to the lake
SLOTS = (8, 16, 32, 64)
NIGHT = 8.0  # hours


@dataclass(slots=True)
class Estate:
    """The sites of one registrable domain, by their number of reports; they share a delay."""

    reports: list[int]
    crawled: list[date | None] = field(default_factory=list)
    fetched: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Night:
    """What one night asks for: the requests of each visit, by estate."""

    day: date
    visits: list[tuple[int, int]]  # estate, requests
    pages: int

    @property
    def requests(self) -> int:
        """Return the requests of the night."""
        return sum(requests for _, requests in self.visits)


def estates(seed: int = 7) -> list[Estate]:
    """Return 15,000 sites on their estates, with their share of the reports: few have many, most have some."""
    rng = random.Random(seed)
    sizes = [max(1, round(rng.expovariate(1 / mean))) for count, mean in ESTATES for _ in range(count)]
    scale = SITES / sum(sizes)
    sizes = [max(1, round(size * scale)) for size in sizes]
    weights = [[rng.paretovariate(1.6) for _ in range(size)] for size in sizes]
    total = sum(map(sum, weights))
    return [Estate([max(1, round(weight / total * REPORTS)) for weight in of_estate]) for of_estate in weights]


def published(day: date) -> float:
    """Return the share of a year's reports that are out at the end of a day of the season."""
    if day.month == 1:  # they pile up before the day on which departments are due
        return BY_31_JANUARY * (day.day / 31) ** 2
    if day.month == 2:
        return BY_31_JANUARY + (BY_28_FEBRUARY - BY_31_JANUARY) * day.day / 28
    return min(1.0, BY_28_FEBRUARY + (1 - BY_28_FEBRUARY) * (day - date(YEAR, 3, 1)).days / 30)


def season(country: list[Estate]) -> list[Night]:
    """Return the nights from 1 January to a week after the season, each as `plan_season` would plan it."""
    for estate in country:
        estate.crawled, estate.fetched = [None] * len(estate.reports), [0] * len(estate.reports)
    nights = []
    for day in (date(YEAR, 1, 1) + timedelta(n) for n in range(97)):
        visits, pages = [], 0
        for number, estate in enumerate(country):
            for site, crawled in enumerate(estate.crawled):
                if crawled is not None and is_settled(YEAR - 1, crawled, day):
                    continue
                there = round(estate.reports[site] * published(day - timedelta(1))) if day > date(YEAR, 1, 1) else 0
                wanted = max(0, there - estate.fetched[site])
                visits.append((number, min(DEFAULT_DAILY_CAP, LISTS + round(wanted * WASTE))))
                estate.crawled[site], estate.fetched[site] = day, max(there, estate.fetched[site])
                pages += wanted
        nights.append(Night(day, visits, pages))
    return nights


def hours(night: Night, slots: int, delay: float = DEFAULT_DELAY) -> float:
    """Return how long a night takes when so many crawls run at a time and an estate's crawls wait for each other."""
    order = list(night.visits)
    random.Random(night.day.toordinal()).shuffle(order)
    free, until = [0.0] * slots, dict[int, float]()
    for estate, requests in order:
        begin = max(heapq.heappop(free), until.get(estate, 0.0))
        until[estate] = begin + CRAWL_CPU + requests * delay
        heapq.heappush(free, until[estate])
    return max(free) / 3600


def measure(options: Options) -> Outcome:
    """Simulate the season; a bound is missed when no pool of these sizes gets through every night."""
    country = estates()
    nights = [night for night in season(country) if night.visits]
    requests, visits, pages = (
        sum(of) for of in zip(*((n.requests, len(n.visits), n.pages) for n in nights), strict=True)
    )
    heaviest = max(nights, key=lambda night: night.requests)
    cpu = (visits * CRAWL_CPU + pages * READ_CPU) / 3600
    lines = [
        f"{sum(len(estate.reports) for estate in country):,} sites on {len(country):,} estates, {pages:,} reports from 1 January "
        f"to 31 March {YEAR}; {DEFAULT_DELAY:.0f} s between requests to an estate, {DEFAULT_DAILY_CAP} requests to a host a "
        "day, sites seen again as `schemas/season.yml` says.",
        "Assumed, not measured: how sites are spread over estates, when reports come out "
        f"({BY_31_JANUARY:.0%} by 31 January), {LISTS} requests a visit besides pages, {CRAWL_CPU} s CPU a crawl.",
        "",
        f"{visits:,} visits, {requests:,} requests ({requests / pages:.1f} a report), {cpu:,.0f} CPU hours in {len(nights)} nights.",
        "",
        "| crawls at a time | nights over 8 h | longest night (h) | median night (h) |",
        "|---|---|---|---|",
    ]  # fmt: skip
    enough = False
    for slots in SLOTS:
        took = sorted(hours(night, slots) for night in nights)
        over = sum(one > NIGHT for one in took)
        enough = enough or not over
        lines.append(f"| {slots} | {over} | {took[-1]:.1f} | {took[len(took) // 2]:.1f} |")
    lines += [
        "",
        f"The heaviest night is that of {heaviest.day:%d %B}: {len(heaviest.visits):,} visits, {heaviest.requests:,} requests. One "
        f"machine of {max(1, round(len(heaviest.visits) * CRAWL_CPU / 3600 / NIGHT + 0.5))} cores has the CPU for it; the slots "
        "mostly wait for their estates' delays.",
    ]  # fmt: skip
    return Outcome(
        lines, [] if enough else [f"no pool of up to {SLOTS[-1]} crawls ends within {NIGHT:.0f} h every night"]
    )

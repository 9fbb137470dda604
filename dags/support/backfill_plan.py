"""What a backfill will cost, and which runs of Airflow concern it. Pure functions: nothing here asks anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.facts import facts
from schemas.registry import Site, bare_host
from scrapers.crawls import parse_years, years_text

PLAN, BUILD, CRAWL = "plan_year", "build_reports", "crawl_"
ORDERS = ("newest", "oldest")
WANTED = ("missing", "failed", "blocked")  # statuses of the ledger for which a crawl may find a report
DAY = 86_400.0  # seconds
_EVERYWHERE = ("rejects", "crawls")  # keys of the lake that belong to no province


@dataclass(frozen=True, slots=True)
class Wish:
    """What a backfill is asked for; `only` as in dags.support.work.plan_sites, no level means all."""

    provinces: tuple[str, ...]
    families: tuple[str, ...]
    levels: tuple[str, ...]
    years: range
    only: str = "missing"

    def conf(self) -> dict[str, Any]:
        """Return the params of the plan_year run that does it."""
        return {
            "provinces": list(self.provinces), "families": list(self.families), "levels": list(self.levels),
            "years": years_text(self.years), "only": self.only,
        }  # fmt: skip

    def covers(self, key: str) -> bool:
        """Say whether a key of the lake is a province and year of what is wished."""
        place, _, year = key.partition("|")
        return place in self.provinces and year.isdigit() and int(year) in self.years

    def concerns(self, run: Mapping[str, Any]) -> bool:
        """Say whether a run, by whomever started, plans, crawls or builds something of what is wished."""
        key, conf = str(run.get("partition_key") or ""), run.get("conf") or {}
        place, _, rest = key.partition("|")
        if run["dag_id"] == BUILD:
            return place in (*self.provinces, *_EVERYWHERE)
        if run["dag_id"] == PLAN:
            provinces, families = conf.get("provinces", self.provinces), conf.get("families", self.families)
            rest = conf.get("years") or key
        else:
            provinces, families = [place], [str(run["dag_id"]).removeprefix(CRAWL)]
        return bool({*provinces} & {*self.provinces} and {*families} & {*self.families}) and self._meets(rest)

    def _meets(self, text: str) -> bool:
        try:
            years = parse_years(text)
        except ValueError:  # a run of somebody who mistook a key: it asks for nothing
            return False
        return years is None or bool({*years} & {*self.years})


@dataclass(frozen=True, slots=True)
class Load:
    """What one host is expected to be asked; `guessed` of its sites have years that no crawl has asked for yet.

    `busy`: seconds at the registry's delay, which robots.txt may lengthen; `seconds`: until all is asked, with the
    days that its hours and its daily cap make of it. Hosts of one `city` take turns.
    """

    host: str
    city: str
    sites: int
    guessed: int
    requests: int
    busy: float
    seconds: float


def spans(years: range, order: str) -> list[range]:
    """Return the years of each plan run: all at once, or with an order one by one; ValueError for another order.

    One crawl of a site serves all the years it is asked for, so that without an order its lists are read once.
    """
    if not order:
        return [years]
    if order not in ORDERS:
        raise ValueError(f"{order}: the order is one of {', '.join(ORDERS)}")
    return [range(year, year + 1) for year in (reversed(years) if order == "newest" else years)]


def host_loads(
    sites: Iterable[Site], ledger: Iterable[Mapping[str, Any]], crawls: Iterable[Mapping[str, Any]], years: range
) -> list[Load]:
    """Return the expected load of each host that these sites stand on, the longest first.

    Of years that a crawl brought pages for, the reports that the ledger wants; of the others what such a site has on
    average (schemas/volume.yml), which may be several times too much or too little for one site. Lists and the rest
    are what the last answered crawl asked for besides pages, else columns and the lists that so many reports fill.
    `ledger` and `crawls` are rows of the lake's tables coverage and crawls.
    """
    from scrapers.estates import estate_of

    wanted: dict[str, Counter[int]] = {}
    for row in ledger:
        if row["status"] in WANTED and row["year"] in years:
            wanted.setdefault(row["site_id"], Counter())[row["year"]] += 1
    last, asked = dict[str, Mapping[str, Any]](), dict[str, set[int]]()
    for crawl in sorted(crawls, key=lambda row: row["started"]):
        if crawl["requests"]:
            last[crawl["site_id"]] = crawl
        if crawl["pages"]:
            asked.setdefault(crawl["site_id"], set()).update(parse_years(crawl["years"]) or years)
    hosts: dict[str, list[tuple[Site, int, bool]]] = {}
    for site in sites:
        ident = site.site_id
        unknown = [year for year in years if year not in asked.get(ident, ())]
        requests = _requests(site, wanted.get(ident, Counter()), unknown, last.get(ident))
        hosts.setdefault(bare_host(site.host), []).append((site, requests, bool(unknown)))
    loads = []
    for host, parts in hosts.items():
        requests, busy = sum(n for _, n, _ in parts), sum(n * site.delay for site, n, _ in parts)
        cap, window = min(site.daily_cap for site, _, _ in parts), min(_window(site.hours) for site, _, _ in parts)
        seconds = _elapsed(requests, busy, cap, window)
        guessed = sum(unknown for _, _, unknown in parts)
        loads.append(Load(host, estate_of(host), len(parts), guessed, requests, busy, seconds))
    return sorted(loads, key=lambda load: (-load.seconds, load.host))


def _requests(site: Site, wanted: Counter[int], unknown: Sequence[int], last: Mapping[str, Any] | None) -> int:
    """The requests that one site's crawl will take: robots.txt, lists, pages and their files."""
    known = sum(n for year, n in wanted.items() if year not in unknown)
    guess = max(_average(site, unknown), sum(wanted[year] for year in unknown)) if unknown else 0
    pages = max(known + guess, site.min_reports if last is None else 0)
    files = round(pages * float(facts("volume")["attachments"]))
    if last is None:
        return 1 + max(1, len(site.columns)) + pages // int(facts("volume")["rows_a_list"]) + pages + files
    return max(2, int(last["requests"]) - int(last["pages"] or 0)) + pages + (files if unknown else 0)


def _average(site: Site, years: Iterable[int]) -> int:
    """How many reports for these years a site of its level has on average (domain.md 7)."""
    volume = facts("volume")
    a_year = 1 if site.agency else int(volume["reports_a_year"][site.level])
    shares = [next(float(step["share"]) for step in volume["published"] if year >= step["from"]) for year in years]
    return round(a_year * float(volume["reachable"]) * sum(shares))


def _window(hours: str) -> float:
    """The seconds of a day in which a site may be crawled, of `22:00-06:00` or "" for all of it."""
    if not hours:
        return DAY
    opens, closes = (int(text[:2]) * 3600 + int(text[3:]) * 60 for text in hours.split("-"))
    return (closes - opens) % DAY or DAY


def _elapsed(requests: int, busy: float, cap: int, window: float) -> float:
    """Seconds until a host was asked so often, `busy` in all, with so many requests and seconds a day."""
    each = busy / requests
    a_day = max(1, min(cap, int(window / each))) if each else cap
    days, last = divmod(requests - 1, a_day)
    return days * DAY + (last + 1) * each


def whole_seconds(loads: Sequence[Load], slots: int) -> float:
    """Return how long all hosts take when so many sites are crawled at a time, and those of a city one after another."""
    cities: dict[str, float] = {}
    for load in loads:
        cities[load.city] = cities.get(load.city, 0.0) + load.busy
    longest = max((load.seconds for load in loads), default=0.0)
    return max([sum(cities.values()) / max(1, slots), longest, *cities.values()])


def seconds_left(planned: float, elapsed: float, sites: int, left: int) -> float:
    """Return how long the rest will take: at the pace so far, and as planned while no site is done."""
    return elapsed * left / (sites - left) if left < sites else max(0.0, planned - elapsed)


def duration(seconds: float) -> str:
    """Write a duration for people: 50 s, 12 min, 3 h 05 min, 2 d 4 h."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    whole = timedelta(minutes=round(seconds / 60))
    hours, minutes = divmod(whole.seconds // 60, 60)
    if whole.days:
        return f"{whole.days} d {hours} h"
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"

"""What a backfill will cost, and which runs of Airflow concern it. Pure functions: nothing here asks anybody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from schemas.registry import Site, bare_host
from scrapers.crawls import parse_years, years_text

PLAN, BUILD, CRAWL = "plan_year", "build_reports", "crawl_"
ORDERS = ("newest", "oldest")
WANTED = ("missing", "failed", "blocked")  # statuses of the ledger for which a crawl may find a report
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
    """What one host is expected to be asked; `seconds` at the host's delay, which robots.txt may lengthen."""

    host: str
    sites: int
    requests: int
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

    A site's pages are the reports that the ledger wants of it in these years; its lists and the rest are what its
    last answered crawl asked for besides pages. A site that never was crawled has as many lists as columns, and as
    many pages as its registry row expects. `ledger` and `crawls` are rows of the lake's tables coverage and crawls.
    """
    wanted: dict[str, int] = {}
    for row in ledger:
        if row["status"] in WANTED and row["year"] in years:
            wanted[row["site_id"]] = wanted.get(row["site_id"], 0) + 1
    last = {crawl["site_id"]: crawl for crawl in sorted(crawls, key=lambda row: row["started"]) if crawl["requests"]}
    hosts: dict[str, list[tuple[int, float]]] = {}
    for site in sites:
        requests = _requests(site, wanted.get(site.site_id, 0), last.get(site.site_id))
        hosts.setdefault(bare_host(site.host), []).append((requests, site.delay))
    loads = [
        Load(host, len(parts), sum(n for n, _ in parts), sum(n * delay for n, delay in parts))
        for host, parts in hosts.items()
    ]
    return sorted(loads, key=lambda load: (-load.seconds, load.host))


def _requests(site: Site, wanted: int, last: Mapping[str, Any] | None) -> int:
    """The requests that one site's crawl will take: robots.txt, lists and pages."""
    if last is None:
        return 1 + max(1, len(site.columns)) + max(site.min_reports, wanted)
    return max(2, int(last["requests"]) - int(last["pages"] or 0)) + wanted


def whole_seconds(loads: Sequence[Load], slots: int) -> float:
    """Return how long all hosts take when so many are asked at a time, each no faster than its delay allows."""
    return max([sum(load.seconds for load in loads) / max(1, slots), *(load.seconds for load in loads)])


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

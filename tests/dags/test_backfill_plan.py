"""What a backfill costs and which runs concern it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dags.support import backfill_plan as plan
from schemas.registry import Column, Site

WISH = plan.Wish(("gansu", "xinjiang"), ("hanweb",), (), range(2008, 2019))


def site(site_id="a-1", host="a.gov.cn", columns=1, **more) -> Site:
    where = tuple(Column(f"http://{host}/{n}/") for n in range(columns))
    return Site(
        site_id, host, "样本政府", "652301", "county", "hanweb", where, "invented", "2026-01-01", "xinjiang", **more
    )


def wanted(site_id: str, *years: int, status: str = "missing") -> list[dict]:
    return [{"site_id": site_id, "year": year, "status": status} for year in years]


def crawled(site_id: str, requests: int, pages: int | None, day: int = 1) -> dict:
    return {"site_id": site_id, "started": datetime(2026, 5, day, tzinfo=UTC), "requests": requests, "pages": pages}


def loads(sites, ledger=(), crawls=()) -> list[plan.Load]:
    return plan.host_loads(sites, ledger, crawls, range(2008, 2019))


def test_a_site_never_crawled_is_asked_as_its_row_expects():
    [load] = loads([site(columns=2, min_reports=5)])
    assert (load.host, load.sites, load.requests, load.seconds) == ("a.gov.cn", 1, 1 + 2 + 5, 8 * 3.0)
    [load] = loads([site(columns=0, min_reports=0)], wanted("a-1", 2008, 2010, 2011) + wanted("b-1", 2012))
    assert load.requests == 1 + 1 + 3, "robots.txt, the home page, what the ledger misses"


def test_a_site_crawled_before_is_asked_for_its_lists_and_for_what_is_missing():
    ledger = [*wanted("a-1", 2009), *wanted("a-1", 2010, status="failed"), *wanted("a-1", 2011, status="found"),
              *wanted("a-1", 2019), *wanted("a-1", 2012, status="not_due")]  # fmt: skip
    crawls = [crawled("a-1", 90, 70, day=2), crawled("a-1", 40, 39), crawled("a-1", 0, None, day=3)]
    assert loads([site(min_reports=50)], ledger, crawls)[0].requests == 20 + 2
    assert loads([site()], (), [crawled("a-1", 3, None)])[0].requests == 3


def test_sites_of_one_host_add_up_and_the_longest_host_leads():
    found = loads([site(delay=1.0), site("a-2", "www.A.gov.cn", delay=10.0), site("b-1", "b.gov.cn", delay=5.0)])
    assert [(load.host, load.sites, load.requests, load.seconds) for load in found] == [
        ("a.gov.cn", 2, 6, 33.0), ("b.gov.cn", 1, 3, 15.0)]  # fmt: skip
    assert plan.whole_seconds(found, 4) == 33.0 and plan.whole_seconds(found, 1) == 48.0
    assert plan.whole_seconds([], 4) == 0


def test_years_go_together_unless_an_order_is_asked_for():
    years = range(2008, 2011)
    assert plan.spans(years, "") == [years]
    assert [part.start for part in plan.spans(years, "newest")] == [2010, 2009, 2008]
    assert [(part.start, len(part)) for part in plan.spans(years, "oldest")] == [(2008, 1), (2009, 1), (2010, 1)]
    with pytest.raises(ValueError, match="newest, oldest"):
        plan.spans(years, "random")


@pytest.mark.parametrize(
    ("dag_id", "key", "conf", "ours"),
    [
        ("plan_year", None, WISH.conf(), True),
        ("plan_year", "2012", {}, True),  # all provinces of its own year
        ("plan_year", "2019", {}, False),
        ("plan_year", None, {**WISH.conf(), "provinces": ["hebei"]}, False),
        ("plan_year", None, {**WISH.conf(), "families": ["vsb"]}, False),
        ("crawl_hanweb", "gansu|2018-2025", {}, True),  # it overlaps
        ("crawl_hanweb", "gansu|2019", {}, False),
        ("crawl_hanweb", "gansu|what", {}, False),
        ("crawl_hanweb", None, {}, False),
        ("crawl_vsb", "gansu|2012", {}, False),
        ("crawl_hanweb", "hebei|2012", {}, False),
        ("build_reports", "gansu|2019", {}, True),  # keys are found, not promised
        ("build_reports", "crawls|2026-01", {}, True),
        ("build_reports", "hebei|2012", {}, False),
        ("relate_reports", None, {}, False),
    ],
)
def test_runs_that_concern_a_wish(dag_id, key, conf, ours):
    assert WISH.concerns({"dag_id": dag_id, "partition_key": key, "conf": conf}) is ours


def test_the_end_is_estimated_by_the_pace_so_far():
    assert plan.seconds_left(600, 100, 10, 10) == 500
    assert plan.seconds_left(600, 700, 10, 10) == 0
    assert plan.seconds_left(600, 100, 10, 8) == 400
    assert plan.seconds_left(600, 100, 10, 0) == 0


def test_durations_for_people():
    said = [plan.duration(seconds) for seconds in (0, 59, 61, 3900, 187_200)]
    assert said == ["0 s", "59 s", "1 min", "1 h 05 min", "2 d 4 h"]

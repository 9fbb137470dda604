"""What a backfill costs and which runs concern it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dags.support import backfill_plan as plan
from schemas.registry import Column, Site, load_sites

WISH = plan.Wish(("gansu", "xinjiang"), ("hanweb",), (), range(2008, 2019))


def site(site_id="a-1", host="a.gov.cn", columns=1, **more) -> Site:
    where = tuple(Column(f"http://{host}/{n}/") for n in range(columns))
    return Site(
        site_id, host, "样本政府", "652301", "county", "hanweb", where, "invented", "2026-01-01", "xinjiang", **more
    )


def wanted(site_id: str, *years: int, status: str = "missing") -> list[dict]:
    return [{"site_id": site_id, "year": year, "status": status} for year in years]


def crawled(site_id: str, requests: int, pages: int | None, day: int = 1, years: str = "2008-2025") -> dict:
    started = datetime(2026, 5, day, tzinfo=UTC)
    return {"site_id": site_id, "started": started, "years": years, "requests": requests, "pages": pages}


def loads(sites, ledger=(), crawls=()) -> list[plan.Load]:
    return plan.host_loads(sites, ledger, crawls, range(2008, 2019))


def test_a_site_never_crawled_is_asked_for_what_its_level_has():
    one, ten = (plan.host_loads([site(columns=2)], (), (), range(2019, last))[0] for last in (2020, 2029))
    pages = round(40 * 0.57)  # of one year (domain.md 7: 石狮市 38 reports, a good half still there)
    assert (one.host, one.city, one.sites, one.guessed) == ("a.gov.cn", "a.gov.cn", 1, 1)
    assert one.requests == 1 + 2 + pages // 20 + pages + round(pages / 4) and one.busy == one.requests * 3.0
    assert 9 < ten.requests / one.requests < 11
    assert loads([site()])[0].requests < 11 * one.requests, "fewer were published before 2019"
    bureau = site(columns=0, min_reports=0, agency="样本县教育局")
    assert plan.host_loads([bureau], (), (), range(2019, 2020))[0].requests == 1 + 1 + 1
    [load] = plan.host_loads([bureau], wanted("a-1", 2019) * 5 + wanted("b-1", 2019), (), range(2019, 2020))
    assert load.requests == 1 + 1 + 5 + 1, "what the ledger misses, and files beside pages"
    assert loads([site(min_reports=5000)])[0].requests > 5000


def test_the_whole_registry_is_estimated_at_what_there_is():
    everything = [made for made in load_sites().values() if not made.valid_to]
    found = plan.host_loads(everything, (), (), range(2008, 2026))
    assert 1_000_000 < sum(load.requests for load in found) < 2_500_000, "domain.md 7: about 1 million documents"


def test_a_site_crawled_before_is_asked_for_its_lists_and_for_what_is_missing():
    ledger = [*wanted("a-1", 2009), *wanted("a-1", 2010, status="failed"), *wanted("a-1", 2011, status="found"),
              *wanted("a-1", 2019), *wanted("a-1", 2012, status="not_due")]  # fmt: skip
    crawls = [crawled("a-1", 90, 70, day=2), crawled("a-1", 40, 39), crawled("a-1", 0, None, day=3)]
    [load] = loads([site(min_reports=50)], ledger, crawls)
    assert (load.requests, load.guessed) == (20 + 2, 0)


def test_years_that_no_crawl_asked_for_are_estimated_like_those_of_a_new_site():
    ledger = [*wanted("a-1", 2018), *wanted("a-1", 2008)]
    [load] = loads([site()], ledger, [crawled("a-1", 30, 20, years="2016-2018")])
    pages = round(40 * 0.57 * (6 * 0.54 + 2 * 0.8))  # of 2008-2015
    assert (load.requests, load.guessed) == (10 + 1 + pages + round((1 + pages) / 4), 1)
    [nothing] = loads([site()], ledger, [crawled("a-1", 3, None, years="2008-2018")])
    assert nothing.guessed == 1, "a crawl that brought no page says nothing of the years"


def test_sites_of_one_host_add_up_and_the_longest_host_leads():
    brought = [crawled(name, 3, 1) for name in ("a-1", "a-2", "b-1")]
    sites = [site(delay=1.0), site("a-2", "www.A.gov.cn", delay=10.0), site("b-1", "b.gov.cn", delay=5.0)]
    found = loads(sites, wanted("a-2", 2008), brought)
    assert [(load.host, load.sites, load.requests, load.seconds) for load in found] == [
        ("a.gov.cn", 2, 5, 32.0), ("b.gov.cn", 1, 2, 10.0)]  # fmt: skip
    assert plan.whole_seconds(found, 4) == 32.0 and plan.whole_seconds(found, 1) == 42.0
    assert plan.whole_seconds([], 4) == 0


def test_hosts_of_a_city_take_turns():
    found = loads([site(), site("a-2", "jyj.a.gov.cn")], (), [crawled("a-1", 3, 1), crawled("a-2", 5, 1)])
    assert [load.city for load in found] == ["a.gov.cn"] * 2
    assert plan.whole_seconds(found, 4) == (2 + 4) * 3.0


@pytest.mark.parametrize(
    ("more", "seconds"),
    [
        ({}, 602 * 3.0),
        ({"daily_cap": 5}, 120 * plan.DAY + 2 * 3.0),
        ({"daily_cap": 5, "hours": "22:00-06:00"}, 120 * plan.DAY + 2 * 3.0),
        ({"daily_cap": 602}, 602 * 3.0),
        ({"hours": "08:30-08:40", "daily_cap": 10_000}, 3 * plan.DAY + 2 * 3.0),  # 200 a day
        ({"daily_cap": 10_000, "delay": 0.0}, 0.0),
    ],
)
def test_a_daily_cap_and_hours_make_days(more, seconds):
    made = {"daily_cap": 10_000, **more} if "daily_cap" not in more else more
    [load] = loads([site(**made)], (), [crawled("a-1", 603, 1)])
    assert (load.requests, load.seconds) == (602, seconds)


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

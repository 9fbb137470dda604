"""One budget per city, whoever asks: on one machine by turns, between machines by a lease."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scrapers import estates, leases
from scrapers.estates import Estate, Ledger, NotNow, estate_of, in_hours
from scrapers.leases import Lease, hold_lease, lease_key
from scrapers.pace import Pace, adjusted
from scrapers.run import CrawlFailed
from tests.scrapers.conftest import Web, crawl, trs_site
from transforms.store import Store


@pytest.mark.parametrize(
    ("host", "estate"),
    [
        ("www.changchun.gov.cn", "changchun.gov.cn"),
        ("zwgk.nongan.changchun.gov.cn", "changchun.gov.cn"),
        ("ZFCXJW.cq.gov.cn.", "cq.gov.cn"),
        ("www.gov.cn", "www.gov.cn"),
        ("www.btnsss.org.cn", "btnsss.org.cn"),
        ("changchun.gov.cn.evil.com", "evil.com"),
        ("61.150.65.235", "61.150.65.235"),
        ("intranet", "intranet"),
    ],
)
def test_the_estate_of_a_host_is_its_registrable_domain(host: str, estate: str) -> None:
    assert estate_of(host) == estate


@pytest.mark.parametrize(("utc", "inside"), [(13, False), (14, True), (20, True), (21, True), (22, False), (4, False)])
def test_night_in_beijing(utc: int, inside: bool) -> None:
    assert in_hours("22:00-06:00", datetime(2026, 11, 20, utc, 0, tzinfo=UTC)) is inside
    assert in_hours("", datetime(2026, 11, 20, utc, tzinfo=UTC))
    assert in_hours("09:00-17:00", datetime(2026, 11, 20, 1, tzinfo=UTC))


async def visits(estate: Estate, host: str, number: int, delay: float, log: list[tuple[float, float]]) -> None:
    for _ in range(number):
        async with estate.turn(host, delay, 500):
            began = time.monotonic()
            await asyncio.sleep(0.02)
            log.append((began, time.monotonic()))


def test_crawls_take_turns_and_the_longer_delay_holds(tmp_path: Path) -> None:
    log: list[tuple[float, float]] = []

    def one(host: str, delay: float) -> None:
        asyncio.run(visits(Estate("a.gov.cn", tmp_path), host, 4, delay, log))

    with ThreadPoolExecutor() as pool:
        for job in [pool.submit(one, "www.a.gov.cn", 0.1), pool.submit(one, "x.a.gov.cn", 0.2)]:
            job.result(20)
    log.sort()
    assert len(log) == 8
    for (began, ended), (later, _) in itertools.pairwise(log):
        assert later >= ended and later - began > 0.09


def test_a_day_has_an_end(tmp_path: Path) -> None:
    now = datetime(2026, 11, 20, 15, 59, tzinfo=UTC).timestamp()  # a minute before midnight in Beijing
    clock = [now]
    estate = Estate("a.gov.cn", tmp_path, lambda: clock[0])

    async def ask(host: str, hours: str = "") -> None:
        async with estate.turn(host, 0.0, 2, hours):
            pass

    asyncio.run(ask("www.a.gov.cn"))
    asyncio.run(ask("www.a.gov.cn"))
    with pytest.raises(NotNow, match="2 requests of 2026-11-20") as full:
        asyncio.run(ask("www.a.gov.cn"))
    assert full.value.reason == "daily_cap"
    asyncio.run(ask("x.a.gov.cn"))  # another host has its own count
    with pytest.raises(NotNow, match="09:00-17:00") as closed:
        asyncio.run(ask("x.a.gov.cn", "09:00-17:00"))
    assert closed.value.reason == "closed_hours"
    clock[0] += 120
    asyncio.run(ask("www.a.gov.cn"))
    assert Estate("a.gov.cn", tmp_path).ledger().requests == {"www.a.gov.cn": 1}


def test_a_damaged_ledger_and_a_clock_set_back_stop_nobody(tmp_path: Path) -> None:
    estate = Estate("a.gov.cn", tmp_path)
    for text in ("", "{", "[]", '{"started": "x"}', '{"started": 9e12, "next": 9e12, "day": "", "requests": {}}'):
        estate.path.write_text(text, "utf-8")
        asyncio.run(asyncio.wait_for(visits(estate, "www.a.gov.cn", 1, 0.0, []), 5))


def test_the_delay_follows_the_server() -> None:
    assert adjusted(3.0, 3.0, 0.2, good=True) == 3.0
    assert adjusted(3.0, 3.0, 8.0, good=True) == 8.0
    assert adjusted(8.0, 3.0, 0.0, good=True) == 4.0
    assert adjusted(4.0, 3.0, 0.1, good=False) == 8.0 and adjusted(50.0, 3.0, 0.1, good=False) == 60.0
    assert adjusted(100.0, 90.0, 0.1, good=True) == 90.0, "never below what robots.txt asks for"


def test_a_crawl_delay_holds_for_the_whole_city(tmp_path: Path) -> None:
    pace = Pace(tmp_path, 3.0, 500)
    pace.widen("www.a.gov.cn", 20.0)
    pace.learn("www.a.gov.cn", 0.1, good=True)
    assert pace.delay("x.a.gov.cn") == 20.0 and pace.delay("www.b.gov.cn") == 3.0
    idle = Pace(tmp_path, 3.0, 500, no_delay=True)
    idle.widen("www.a.gov.cn", 20.0)
    assert idle.delay("www.a.gov.cn") == 0.0


def test_two_sites_of_a_city_share_its_budget(web: Web, two_sites, tmp_path: Path, monkeypatch) -> None:
    """Two processes at once, as the server saw it: never two requests within the delay."""
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "0")
    first, second = two_sites(delay=1)
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(crawl, site, tmp_path, years=range(2019, 2020)) for site in (first, second)]
        assert [job.result(120)["outcome"] for job in jobs] == ["ok", "ok"]
    hosts = [url.partition("/")[0] for url, _ in web.seen]
    assert {"www.cs.gov.cn", "jyj.cs.gov.cn"} == set(hosts) and len(hosts) >= 6
    gaps = [later - earlier for earlier, later in itertools.pairwise(web.times)]
    assert min(gaps) > 0.95, gaps


def test_the_cap_of_a_day_ends_a_crawl_and_the_next_one_too(web: Web, register, tmp_path: Path, monkeypatch) -> None:
    trs_site(web)
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "0")
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/", delay=1, more="daily_cap: 4")
    with pytest.raises(CrawlFailed, match=r"daily_cap: www\.cs\.gov\.cn has had its 4 requests") as full:
        crawl(site, tmp_path)
    assert len(web.seen) == 4 and full.value.summary["warc_keys"], "what came is kept"
    with pytest.raises(CrawlFailed, match="daily_cap"):
        crawl(site, tmp_path, "c2")
    assert len(web.seen) == 4


def test_an_import_and_a_crawl_exclude_each_other(tmp_path: Path) -> None:
    log: list[tuple[float, float]] = []
    holding, waits = Estate("archive.org", tmp_path), list[float]()
    crawling = visits(Estate("archive.org", tmp_path), "x.archive.org", 1, 9.0, log)
    with ThreadPoolExecutor() as pool:
        with holding.hold(waits.append):
            done = pool.submit(asyncio.run, crawling)
            time.sleep(0.2)
            assert log == [], "the crawl waits"
            freed = time.monotonic()
        done.result(10)
    assert log[0][0] >= freed and waits == []
    with Estate("archive.org", tmp_path).hold(waits.append):
        assert 8.0 < waits[0] <= 9.0, "the import keeps the delay of the crawl before it"


# -- leases ------------------------------------------------------------------------------------------


def lease(store: Store, folder: Path, holder: str, clock: list[float]) -> Lease:
    return Lease(store, Estate("a.gov.cn", folder), holder, lambda: clock[0])


def test_a_lease_is_one_machines_until_it_stands_still(store: Store, tmp_path: Path) -> None:
    clock = [0.0]
    ours, theirs = (lease(store, tmp_path / name, name, clock) for name in ("ours", "theirs"))
    asyncio.run(visits(ours.estate, "www.a.gov.cn", 3, 0.0, []))
    assert ours.take() and ours.take() and not theirs.take()
    for _ in range(10):  # renewed in time, it never ends
        clock[0] += leases.EXPIRE_SECONDS * 0.9
        assert ours.take() and not theirs.take()
    clock[0] += leases.EXPIRE_SECONDS * 1.1
    assert theirs.take(), "left behind"
    assert sum(theirs.estate.ledger().requests.values()) == 3, "the day's count goes with the estate"
    assert not ours.take()
    theirs.give_back()
    assert ours.take()


def test_one_of_two_that_come_at_once_gets_it(store: Store, tmp_path: Path) -> None:
    both = [lease(store, tmp_path / name, name, [0.0]) for name in ("ours", "theirs")]
    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(Lease.take, both)) == [False, True]


def test_an_unreadable_lease_is_nobodys(store: Store, tmp_path: Path) -> None:
    store.put(lease_key("a.gov.cn"), b"?")
    assert lease(store, tmp_path, "ours", [0.0]).take()


def test_processes_of_a_machine_hold_it_together(store: Store, tmp_path: Path) -> None:
    estate, lost = Estate("a.gov.cn", tmp_path), threading.Event()
    stranger = lease(store, tmp_path / "other", "stranger", [0.0])
    with hold_lease(store, estate, tmp_path, lost):
        with hold_lease(store, estate, tmp_path, lost):
            assert not stranger.take()
        assert not stranger.take(), "one of them is at work still"
    assert stranger.take() and not lost.is_set()

    def freed(_: float) -> None:
        stranger.give_back()

    with hold_lease(store, estate, tmp_path, lost, pause=freed):
        assert not stranger.take()


def test_a_ledger_takes_in_another() -> None:
    mine = Ledger(5.0, 8.0, "2026-11-20", {"a": 3, "b": 1})
    mine.merge(Ledger(6.0, 7.0, "2026-11-20", {"a": 2, "c": 4}))
    assert mine == Ledger(6.0, 8.0, "2026-11-20", {"a": 3, "b": 1, "c": 4})
    mine.merge(Ledger(0.0, 0.0, "2026-11-19", {"a": 99}))
    assert mine.count("a", "2026-11-20") == 3
    mine.merge(Ledger(0.0, 0.0, "2026-11-21", {"a": 1}))
    assert mine.requests == {"a": 1} and mine.count("a", "2026-11-20") == 0
    assert Ledger.parse("{}") == Ledger()


def test_requests_of_one_crawl_queue_up_without_polling(tmp_path, monkeypatch):
    monkeypatch.setattr(estates, "_POLL", 60.0)
    mine = Estate("changchun.gov.cn", tmp_path)
    at_work: list[int] = []

    async def ask() -> None:
        async with mine.turn("www.changchun.gov.cn", 0.0, 100):
            at_work.append(1)
            assert len(at_work) == 1
            await asyncio.sleep(0)
            at_work.pop()

    async def all_of_them() -> None:
        await asyncio.wait_for(asyncio.gather(*(ask() for _ in range(20))), 20)

    asyncio.run(all_of_them())
    assert mine.ledger().count("www.changchun.gov.cn", mine.ledger().day) == 20

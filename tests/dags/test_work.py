"""Planning, markers and pending builds over a store in memory."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dags.support import work
from scrapers.crawls import mark_read, parse_years, save_summary
from tests.dags.memory import MemoryStore
from transforms.lake import build, pending
from transforms.read import STAGE_VERSION

pytestmark = pytest.mark.usefixtures("test_sites")


@pytest.mark.parametrize("key", [None, "", "xinjiang", "|2019", "xinjiang|"])
def test_runs_without_a_key_are_refused(key):
    with pytest.raises(ValueError, match="partition key"):
        work.split_key(key)


def finish(store, family, site_id, years="2019", stage=STAGE_VERSION):
    save_summary(store, summary(family, site_id), parse_years(years))
    mark_read(store, family, site_id, parse_years(years), stage)


def summary(family, site_id, outcome="ok", **more):
    return {
        "family": family,
        "site_id": site_id,
        "crawl_id": "c",
        "outcome": outcome,
        "started": "2026-01-02T03:04:05+00:00",
        **more,
    }


def test_plan_skips_what_is_complete():
    store = MemoryStore()
    both = ["gansu", "xinjiang"]
    assert list(work.plan_sites(store, "trs_wcm", both, "2019")) == ["xinjiang|2019"]  # gansu has no such site
    finish(store, "trs_wcm", "a-1")
    assert list(work.plan_sites(store, "trs_wcm", both, "2019")) == ["xinjiang|2019"]
    finish(store, "trs_wcm", "a-2")
    assert list(work.plan_sites(store, "trs_wcm", both, "2019")) == []
    assert list(work.plan_sites(store, "trs_wcm", both, "2020")) == ["xinjiang|2020"]
    assert list(work.plan_sites(store, "trs_wcm", both, "2019", only="all")) == ["xinjiang|2019"]
    finish(store, "trs_wcm", "a-2", stage=STAGE_VERSION - 1)
    assert list(work.plan_sites(store, "trs_wcm", both, "2019")) == ["xinjiang|2019"], "a new stage reads again"


def test_sites_of_a_run_follow_its_plan_events():
    store = MemoryStore()
    todo = lambda extras: list(work.sites_to_do(store, "trs_wcm", "xinjiang|2019", extras))  # noqa: E731
    assert todo([]) == ["a-1", "a-2"]
    assert todo([{"levels": ["township"], "sites": []}]) == ["a-2"]
    assert todo([{"sites": ["a-1"]}, {"sites": []}]) == ["a-1", "a-2"]
    finish(store, "trs_wcm", "a-1")
    assert todo([]) == ["a-2"]
    assert todo([{"only": "all"}]) == ["a-1", "a-2"]


def test_crawls_of_other_years_answer_together():
    store = MemoryStore()
    finish(store, "trs_wcm", "a-1", "2008-2012")
    assert work.is_complete(store, "trs_wcm", "a-1", "2010") and not work.is_complete(store, "trs_wcm", "a-1", "2013")
    assert not work.is_complete(store, "trs_wcm", "a-1", "2011-2013")
    finish(store, "trs_wcm", "a-1", "2013", stage=0)
    assert not work.is_complete(store, "trs_wcm", "a-1", "2011-2013"), "half of it is not read"
    assert work.crawl(store, "a-1", "2011-2013", "c9")["crawl_id"] == "c", "but all of it is crawled"
    work.read_site(store, "trs_wcm", "a-1")
    assert work.is_complete(store, "trs_wcm", "a-1", "2011-2013")


@pytest.mark.parametrize(
    ("today", "complete"),
    [
        (date(2025, 12, 31), True),  # 2025 has not ended: it asks for nothing
        (date(2026, 1, 3), True),  # crawled on 2 January in China
        (date(2026, 1, 4), False),
        (date(2026, 1, 31), False),
        (date(2026, 3, 31), False),
        (date(2026, 4, 1), False),  # once more when the season is over
    ],
)
def test_within_a_season_a_crawl_is_repeated(today, complete):
    store = MemoryStore()
    finish(store, "trs_wcm", "a-1", "2020-2025")
    assert work.is_complete(store, "trs_wcm", "a-1", "2020-2025", today) is complete
    assert work.is_complete(store, "trs_wcm", "a-1", "2020-2024", today), "earlier seasons are over"
    again = summary("trs_wcm", "a-1", crawl_id="d", started="2026-03-31T16:00:00+00:00")  # 1 April in China
    save_summary(store, {**again, "read_stage": STAGE_VERSION}, parse_years("2025"))
    assert work.is_complete(store, "trs_wcm", "a-1", "2020-2025", date(2026, 4, 1))


@pytest.fixture
def tried(monkeypatch):
    """The ledger's rows of 新疆, which tests fill: what was tried when, and how that ended."""
    import transforms.lake.coverage

    rows = []
    monkeypatch.setattr(transforms.lake.coverage, "read_ledger", lambda _, province: rows * (province == "xinjiang"))

    def note(site_id, year, status="failed", last_attempt=datetime(2026, 2, 1, tzinfo=UTC)):
        rows.append({"site_id": site_id, "year": year, "status": status, "last_attempt": last_attempt})

    return note


def failed_sites(store, years="2019", **more):
    plan = work.plan_sites(store, "trs_wcm", ["gansu", "xinjiang"], years, only="failed", **more)
    run = work.sites_to_do(store, "trs_wcm", f"xinjiang|{years}", [{"only": "failed"}])
    assert plan == ({f"xinjiang|{years}": list(run)} if run else {}), "the plan and its run agree"
    return run


def test_only_what_the_ledger_says_failed_is_planned(tried):
    store = MemoryStore()
    tried("a-1", 2018)
    tried("a-2", 2019, "missing")
    assert failed_sites(store) == {}
    tried("a-1", 2019, "blocked")
    assert failed_sites(store) == {"a-1": False} and failed_sites(store, "2018-2019") == {"a-1": False}
    assert work.plan_sites(store, "trs_wcm", ["xinjiang"], "2019", only="failed", ledger={}) == {}


def test_a_crawl_that_failed_after_a_good_one_is_done_again(tried):
    store = MemoryStore()
    tried("a-1", 2019)
    finish(store, "trs_wcm", "a-1")  # of January: the ledger's attempt was later
    assert failed_sites(store) == {"a-1": True}
    both = work.sites_to_do(store, "trs_wcm", "xinjiang|2019", [{"only": "failed"}, {"only": "missing"}])
    assert both == {"a-1": True, "a-2": False}, "two wishes in one run: both hold"
    well = summary("trs_wcm", "a-1", crawl_id="d", started="2026-02-02T00:00:00+00:00")
    save_summary(store, well, parse_years("2008-2025"))
    assert failed_sites(store) == {"a-1": False}, "crawled well since then, but not read"
    mark_read(store, "trs_wcm", "a-1", parse_years("2008-2025"), STAGE_VERSION)
    assert failed_sites(store) == {}


@pytest.mark.parametrize("only", ["missing", "failed", "all"])
def test_years_to_come_ask_for_nothing(tried, only):
    store, today = MemoryStore(), date(2026, 11, 25)
    tried("a-1", 2026)
    for years in ("2026", "2099"):
        assert work.plan_sites(store, "trs_wcm", ["xinjiang"], years, only=only, today=today) == {}
        assert work.sites_to_do(store, "trs_wcm", f"xinjiang|{years}", [{"only": only}], today) == {}
    assert work.ended_years_of("2024-2099", today) == "2024-2025" and work.ended_years_of("all", today) == "2008-2025"
    assert work.ended_years_of("2026", today) == ""
    with pytest.raises(ValueError, match="2020-2010"):
        work.ended_years_of("2020-2010", today)


def test_a_plan_that_no_site_fits_is_refused():
    fits = work.fitting_sites(["trs_wcm", "hanweb"], ["gansu", "xinjiang"], levels=["county"])
    assert [site.site_id for site in fits] == ["a-1", "g-1", "a-3"]
    for provinces, more in ([], {}), (["gansu"], {"levels": ["central"]}), (["gansu"], {"sites": ["a-1"]}):
        with pytest.raises(ValueError, match="no site of the registry fits"):
            work.fitting_sites(["hanweb"], provinces, **more)
    with pytest.raises(ValueError, match="not in the registry: nowhere"):
        work.fitting_sites(["hanweb"], ["gansu"], sites=["nowhere"])


def test_a_finished_crawl_is_not_repeated(monkeypatch):
    import scrapers.run

    store, calls = MemoryStore(), []

    def crawl_site(site, *, years, store, crawl_id, **_):
        calls.append((site.site_id, years, crawl_id))
        save_summary(store, summary("trs_wcm", "a-1", crawl_id=crawl_id, pages=1), years)
        return summary("trs_wcm", "a-1", crawl_id=crawl_id, pages=1)

    monkeypatch.setattr(scrapers.run, "crawl_site", crawl_site)
    assert work.crawl(store, "a-1", "2019", "c1")["crawl_id"] == "c1"
    assert not work.is_complete(store, "trs_wcm", "a-1", "2019"), "crawled, but not read"
    assert work.crawl(store, "a-1", "2019", "c2")["crawl_id"] == "c1"
    assert calls == [("a-1", range(2019, 2020), "c1")]
    work.crawl(store, "a-1", "2019", "c3", again=True)
    assert len(calls) == 2


def test_reading_takes_in_what_a_killed_crawl_uploaded(monkeypatch):
    import transforms.pages

    store, read = MemoryStore(), []
    monkeypatch.setattr(transforms.pages, "read_warcs", lambda store, keys: read.extend(keys) or ["xinjiang|2019"])
    store.put("raw/trs_wcm/a-1/killed-0.warc.gz", b"x")  # no mark names it
    store.put("raw/trs_wcm/a-1/killed-0.cdxj", b"x")
    finish(store, "trs_wcm", "a-1", stage=0)
    assert work.read_site(store, "trs_wcm", "a-1") == ["xinjiang|2019"]
    assert read == ["raw/trs_wcm/a-1/killed-0.warc.gz"] and work.is_complete(store, "trs_wcm", "a-1", "2019")


def test_a_build_marks_the_crawls_whose_files_it_read(monkeypatch):
    store, read = MemoryStore(), []
    for name in ("a-1", "a-2"):
        finish(store, "trs_wcm", name, stage=0)

    def build_all(store, prefix):
        read.append(prefix)
        if len(read) == 2:
            save_summary(store, summary("trs_wcm", "a-2", crawl_id="meanwhile"), parse_years("2019"))
        return {"keys": 1}

    monkeypatch.setattr(build, "build_all", build_all)
    complete = lambda: [name for name in ("a-1", "a-2") if work.is_complete(store, "trs_wcm", name, "2019")]  # noqa: E731
    assert work.build_from(store, "raw/trs_wcm/a-1/") == {"keys": 1} and complete() == ["a-1"]
    assert work.build_from(store, "raw/") and complete() == ["a-1"], "what came in meanwhile is not read"
    assert work.build_from(store, "raw/") and complete() == ["a-1", "a-2"]


def test_failed_crawls_are_sorted_by_cause(monkeypatch):
    import scrapers.run

    def failing(reason, errors):
        def crawl_site(site, **_):
            raise scrapers.run.CrawlFailed(reason, {"site_id": site.site_id, "errors": errors})

        return crawl_site

    for reason in ("no_lists", "partial"):
        monkeypatch.setattr(scrapers.run, "crawl_site", failing(reason, 3))
        with pytest.raises(ConnectionError):
            work.crawl(MemoryStore(), "a-1", "2019", "c1")
    for reason, errors in [("no_pages", 0), ("spider_error", 1), ("robots", 0)]:
        monkeypatch.setattr(scrapers.run, "crawl_site", failing(reason, errors))
        store = MemoryStore()
        with pytest.raises(scrapers.run.CrawlFailed):
            work.crawl(store, "a-1", "2019", "c1")
        assert not store.objects, "no marker: the next plan asks for it again"


def test_a_retry_gets_its_own_crawl_id():
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert work.crawl_id_of(moment, "2019", 1) == "20260102T030405Z-2019"
    assert work.crawl_id_of(moment, "2019", 2) != work.crawl_id_of(moment, "2019", 1)
    named = {work.command_crawl_id(moment, "2019") for _ in range(9)}
    assert len(named) == 9 and all(name.startswith("20260102T030405Z-2019-") for name in named)


def pages(name, digest="aa"):
    return f"pages/v{STAGE_VERSION}/{name}/{digest}.arrow"


def test_pending_follows_sources_and_objects(monkeypatch):
    store = MemoryStore()
    monkeypatch.setattr(
        build, "_objects", lambda s, key, sources: (1, [], {f"{build.lake_folders(key)[0]}part-0.parquet": b"1"})
    )
    assert pending.pending_keys(store) == []
    store.put(pages("province=gansu/year=2019"), b"1")
    store.put(pages("rejects/fetch_month=2026-01"), b"1")
    store.put("state/crawls/2026-01/ucap/a-1/c.json", b"{}")
    store.put(f"pages/v{STAGE_VERSION}/done/x.json", b"1")
    everything = ["crawls|2026-01", "gansu|2019", "rejects|2026-01"]
    assert pending.pending_keys(store) == everything
    for key in everything:
        assert "built" in work.build(store, key)
        assert "up to date" in work.build(store, key)
    assert pending.pending_keys(store) == []
    store.put(pages("province=gansu/year=2019", "bb"), b"2")
    assert pending.pending_keys(store) == ["gansu|2019"]
    work.build(store, "gansu|2019")
    store.objects["lake/reports/province=gansu/year=2019/part-0.parquet"] = b"2"
    assert pending.pending_keys(store) == ["gansu|2019"], "somebody else wrote there"


def test_a_failed_build_stays_pending(monkeypatch):
    def broken(*_):
        raise RuntimeError("disk full")

    monkeypatch.setattr(build, "_objects", broken)
    store = MemoryStore()
    store.put(pages("province=gansu/year=2019"), b"1")
    with pytest.raises(RuntimeError):
        work.build(store, "gansu|2019")
    assert pending.pending_keys(store) == ["gansu|2019"]


@pytest.mark.parametrize("key", ["gansu|x", "gansu|../..", "gansu"])
def test_only_keys_are_built(key):
    with pytest.raises(ValueError, match="key"):
        work.build(MemoryStore(), key)


def test_the_log_of_a_run_spans_its_months():
    assert work.crawl_log_keys(datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)) == [
        "crawls|2026-01",
        "crawls|2026-02",
    ]


def test_import_source(tmp_path):
    from dags.support.imports import import_source

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "one.txt").write_bytes("政府信息公开".encode("gb18030"))
    store = MemoryStore()
    keys = import_source(store, str(tmp_path / "in"), "text")
    assert keys == import_source(store, str(tmp_path / "in"), "text")
    assert len(keys) == 1 and keys[0].startswith("raw/import/")
    for source, kind in [("", "text"), (str(tmp_path / "none"), "text"), (str(tmp_path / "in"), "pdf")]:
        with pytest.raises(ValueError):
            import_source(store, source, kind)


def test_lake_cell():
    from dags.support.summary import _cell

    assert _cell({"county": 2, "central": 1}) == "1c 2x"

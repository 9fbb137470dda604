"""Planning, markers and pending builds over a store in memory."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from types import ModuleType

import pytest

from dags.support import work
from tests.dags.memory import MemoryStore
from transforms import pending
from transforms.read import STAGE_VERSION

pytestmark = pytest.mark.usefixtures("test_sites")


@pytest.mark.parametrize(("text", "first", "last"), [("2019", 2019, 2019), ("2008-2025", 2008, 2025)])
def test_years(text, first, last):
    assert (work.year_range(text)[0], work.year_range(text)[-1]) == (first, last)


@pytest.mark.parametrize("text", ["", "19", "2025-2008", "1999", "2019,2020", "2019-"])
def test_bad_years(text):
    with pytest.raises(ValueError, match="years"):
        work.year_range(text)


@pytest.mark.parametrize("key", [None, "", "xinjiang", "|2019", "xinjiang|"])
def test_runs_without_a_key_are_refused(key):
    with pytest.raises(ValueError, match="partition key"):
        work.split_key(key)


def finish(store, family, site_id, years="2019", stage=STAGE_VERSION):
    marker = {"warc_keys": [f"raw/{family}/{site_id}/1-0.warc.gz"], "read_stage": stage}
    store.put(work.marker_key(family, site_id, years), json.dumps(marker).encode())


def test_plan_skips_what_is_complete():
    store = MemoryStore()
    both = ["gansu", "xinjiang"]
    assert work.plan_keys(store, "trs_wcm", both, "2019") == ["xinjiang|2019"]  # gansu has no such site
    finish(store, "trs_wcm", "a-1")
    assert work.plan_keys(store, "trs_wcm", both, "2019") == ["xinjiang|2019"]
    finish(store, "trs_wcm", "a-2")
    assert work.plan_keys(store, "trs_wcm", both, "2019") == []
    assert work.plan_keys(store, "trs_wcm", both, "2020") == ["xinjiang|2020"]
    assert work.plan_keys(store, "trs_wcm", both, "2019", everything=True) == ["xinjiang|2019"]
    finish(store, "trs_wcm", "a-2", stage=STAGE_VERSION - 1)
    assert work.plan_keys(store, "trs_wcm", both, "2019") == ["xinjiang|2019"], "a new stage reads again"


def test_sites_of_a_run_follow_its_plan_events():
    store = MemoryStore()
    todo = lambda extras: work.sites_to_do(store, "trs_wcm", "xinjiang|2019", extras)  # noqa: E731
    assert todo([]) == ["a-1", "a-2"]
    assert todo([{"levels": ["township"], "sites": []}]) == ["a-2"]
    assert todo([{"sites": ["a-1"]}, {"sites": []}]) == ["a-1", "a-2"]
    finish(store, "trs_wcm", "a-1")
    assert todo([]) == ["a-2"]
    assert todo([{"only": "all"}]) == ["a-1", "a-2"]


def test_crawl_leaves_a_marker_and_is_not_repeated(monkeypatch):
    import scrapers.run

    store, calls = MemoryStore(), []

    def crawl_site(site, *, years, store, crawl_id, **_):
        calls.append((site.site_id, years, crawl_id))
        store.put(f"raw/trs_wcm/a-1/{crawl_id}-0.warc.gz", b"x")
        return {"warc_keys": [f"raw/trs_wcm/a-1/{crawl_id}-0.warc.gz"], "pages": 1, "requests": 2}

    monkeypatch.setattr(scrapers.run, "crawl_site", crawl_site)
    store.put("raw/trs_wcm/a-1/killed-0.warc.gz", b"x")  # uploaded by a crawl that died before its marker
    keys = work.crawl(store, "a-1", "2019", "c1")
    assert keys == ["raw/trs_wcm/a-1/c1-0.warc.gz", "raw/trs_wcm/a-1/killed-0.warc.gz"]
    assert not work.is_complete(store, "trs_wcm", "a-1", "2019"), "crawled, but not read"
    assert work.crawl(store, "a-1", "2019", "c2") == keys
    assert calls == [("a-1", range(2019, 2020), "c1")]
    work.crawl(store, "a-1", "2019", "c3", again=True)
    assert len(calls) == 2


def test_failed_crawls_are_sorted_by_cause(monkeypatch):
    import scrapers.run

    def failing(reason, errors):
        def crawl_site(site, **_):
            raise scrapers.run.CrawlFailed(reason, {"site_id": site.site_id, "errors": errors})

        return crawl_site

    monkeypatch.setattr(scrapers.run, "crawl_site", failing("no_lists", 3))
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


def pages(name, digest="aa"):
    return f"pages/v{STAGE_VERSION}/{name}/{digest}.parquet"


def test_pending_follows_the_page_files():
    store = MemoryStore()
    assert pending.pending_keys(store) == []
    store.put(pages("province=gansu/year=2019"), b"1")
    store.put(pages("rejects/fetch_month=2026-01"), b"1")
    store.put(f"pages/v{STAGE_VERSION}/done/x.json", b"1")
    assert pending.pending_keys(store) == ["gansu|2019", "rejects|2026-01"]
    for key in pending.pending_keys(store):
        pending.mark_built(store, key, pending.page_digest(store, key))
    assert pending.pending_keys(store) == []
    store.put(pages("province=gansu/year=2019", "bb"), b"2")
    assert pending.pending_keys(store) == ["gansu|2019"]
    pending.mark_built(store, "gansu|2019", pending.page_digest(store, "gansu|2019"))
    for digest in ("aa", "bb"):
        del store.objects[pages("province=gansu/year=2019", digest)]
    assert pending.pending_keys(store) == ["gansu|2019"], "its lake partition has to go"


def test_build_runs_once_per_set_of_pages(monkeypatch):
    store, calls = MemoryStore(), []
    build = ModuleType("transforms.build")
    build.build_partition = lambda s, key: calls.append(key)
    build.build_rejects = lambda s, month: calls.append(month)
    monkeypatch.setitem(sys.modules, "transforms.build", build)
    store.put(pages("province=gansu/year=2019"), b"1")
    store.put(pages("rejects/fetch_month=2026-01"), b"1")
    for _ in range(2):
        work.build(store, "gansu|2019")
        work.build(store, "rejects|2026-01")
    assert calls == ["gansu|2019", "2026-01"]


def test_a_failed_build_stays_pending(monkeypatch):
    def broken(store, key):
        raise RuntimeError("disk full")

    build = ModuleType("transforms.build")
    build.build_partition = build.build_rejects = broken
    monkeypatch.setitem(sys.modules, "transforms.build", build)
    store = MemoryStore()
    store.put(pages("province=gansu/year=2019"), b"1")
    with pytest.raises(RuntimeError):
        work.build(store, "gansu|2019")
    assert pending.pending_keys(store) == ["gansu|2019"]


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

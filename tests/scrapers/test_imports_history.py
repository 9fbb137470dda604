"""A site's past from the web archives: what is asked for, what comes, what is kept, and what it says afterwards."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as Warcio

from schemas.registry import Site
from scrapers.imports.captures import of_address, of_site
from scrapers.imports.client import Client
from scrapers.imports.history import import_history, judge
from scrapers.imports.segments import Segments, load_known
from scrapers.imports.stops import note_stop
from tests.scrapers.archives import DATA, INDEX, WAYBACK
from tests.scrapers.conftest import wait_until
from tests.scrapers.pasts import BASE, SITE, bring, captures, failure, source
from transforms.pages import cached_rows, read_warcs, warc_keys
from transforms.read import STAGE_VERSION

ROOT = Path(__file__).resolve().parents[2]
BOTH = pytest.mark.parametrize("name", ["wayback", "commoncrawl"])


def rejects(store):
    read_warcs(store, warc_keys(store))
    return cached_rows(store, store.list(f"pages/v{STAGE_VERSION}/rejects/"))


@BOTH
def test_captures_keep_date_address_and_origin(name, archives, store):
    archives.add(f"{BASE}/1.html".replace(".cn/", ".cn:80/"), "20130518102030", "<p>年报</p>".encode("gb18030"),
                 charset="gb2312")  # fmt: skip
    summary = bring(name, store)
    assert (summary["outcome"], summary["pages"], summary["family"]) == ("ok", 1, name)
    [capture] = captures(store)
    assert capture.fetched_at.isoformat() == "2013-05-18T10:20:30+00:00"
    assert capture.body.decode("gb18030") == "<p>年报</p>" and "gb2312" in capture.content_type
    assert (capture.site_id, capture.family, capture.status) == ("cs", name, 200)
    if name == "wayback":
        assert capture.url == f"{BASE}/1.html", "the port that http implies is left out"
    [key] = summary["warc_keys"]
    told = [bytes(r.reader.read()).decode() for r in ArchiveIterator(io.BytesIO(store.get(key)), parse_http=False)
            if r.headers["WARC-Type"] == "metadata"]  # fmt: skip
    assert len(told) == 1 and f"archived-digest: sha1:{archives.captures[0].digest}" in told[0]
    place = f"via: https://{WAYBACK}/web/20130518102030id_/{BASE.replace('.cn/', '.cn:80/')}/1.html"
    assert (place if name == "wayback" else f"via: https://{DATA}/crawl-data/CC-MAIN-2013-20/") in told[0]
    if name == "commoncrawl":
        assert "archived-offset: 0" in told[0]
        assert archives.captures[0].warc() in store.get(key), "the gzip member is taken over byte for byte"
    for line in store.get(key.replace(".warc.gz", ".cdxj")).decode().splitlines():
        entry = json.loads(line.split(" ", 2)[2])
        member = store.get(key)[int(entry["offset"]) : int(entry["offset"]) + int(entry["length"])]
        assert gzip.decompress(member).startswith(b"WARC/1.") and b"response" in gzip.decompress(member)[:60]
    with io.BytesIO(store.get(key)) as raw:
        checked = Warcio(raw, check_digests="raise")
        assert [bool(record.content_stream().read()) for record in checked] == [True, True, True]


@BOTH
def test_who_asks_and_how(name, archives, store, monkeypatch):
    monkeypatch.setenv("ARCHIVE_CONTACT", "ops@example.org")
    archives.add(f"{BASE}/1.html", "20130518102030", "x")
    bring(name, store)
    assert all("ops@example.org" in headers["User-Agent"] for headers in archives.headers)
    hosts = [WAYBACK] if name == "wayback" else [INDEX, DATA]
    robots = [url for url in archives.asked if url.endswith("/robots.txt")]
    assert robots == [f"{host}/robots.txt" for host in hosts], "once an import and host, before anything else"
    assert archives.asked[0] == robots[0]


@BOTH
def test_lists_are_read_to_their_end(name, archives, store):
    archives.limit = 3  # the index gives less at a time than it is asked for
    for number in range(25):
        archives.add(f"{BASE}/{number:02d}.html", "20130518102030", f"page {number}")
    archives.add("http://www.cs.gov.cn/logo.png", "20130518102030", "x", mime="image/png")
    archives.add(f"{BASE}/gone.html", "20130518102030", "x", status="404")
    archives.add("http://www.other.gov.cn/zwgk/nb/1.html", "20130518102030", "x")
    summary = bring(name, store)
    assert {c.url for c in captures(store)} == {f"{BASE}/{n:02d}.html" for n in range(25)}
    assert (summary["pages"], summary["errors"]) == (25, 0)


@BOTH
def test_a_second_import_asks_for_no_page_again(name, archives, store):
    for number in range(3):
        archives.add(f"{BASE}/{number}.html", "20130518102030", f"page {number}")
    bring(name, store)
    raw = {key: store.get(key) for key in store.list("raw/")}
    archives.asked.clear()
    archives.add(f"{BASE}/0.html", "20140518102030", "page 0")  # the same content, later
    again = bring(name, store, "c2")
    assert (again["outcome"], again["pages"], again["counts"]["skipped_known"]) == ("nothing_new", 0, 3)
    assert not [url for url in archives.asked if "id_/" in url or url.startswith(f"{DATA}/crawl")]
    assert {key: store.get(key) for key in store.list("raw/")} == raw
    archives.collections.append("CC-MAIN-2022-05")
    archives.add(f"{BASE}/0.html", "20220118102030", "page 0, corrected", collection="CC-MAIN-2022-05")
    more = bring(name, store, "c3")
    assert more["pages"] == 1 and len(captures(store)) == 4


def test_a_finished_crawls_index_is_asked_once(archives, store):
    """Also when a capture could not be had: what is listed is known, only its bytes are asked for again."""
    archives.add(f"{BASE}/1.html", "20130518102030", "one")
    archives.fault(".warc.gz", (403, {}, b""), (206, {}, b"damaged"))
    archives.add(f"{BASE}/2.html", "20130518102030", "two")
    assert failure("commoncrawl", store).summary["pages"] == 0
    archives.asked.clear()
    assert bring("commoncrawl", store, "c2")["pages"] == 2
    assert archives.to(INDEX) == [f"{INDEX}/collinfo.json"] and len(archives.to(DATA)) == 2
    archives.collections.append("CC-MAIN-2022-05")
    archives.add(f"{BASE}/3.html", "20220118102030", "three", collection="CC-MAIN-2022-05")
    archives.asked.clear()
    summary = bring("commoncrawl", store, "c3")
    assert summary["pages"] == 1 and summary["counts"]["lists_known"] == 6
    assert all("CC-MAIN-2022-05" in url for url in archives.to(INDEX)[1:])
    assert bring("commoncrawl", store, "c4", captured=range(2013, 2014))["counts"]["lists"] == 2, "another question"


@BOTH
def test_killed_half_way_it_goes_on(name, archives, store, monkeypatch):
    for number in range(5):
        archives.add(f"{BASE}/{number}.html", "20130518102030", f"page {number}")
    monkeypatch.setattr("scrapers.imports.segments.MAX_CAPTURES", 2)

    class Killed(BaseException):
        pass

    add = Segments.add

    def dying(self, fetched):
        add(self, fetched)
        if len(self.keys) == 2:
            self._held.clear()  # a kill gives no time to put anything away
            raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(Segments, "add", dying)
        bring(name, store)
    assert len(captures(store)) == 4 and not list(store.list("state/crawls/"))
    archives.asked.clear()
    summary = bring(name, store)  # the same name again, as a task that is repeated may use
    assert (summary["pages"], summary["counts"]["skipped_known"]) == (1, 4)
    assert sorted(c.url for c in captures(store)) == [f"{BASE}/{n}.html" for n in range(5)]


def test_killed_by_the_system_it_goes_on(archives, store):
    """kill -9 of the whole process once a first file is stored: only the file it was filling is fetched twice."""
    for number in range(450):
        archives.add(f"{BASE}/{number:03d}.html", "20130518102030", f"page {number}")
    archives.slow = 0.005
    command = [sys.executable, "-c", "from archive import app; app()", "import", "wayback", "www.cs.gov.cn/zwgk/nb/*"]
    child = subprocess.Popen([*command, "--no-build"], env={**os.environ, "ARCHIVE_STORE": store.uri}, cwd=ROOT)
    try:
        wait_until(lambda: child.poll() is not None or list(store.list("state/imports/")), 60)
    finally:
        child.kill()
    assert child.wait() == -signal.SIGKILL, "it was killed in the middle"
    wait_until(lambda: not archives.busy)
    stored = len(load_known(store, "wayback", "www.cs.gov.cn"))
    assert stored % 200 == 0 and 0 < stored < 450
    first = [url for url in archives.asked if "id_/" in url]
    archives.asked.clear()
    summary = bring("wayback", store, "c2", wanted=of_address("www.cs.gov.cn/zwgk/nb/*"))
    again = [url for url in archives.asked if "id_/" in url]
    assert summary["pages"] == len(again) == 450 - stored
    assert len(set(first) & set(again)) == len(first) - stored
    assert {c.url for c in captures(store)} == {f"{BASE}/{n:03d}.html" for n in range(450)}


@BOTH
def test_busy_archives_are_waited_for(name, archives, store, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr("time.sleep", waits.append)
    page = archives.add(f"{BASE}/1.html", "20130518102030", "x")
    list_part, page_part = ("/cdx/search", f"id_/{page.url}") if name == "wayback" else ("-index?", ".warc.gz")
    archives.fault(list_part, (503, {}, b"overloaded"))
    archives.fault(page_part, (429, {"Retry-After": "7"}, b"slow down"), (504, {}, b""))
    summary = bring(name, store)
    assert summary["pages"] == 1 and summary["counts"]["waits"] == 3
    assert 7.0 in waits


@BOTH
def test_an_archive_that_sends_us_away_is_left_alone(name, archives, store):
    for number in range(4):
        archives.add(f"{BASE}/{number}.html", "20130518102030", f"page {number}")
    part = f"{BASE}/2.html" if name == "wayback" else ".warc.gz"
    if name == "wayback":
        archives.fault(part, (429, {"Retry-After": "86400"}, b"tomorrow"))
    else:
        archives.fault("collinfo", (429, {"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}, b"tomorrow"))
    error = failure(name, store)
    assert "pause" in error.summary["detail"]
    if name == "wayback":
        assert error.reason == "partial" and error.summary["pages"] == len(captures(store)) == 2
        assert len([url for url in archives.asked if "id_/" in url]) == 3, "nothing is asked for afterwards"
    else:
        assert error.reason == "unavailable" and len(archives.to(INDEX)) == 1
    archives.asked.clear()
    assert "stay away until" in failure(name, store, crawl_id="c2").summary["detail"]
    assert not archives.asked, "not before the time is over, by nobody who works on this bucket"
    store.delete(f"state/stops/{name}.json")
    note_stop(store, name, datetime(2020, 1, 1, tzinfo=UTC), 86400)
    assert bring(name, store, "c3")["pages"] == (2 if name == "wayback" else 4)


@BOTH
def test_an_archive_that_is_down(name, archives, store, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    archives.fault("", *[(503, {}, b"")] * 200)
    error = failure(name, store)
    assert error.reason == ("no_lists" if name == "wayback" else "unavailable") and not captures(store)
    [row] = [json.loads(store.get(key)) for key in store.list("state/crawls/")]
    assert row["outcome"] == error.reason and row["family"] == name


@BOTH
def test_an_archive_that_refuses_is_not_pressed(name, archives, store):
    for number in range(9):
        archives.add(f"{BASE}/{number}.html", "20130518102030", f"page {number}")
    part = "id_/" if name == "wayback" else ".warc.gz"
    archives.fault(part, (403, {}, b""), (404, {}, b""), *[(403, {}, b"")] * 20)
    assert failure(name, store).reason == "unavailable"
    assert len([url for url in archives.asked if part in url]) == 5, "three in a row are enough"
    archives.faults.clear()
    archives.fault("page=0" if name == "commoncrawl" else "/cdx/", *[(403, {}, b"")] * 20)
    archives.fault("showNumPages", *[(403, {}, b"")] * 20)
    store.delete(next(iter(store.list(f"state/lists/{name}/")), "nothing"))
    archives.asked.clear()
    assert failure(name, store, crawl_id="c2").reason == "no_lists"
    assert len([url for url in archives.asked if "url=" in url]) <= 3


@BOTH
def test_payloads_that_are_not_what_was_promised_are_rejects(name, archives, store):
    archives.add(f"{BASE}/1.html", "20130518102030", "forged", digest="A" * 32)
    archives.add(f"{BASE}/2.html", "20130518102030", "honest")
    summary = bring(name, store)
    assert (summary["pages"], summary["counts"]["rejected"]) == (2, 1)
    told = {row["url"][-6:]: row["reasons"] for row in rejects(store)}
    assert told["1.html"] == ["digest_differs"] and "digest_differs" not in told["2.html"]
    archives.asked.clear()
    assert bring(name, store, "c2")["pages"] == 0, "it is not asked for again"


@BOTH
def test_nothing_where_something_is_expected_is_a_failure(name, archives, store):
    archives.add("http://www.other.gov.cn/1.html", "20130518102030", "x")
    assert failure(name, store).reason == "no_captures"
    assert failure(name, store, wanted=of_address("www.cs.gov.cn/zwgk/*")).reason == "no_captures"
    unsure = Site("cs", "www.cs.gov.cn", "测试县", "652301", "county", "trs_wcm", (), "invented", "", "xinjiang",
                  min_reports=0)  # fmt: skip
    assert bring(name, store, wanted=of_site(unsure))["outcome"] == "nothing_new"


@BOTH
def test_years_of_capture(name, archives, store):
    for year in (2012, 2013, 2021):
        archives.add(f"{BASE}/{year}.html", f"{year}0518102030", f"page {year}",
                     collection="CC-MAIN-2021-31" if year == 2021 else "CC-MAIN-2013-20")  # fmt: skip
    bring(name, store, captured=range(2013, 2015))
    assert [c.url[-9:] for c in captures(store)] == ["2013.html"]
    assert not [url for url in archives.asked if "CC-MAIN-2021" in url]


@BOTH
def test_robots_of_the_archive_are_obeyed(name, archives, store, monkeypatch):
    for host in (WAYBACK, INDEX):
        archives.robots[host] = "User-agent: *\nDisallow: /"
    archives.add(f"{BASE}/1.html", "20130518102030", "x")
    assert failure(name, store).reason == "robots"
    assert all(url.endswith("/robots.txt") for url in archives.asked)


@BOTH
def test_a_host_is_asked_only_for_likely_addresses(name, archives, store):
    likely = ["http://www.cs.gov.cn/art/2012/3/20/art_12_345.html", "http://www.cs.gov.cn/xxgk/jcms_files/1.html",
              "http://www.cs.gov.cn/info/1016/8123.htm", "http://www.cs.gov.cn/xw/201203/t20120319_1.html"]  # fmt: skip
    unlikely = [
        "http://www.cs.gov.cn/",
        "http://www.cs.gov.cn/art/2012/8/20/art_1_2.html",
        "http://www.cs.gov.cn/news/a.html",
    ]
    for url in [*likely, *unlikely]:
        archives.add(url, "20130518102030", url)
    bring(name, store)
    assert {c.url for c in captures(store)} == set(likely)
    whole = bring(name, store, "c2", wanted=of_address("www.cs.gov.cn/*"))
    assert whole["pages"] == 7, "an address that is named is taken as it is; its memory is its own"


@BOTH
def test_an_address_that_changes_all_the_time(name, archives, store):
    for month in range(1, 10):
        archives.add(f"{BASE}/list.html", f"20130{month}18102030", f"visitor number {month}")
    summary = bring(name, store)
    assert [c.body[-1:] for c in captures(store)] == [b"1", b"2", b"3", b"9"]
    assert summary["counts"]["many_contents"] == 5


def test_captures_beyond_the_limit_are_left_for_the_next_import(archives, store, monkeypatch):
    import dataclasses

    small = dataclasses.replace(source("wayback"), captures_per_run=2)
    for number in range(3):
        archives.add(f"{BASE}/{number}.html", "20130518102030", f"page {number}")
    with Client(small) as client:
        first = import_history(client, of_site(SITE), store, "c1")
        assert (first["pages"], first["counts"]["capped"]) == (2, 1) and "1 more" in first["detail"]
        assert import_history(client, of_site(SITE), store, "c2")["pages"] == 1


@pytest.mark.parametrize(("counts", "expected", "word"), [
    ({"lists": 1, "listed": 5, "pages": 5}, 1, "ok"),
    ({"lists": 1, "listed": 5, "skipped_known": 5}, 1, "nothing_new"),
    ({"lists": 1, "failed_lists": 1, "listed": 5, "pages": 5}, 1, "partial"),
    ({"lists": 1, "listed": 20, "pages": 17, "failed_pages": 2}, 1, "partial"),
    ({"lists": 1, "listed": 20, "pages": 19, "failed_pages": 1}, 1, "ok"),
    ({"lists": 1, "listed": 2, "gone": 2}, 1, "no_pages"),
    ({"lists": 1}, 0, "nothing_new"),
    ({"failed_lists": 2}, 0, "no_lists"),
])  # fmt: skip
def test_judgement(counts, expected, word):
    assert judge(counts, expected)[0] == word


def test_memory_is_of_one_archive_and_site(archives, store):
    archives.add(f"{BASE}/1.html", "20130518102030", "one")
    bring("wayback", store)
    assert load_known(store, "wayback", "cs") == {archives.captures[0].urlkey: {archives.captures[0].digest}}
    assert load_known(store, "commoncrawl", "cs") == load_known(store, "wayback", "cs2") == {}

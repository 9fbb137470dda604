"""How an import behaves towards an archive's servers."""

from __future__ import annotations

import dataclasses
import gzip
from datetime import UTC, date, datetime, timedelta

import pytest

from schemas.sources import load_sources
from scrapers.imports.client import Client, Denied, SentAway, Unavailable, retry_after
from scrapers.politeness import AddressRefused
from tests.scrapers.archives import Archives, serve

PAGE = "https://web.archive.org/cdx/search/cdx?url=x&fl=urlkey"
OTHER = "https://index.commoncrawl.org/collinfo.json"


@pytest.fixture
def archives(monkeypatch, tmp_path):
    monkeypatch.setenv("ARCHIVE_LOCKS", str(tmp_path / "locks"))
    made = Archives()
    with serve(made) as address:
        monkeypatch.setenv("ARCHIVE_RESOLVE_ALL", address)
        monkeypatch.delenv("ARCHIVE_NO_DELAY", raising=False)
        yield made


@pytest.fixture
def waits() -> list[float]:
    return []


def source(**changes):
    return dataclasses.replace(load_sources()["wayback"], **changes)


def test_each_host_has_its_own_pause(archives, waits):
    with Client(source(delay=5.0), waits.append) as client:
        for url in (PAGE, OTHER, PAGE, PAGE):
            client.get(url)
    # robots.txt, then the page; robots.txt, then the list; the page; the page; before the next process may come
    assert len(waits) == 5 and all(4.0 < wait <= 5.0 for wait in waits)


def test_crawl_delay_widens_the_pause(archives, waits):
    archives.robots["web.archive.org"] = "User-agent: *\nCrawl-delay: 30\n"
    with Client(source(delay=5.0), waits.append) as client:
        client.get(PAGE)
        client.get(PAGE)
    assert 4.0 < waits[0] <= 5.0, "the delay is read from the answer to the first request"
    assert 29.0 < waits[1] <= 30.0


@pytest.mark.parametrize("rules", ["User-agent: *\nCrawl-delay: 86400\n", "User-agent: *\nDisallow: /cdx/\n",
                                   "User-agent: NationalReportArchive\nDisallow: /\n"])  # fmt: skip
def test_rules_that_keep_us_out(archives, waits, rules):
    archives.robots["web.archive.org"] = rules
    with Client(source(), waits.append) as client, pytest.raises(Denied):
        client.get(PAGE)
    assert archives.to("web.archive.org") == []


@pytest.mark.parametrize(("places", "says"), [
    (["/r.txt"], "does not let us in"), (["https://archive.org/r.txt"], "does not let us in"),
    (["https://elsewhere.example.com/r.txt"], "not the archive's"), (["/robots.txt"] * 9, "more than 5"), ([""] * 9, "more than 5"),
])  # fmt: skip
def test_robots_that_lie_elsewhere(archives, waits, places, says):
    archives.fault("/robots.txt", *((301, {"Location": place}, b"") for place in places))
    archives.fault("/r.txt", (200, {"Content-Encoding": "gzip"}, gzip.compress(b"User-agent: *\nDisallow: /")))
    with Client(source(), waits.append) as client, pytest.raises(Denied, match=says):
        client.get(PAGE)
    assert not any("/cdx/" in url or "example.com" in url for url in archives.asked)


@pytest.mark.parametrize("status", [401, 403])
def test_robots_that_may_not_be_read(archives, waits, status):
    archives.fault("/robots.txt", (status, {}, b""))
    with Client(source(), waits.append) as client, pytest.raises(Denied):
        client.get(PAGE)


def test_an_exemption_ends_with_its_day(archives, waits):
    archives.robots["web.archive.org"] = "User-agent: *\nDisallow: /"
    today = date.today()
    with Client(source(robots_reason="they wrote that we may", robots_until=today), waits.append) as client:
        assert client.get(PAGE).status == 200
    ended = source(robots_reason="they wrote that we may", robots_until=today - timedelta(days=1))
    with Client(ended, waits.append) as client, pytest.raises(Denied):
        client.get(PAGE)


def test_pauses_grow_and_end(archives, waits):
    archives.fault("/cdx/", *[(503, {}, b"")] * 9)
    with Client(source(delay=2.0, attempts=5, longest_wait=10.0), waits.append) as client:
        with pytest.raises(Unavailable, match="5 tries"):
            client.get(PAGE)
        assert client.waits == 4 and len(archives.to("web.archive.org")) == 5
    assert [wait for wait in waits if wait > 2.0] == [4.0, 8.0, 10.0, 10.0]


def test_retry_after_is_kept_or_the_import_ends(archives, waits):
    archives.fault("/cdx/", (429, {"Retry-After": "33"}, b""))
    with Client(source(delay=2.0), waits.append) as client:
        client.get(PAGE)
        assert 33.0 in waits
        archives.fault("/cdx/", (429, {"Retry-After": "100000"}, b""))
        with pytest.raises(SentAway):
            client.get(PAGE)
    assert len(archives.to("web.archive.org")) == 3


def test_a_limit_that_does_not_say_how_long_is_kept_for_a_minute(archives, waits):
    archives.fault("/cdx/", (429, {}, b""))
    with Client(source(delay=2.0), waits.append) as client:
        client.get(PAGE)
    assert 60.0 in waits


def test_an_error_that_was_archived_is_no_reason_to_wait(archives, waits):
    archives.fault("/web/", (503, {"Memento-Datetime": "Sat, 18 May 2013 10:20:30 GMT"}, b"down then"))
    with Client(source(), waits.append) as client:
        assert client.get("https://web.archive.org/web/20130518102030id_/http://www.cs.gov.cn/").status == 503
        assert client.waits == 0


@pytest.mark.parametrize(("value", "seconds"), [
    ("120", 120.0), ("0", 0.0), ("Wed, 25 Nov 2026 00:01:00 GMT", 60.0), ("Wed, 25 Nov 2026 00:00:00 GMT", 0.0),
    ("Tue, 24 Nov 2026 00:00:00 GMT", 0.0), ("soon", None), ("", None), ("-5", None),
])  # fmt: skip
def test_reading_retry_after(value, seconds):
    assert retry_after(value, datetime(2026, 11, 25, tzinfo=UTC)) == seconds


def test_a_server_that_breaks_off_is_asked_again(archives, waits):
    archives.fault("/cdx/", (200, {"Content-Length": "100"}, b"short"))
    with Client(source(timeout=5), waits.append) as client:
        assert client.get(PAGE).body == b"[]"


def test_private_addresses_are_refused(monkeypatch, waits):
    monkeypatch.delenv("ARCHIVE_RESOLVE_ALL", raising=False)
    for url in ("http://127.0.0.1/cdx", "http://10.0.0.8/cdx", "http://169.254.169.254/latest"):
        with Client(source(), waits.append) as client, pytest.raises(AddressRefused):
            client.get(url)


def test_the_operators_proxy_is_used(archives, waits, monkeypatch):
    import os

    monkeypatch.setenv("http_proxy", f"http://{os.environ['ARCHIVE_RESOLVE_ALL']}")
    monkeypatch.delenv("ARCHIVE_RESOLVE_ALL")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with Client(source(), waits.append) as client:
        assert client.get(PAGE.replace("https:", "http:")).body == b"[]"
    assert len(archives.to("web.archive.org")) == 1

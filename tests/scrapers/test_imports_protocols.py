"""What only one of the web archives does: redirects and resumption keys, gzip members and ranges."""

from __future__ import annotations

import gzip
import io
import json

import pytest
from warcio.archiveiterator import ArchiveIterator as Warcio

from scrapers.imports.captures import Row
from scrapers.imports.client import Client
from scrapers.imports.commoncrawl import CommonCrawl
from scrapers.imports.fetched import CaptureFailed
from tests.scrapers.archives import DATA, WAYBACK
from tests.scrapers.pasts import BASE, bring, captures, failure, source
from transforms.pages import warc_keys


def test_redirects_stay_inside_the_archive(archives, store):
    page = archives.add(f"{BASE}/1.html", "20130518102030", "one")
    archives.add(f"{BASE}/2.html", "20130518102030", "two")
    held = archives.add("http://cs.gov.cn/zwgk/nb/1.html", "20130601000000", "one", status="200")
    archives.captures.remove(held)
    archives.forward[f"/web/20130518102030id_/{page.url}"] = f"https://{WAYBACK}/web/20130601000000id_/{held.url}"
    archives.forward[f"/web/20130518102030id_/{BASE}/2.html"] = "http://www.evil.example.com/web/20130518102030id_/x"
    answer = archives._replay
    archives._replay = lambda target: (200, {}, b"one") if "20130601000000" in target else answer(target)  # type: ignore[method-assign]
    error = failure("wayback", store)
    assert error.reason == "partial" and error.summary["counts"]["left_archive"] == 1
    [capture] = captures(store)
    assert (capture.url, capture.fetched_at.isoformat()) == (held.url, "2013-06-01T00:00:00+00:00")
    assert not [url for url in archives.asked if "evil" in url.split("/")[0]]


def test_redirects_without_end(archives, store):
    archives.add(f"{BASE}/1.html", "20130518102030", "one")
    target = f"/web/20130518102030id_/{BASE}/1.html"
    archives.forward[target] = target
    assert failure("wayback", store).summary["counts"]["redirects"] == 1
    assert archives.to(f"{WAYBACK}/web/") == [WAYBACK + target] * 6


def test_a_page_that_was_packed_when_it_was_hashed_is_kept_unverified(archives, store):
    archives.add(
        f"{BASE}/1.html", "20130518102030", gzip.compress(b"<p>page</p>"), headers={"Content-Encoding": "gzip"}
    )
    archives.served[f"{BASE}/1.html"] = b"<p>page</p>"
    summary = bring("wayback", store)
    assert summary["counts"]["unverified"] == 1 and "rejected" not in summary["counts"]
    assert captures(store)[0].body == b"<p>page</p>" and not captures(store)[0].refused


def test_what_the_wayback_index_may_say(archives, store):
    archives.add(f"{BASE}/1.html", "20130518102030", "one")
    shape = {"Content-Type": "application/json"}
    for body in (b"org.archive.RobotAccessControlException: Blocked", b'[["a","b"],["c","d"]]', b'{"a": 1}', b"[[]]"):
        archives.fault("matchType=host", (200, shape, body))
        error = failure("wayback", store)
        assert error.reason == "partial" and error.summary["counts"]["failed_lists"] == 1, body
    archives.fault("/cdx/", (403, {}, b"blocked"), (403, {}, b"blocked"))
    assert failure("wayback", store).reason == "no_lists"
    archives.fault("/cdx/", (200, shape, b""), (200, shape, b"[]"))
    assert failure("wayback", store).reason == "no_captures"


def test_an_index_that_goes_round_in_circles(archives, store):
    archives.add(f"{BASE}/1.html", "20130518102030", "one")
    [row] = [["cn,gov,cs)/zwgk/nb/1.html", "20130518102030", f"{BASE}/1.html", "text/html", "200", "A" * 32]]
    columns = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest"]
    body = json.dumps([columns, row, [], ["again"]]).encode()
    archives.fault("matchType=prefix", *[(200, {}, body)] * 50)
    assert failure("wayback", store).summary["counts"]["failed_lists"] == 1
    assert len([url for url in archives.asked if "matchType=prefix" in url]) == 2


def test_damaged_members(archives, store):
    pages = [archives.add(f"{BASE}/{number}.html", "20130518102030", "x" * 500 + str(number)) for number in range(12)]
    cut, other = pages[0].warc()[:-20], pages[1].warc()
    head = {"Content-Range": "bytes 0-0/1"}
    first, second, third = ((206, head, data) for data in (cut, b"no gzip" + b"x" * (len(other) - 7), other + b"tail"))
    archives.fault(".warc.gz", first, second, third)
    error = failure("commoncrawl", store)
    assert error.reason == "partial" and error.summary["counts"]["truncated"] == 3
    assert error.summary["pages"] == 9 and len(captures(store)) == 9
    assert bring("commoncrawl", store, "c2")["pages"] == 3, "what was damaged on the way comes the next time"


def test_records_that_are_not_the_promised_ones(archives):
    """Index lines that point at another page, at another moment, and at nothing."""
    one = archives.add(f"{BASE}/1.html", "20130518102030", "one")
    two = archives.add(f"{BASE}/2.html", "20130518102030", "two")
    size, name = len(one.warc()), archives._file(one)
    place = {"page": (name, size, len(two.warc())), "moment": (name, 0, size), "nothing": (name, 10**9, size)}
    with Client(source("commoncrawl")) as client:
        found = {}
        for what, where in place.items():
            at = "20140101000000" if what == "moment" else one.timestamp
            row = Row(one.urlkey, at, one.url, one.mime, one.status, one.digest, place=where)
            with pytest.raises(CaptureFailed) as failed:
                CommonCrawl(source("commoncrawl"), client).fetch(row)
            found[what] = failed.value.reason
    assert found == {"page": "wrong_record", "moment": "wrong_record", "nothing": "gone"}


def test_a_collection_that_is_not_there(archives, store):
    archives.add(f"{BASE}/1.html", "20130518102030", "one")
    archives.missing.add("CC-MAIN-2021-31")
    error = failure("commoncrawl", store)
    assert error.reason == "partial" and error.summary["counts"]["failed_lists"] == 2
    assert error.summary["counts"]["lists"] == 4 and len(captures(store)) == 1, (
        "the other collections are brought in all the same"
    )
    archives.fault("collinfo", (404, {}, b"nothing"))
    assert failure("commoncrawl", store).reason == "unavailable"


def test_the_oldest_crawls_lie_in_arc_files(archives, store):
    page = archives.add(f"{BASE}/1.html", "20100318102030", "<p>年报</p>".encode("gb18030"), charset="gb2312",
                        collection="CC-MAIN-2009-2010")  # fmt: skip
    assert bring("commoncrawl", store, captured=range(2009, 2011))["counts"].get("rejected") is None
    [capture] = captures(store)
    assert (capture.url, capture.body, capture.status) == (page.url, page.body, 200)
    assert capture.fetched_at.isoformat() == "2010-03-18T10:20:30+00:00" and "gb2312" in capture.content_type
    [key] = warc_keys(store)
    assert b".arc.gz" in gzip.decompress(store.get(key))
    with io.BytesIO(store.get(key)) as raw:
        assert [bool(record.content_stream().read()) for record in Warcio(raw, check_digests="raise")] == [True] * 3


@pytest.mark.parametrize(("plain", "reason"), [
    (b"http://www.cs.gov.cn/zwgk/nb/1.html 1.2.3.4 20100318102030 text/html 999\nHTTP/1.0 200 OK\n\nx", "truncated"),
    (b"http://www.cs.gov.cn/zwgk/nb/2.html 1.2.3.4 20100318102030 text/html 18\nHTTP/1.0 200 OK\n\nx", "wrong_record"),
    (b"http://www.cs.gov.cn/zwgk/nb/1.html 1.2.3.4 20100318102031 text/html 18\nHTTP/1.0 200 OK\n\nx", "wrong_record"),
    (b"http://www.cs.gov.cn/zwgk/nb/1.html 1.2.3.4 20100318102030 text/html 5\nhello", "wrong_record"),
    (b"<html>", "wrong_record"),
])  # fmt: skip
def test_broken_arc_records(archives, store, plain, reason):
    page = archives.add(f"{BASE}/1.html", "20100318102030", "one", collection="CC-MAIN-2009-2010")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(page), "warc", lambda self: gzip.compress(plain, mtime=0))
        assert failure("commoncrawl", store).summary["counts"][reason] == 1
    assert not captures(store)


def test_a_server_that_knows_no_ranges(archives, store):
    archives.add(f"{BASE}/1.html", "20130518102030", "one")
    archives.fault(".warc.gz", (200, {}, b"the whole file"))
    assert failure("commoncrawl", store).summary["counts"]["no_range"] == 1


def test_places_are_not_believed_blindly(archives, store):
    archives.add(f"{BASE}/1.html", "20130518102030", "one")
    archives._file = lambda capture: "../../secret/../x.warc.gz"  # type: ignore[method-assign]
    assert failure("commoncrawl", store).summary["counts"]["bad_place"] == 1
    assert not archives.to(DATA)

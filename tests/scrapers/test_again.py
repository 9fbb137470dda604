"""Crawls after the first: what did not change is a revisit, and what a killed crawl had is not asked for again."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.checker import Checker

from scrapers.links import Link, LinkBook, load_links
from scrapers.run import CrawlFailed, crawl_site
from scrapers.spool import Spool, mend, spool_folder
from scrapers.warc import Exchange, WarcSet, index_path
from tests.scrapers.conftest import Web, crawl, trs_site, ul, wait_until
from transforms.pages import read_warc
from transforms.references import Dangling, follow
from transforms.store import open_store
from transforms.warc import read_captures

COLUMN = "http://www.cs.gov.cn/zwgk/zfxxgknb/"
AT = datetime(2026, 11, 20, tzinfo=UTC)


def records(data: bytes, kind: WarcRecordType) -> list[dict[str, str]]:
    return [dict(record.headers.items()) for record in ArchiveIterator(io.BytesIO(data), record_types=kind)]


def warcio_finds_fault(path: Path) -> int:
    class Options:
        inputs, verbose = [str(path)], False

    checker = Checker(Options())
    checker.process_all()
    return checker.exit_value


def test_what_did_not_change_is_a_revisit(web: Web, register, tmp_path: Path) -> None:
    trs_site(web)
    asked = "www.cs.gov.cn/zwgk/zfxxgknb/202001/t20200120_1.html"
    status, _, body = web.pages[asked]
    web.pages[asked] = (status, {"ETag": '"e1"', "Last-Modified": "Mon, 20 Jan 2020 00:00:00 GMT"}, body)
    site, store = register("trs_wcm", COLUMN), open_store(str(tmp_path / "archive"))
    first = crawl(site, tmp_path)
    web.seen.clear()
    web.pages[asked] = (304, {"ETag": '"e1"'}, b"")  # a conditional request: nothing new
    changed = "www.cs.gov.cn/zwgk/zfxxgknb/202101/t20210120_2.html"
    web.page(changed, "<h1>another</h1>")
    again = crawl(site, tmp_path, "c2", fresh_hours=0)
    headers = dict(web.seen)[asked]
    assert headers["If-None-Match"] == '"e1"' and headers["If-Modified-Since"].startswith("Mon, 20 Jan")
    assert not any("If-None-Match" in headers for url, headers in web.seen if url != asked)
    assert (again["counts"]["unchanged"], again["pages"], again["outcome"]) == (4, 1, "ok")

    [key] = again["warc_keys"]
    data = store.get(key)
    revisits = {record["WARC-Target-URI"]: record for record in records(data, WarcRecordType.revisit)}
    assert len(revisits) == again["counts"]["revisits"] == 4 + 3, "the lists did not change either"
    assert revisits[f"http://{asked}"]["WARC-Profile"].endswith("/1.1/revisit/server-not-modified")
    same = revisits["http://www.cs.gov.cn/zwgk/zfxxgknb/201801/t20180120_3.html"]
    assert same["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
    [original] = [r for r in records(store.get(first["warc_keys"][0]), WarcRecordType.response)
                  if r["WARC-Target-URI"] == same["WARC-Target-URI"]]  # fmt: skip
    assert same["WARC-Payload-Digest"] == original["WARC-Payload-Digest"]
    assert same["WARC-Refers-To-Date"] == original["WARC-Date"]
    assert same["WARC-Refers-To-Target-URI"] == same["WARC-Target-URI"]
    for one in (*first["warc_keys"], key):
        path = tmp_path / "check.warc.gz"
        path.write_bytes(store.get(one))
        assert warcio_finds_fault(path) == 0

    assert [capture.url for capture in read_captures(data, key)] == [f"http://{changed}"]
    told = {capture.url: capture for capture in read_captures(data, key, revisits=True)}
    capture = follow(store, told[f"http://{asked}"].original)
    assert capture.body == body and capture.anchor == "测试县2019年政府信息公开工作年度报告"
    cut = store.get_range(capture.warc_key, capture.warc_offset, capture.warc_length)
    assert next(iter(ArchiveIterator(io.BytesIO(cut)))).reader.read() == body
    before = list(store.list("pages/"))
    read_warc(store, key)  # only lists and pages that are no reports: seen again, they are not rejected again
    assert len([name for name in store.list("pages/") if name.endswith(".arrow")]) == len(before) + 1


@pytest.mark.parametrize("place", ["", "lake/x 0 9", "raw/a/b/c.warc.gz 0 9", "raw/../x 0 0", "raw/a 0 -1"])
def test_a_place_where_nothing_is(tmp_path: Path, place: str) -> None:
    with pytest.raises(Dangling):
        follow(open_store(str(tmp_path)), place)


# -- killed crawls -----------------------------------------------------------------------------------


def exchange(n: int) -> Exchange:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    return Exchange(
        f"http://www.a.gov.cn/{n}.html", b"GET / HTTP/1.1\r\n\r\n", head, b"<p>%d</p>" % n, 200, "text/html", AT
    )


def test_a_file_cut_anywhere_keeps_its_whole_answers(tmp_path: Path) -> None:
    warcs = WarcSet(tmp_path, "c", "a", "ucap")
    for n in range(4):
        warcs.add(exchange(n))
    [path] = warcs.close()
    whole, index = path.read_bytes(), index_path(path).read_bytes()
    assert mend(path) and path.read_bytes() == whole and index_path(path).read_bytes() == index
    kept = []
    for end in range(0, len(whole), 97):
        path.write_bytes(whole[:end])
        if mend(path):
            kept.append(len(list(read_captures(path.read_bytes(), "k"))))
            assert whole.startswith(path.read_bytes()) and warcio_finds_fault(path) == 0
            assert len(index_path(path).read_text("utf-8").splitlines()) == kept[-1]
        else:
            assert not path.exists()
    assert kept == sorted(kept) and {1, 2, 3} <= set(kept) and kept[-1] < 4


def test_what_the_links_did_not_know_the_records_tell(tmp_path: Path) -> None:
    def link(n: int, kind: str = "page") -> Link:
        return Link(f"http://www.a.gov.cn/{n}.html", kind, "", n, "", "", None, AT, AT)

    spool, book = Spool(tmp_path / "s"), LinkBook([link(0), link(1), link(2), link(3, "list")])
    spool.begin(AT, book)
    warcs = WarcSet(spool.folder, "c", "a", "ucap")
    for n in (0, 1, 3, 7):
        warcs.add(exchange(n))
    found = LinkBook()
    [path] = spool.recover(found, "raw/ucap/a", AT + timedelta(hours=1))
    assert path.name == "c-0.warc.gz" and found.resumed == {f"http://www.a.gov.cn/{n}.html" for n in (0, 1)}
    assert all(found.is_fresh(url, AT, timedelta(0)) for url in found.resumed)
    old = LinkBook()
    assert spool.recover(old, "raw/ucap/a", AT + timedelta(days=30)) and old.resumed == set(), "too old to go on with"
    store = open_store(str(tmp_path / "store"))
    warcs.upload(store)
    assert follow(store, found.stored("http://www.a.gov.cn/1.html").place).body == b"<p>1</p>"
    spool.clear()
    assert spool.recover(LinkBook(), "raw/ucap/a", AT) == []


def test_a_killed_crawl_is_gone_on_with(web: Web, register, tmp_path: Path, monkeypatch) -> None:
    base = "www.cs.gov.cn/zwgk/nb"
    paths = [f"{base}/202001/t2020012{n}_{n}.html" for n in range(9)]
    web.page(f"{base}/", ul(*((f"./202001/t2020012{n}_{n}.html", f"{2010 + n}年政府信息公开年报") for n in range(9))))
    for n, path in enumerate(paths):
        web.page(path, f"<h1>{n}</h1>")
    site, store = register("trs_wcm", f"http://{base}/", delay=1), open_store(str(tmp_path / "archive"))
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "0")
    monkeypatch.setattr("scrapers.keep.REMEMBER_SECONDS", 0.0)
    code = (
        "import scrapers.keep; scrapers.keep.REMEMBER_SECONDS = 0.5\n"
        "import sys; from scrapers.run import main; sys.exit(main(sys.argv[1:]))"
    )
    arguments = ["--site", "cs", "--store", store.uri, "--crawl-id", "c1"]
    running = subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=Path(__file__).parents[2])
    wait_until(lambda: len(web.asked()) >= 5)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    before = list(web.asked())
    assert list(store.list("raw/")) == []

    web.seen.clear()
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "1")
    lines: list[str] = []
    summary = crawl_site(site, years=None, store=store, crawl_id="c2", fresh_hours=0,
                         on_log=lambda _, line: lines.append(line))  # fmt: skip
    assert any("taking up a crawl" in line for line in lines)
    assert summary["warc_keys"] == ["raw/trs_wcm/cs/c1-0.warc.gz", "raw/trs_wcm/cs/c2-0.warc.gz"]
    captures = [capture for key in summary["warc_keys"] for capture in read_captures(store.get(key), key)]
    assert {c.url.partition("://")[2] for c in captures} >= set(paths), "no page is lost"
    twice = set(before) & set(web.asked())
    assert len(twice) <= 1, "only what was under way is asked for again"
    assert all(link.status == 200 for link in load_links(store, "trs_wcm", "cs").pages())


def test_a_bad_verdict_loses_nothing_of_the_killed_crawl_before_it(web: Web, register, tmp_path: Path) -> None:
    """The site is empty when it is asked again: that crawl brings nothing, what was there before is kept."""
    web.page("www.cs.gov.cn/zwgk/nb/", "<h1>测试县政府信息公开年报栏目</h1><p>暂无符合条件的政府信息公开年报</p>")
    site, store = register("trs_wcm", "http://www.cs.gov.cn/zwgk/nb/"), open_store(str(tmp_path / "archive"))
    spool = Spool(spool_folder(store.uri, "trs_wcm", "cs"))
    page = exchange(1).url
    spool.begin(AT, LinkBook([Link(page, "page", "", 0, "", "", None, AT, AT)]))
    WarcSet(spool.folder, "c1", "cs", "trs_wcm").add(exchange(1))
    with pytest.raises(CrawlFailed) as failed:
        crawl(site, tmp_path)
    [key] = failed.value.summary["warc_keys"]
    assert [capture.url for capture in read_captures(store.get(key), key)] == [page]
    assert load_links(store, "trs_wcm", "cs").have(page) and not spool.folder.exists()

"""Whole crawls in a child process against a server of the test's own."""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator

from scrapers.links import load_links
from scrapers.politeness import REFUSALS
from scrapers.run import CrawlFailed
from tests.scrapers.conftest import Web, crawl, trs_site, ul, wait_until
from transforms.store import open_store
from transforms.warc import read_captures


def test_trs_crawl_keeps_everything_and_remembers(web: Web, register, tmp_path: Path) -> None:
    trs_site(web)
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/")
    lines: list[tuple[int, str]] = []
    summary = crawl(site, tmp_path, years=range(2019, 2020), on_log=lambda level, line: lines.append((level, line)))
    assert summary["outcome"] == "ok" and summary["pages"] == 2 and lines
    assert "www.cs.gov.cn/zwgk/zfxxgknb/202101/t20210120_2.html" in web.asked()  # the year is not in the title
    assert not any("2018" in url or "2021n/2" in url or "other" in url for url in web.asked())
    assert all(h["Accept-Encoding"] == "identity" and "Mozilla" not in h["User-Agent"] for _, h in web.seen)

    store = open_store(str(tmp_path / "archive"))
    assert summary["warc_keys"] == ["raw/trs_wcm/cs/c1-0.warc.gz"]
    captures = list(read_captures(store.get(summary["warc_keys"][0]), summary["warc_keys"][0]))
    by_url = {c.url.rpartition("/")[2]: c for c in captures}
    assert by_url["t20200120_1.html"].anchor == "测试县2019年政府信息公开工作年度报告"
    assert by_url["t20200120_1.html"].site_id == "cs" and by_url["t20200120_1.html"].family == "trs_wcm"
    index = store.get("raw/trs_wcm/cs/c1-0.cdxj").decode().splitlines()
    assert len(index) == summary["requests"]
    entry = json.loads(next(line for line in index if "t20200120_1" in line).split(" ", 2)[2])
    cut = store.get_range(summary["warc_keys"][0], int(entry["offset"]), int(entry["length"]))
    record = next(iter(ArchiveIterator(io.BytesIO(cut))))
    assert record.reader.read() == b"<h1>202001/t20200120_1</h1>"

    web.seen.clear()  # another year: lists are fresh, the page of unknown year is in the archive already
    again = crawl(site, tmp_path, "c2", years=range(2017, 2018))
    assert sorted(web.asked()) == [f"www.cs.gov.cn/zwgk/zfxxgknb/201801/t2018012{n}.html" for n in ("0_3", "1_4")]
    assert again["counts"]["lists_fresh"] == 3 and again["counts"]["skipped_known"] == 1

    web.seen.clear()
    assert crawl(site, tmp_path, "c3", years=range(2017, 2018))["outcome"] == "nothing_new"
    assert web.asked() == []
    assert len(load_links(store, "trs_wcm", "cs").pages()) == 5


def test_hanweb_rows_come_from_xml(web: Web, register, tmp_path: Path) -> None:
    host = "www.cs.gov.cn"
    art = "/art/2020/1/{n}/art_77_{n}.html"
    record = "<record><![CDATA[<li><a href='{}' title='{}年政府信息公开工作年度报告'>年报</a></li>]]></record>"

    def xml(first: int, last: int) -> str:
        body = "".join(record.format(art.format(n=n), 2000 + n) for n in range(first, last + 1))
        return f"<datastore><totalrecord>8</totalrecord><perpage>2</perpage><recordset>{body}</recordset></datastore>"

    web.page(
        f"{host}/col/col77/index.html",
        "<script>var x={webid:3,columnid:77,unitid:'900',webname:'site',perPage:2,totalRecord:8}</script>",
    )
    query = ("perpage=2&col=1&appid=1&path=%2F&sourceContentType=1&permissiontype=0&webid=3&columnid=77"
             "&unitid=900&webname=site&startrecord={}&endrecord={}")  # fmt: skip
    web.page(f"{host}/module/web/jpage/dataproxy.jsp?" + query.format(1, 6), xml(8, 13), Content_Type="text/xml")
    web.page(f"{host}/module/web/jpage/dataproxy.jsp?" + query.format(7, 8), xml(14, 15), Content_Type="text/xml")
    for n in range(8, 16):
        web.page(host + art.format(n=n), f"<p>{n}</p>")
    summary = crawl(register("hanweb", f"http://{host}/col/col77/index.html"), tmp_path)
    assert summary["pages"] == 8 and summary["counts"]["lists"] == 3


def test_hanweb_servlet_is_asked_for_every_year(web: Web, register, tmp_path: Path) -> None:
    servlet = "www.cs.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=0024821&fbtime="
    outline = "<p>一、总体情况</p><p>二、主动公开情况</p><p>三、存在的主要问题</p>"
    web.page(f"{servlet}2019", f"<h1>2019年政府信息公开工作年度报告</h1>{outline}")  # the report itself, no list
    web.page(f"{servlet}2020", ul(("/art/2020/1/2/art_5_2020.html", "年报")))
    web.page("www.cs.gov.cn/art/2020/1/2/art_5_2020.html", "<p>年报</p>")
    site = register("hanweb", f"http://{servlet}{{year}}")
    assert crawl(site, tmp_path, years=range(2019, 2020))["pages"] == 2, "the report and the article, not its list"


def test_ucap_pages_are_numbered_from_two(web: Web, register, tmp_path: Path) -> None:
    base = "www.cs.gov.cn/csx/c1001"
    for page in (1, 2, 3):
        name = "list" if page == 1 else f"list_{page}"
        row = (f"/csx/c1001/202001/{page:032x}.shtml", f"{2015 + page}年政府信息公开年报")
        web.page(
            f"{base}/{name}.shtml", ul(row) + f"<script>createPageHTML('page', 3, {page}, 'list', 'shtml', 3)</script>"
        )
        web.page("www.cs.gov.cn" + row[0], f"<p>{page}</p>")
    assert crawl(register("ucap", f"http://{base}/list.shtml"), tmp_path)["pages"] == 3


def test_endless_pager_is_left(web: Web, register, tmp_path: Path) -> None:
    page = ul(("/zwgk/nb/202001/t20200120_1.html", "2019年政府信息公开年报"))
    for n in range(40):
        web.page(f"www.cs.gov.cn/zwgk/nb/{f'index_{n}.html' if n else ''}",
                 page + '<script>createPageHTML(4000, 0, "index", "html")</script>')  # fmt: skip
    web.page("www.cs.gov.cn/zwgk/nb/202001/t20200120_1.html", "<p>x</p>")
    summary = crawl(register("trs_wcm", "http://www.cs.gov.cn/zwgk/nb/"), tmp_path)
    assert summary["counts"]["repeats"] == 1 and len(web.asked()) == 3


@pytest.mark.parametrize(
    ("robots", "status", "reason"),
    [("User-agent: *\nDisallow: /", 200, "robots"), ("User-agent: *\nCrawl-delay: 600", 200, "robots"), ("", 404, None),
     (gzip.compress(b"User-agent: *\nDisallow: /"), 200, "robots"), ("User-agent: *\nDisallow: /".encode("utf-16"), 200, "robots"),
     ("# 测试县\nUser-agent: *\nDisallow: /".encode("gbk"), 200, "robots"), (b"\0\1\2\3\4\5\6\7", 200, "robots"),
     *(("", status, "robots") for status in (403, 503, *sorted(REFUSALS)))],
)  # fmt: skip
def test_robots(web: Web, register, tmp_path: Path, robots: str | bytes, status: int, reason: str | None) -> None:
    trs_site(web)
    web.page("www.cs.gov.cn/robots.txt", robots, status)
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/")
    if reason is None:
        assert crawl(site, tmp_path)["pages"] == 5
        return
    with pytest.raises(CrawlFailed) as failed:
        crawl(site, tmp_path)
    assert failed.value.reason == reason and web.asked() == []
    left, _ = open_store(str(tmp_path / "archive")).list("")  # and the lease, given back
    assert left.startswith("state/crawls/") and left.endswith("/trs_wcm/cs/c1.json"), "the log, and nothing else"


def test_a_crawl_says_why_robots_could_not_be_read(web: Web, register, tmp_path: Path) -> None:
    trs_site(web)
    web.page("www.cs.gov.cn/robots.txt", "", 302, Location="http://10.0.0.1/robots.txt")
    with pytest.raises(CrawlFailed, match=r"no_lists: .*robots\.txt could not be read: outside the site: http://10\.0"):
        crawl(register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/"), tmp_path)


def test_crawl_delay_widens_ours_even_where_the_rules_do_not_bind(
    web: Web, register, tmp_path: Path, monkeypatch
) -> None:
    trs_site(web)
    web.page("www.cs.gov.cn/robots.txt", "User-agent: *\nDisallow: /\nCrawl-delay: 2")
    exempt = "{host: www.cs.gov.cn, from: robots, reason: the office agreed in writing, until: 2099-01-01}"
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/", delay=1, more=f"exemptions: [{exempt}]")
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "0")
    crawl(site, tmp_path, years=range(2019, 2020))
    gaps = [later - earlier for earlier, later in zip(web.times[1:], web.times[2:], strict=False)]
    assert len(gaps) == 4 and min(gaps) > 1.9


def test_a_host_that_is_down_is_not_called_forbidden(web: Web, register, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("ARCHIVE_RESOLVE_ALL", "127.0.0.1:1")
    with pytest.raises(CrawlFailed) as failed:
        crawl(register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/"), tmp_path)
    assert failed.value.reason in ("no_lists", "no_pages") and failed.value.summary["errors"]


def test_a_refusal_stops_the_crawl(web: Web, register, tmp_path: Path) -> None:
    trs_site(web)
    web.page("www.cs.gov.cn/zwgk/zfxxgknb/", "no", 412)
    with pytest.raises(CrawlFailed, match="blocked"):
        crawl(register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/"), tmp_path)


def test_an_empty_site_is_a_failure(web: Web, register, tmp_path: Path) -> None:
    web.page("www.cs.gov.cn/zwgk/zfxxgknb/", "<p>nothing</p>")
    with pytest.raises(CrawlFailed) as failed:
        crawl(register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/"), tmp_path)
    assert failed.value.reason == "no_pages" and failed.value.summary["warc_keys"] == []


def test_a_template_change_is_a_failure_also_later(web: Web, register, tmp_path: Path) -> None:
    trs_site(web)
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/")
    crawl(site, tmp_path)
    web.page("www.cs.gov.cn/zwgk/zfxxgknb/", "<div id=app></div>")
    with pytest.raises(CrawlFailed, match="no_lists"):  # only a script could fill it
        crawl(site, tmp_path, "c2", fresh_hours=0)
    web.page("www.cs.gov.cn/zwgk/zfxxgknb/", "<h1>政府信息公开年报</h1><p>暂无符合条件的信息</p>")
    with pytest.raises(CrawlFailed, match="empty_lists"):
        crawl(site, tmp_path, "c3", fresh_hours=0)


def test_redirect_to_another_host_is_not_followed(web: Web, register, tmp_path: Path) -> None:
    trs_site(web)
    web.page("www.cs.gov.cn/zwgk/zfxxgknb/202001/t20200120_1.html", "", 302, Location="http://evil.example.com/x")
    web.page("www.cs.gov.cn/zwgk/zfxxgknb/202101/t20210120_2.html", "x" * 5_000_001)
    web.page("www.cs.gov.cn/zwgk/zfxxgknb/201801/t20180121_4.html", "", 302, Location="//u:pw@www.cs.gov.cn/zwgk/x")
    web.page("www.cs.gov.cn/zwgk/zfxxgknb/201801/t20180120_3.html", "<p>块</p>", Transfer_Encoding="chunked")
    with pytest.raises(CrawlFailed, match="partial: of 5 pages: 3 are not the site's or too large") as failed:
        crawl(register("trs_wcm", "https://www.cs.gov.cn/zwgk/zfxxgknb/"), tmp_path)
    summary = failed.value.summary
    assert (summary["pages"], summary["errors"], summary["counts"]["refused"]) == (2, 0, 3)
    assert not any("evil" in url or "pw@" in url or url.endswith("/x") for url in web.asked())
    data = open_store(str(tmp_path / "archive")).get(summary["warc_keys"][0])
    captures = {c.url: c for c in read_captures(data, "k")}
    chunked = captures["https://www.cs.gov.cn/zwgk/zfxxgknb/201801/t20180120_3.html"]  # under its own address
    assert chunked.body == "<p>块</p>".encode()


def test_the_child_dies_with_its_parent(web: Web, register, tmp_path: Path, monkeypatch) -> None:
    trs_site(web)
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "0")  # three seconds a page: long enough to be interrupted
    register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/")
    code = (
        "from schemas.registry import load_sites; from scrapers.run import crawl_site;"
        f"crawl_site(load_sites()['cs'], years=None, store={str(tmp_path / 'a')!r}, crawl_id='c1')"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2])
    wait_until(lambda: len(web.seen) > 1)
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    wait_until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children))
    assert children


def test_an_interrupt_ends_the_child(web: Web, register, tmp_path: Path, monkeypatch) -> None:
    trs_site(web)
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "0")
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/")

    class Cancelled(Exception):
        pass

    def cancel(level: int, line: str) -> None:
        if "Spider opened" in line:
            raise Cancelled

    began = time.monotonic()
    with pytest.raises(Cancelled):
        crawl(site, tmp_path, on_log=cancel)
    assert time.monotonic() - began < 25
    assert threading.active_count() < 50

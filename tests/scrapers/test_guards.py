"""Answers that are no pages: told apart, remembered for a day, never solved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scrapers.guards import challenge, fault, is_drawn_by_script, is_shell, note_stop, stop_key, stopped
from scrapers.run import CrawlFailed
from tests.scrapers.conftest import Web, crawl, trs_site, ul
from transforms.store import Store, open_store

NOW = datetime(2026, 11, 20, tzinfo=UTC)
REPORT = "<title>测试县2019年政府信息公开工作年度报告</title><p>一、总体情况。本报告按照《条例》的要求编制。</p>"
RUISHU = b"<html><head><meta id='x'><script>$_ts=window['$_ts'];</script></head><body></body></html>"
JIASULE = b"<script>document.cookie=('_')+('_')+'jsl_clearance_s=1';location.href=location.pathname</script>"


@pytest.mark.parametrize(
    ("status", "cookies", "body", "sign"),
    [
        (412, "FSSBBIl1UgzbN7N80S=abc; Path=/", RUISHU, "ruishu"),
        (202, "", RUISHU, "ruishu"),
        (521, "__jsluid_s=1; max-age=9", JIASULE, "jiasule"),
        (403, "", b"<script>var wzwsconfirm=1</script>", "wangzhan_weishi"),
        (200, "C3VK=1; path=/", b"<script>location.reload()</script>", "c3vk"),
        (302, "CT6T=1", b"", "ct6t"),
        (200, "", "<title>安全验证</title><p>请按住滑块拖动到最右边以完成操作继续访问本站</p>".encode(), "captcha"),
        (412, "", b"", "refusal"),
        (429, "", "请求过于频繁".encode(), "refusal"),
        (403, "", b"Forbidden", ""),
        (200, "__jsluid_h=1", REPORT.encode(), ""),  # the same product lets its readers through
        (200, "FSSBBIl1UgzbN7N80S=abc", b"x" * 9_000, ""),
        (200, "", REPORT.encode(), ""),
        (404, "", "没有".encode(), ""),
        (200, "", f"{REPORT}<p>{'本机关安装了滑块验证码和安全验证' * 600}</p>".encode(), ""),
    ],
)
def test_a_guard_is_known_by_its_signs(status: int, cookies: str, body: bytes, sign: str) -> None:
    assert challenge(status, cookies, body) == sign


@pytest.mark.parametrize(
    ("html", "wrong"),
    [
        (REPORT, ""),
        ("<script>window.location.href='/index.html'</script>", "shell"),
        ("<meta http-equiv=refresh content='0;url=/x'>", "shell"),
        ("<h1>0</h1>", ""),
        (f"<script>window.location.href='/m'</script>{REPORT}", ""),
        ("<title>404 Not Found</title>" + "<p>您访问的页面不存在</p>", "missing"),
        ("<title>页面不存在-测试县人民政府</title><p>返回首页</p>", "missing"),
        ("<title>您访问的页面不存在或已被删除</title>", "missing"),
        ("<title>关于404号文件的公开年报</title><p>x</p>", ""),
        ("<title>测试县不存在的信息公开情况</title>", ""),
    ],
)
def test_a_page_that_is_none(html: str, wrong: str) -> None:
    assert fault(html) == wrong


def test_an_empty_list_and_one_that_a_script_would_draw() -> None:
    assert is_drawn_by_script("<title>政府信息公开年报</title><div id=app></div><script src=a.js></script>")
    assert not is_drawn_by_script("<h1>政府信息公开年报</h1><p>暂无符合条件的信息</p><script src=a.js></script>")
    assert not is_shell("<p>nothing</p>")


def test_a_stop_lasts_a_day_and_two_of_them_stop_the_city(store: Store) -> None:
    later = NOW + timedelta(hours=23)
    assert stopped(store, ["www.cd.gov.cn"], NOW) is None
    stop = note_stop(store, "www.cd.gov.cn", "ruishu", "http://www.cd.gov.cn/a", NOW)
    assert stopped(store, ["x.org", "www.cd.gov.cn"], later) == stop
    assert stopped(store, ["www.cd.gov.cn"], NOW + timedelta(hours=24)) is None
    assert stopped(store, ["jyj.cd.gov.cn"], later) is None, "one host is not the city"
    note_stop(store, "wjw.cd.gov.cn", "ruishu", "http://wjw.cd.gov.cn/", later)
    assert stopped(store, ["jyj.cd.gov.cn"], later) is not None
    assert stopped(store, ["jyj.cd.gov.cn"], NOW + timedelta(hours=25)) is None, "the first has ended"
    store.delete(stop_key("cd.gov.cn"))
    assert stopped(store, ["wjw.cd.gov.cn"], later) is None, "an operator may lift it"


@pytest.mark.parametrize(("status", "body"), [(412, RUISHU.decode()), (200, RUISHU.decode())])
def test_the_next_crawl_keeps_away(web: Web, register, tmp_path: Path, status: int, body: str) -> None:
    trs_site(web)
    web.page("www.cs.gov.cn/zwgk/zfxxgknb/202001/t20200120_1.html", body, status)
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/")
    with pytest.raises(CrawlFailed, match="blocked: ruishu at") as blocked:
        crawl(site, tmp_path)
    assert blocked.value.summary["warc_keys"], "what came before is kept"
    web.seen.clear()
    with pytest.raises(CrawlFailed, match=r"stopped: ruishu at .* left alone until"):
        crawl(site, tmp_path, "c2")
    assert web.seen == [], "not even robots.txt"


def test_two_shells_stop_a_crawl(web: Web, register, tmp_path: Path) -> None:
    base = "www.cs.gov.cn/zwgk/nb"
    web.page(f"{base}/", ul(*((f"./202001/t2020012{n}_{n}.html", f"{2010 + n}年政府信息公开年报") for n in range(6))))
    for n in range(6):
        web.page(f"{base}/202001/t2020012{n}_{n}.html", f"<script>location.href='/?{n}'</script>")
    with pytest.raises(CrawlFailed, match="blocked: shells"):
        crawl(register("trs_wcm", f"http://{base}/"), tmp_path)
    assert sum("t2020" in url for url in web.asked()) <= 3


def test_a_server_that_answers_everything_with_its_home_page(web: Web, register, tmp_path: Path) -> None:
    base = "www.cs.gov.cn/zwgk/nb"
    web.page(f"{base}/", ul(*((f"./202001/t2020012{n}_{n}.html", f"{2010 + n}年政府信息公开年报") for n in range(8))))
    for n in range(8):
        web.page(
            f"{base}/202001/t2020012{n}_{n}.html", "<title>测试县人民政府</title><p>欢迎访问测试县人民政府门户网站</p>"
        )
    with pytest.raises(CrawlFailed, match="no_pages"):
        crawl(register("trs_wcm", f"http://{base}/", min_reports=6), tmp_path)
    for n in range(2):
        web.page(f"{base}/202001/t2020012{n}_{n}.html", f"<h1>{2010 + n}年年报</h1>")
    web.page(f"{base}/202001/t20200122_2.html", "<title>页面不存在</title>")
    site = register("trs_wcm", f"http://{base}/")
    with pytest.raises(CrawlFailed, match="partial: of 8 pages: 6 are not there") as partial:
        crawl(site, tmp_path, "c2")
    assert partial.value.summary["pages"] == 2, "the first two of the same bytes are no pages either"
    web.seen.clear()
    for n in range(8):
        web.page(f"{base}/202001/t2020012{n}_{n}.html", f"<h1>{2010 + n}年年报</h1>")
    assert crawl(site, tmp_path, "c3")["pages"] == 6, "what was not there is asked for again"
    links = open_store(str(tmp_path / "archive")).list("state/links/")
    assert len(list(links)) == 1

"""What lies in wait on list pages: every trap ends in bounded time and is counted."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from pathlib import Path

import pytest

from schemas.registry import Column
from scrapers import base
from scrapers.addresses import canonical, key, page_number, posted, registrable, with_page
from scrapers.judge import judge
from scrapers.links import LinkBook
from scrapers.run import CrawlFailed
from tests.scrapers.conftest import Web, crawl, ul
from tests.scrapers.skins.large import ucap_template
from tests.scrapers.skins.made import FAMILY_LISTS, Skin, parts_of
from tests.scrapers.walk import Answer, walk


def html(body: str) -> Answer:
    return 200, "text/html; charset=utf-8", f"<html><body>{body}</body></html>".encode()


@pytest.mark.parametrize("family", sorted(FAMILY_LISTS))
def test_a_pager_without_end_is_left(family: str) -> None:
    """Whatever page is asked for, the site shows its last rows again and promises more under a new address."""
    skin = Skin(family, random.Random(family), FAMILY_LISTS[family])
    reports = skin.invent(6, FAMILY_LISTS.article(family))
    count = itertools.count(2)

    def serve(url: str, method: str, body: str) -> Answer:
        known = skin.serve(url, method, body)
        return known if known[0] == 200 else html(skin.rows(reports) + f"<a href='?page={next(count)}'>下一页</a>")

    found = walk(skin.site(), serve)
    assert {path for path in skin.wanted if f"http://{skin.host}{path}" in found.good} == skin.wanted
    assert len(found.asked) < 12 and found.spider.counts["repeats"] >= 1


def test_folders_without_end_are_left() -> None:
    """A calendar: every folder leads to another one, each with its own article."""
    skin = Skin("trs_wcm", random.Random(1), "/nb/")

    def serve(url: str, method: str, body: str) -> Answer:
        path = url.partition(skin.host)[2]
        if path.endswith("/"):
            rows = "".join(
                f"<a href='{n}/'>{n}月</a><a href='t2020010{n}_{len(path)}.html'>通知</a>" for n in range(1, 10)
            )
            return html(rows)
        return html("<p>通知</p>")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(base, "MAX_LISTS", 50)
        found = walk(skin.site(), serve)
    counts = found.spider.counts
    assert counts["lists_asked"] == 50 and counts["capped"] > 0
    assert max(url.count("/") for url in found.asked) <= 4 + base.MAX_DEPTH


def test_pages_that_are_not_there_end_a_list_and_a_column_that_is_not_there_fails() -> None:
    skin = ucap_template(random.Random(2))
    gone = skin.column.replace(".shtml", "_3.shtml")
    del skin.pages[gone]
    found = walk(skin.site(), skin.serve)
    assert (found.spider.counts["list_ends"], found.spider.counts["failed_lists"]) == (1, 0)
    del skin.pages[skin.column]
    assert walk(skin.site(), skin.serve).spider.counts["failed_lists"] == 1


@pytest.mark.parametrize("family", sorted(FAMILY_LISTS))
def test_pages_that_lead_on_and_show_nothing_are_left(family: str) -> None:
    """A calendar with a next day, each with news of its own and no report: one more page is enough to know."""
    skin, count = Skin(family, random.Random(family), FAMILY_LISTS[family]), itertools.count(2)

    def serve(url: str, method: str, body: str) -> Answer:
        day = next(count)
        return html(f"<a href='/xw/{day}.asp'>县领导调研</a><a href='?page={day}'>下一页</a>")

    found = walk(skin.site(), serve)
    assert len(found.asked) <= 3
    assert judge(found.spider, {"finish_reason": "finished"})[0] == "no_pages"


@pytest.mark.parametrize(
    ("pages", "at", "answer", "outcome"),
    [
        (3, 1, "系统繁忙，请稍后再试，给您带来的不便敬请谅解", "partial"),
        (2, 1, None, "partial"),
        (9, 2, "系统繁忙，请稍后再试，给您带来的不便敬请谅解", "partial"),
        (9, 1, "again", "ok"),  # any page of it is the first: its total is not to be trusted
        (9, 2, None, "ok"),  # a server that keeps some pages only
        (9, 2, "<!-- -->", "ok"),
        (3, 2, None, "ok"),  # a total that says too much
    ],
)
def test_a_list_that_breaks_off_is_no_whole_one(pages: int, at: int, answer: str | None, outcome: str) -> None:
    skin, book = Skin("trs_wcm", random.Random(11), "/nb/"), LinkBook()
    reports = skin.invent(4 * at, lambda r: f"/nb/{r.date[:4]}01/t{len(skin.wanted) + 10000}.html")
    for number in range(at):
        call = f"<script>createPageHTML({pages}, {number}, 'index', 'html')</script>"
        skin.list_page(f"/nb/{f'index_{number}.html' if number else ''}", skin.rows(reports[4 * number :][:4]) + call)
    if answer is not None:
        skin.add(f"/nb/index_{at}.html", skin.rows(reports) if answer == "again" else f"<p>{answer}</p>")
    found = walk(skin.site(), skin.serve, book=book)
    assert judge(found.spider, {"finish_reason": "finished"})[0] == outcome and len(found.asked) == 5 * at + 1
    again = walk(skin.site(), skin.serve, book=book).spider  # within the window, from memory
    assert judge(again, {"finish_reason": "finished"})[0] == (outcome if outcome == "partial" else "nothing_new")


@pytest.mark.parametrize(
    "other", ["<div id=app></div>", "<a href='/yw/'>要闻</a><p>某县人民政府门户网站欢迎您的访问</p>"]
)
def test_a_column_of_the_registry_that_shows_nothing_is_told_of(other: str) -> None:
    skin, book = Skin("trs_wcm", random.Random(12), "/a/nb/"), LinkBook()
    skin.list_page("/a/nb/", skin.rows(skin.invent(4, lambda r: f"/a/nb/t{len(skin.wanted) + 10000}.html")))
    skin.list_page("/b/nb/", other)
    two = replace(skin.site(), columns=(*skin.site().columns, Column(f"http://{skin.host}/b/nb/")))
    for _ in range(2):  # anew, and from memory
        found = walk(two, skin.serve, book=book).spider
        assert judge(found, {"finish_reason": "finished"})[0] == "partial"
    assert judge(walk(skin.site(), skin.serve).spider, {"finish_reason": "finished"})[0] == "ok"


def test_a_servlet_that_has_nothing_of_any_year_is_no_success() -> None:
    skin = Skin("hanweb", random.Random(13), "/module/xxgk/xxgkAnnualReport.jsp?area=1&fbtime={year}")
    skin.services["/module/xxgk/xxgkAnnualReport.jsp"] = lambda query, body: skin.dress("<div>暂无内容</div>")
    assert judge(walk(skin.site(), skin.serve).spider, {"finish_reason": "finished"})[0] == "no_pages"
    latest = walk(skin.site(), skin.serve, years=range(2025, 2026)).spider
    assert judge(latest, {"finish_reason": "finished"})[0] == "nothing_new", "it may not be out yet"


@pytest.mark.parametrize(
    "error", [TimeoutError("slow"), ConnectionRefusedError("no"), OSError("certificate verify failed")]
)
def test_a_site_that_does_not_answer_is_given_up(error: OSError) -> None:
    skin = Skin("trs_wcm", random.Random(3), "/nb/")
    skin.invent(60, lambda r: f"/nb/t{r.date.replace('-', '')}_{len(skin.wanted)}.html")
    skin.list_page("/nb/", skin.rows(skin.reports))

    def serve(url: str, method: str, body: str) -> Answer:
        if url.endswith("/nb/"):
            return skin.serve(url, method, body)
        raise error

    found = walk(skin.site(), serve)
    assert found.ended == "unreachable" and len(found.asked) == 1 + base.MAX_FAILURES
    assert found.spider.counts["failed_pages"] == base.MAX_FAILURES


def test_twins_are_asked_for_once_and_by_the_plain_address() -> None:
    skin = Skin("trs_wcm", random.Random(4), "/nb/", host="www.cs.gov.cn")
    report = "t20200120_1"
    shown = [f"{report}_wap.html", f"/gate/big5/www.cs.gov.cn/nb/{report}.html", f"http://m.cs.gov.cn/nb/{report}.html?ivk_sa=1",
             f"https://cs.gov.cn//nb/{report}.html", f"http://1.2.3.4:81/whst/63/=vvvzbrzfnuzbm/nb/{report}.html"]  # fmt: skip
    skin.add(f"/nb/{report}.html", "年报")
    skin.add("/nb/t20190120_2_wap.html", "只有手机版")
    rows = "".join(skin.link(address, "2019年政府信息公开工作年度报告") for address in shown)
    skin.list_page("/nb/", rows + skin.link("t20190120_2_wap.html", "2018年政府信息公开工作年度报告"))
    found = walk(skin.site(), skin.serve)
    assert found.asked == [f"http://www.cs.gov.cn/nb/{name}" for name in
                           ("", "t20200120_1.html", "t20190120_2.html", "t20190120_2_wap.html")]  # fmt: skip
    assert found.spider.counts["pages"] == 2 and found.spider.counts["gone"] == 0


def test_a_year_comes_from_a_title_and_never_from_a_folder() -> None:
    skin = Skin("trs_wcm", random.Random(5), "/nb/")
    for name, title in (
        ("2019n/202401/t20240120_1.html", "2023年政府信息公开工作年度报告"),
        ("2019n/202001/t20200120_2.html", "政府信息公开工作年度报告"),
    ):
        skin.add(f"/nb/{name}", "年报")
        skin.add("/nb/", "".join([skin.pages.get("/nb/", (0, "", b""))[2].decode(), skin.link(name, title)]))
    found = walk(skin.site(), skin.serve, years=range(2019, 2020))
    assert [url.rpartition("_")[2] for url in found.asked[1:]] == ["2.html"], (
        "one is of 2023, the other may be of any year"
    )


def test_a_column_may_be_one_report_and_no_list() -> None:
    skin = Skin("vsb", random.Random(8), "/zfxxgk/nb.htm")
    parts = "".join(
        f"<p>{n}、{name}</p><p>{'本年情况说明。' * 60}</p>"
        for n, name in enumerate(("总体情况", "主动公开情况", "行政复议情况", "存在的问题"))
    )
    skin.list_page(
        "/zfxxgk/nb.htm", skin.link("/zfxxgk/nb/yc.htm", "烟草局") + skin.link("/zfxxgk/nb/cz.htm", "财政局")
    )
    for name in ("yc", "cz"):
        skin.add(f"/zfxxgk/nb/{name}.htm", skin.dress(parts))
    counts = walk(skin.site(), skin.serve).spider.counts
    assert (counts["pages"], counts["links"], counts["empty_lists"], counts["failed_lists"]) == (2, 2, 0, 0)


@pytest.mark.parametrize("family", sorted(set(FAMILY_LISTS) - {"generic"}))
def test_a_column_that_moved_is_looked_for_from_the_home_page(family: str) -> None:
    skin = Skin(family, random.Random(family), FAMILY_LISTS[family])
    skin.list_page(skin.column, skin.rows(skin.invent(6, FAMILY_LISTS.article(family))))
    column, skin.column = skin.column, "/old/nb/"
    skin.list_page("/", skin.dress(skin.link(column.replace("&", "&amp;"), "政府信息公开年报")))
    found = walk(skin.site(), skin.serve)
    assert {f"http://{skin.host}{path}" for path in skin.wanted} <= found.good and len(found.asked) == 9
    assert (found.spider.counts["moved"], found.spider.counts["failed_lists"], found.spider.drift) == (1, 0, "")
    outcome, detail = judge(found.spider, {"finish_reason": "finished"})
    assert outcome == "ok" and detail.startswith("1 columns of the registry are gone")
    del skin.pages[column]
    lost = walk(skin.site(), skin.serve).spider
    assert judge(lost, {"finish_reason": "finished"})[0] == "partial", "the home page leads to what is not there"


def test_a_column_that_moved_without_trace_is_a_failure() -> None:
    skin = Skin("trs_wcm", random.Random(9), "/old/nb/")
    skin.list_page("/", "<p>本站首页</p>")
    found = walk(skin.site(), skin.serve).spider
    found.site = replace(found.site, min_reports=0)
    assert judge(found, {"finish_reason": "finished"})[0] == "no_pages"


def test_a_column_that_left_its_family_is_told_of() -> None:
    skin = Skin("trs_wcm", random.Random(10), "/x/nb/")
    skin.list_page("/x/nb/", skin.rows(skin.invent(6, FAMILY_LISTS.article("guangdong"))))
    found = walk(skin.site(), skin.serve)
    assert found.spider.drift.startswith(f"http://{skin.host}/x/nb/ is of the family guangdong, not trs_wcm: ")
    assert {f"http://{skin.host}{path}" for path in skin.wanted} <= found.good, "their titles tell them"


def test_lists_seen_a_moment_ago_are_not_asked_for_again() -> None:
    skin, book = ucap_template(random.Random(6)), LinkBook()
    walk(skin.site(), skin.serve, book=book)
    assert walk(skin.site(), skin.serve, book=book).asked == []
    fresh = [link for link in book.links.values() if link.kind == "list"]
    assert len(fresh) == len(parts_of(skin.reports, 9))


def test_links_to_others_are_left_alone() -> None:
    skin = Skin("generic", random.Random(7), "/nb/", host="www.cs.gov.cn")
    away = [
        "http://10.0.0.1/2020.html",
        "http://cs.gov.cn.evil.example.com/1.html",
        "http://xcs.gov.cn/2.html",
        "http://www.gov.cn/3.html",
    ]
    skin.list_page("/nb/", "".join(skin.link(url, "2020年政府信息公开工作年度报告") for url in away))
    skin.add("/", skin.link("http://jyj.cs.gov.cn/nb/9.html", "教育局2020年政府信息公开工作年度报告"))
    assert walk(skin.site(), skin.serve).asked == ["http://www.cs.gov.cn/nb/"]
    skin.column = ""
    assert walk(skin.site(), skin.serve).asked == ["http://www.cs.gov.cn/", "http://jyj.cs.gov.cn/nb/9.html"], (
        "of the same owner"
    )


@pytest.mark.parametrize("status", [429, 412, 521])
def test_a_guard_ends_a_crawl(status: int, web: Web, register, tmp_path: Path) -> None:
    rows = [(f"t2020012{n}_{n}.html", f"{2010 + n}年政府信息公开年报") for n in range(9)]
    web.page("www.cs.gov.cn/nb/", ul(*rows))
    for name, _ in rows:
        web.page(f"www.cs.gov.cn/nb/{name}", "慢一点", status)
    with pytest.raises(CrawlFailed, match="blocked"):
        crawl(register("trs_wcm", "http://www.cs.gov.cn/nb/"), tmp_path)
    assert len(web.asked()) < 7, "what was under way when the first refusal came"


def test_damaged_answers_are_counted(web: Web, register, tmp_path: Path) -> None:
    """A body that breaks off, one that unpacks to more than anybody sends, a way out to a private address."""
    import gzip

    rows = [(f"t2020012{n}_{n}.html", f"{2010 + n}年政府信息公开年报") for n in range(5)]
    web.page("www.cs.gov.cn/nb/", ul(*rows))
    web.page("www.cs.gov.cn/nb/t20200120_0.html", "<h1>年报</h1>")
    web.page("www.cs.gov.cn/nb/t20200121_1.html", gzip.compress(b"0" * 60_000_000), Content_Encoding="gzip")
    web.page("www.cs.gov.cn/nb/t20200122_2.html", b"5\r\nabc", Transfer_Encoding="chunked")
    web.page("www.cs.gov.cn/nb/t20200123_3.html", "", 302, Location="http://169.254.169.254/latest/")
    web.page("www.cs.gov.cn/nb/t20200124_4.html", "", 503)
    with pytest.raises(CrawlFailed) as failed:
        crawl(register("trs_wcm", "http://www.cs.gov.cn/nb/"), tmp_path)
    counts = failed.value.summary["counts"]
    assert failed.value.reason == "partial" and counts["links"] == 5
    assert (
        counts["pages"] + counts["failed_pages"] + counts["refused"] == 5
        and counts["refused"] >= 1
        and counts["failed_pages"] >= 1
    )


def test_addresses() -> None:
    assert canonical("http://www.cs.gov.cn/a//mcontent/mpost_12.html") == "http://www.cs.gov.cn/a/content/post_12.html"
    assert canonical("http://9.9.9.9/gate/big5/evil.example.com/a.html").startswith("http://9.9.9.9/"), (
        "only official hosts"
    )
    assert key("https://www.cs.gov.cn/nb/index.html?b=2&a=1") == key("http://cs.gov.cn/nb/?a=1&b=2")
    assert [registrable(host) for host in ("jyj.cs.gov.cn", "cs.gov.cn", "www.gov.cn", "61.150.65.235", "a.b.example.com")] == [
        "cs.gov.cn", "cs.gov.cn", "www.gov.cn", "61.150.65.235", "example.com"]  # fmt: skip
    line = posted("http://a.gov.cn/list", {"channel": ["x"], "pageNo": 1}, "json")
    assert page_number(with_page(line, 7)) == 7 and page_number("http://a.gov.cn/l?pageSize=5") is None

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scrapers.links import Link, LinkBook
from scrapers.lists import HUB_TITLE, bar_links, is_shelf, names_report, next_link, rows, sent_on, year_of
from scrapers.warc import Stored

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("昌吉市2019年政府信息公开工作年度报告", 2019),
        ("2019年政府信息公开工作年度报告 2020-01-20", 2019),
        ("二〇一三年政府信息公开年报", 2013),
        ("二○○八年政府信息公开年报", 2008),
        ("政府信息公开年报", None),
        ("2018-2020年政府信息公开年报汇总", None),
        ("昌政办发2020190号", None),
    ],
)
def test_year_comes_from_the_title_or_not_at_all(title: str, year: int | None) -> None:
    assert year_of(title) == year


def test_rows_of_html_cdata_and_scripts() -> None:
    text = """<ul><li><a href="./a.html" title="全称"><b>全…</b></a> 2020-1-5</li><li><a href="javascript:x()">x</a></li>
    <a href="http://[bad">坏</a></ul><script>document.write("<a href='\\/b.html'>乙<\\/a>");</script>
    <a href="http://us:pw@a.gov.cn:81/d.html?">丁</a><record><![CDATA[<a href='/c.html'>丙</a>]]></record>"""
    found = [(row.url, row.title, row.date) for row in rows(text, "http://a.gov.cn/x/")]
    assert found == [
        ("http://a.gov.cn/x/a.html", "全称", "2020-01-05"),
        ("http://a.gov.cn:81/d.html", "丁", ""),
        ("http://a.gov.cn/c.html", "丙", ""),
        ("http://a.gov.cn/b.html", "乙", ""),
    ]


def test_next_link() -> None:
    assert next_link('<a href="l_2.html">下一页</a>', "http://a.gov.cn/l.html") == "http://a.gov.cn/l_2.html"
    assert next_link('<a href="#">下一页</a>', "http://a.gov.cn/l.html") == ""


def test_links_are_deterministic_and_keep_what_was_fetched() -> None:
    def link(url: str, title: str, at: datetime) -> Link:
        return Link(url, "page", "http://a/", 1, title, "", year_of(title), at, at)

    book = LinkBook([link("http://a/2", "2019年年报", NOW), link("http://a/1", "年报", NOW)])
    book.fetched("http://a/1", NOW, 200, Stored("raw/f/s/c-0.warc.gz 0 9", NOW, "ff"), '"e1"')
    book.shown(link("http://a/1", "", NOW + timedelta(days=2)))  # a picture link to the same page
    kept = book.links["http://a/1"]
    assert kept.title == "年报" and kept.first_seen == NOW and kept.last_seen > NOW and book.have("http://a/1")
    again = LinkBook.from_bytes(book.to_bytes())
    assert again.links == book.links and again.to_bytes() == book.to_bytes()
    assert book.conditions("http://a/1") == {"If-None-Match": '"e1"'} and book.conditions("http://a/2") == {}
    book.fetched("http://a/1", NOW, 503)
    assert not book.have("http://a/1") and book.stored("http://a/1").payload_sha256 == "ff", (
        "the good one is there still"
    )
    book.fetched("http://a/1", NOW, 200)
    assert book.is_fresh("http://a/1", NOW + timedelta(hours=23), timedelta(hours=24))
    assert not book.is_fresh("http://a/1", NOW + timedelta(hours=24), timedelta(hours=24))


def test_rows_of_objects_in_scripts_and_of_json() -> None:
    script = """<script>datajson.push({title: '某局2019年政府信息公开年报', "publishDate": '2020-01-05', href: './a.html'}); $.ajax({url: '/api', type: 'get'})</script>"""
    assert [(row.url, row.title, row.date) for row in rows(script, "http://a.gov.cn/x/")] == [
        ("http://a.gov.cn/x/a.html", "某局2019年政府信息公开年报", "2020-01-05")
    ]
    text = '{"data":{"list":[{"f_1":"<em>2019</em>年政府信息公开年报","doc_pub_url":"/b.html","save_time":1578182400000}],"html":"<a href=\\"/c.html\\">丙</a>"}}'
    assert [(row.url, row.title, row.date) for row in rows(text, "http://a.gov.cn/x/")] == [
        ("http://a.gov.cn/b.html", "2019年政府信息公开年报", "2020-01-05"),
        ("http://a.gov.cn/c.html", "丙", ""),
    ]
    assert rows(f"callback({text})", "http://a.gov.cn/x/") == rows(text, "http://a.gov.cn/x/")
    assert (
        rows('<a href="/d.html" title=""><img src=a.png alt="政府信息公开"></a>', "http://a.gov.cn/")[0].title
        == "政府信息公开"
    )


def test_pages_meant_to_hurt_are_read_in_no_time() -> None:
    for hurtful in ("<![CDATA[" * 50_000, "[" * 50_000, "<script>x={href:'a'," + "[{" * 50_000, "<script><a " * 20_000):
        assert rows(hurtful, "http://a.gov.cn/") == []


def test_where_a_page_sends_its_reader_on() -> None:
    base = "http://a.gov.cn/x/"
    assert sent_on("<meta http-equiv='refresh' content='0;URL=main.html'>", base) == ["http://a.gov.cn/x/main.html"]
    assert sent_on("<script>window.location.href = '/y/'</script>", base) == ["http://a.gov.cn/y/"]
    assert sent_on("<iframe src='rows.html'></iframe>" + "。" * 5000 + "location.href='/z'", base) == [
        "http://a.gov.cn/x/rows.html"
    ]


@pytest.mark.parametrize(
    ("title", "column", "hub", "report"),
    [
        ("政府信息公开年报", True, True, False),
        ("部门年度报告", True, False, False),
        ("县政府信息公开工作年度报告", True, True, False),
        ("法治政府建设年度报告", False, False, False),
        ("政府信息公开", False, True, False),
        ("政府信息公开指南", False, False, False),
        ("2019年", True, False, False),
        ("昌吉市2019年政府信息公开工作年度报告", False, False, True),
        ("2019年统计公报", False, False, False),
    ],
)
def test_what_a_link_is_called(title: str, column: bool, hub: bool, report: bool) -> None:
    assert (is_shelf(title), bool(HUB_TITLE.fullmatch(title)), names_report(title)) == (column, hub, report)


def test_a_page_bar_is_no_calendar() -> None:
    text = '<a href="l_2.html">2</a><a href="/day/3.html">3</a><a href="l_9.html">尾页</a>'
    assert bar_links(text, "http://a.gov.cn/x/l.html") == ["http://a.gov.cn/x/l_2.html", "http://a.gov.cn/x/l_9.html"]

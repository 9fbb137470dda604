from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scrapers.links import Link, LinkBook
from scrapers.lists import next_link, rows, year_of

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
    book.fetched("http://a/1", NOW, 200, "ff")
    book.shown(link("http://a/1", "", NOW + timedelta(days=2)))  # a picture link to the same page
    kept = book.links["http://a/1"]
    assert kept.title == "年报" and kept.first_seen == NOW and kept.last_seen > NOW and book.have("http://a/1")
    again = LinkBook.from_bytes(book.to_bytes())
    assert again.links == book.links and again.to_bytes() == book.to_bytes()
    assert book.is_fresh("http://a/1", NOW + timedelta(hours=23), timedelta(hours=24))
    assert not book.is_fresh("http://a/1", NOW + timedelta(hours=24), timedelta(hours=24))

"""Years and days: what counts, what never counts, and in which order."""

from datetime import date

import pytest

from schemas.records import Document
from transforms.identity.dates import claimed_dates, decide_published, decide_year

TAIL = "政府信息公开工作年度报告"


def year_of(title: str = "", text: str = "", anchor: str = "", url: str = "", claims: dict[str, str] | None = None):
    return decide_year(title, text, anchor, None, url, claims)


@pytest.mark.parametrize(
    ("title", "year"),
    [
        (f"桐乡市2018{TAIL}", 2018),
        (f"桐乡市2017 年 度 {TAIL}", 2017),
        (f"桐乡市20 17年{TAIL}", 2017),
        (f"二零一六年{TAIL}", 2016),
        (f"桐乡市二Ｏ一二年{TAIL}", 2012),
        (f"桐乡市2022年{TAIL}（2023年1月）", 2022),
        (f"桐乡市{TAIL}（2020年1月1日至12月31日）", 2020),
        (f"2021年度桐乡市{TAIL}2021年度", 2021),
        (f"关于贯彻〔2019〕60号的{TAIL}", None),
        (f"21010年桐乡市{TAIL}", None),
        (f"1998年桐乡市{TAIL}", None),
    ],
)
def test_years_in_titles(title, year):
    assert year_of(title).year == year


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("统计期限自2017年1月1日起至2017年12月31日止。", ("2017-01-01", "2017-12-31")),
        ("统计期限自201711日起至20171231日止。", ("2017-01-01", "2017-12-31")),
        ("统计时限为20211月1日至20211231日。", ("2021-01-01", "2021-12-31")),
        ("统计期：2016年1月1日—2016年12月31日。", ("2016-01-01", "2016-12-31")),
        ("统计期限为2022年1月1日至12月31日。", ("2022-01-01", "2022-12-31")),
        ("统计期限自2008年5月1日起至2008年12月31日止。", ("2008-05-01", "2008-12-31")),
        ("自2008年5月1日起施行。", None),
    ],
)
def test_stated_periods(text, period):
    verdict = year_of(TAIL, text)
    assert verdict.period == period and verdict.year == (int(period[0][:4]) if period else None)


@pytest.mark.parametrize(
    "text",
    [
        "根据2007年条例和2019年修订的要求，依照国办发〔2014〕32号编制。",
        "自2008年以来，累计公开信息。",
        "《条例》自2008年5月1日起施行。",
        "2022年将继续努力。2022年工作计划如下。",
        "与2011年相比有所增加。",
    ],
)
def test_years_that_never_count(text):
    assert year_of(TAIL, text).year is None


def test_the_year_of_the_sentences_wins_over_mentions():
    text = (
        "一、概述\n2012年，我乡公开信息。\n与2011年相比增加。对2013年的事项提前谋划。\n二、依申请\n2012年，没有申请。"
    )
    assert year_of(TAIL, text).year == 2012


def test_title_wins_over_last_years_text():
    verdict = year_of(f"桐乡市2019年{TAIL}", "2018年，我镇公开信息。2018年全年公开。")
    assert verdict.year == 2019 and verdict.confidence < 0.9


def test_no_year_after_publication():
    claims = {"meta": "2020-01-16"}
    assert year_of(f"桐乡市2021年{TAIL}", "", claims=claims).year is None
    assert year_of(f"桐乡市2017年{TAIL}", "", claims={"meta": "2017-12-12"}).year == 2017


@pytest.mark.parametrize(
    ("url", "claims", "year", "basis"),
    [
        ("http://a.gov.cn/zfxxgknb/2014/index.html", {}, 2014, "path"),
        ("http://a.gov.cn/xxgkAnnualReport.jsp?area=1&fbtime=2016", {}, 2016, "path"),
        ("http://a.gov.cn/news/2014/index.html", {}, None, ""),
        ("", {"page": "2021-01-20"}, 2020, "published"),
        ("", {"page": "2021-09-20"}, None, ""),
    ],
)
def test_path_and_publication_decide_last(url, claims, year, basis):
    verdict = year_of(TAIL, "本年度工作平稳。", url=url, claims=claims)
    assert (verdict.year, verdict.basis) == (year, basis) and verdict.confidence < 0.85


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://a.gov.cn/nb/201412/t20141229_3714232.html", "2014-12-29"),
        ("http://a.gov.cn/art/2012/1/20/art_1_2.html", "2012-01-20"),
        ("http://a.gov.cn/nb/t19700101_1.html", None),
        ("http://a.gov.cn/c100482/202101/abc.shtml", None),
        ("http://a.gov.cn/2021-01/20/content_1.htm", "2021-01-20"),
    ],
)
def test_days_in_addresses(url, day):
    assert claimed_dates(Document(""), "", [], "", url).get("url") == day


def test_an_object_id_tells_when_its_page_was_made():
    claims = claimed_dates(
        Document("", metas={"pubdate": "2014-01-15"}), "", [], "", "http://a.gov.cn/doc_5fe5a6960123456789abcdef.html"
    )
    assert claims["created"] == "2020-12-25"
    published = decide_published(claims, 2013)
    assert published.on == date(2014, 1, 15) and published.flags == ["published_before_its_address"]


def test_restamped_page_has_no_day_of_publication():
    published = decide_published({"meta": "2023-08-21"}, 2014)
    assert published.on is None and published.forged and published.flags == ["publication_date_out_of_window"]


def test_a_day_stamped_anew_and_a_plan_do_not_overrule_the_title():
    text = "2021年，我局将继续加强学习。"
    found = year_of(f"永昌县水务局2020年{TAIL}", text, claims={"page": "2022-03-09"})
    assert (found.year, found.conflict) == (2020, False)
    stated = "统计期限自2021年1月1日起至2021年12月31日止。"
    found = year_of(f"永昌县水务局2020年{TAIL}", stated, claims={"page": "2022-03-09"})
    assert (found.year, found.conflict) == (2021, True)

"""The report year is decided by the report, never by a page's date."""

from datetime import date

import pytest

from schemas.records import Document
from transforms.identity.dates import before_date, claimed_dates, decide_published, decide_year, first_date

TAIL = "政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("title", "year"),
    [
        (f"桐乡市2014年{TAIL}", 2014),
        (f"2019年度桐乡市{TAIL}", 2019),
        (f"二〇一三年{TAIL}", 2013),
        (f"桐乡市二O一一年{TAIL}", 2011),
        (f"二○○八年度{TAIL}", 2008),
        (f"2017 年度{TAIL}", 2017),
        (TAIL, None),
    ],
)
def test_title_year(title, year):
    assert decide_year(title, "", "", None).year == year


def test_period_with_lost_characters():
    verdict = decide_year(
        TAIL, "统计期限自20171月1日至201712月31日。统计期限自2017年1月1日起至2017年12月31日止", "", None
    )
    assert verdict.year == 2017 and verdict.period == ("2017-01-01", "2017-12-31")


def test_year_after_the_fetch_is_refused():
    assert decide_year(f"2030年{TAIL}", "", "", date(2026, 1, 1)).year is None


def test_conflict_of_title_and_period_is_said():
    verdict = decide_year(f"2020年{TAIL}", "统计期限自2019年1月1日起至2019年12月31日止", "", None)
    assert verdict.year == 2020 and verdict.conflict and verdict.confidence < 0.9


def test_body_mode_decides_alone_but_less_surely():
    verdict = decide_year("", "2013年，我市贯彻条例。截止2013年12月，公开信息。2014年将继续。", "", None)
    assert verdict.year == 2013 and verdict.confidence < 0.99


def test_publication_outside_the_window_is_not_taken():
    document = Document("", metas={"pubdate": "2024-09-23 04:03"})
    published = decide_published(claimed_dates(document, "", [], "", "http://a.gov.cn/202409/t20240923_1.html"), 2009)
    assert published.on is None and published.forged


def test_earliest_plausible_publication_wins():
    document = Document("", metas={"pubdate": "2022-06-15 10:00"})
    claims = claimed_dates(document, "2022年1月18日", [], "", "http://a.gov.cn/202206/t20220615_1.html")
    published = decide_published(claims, 2021)
    assert (published.on, published.basis) == (date(2022, 1, 18), "page")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二〇一五年三月二十一日", date(2015, 3, 21)),
        ("2021年1月20日", date(2021, 1, 20)),
        ("2021-13-45", None),
        ("二○一二年一月十日", date(2012, 1, 10)),
        ("二零一零年元月十五号", date(2010, 1, 15)),
        ("二O一O年十二月三十一日", date(2010, 12, 31)),
        ("2010.3.15", date(2010, 3, 15)),
        ("2010年元月5号", date(2010, 1, 5)),
        ("2010年3月", None),
    ],
)
def test_first_date(text, day):
    assert first_date(text) == day


@pytest.mark.parametrize(
    "day",
    [
        "二〇一〇年三月十五日",
        "2010年3月15号",
        "2010.3.15",
        "2010-03-15",
        "（2010年3月15日）",
        "二〇一〇年三月",
        "2010年3月15日印发",
    ],
)
def test_issuer_of_a_signature_stands_before_its_day(day):
    assert before_date(f"平江县教育局\n{day}") == before_date(f"平江县教育局　{day}") == "平江县教育局"
    assert before_date("平江县教育局") == "平江县教育局"


def test_a_year_that_was_not_over_is_not_reported_on():
    told = "统计期限为2021年1月1日至2021年12月31日。"
    verdict = decide_year("平江县2022年政府信息公开年度报告", told, "", None, "", {"page": "2022-01-20"})
    assert (verdict.year, verdict.conflict) == (2021, True)
    late = decide_year("平江县2022年政府信息公开年度报告", told, "", None, "", {"page": "2022-12-12"})
    assert late.year == 2022
    alone = decide_year("平江县2022年政府信息公开年度报告", "", "", None, "", {"page": "2022-01-20"})
    assert (alone.year, alone.conflict) == (2022, True)
    printed = decide_year("平江县政府信息公开年报（2022.1）", told, "", None, "", {"page": "2022-01-20"})
    assert (printed.year, printed.conflict) == (2021, False)


def test_compact_days_of_metas():
    assert claimed_dates(Document("", metas={"pubdate": "20220121"}), "", [], "", "") == {"meta": "2022-01-21"}

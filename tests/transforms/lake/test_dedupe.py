from datetime import UTC, date, datetime

import pytest

from transforms.lake.dedupe import editions
from transforms.lake.pagerows import page_rows
from transforms.pages import page_table


def page(url, text="甲" * 30, provenance="official", value="1", **more):
    figure = {"form": "D", "table": "t3", "row": "r", "column": "c", "value": value, "state": "value"}
    figure |= {"value_printed": value, "start": 0, "end": 0}
    base = {
        "agency_id": "a",
        "year": 2020,
        "report_scope": "own",
        "url": url,
        "payload_sha256": url + text,
        "text": text,
    }
    base |= {
        "text_sha256": text,
        "provenance": provenance,
        "hijacked": False,
        "own_site": False,
        "flags": [],
        "sections": [],
        "figures": [figure],
    }
    base |= {"published_on": None, "n_chars": len(text), "warc_key": "w", "warc_offset": 0}
    [row] = page_rows(page_table([base | {"fetched_at": datetime(2024, 1, 1, tzinfo=UTC)} | more]))
    return row


def test_official_copy_leads():
    found = editions([page("m", provenance="mirror"), page("o"), page("u", provenance="unknown")])
    assert len(found) == 1 and found[0].canonical["url"] == "o" and len(found[0].sources) == 3


def test_hijacked_pages_alone_make_no_report():
    assert editions([page("h", hijacked=True)]) == []


def test_other_figures_are_an_edition():
    found = editions([page("a"), page("b", text="乙" * 30, value="2")])
    assert [(e.revision, e.is_current) for e in found] == [(1, False), (2, True)]


def test_siblings_stay_two_and_order_is_nothing():
    rows = [page("a"), page("b", agency_id="b")]
    assert len(editions(rows)) == 2
    assert [e.report_id for e in editions(rows)] == [e.report_id for e in editions(rows[::-1])]


def test_a_recrawl_changes_nothing():
    later = page("a", fetched_at=datetime(2025, 1, 1, tzinfo=UTC))
    assert len(editions([later, page("a")])[0].sources) == 1


def test_only_official_pages_make_editions():
    pages = [page("a", provenance="republisher"), page("b", text="乙" * 30, value="2", provenance="republisher")]
    assert [e.revision for e in editions(pages)] == [1] and len(editions(pages)[0].sources) == 2


@pytest.mark.parametrize(("provenance", "n"), [("official", 2), ("unknown", 2), ("republisher", 1)])
def test_a_text_that_changed_at_its_address_is_not_lost(provenance, n):
    before = page("u", provenance=provenance, fetched_at=datetime(2024, 1, 1, tzinfo=UTC))
    after = page("u", text="乙" * 30, value="2", provenance=provenance, fetched_at=datetime(2024, 1, 2, tzinfo=UTC))
    assert len(editions([before, after])) == n


def day(number):
    return datetime(2024, 1, number, tzinfo=UTC)


def current(*pages):
    found = editions(pages)
    assert [e.is_current for e in found] == [False] * (len(found) - 1) + [True]
    return found[-1].canonical["text"]


def test_at_one_address_the_last_seen_text_is_current_whatever_day_it_prints():
    old = page("u", published_on=date(2024, 1, 25), fetched_at=day(26))
    new = page("u", text="乙" * 30, value="2", published_on=date(2024, 1, 10), fetched_at=day(28))
    assert current(old, new) == current(new, old) == "乙" * 30
    back = page("u", published_on=date(2024, 1, 25), fetched_at=day(30))
    assert current(old, new, back) == "甲" * 30


def test_a_page_whose_title_errs_is_not_current_beside_one_that_does_not():
    right, wrong = page("a"), page("b", text="乙" * 30, value="2", flags=["year_conflict"], published_on=None)
    assert current(right, wrong) == current(wrong, right) == "甲" * 30


SENTENCES = ["".join(chr(0x4E00 + (n * 97 + at * 31) % 9000) for at in range(20)) for n in range(60)]


def worded(url, *sentences, **more):
    text = "一、总体情况\n" + "。".join(sentences) + "。"
    section = {"section": "overview", "level": 1, "start": 0, "end": len(text), "heading": "一、总体情况"}
    return page(url, text, sections=[section | {"status": "found"}], **more)


@pytest.mark.parametrize("said", ["未发生行政复议", "培训三次", "收费3元", "下降12.5%", "联系人李四"])
def test_at_one_address_every_word_that_changed_makes_an_edition_and_elsewhere_it_does_not(said):
    other = {"未发生行政复议": "发生行政复议", "培训三次": "培训五次", "收费3元": "收费3万元", "下降12.5%": "增长12.5%"}
    before = worded("u", *SENTENCES, said, fetched_at=day(1))
    after = [*SENTENCES, other.get(said, "联系人张三")]
    assert len(editions([before, worded("u", *after, fetched_at=day(2))])) == 2
    assert len(editions([before, worded("v", *after, fetched_at=day(2))])) == 1
    assert len(editions([before, worded("u", *SENTENCES, said, "更正说明", fetched_at=day(2))])) == 2


def test_punctuation_list_numbers_and_telephones_make_no_edition():
    before = worded("u", *SENTENCES, "2021年继续努力，电话0538-3212345", fetched_at=day(1))
    after = worded("u", *SENTENCES, "1.2021年继续努力;电话0538-3299999", fetched_at=day(2))
    assert len(editions([before, after])) == 1


def test_the_first_page_of_an_article_is_no_edition_of_its_own():
    whole, first = worded("u", *SENTENCES), worded("v", *SENTENCES[:30])
    assert [e.canonical["url"] for e in editions([first, whole])] == ["u"]

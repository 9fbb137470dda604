"""What makes an edition, and what is only another copy."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.transforms.lake.corpus import Text, page, written
from tests.transforms.lake.drawn import row
from transforms.lake.changes import changes, same_substance

TEXT = written("桐乡市财政局", 2022, "a")
SITE = {"site": "桐乡市人民政府"}
NUMBERED = next(n for n, line in enumerate(TEXT.overview) if re.search(r"\d", line))
PLAIN = next(n for n, line in enumerate(TEXT.overview) if not re.search(r"\d", line))


def read(text: Text, **how: str):
    found, _ = row(text, "www.tx.gov.cn", **SITE, **how)
    return found


def with_line(text: Text, number: int, line: str) -> Text:
    return replace(text, overview=(*text.overview[:number], line, *text.overview[number + 1 :]))


def zeros_blank(form: str) -> str:
    return form.replace("<p>0</p>", "<p></p>")


FIRST = read(TEXT)
COPIES = {
    "another date": replace(TEXT, signed="2023年9月9日"),
    "a word": with_line(TEXT, PLAIN, TEXT.overview[PLAIN].replace("，", "，并且")),
    "a sentence without numbers left out": with_line(TEXT, PLAIN, ""),
    "zeros left blank": replace(TEXT, forms=tuple(map(zeros_blank, TEXT.forms))),
    "a table lost": replace(TEXT, forms=("<p>见附件</p>", *TEXT.forms[1:])),
    "all tables lost": replace(TEXT, forms=("<p>见附件</p>",) * 3),
}
OTHER = written("桐乡市财政局", 2022, "b")
EDITIONS = {
    "a number of the prose": with_line(TEXT, NUMBERED, re.sub(r"\d+", "999", TEXT.overview[NUMBERED])),
    "a table": replace(TEXT, forms=(*TEXT.forms[:1], OTHER.forms[1], TEXT.forms[2])),
    "half of the text": replace(TEXT, overview=OTHER.overview),
    "a part left out": replace(TEXT, problems=()),
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_no_edition(name):
    other = read(COPIES[name])
    assert other["text_sha256"] != FIRST["text_sha256"]
    assert same_substance(FIRST, other) and same_substance(other, FIRST)


@pytest.mark.parametrize("name", EDITIONS)
def test_a_difference_in_substance_is_an_edition(name):
    other = read(EDITIONS[name])
    assert not same_substance(FIRST, other) and not same_substance(other, FIRST)


def test_figures_are_told_as_printed():
    found = [told for told in changes(FIRST, read(EDITIONS["a table"])) if told["part"] == "figure"]
    assert found and all(
        told["table"] == "t3" and told["before"] != told["after"] and told["material"] for told in found
    )
    cells = {(cell["table"], cell["row"], cell["column"]): cell["value_printed"] for cell in FIRST["figures"]}
    assert all(cells[told["table"], told["row"], told["column"]] == told["before"] for told in found)
    lost = changes(FIRST, read(COPIES["a table lost"]))
    assert {(told["change"], told["material"]) for told in lost if told["table"] == "t2"} == {("removed", False)}


def test_sections_are_told_with_their_likeness():
    longer = read(replace(TEXT, overview=(*TEXT.overview, "办公室另行制作了宣传单。")))
    [told] = [told for told in changes(FIRST, longer) if told["part"] == "section"]
    assert (told["section"], told["change"], told["heading"]) == ("overview", "altered", "一、总体情况")
    assert 0.9 < told["similarity"] < 1.0 and not told["material"]
    assert changes(FIRST, FIRST) == []


def test_a_section_that_one_edition_lacks():
    last = "六、其他需要报告的事项"
    html = page(TEXT, "www.tx.gov.cn", **SITE)
    without, _ = row(TEXT, "www.tx.gov.cn", html.replace(f"<p>{last}</p><p>无其他需要报告的事项。</p>", ""))
    grown = "本局公布了三年来的全部收费减免决定，逐件说明了减免的理由和依据，供群众查阅核对，并由审计人员逐笔复核。"
    with_it, _ = row(TEXT, "www.tx.gov.cn", html.replace("无其他需要报告的事项。", grown))
    for old, new, change, heading in ((without, with_it, "added", last), (with_it, without, "removed", last)):
        [told] = [told for told in changes(old, new) if told["section"] == "other_matters"]
        assert (told["change"], told["heading"], told["similarity"], told["material"]) == (change, heading, None, True)
        assert not same_substance(old, new)
    assert same_substance(FIRST, without), "a phrase that says nothing is no part"


def test_the_same_change_read_backwards():
    there, back = changes(FIRST, read(EDITIONS["a table"])), changes(read(EDITIONS["a table"]), FIRST)
    turned = {"added": "removed", "removed": "added", "altered": "altered"}

    def key(told):
        return tuple(told[name] or "" for name in ("part", "section", "table", "row", "column"))

    assert sorted((*key(told), turned[told["change"]], told["after"], told["before"]) for told in there) == sorted(
        (*key(told), told["change"], told["before"], told["after"]) for told in back
    )


def test_at_one_address_another_wording_is_one_in_substance():
    before, after = FIRST, read(with_line(TEXT, PLAIN, TEXT.overview[PLAIN].rstrip("。") + "，张三负责。"))
    assert [row["material"] for row in changes(before, after, one_address=True)] == [True]
    assert [row["material"] for row in changes(before, after)] == [False]

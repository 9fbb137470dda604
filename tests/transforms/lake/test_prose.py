"""Prose keeps its places, tables and readings are cut, and a sketch is a fair sample of it."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.lake.corpus import page, sentences, written
from tests.transforms.lake.drawn import row
from transforms.lake.changes import same_substance
from transforms.lake.dedupe import report_id
from transforms.lake.prose import GAP, comparable, hashes, prose, shares, shingles, similarity, sketch

PAGE, _ = row(written("桐乡市财政局", 2022, "a"), "www.tx.gov.cn", site="桐乡市人民政府")


@pytest.mark.parametrize("own", [False, True])
def test_every_character_has_its_place(own):
    found, text = prose(PAGE, own), comparable(PAGE)
    assert len(found.text) == len(found.places)
    assert all(text[place] == char for char, place in zip(found.text, found.places, strict=True) if char != GAP)
    kept = [place for char, place in zip(found.text, found.places, strict=True) if char != GAP]
    assert kept == sorted(set(kept)) and len(kept) == len(found)


def test_tables_and_what_everyone_has_are_cut():
    whole, own = prose(PAGE).text, prose(PAGE, own=True).text
    for cell in ("信息内容", "本年制发件数", "结果维持", "自然人"):
        assert cell in PAGE["text"] and cell not in whole
    for said in ("根据《中华人民共和国政府信息公开条例》", "一、总体情况", "无其他需要报告的事项", "桐乡市财政局"):
        assert said in whole and said not in own
    assert all(
        "".join(comparable({"text": line}).split()) in own for line in written("桐乡市财政局", 2022, "a").overview
    )


def test_readings_in_brackets_do_not_count():
    text = written("桐乡市财政局", 2022, "a")
    glossed = tuple(line.replace("了", "了(le)").replace("，", "（hé），") for line in text.overview)
    page, _ = row(replace(text, overview=glossed), "www.copy.com", site="桐乡市人民政府")
    assert page["hijacked"] and "(le)" in page["text"]
    assert shares(shingles(prose(page).text), shingles(prose(PAGE).text))[2] > 0.95


def test_a_copy_in_traditional_characters_is_a_copy():
    from opencc import OpenCC

    text = written("桐乡市财政局", 2022, "a")
    html = OpenCC("s2t").convert(page(text, "www.tx.gov.cn", site="桐乡市人民政府"))
    turned, _ = row(text, "big5.www.tx.gov.cn", html)
    assert "條例" in turned["text"] and turned["provenance"] == "proxy"
    assert similarity(turned, PAGE) > 0.95 and report_id(turned) == report_id(PAGE)
    assert shares(shingles(prose(turned, own=True).text), shingles(prose(PAGE, own=True).text))[2] > 0.95
    assert same_substance(PAGE, turned)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_hashing_takes_any_text(text):
    assert len(hashes(text)) == (1 if len(text) < 5 else len(text) - 4 - _spanning(text))
    assert similarity({"text": text}, {"text": text}) == 1.0


def _spanning(text: str) -> int:
    return sum(GAP in text[at : at + 5] for at in range(len(text) - 4))


def test_similarity_of_unlike_and_empty_texts():
    assert similarity({"text": "甲" * 40}, {"text": "乙" * 40}) == 0.0
    assert similarity({"text": ""}, {"text": "甲乙丙丁戊己"}) == 0.0
    assert similarity({"text": "甲乙丙丁 戊己"}, {"text": "甲乙\n丙丁戊己"}) == 1.0


def test_a_sketch_tells_shares_in_both_directions():
    rng = random.Random(3)
    lines = sentences(rng, 400)
    one, other = "".join(lines[:300]), "".join(lines[150:400])
    a, b = shingles(one), shingles(other)
    sa, sb = sketch(one), sketch(other)
    assert len(sa) == pytest.approx(len(a) / 16, rel=0.25)
    both = len(np.intersect1d(sa, sb))
    assert both / len(sa) == pytest.approx(shares(a, b)[0], abs=0.1)
    assert both / len(sb) == pytest.approx(shares(a, b)[1], abs=0.1)
    assert set(sketch(one[:2000])) <= set(sa)

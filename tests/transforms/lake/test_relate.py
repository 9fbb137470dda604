"""Relations across keys: gaps filled and given up again, forgeries, siblings, and a pass that compares nothing twice."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.transforms.lake.corpus import SPAM, masked, page, written
from tests.transforms.lake.drawn import put
from transforms.lake import pairs, relate
from transforms.lake.build import build_all
from transforms.lake.pending import pending_keys
from transforms.lake.query import connect
from transforms.lake.verify import verify
from transforms.store import open_store

TEXT = written("桐乡市财政局", 2022, "a")


def lake(store):
    return {
        key: store.get(key) for folder in ("lake/", "state/signatures/", "state/matches/") for key in store.list(folder)
    }


def asked(store, sql):
    return connect(store.uri).execute(sql).fetchall()


REPORTS = "SELECT report_id, provenance, canonical_url FROM reports ORDER BY 1, revision"
SOURCES = "SELECT url, report_id, relation FROM sources ORDER BY 1"


def test_a_mirror_fills_a_gap_until_an_official_page_comes(store, tmp_path):
    copy = put(store, "copy", TEXT, "www.copy.com", site="桐乡市人民政府")
    build_all(store)
    assert asked(store, REPORTS) == [("330483:财政局:2022:own", "mirror", copy)]
    official = put(store, "official", TEXT, "www.tx.gov.cn", site="桐乡市人民政府")
    build_all(store)
    assert asked(store, REPORTS) == [("330483:财政局:2022:own", "official", official)]
    [told] = asked(store, "SELECT flags, published_on FROM reports")
    assert not {"mirror_only", "figures_untrusted", "hijacked_source", "corrected_edition"} & set(told[0]) and told[1]
    assert asked(store, SOURCES) == [
        (copy, "330483:财政局:2022:own", "hijacked"), (official, "330483:财政局:2022:own", "canonical"),
    ]  # fmt: skip
    assert list(verify(store)) == []
    at_once = open_store(str(tmp_path / "at-once"))
    for key in store.list("raw/"):
        at_once.put(key, store.get(key))
    build_all(at_once)
    assert lake(at_once) == lake(store)


@pytest.mark.parametrize(
    "how",
    [
        {"extra": SPAM},
        {"title": "桐乡市财政局2021年政府信息公开工作年度报告"},  # another year than the text
        {"title": "平遥县财政局2022年政府信息公开工作年度报告"},  # another place than the text
        {"title": "2022年政府信息公开工作年度报告"},  # no issuer
        {"extra": "<p>本局****工作</p>"},
        {"extra": "<p>報(bào)告(gào)政(zhèng)府(fǔ)</p>"},
        {"menu": '<div style="display:none">真人百家乐平台 老虎机官网</div>'},
    ],
)
def test_a_damaged_copy_never_fills_a_gap(store, how):
    url = put(store, "copy", TEXT, "www.copy.com", site="桐乡市人民政府", **how)
    build_all(store)
    assert asked(store, REPORTS) == [] and asked(store, SOURCES) == []
    assert [found for (found,) in asked(store, "SELECT url FROM rejects")] == [url]


def test_damaged_copies_are_sources_of_the_one_that_stands(store):
    whole = put(store, "whole", TEXT, "www.copy.com", site="桐乡市人民政府")
    spoilt = put(store, "spoilt", TEXT, "www.spam.com", site="桐乡市人民政府", extra=SPAM)
    build_all(store)
    assert {url: relation for url, _, relation in asked(store, SOURCES)} == {whole: "canonical", spoilt: "hijacked"}


def test_copies_that_contradict_each_other_fill_no_gap(store):
    put(store, "one", TEXT, "www.copy.com", site="桐乡市人民政府")
    lines = (re.sub(r"\d+", "777", line) for line in TEXT.overview)
    put(store, "other", replace(TEXT, overview=tuple(lines)), "www.other.com", site="桐乡市人民政府")
    build_all(store)
    assert asked(store, REPORTS) == [] and len(asked(store, "SELECT url FROM rejects")) == 2


def test_a_compromised_official_page_never_fills_a_gap(store):
    put(store, "own", TEXT, "www.tx.gov.cn", site="桐乡市人民政府", extra=SPAM)
    build_all(store)
    assert asked(store, REPORTS) == []


@pytest.mark.parametrize("first", ["forged", "official"])
def test_a_forgery_leaves_the_gap_when_its_original_is_there(store, first):
    """The whole text under another county's name looks undamaged, and is told by the text that it copies."""

    def forge():
        put(store, "forged", replace(TEXT, agency="平遥县财政局"), "www.copy.com", site="平遥县人民政府")

    def publish():
        put(store, "official", TEXT, "www.tx.gov.cn", site="桐乡市人民政府")

    steps = [forge, publish] if first == "forged" else [publish, forge]
    for step in steps:
        step()
        build_all(store)
    [(report, provenance, _)] = asked(store, REPORTS)
    assert (report, provenance) == ("330483:财政局:2022:own", "official")
    assert [relation for _, _, relation in asked(store, SOURCES)] == ["hijacked", "canonical"]
    assert pending_keys(store) == [] and list(verify(store)) == []


@pytest.mark.parametrize(("changed", "filled"), [({}, False), ({"overview": ("本镇另行补登了37份台账。",)}, True)])
def test_a_lost_sibling_that_copied_a_text(store, changed, filled):
    """With numbers of its own it fills its gap; to the last number alike, it may be a forgery: told of neither."""
    quiet = written("桐乡市崇福镇人民政府", 2022, "quiet", busy=False)
    quiet = replace(quiet, forms=tuple(re.sub(r"<p>[\d.]+</p>", "<p>0</p>", form) for form in quiet.forms))
    put(store, "one", quiet, "www.tx.gov.cn", site="桐乡市人民政府")
    sibling = replace(quiet, agency="桐乡市石门镇人民政府")
    sibling = replace(sibling, overview=(*quiet.overview[:-3], *changed.get("overview", quiet.overview[-3:])))
    url = put(store, "two", sibling, "www.copy.com", site="桐乡市人民政府")
    build_all(store)
    assert {(report, provenance) for report, provenance, _ in asked(store, REPORTS)} == {
        ("330483:崇福镇人民政府:2022:own", "official"), *([("330483:石门镇人民政府:2022:own", "mirror")] if filled else []),
    }  # fmt: skip
    assert {relation for _, _, relation in asked(store, SOURCES)} == {"canonical"}
    assert asked(store, "SELECT url FROM rejects") == [(url,)]


def test_a_masked_page_that_two_reports_explain_is_told_of_neither(store):
    for name in ("崇福镇", "石门镇"):
        text = replace(written("", 2022, "same"), agency=f"桐乡市{name}人民政府")
        put(store, name, text, "www.tx.gov.cn" if name == "崇福镇" else "sm.tx.gov.cn", site="桐乡市人民政府")
    put(
        store,
        "masked",
        masked(written("", 2022, "same"), "****"),
        "www.copy.com",
        title="****2022年政府信息公开工作年度报告",
    )
    build_all(store)
    assert len(asked(store, REPORTS)) == 2
    assert {relation for _, _, relation in asked(store, SOURCES)} == {"canonical"}
    assert asked(store, "SELECT across FROM reuse") == [("agencies",)]


def test_a_text_that_others_explain_fills_no_gap_even_if_they_are_several(store):
    same = written("", 2022, "same")
    for number, name in enumerate(("崇福镇", "石门镇")):
        put(store, name, replace(same, agency=f"桐乡市{name}人民政府"), f"t{number}.tx.gov.cn", site="桐乡市人民政府")
    put(store, "third", replace(same, agency="桐乡市濮院镇人民政府"), "www.copy.com", site="桐乡市人民政府")
    build_all(store)
    assert {provenance for _, provenance, _ in asked(store, REPORTS)} == {"official"} and len(
        asked(store, REPORTS)
    ) == 2


def test_a_masked_page_that_lost_its_tables_is_still_told(store):
    put(store, "official", TEXT, "www.tx.gov.cn", site="桐乡市人民政府")
    bare = replace(masked(TEXT, "****"), forms=("<p>见附件。</p>",) * 3)
    put(store, "masked", bare, "www.copy.com", title="****2022年政府信息公开工作年度报告")
    build_all(store)
    assert [relation for _, _, relation in asked(store, SOURCES)] == ["hijacked", "canonical"]


def test_a_forged_year_is_seen_through(store):
    put(store, "official", TEXT, "www.tx.gov.cn", site="桐乡市人民政府")
    other = replace(masked(TEXT), year=2021, signed="2022年1月7日")
    put(store, "masked", other, "www.copy.com", title="乐鱼体育app2021年政府信息公开工作年度报告")
    whole = replace(TEXT, year=2023)
    put(store, "whole", whole, "www.copy.com", site="桐乡市人民政府")
    build_all(store)
    assert asked(store, REPORTS) == [("330483:财政局:2022:own", "official", "http://www.tx.gov.cn/zfxxgk/2022/t1.html")]
    assert [relation for _, _, relation in asked(store, SOURCES)] == ["hijacked", "hijacked", "canonical"]


def test_a_page_that_tells_no_year_is_looked_for_in_all(store):
    for year in (2021, 2022, 2023):
        text = replace(written("桐乡市财政局", year, f"year {year}"))
        put(store, str(year), text, "www.tx.gov.cn", site="桐乡市人民政府")
    shown = page(masked(written("", 2022, "year 2022"), "****"), "www.copy.com", title="****政府信息公开工作年度报告")
    timeless = re.sub(r"20\d\d(年|-\d\d-\d\d)(?:1月\d+日)?", "", shown)
    assert "2022" not in timeless and "2023" not in timeless
    url = put(store, "masked", TEXT, "www.copy.com", html=timeless, url="http://www.copy.com/a/b.html")
    build_all(store)
    assert any("year=unknown" in key for key in store.list("state/signatures/"))
    assert (url, "330483:财政局:2022:own", "hijacked") in asked(store, SOURCES)


def test_nothing_is_compared_twice(store, monkeypatch):
    names = ("崇福镇", "石门镇", "濮院镇")
    text = written("", 2022, "same")
    compared = []
    real = pairs.shared
    monkeypatch.setattr(pairs, "shared", lambda one, other: compared.append(1) or real(one, other))
    for number, name in enumerate(names):
        put(store, name, replace(text, agency=f"桐乡市{name}人民政府"), f"t{number}.tx.gov.cn", site="桐乡市人民政府")
        build_all(store)
        assert len(compared) == (0, 1, 3)[number], "only pairs with the new report"
    assert asked(store, "SELECT count(*) FROM reuse") == [(3,)]
    before = lake(store)
    assert relate.relate(store).written == 0 and len(compared) == 3
    for key in list(store.list("lake/reuse/")):
        store.delete(key)
    build_all(store)
    assert lake(store) == before


def test_pages_that_the_cache_lost_are_read_again(store):
    put(store, "official", TEXT, "www.tx.gov.cn", site="桐乡市人民政府")
    put(store, "masked", masked(TEXT), "www.copy.com", title="乐鱼体育app2022年政府信息公开工作年度报告")
    build_all(store)
    whole = lake(store)
    assert ("hijacked",) in asked(store, "SELECT relation FROM sources")
    for folder in ("pages/", "state/built/", "state/matches/", "lake/reuse/"):
        for key in list(store.list(folder)):
            store.delete(key)
    build_all(store)
    assert lake(store) == whole


def damaged(store, key, column, change):
    table = pq.read_table(io.BytesIO(store.get(key)), partitioning=None)
    at = table.schema.get_field_index(column)
    rows = [change(value) for value in table.column(at).to_pylist()]
    sink = io.BytesIO()
    pq.write_table(table.set_column(at, table.schema.field(at), pa.array(rows, table.schema.field(at).type)), sink)
    store.put(key, sink.getvalue())


@pytest.mark.parametrize(
    ("column", "change", "said"),
    [
        ("passages", lambda told: [{**told[0], "start": told[0]["start"] + 1}, *told[1:]], "a passage is not in both"),
        ("other_report_id", lambda told: "x" + told, "one of them is gone"),
        ("text_sha256", lambda told: "0" * 64, "compared with another text"),
    ],
)
def test_verify_reads_the_passages_again(store, column, change, said):
    for number, name in enumerate(("崇福镇", "石门镇")):
        text = replace(written("", 2022, "same"), agency=f"桐乡市{name}人民政府")
        put(store, name, text, f"t{number}.tx.gov.cn", site="桐乡市人民政府")
    build_all(store)
    assert list(verify(store)) == []
    [key] = store.list("lake/reuse/")
    damaged(store, key, column, change)
    found = list(verify(store))
    assert f"{key}: not the bytes that were built" in found and any(said in line for line in found)

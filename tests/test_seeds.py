"""Five real pages with known truth: they must come out right, always. Skipped where they are not at hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive import app
from schemas.divisions import province_slug
from tests.seeds import REPORTS, SEEDS, TRUTH, check_lake, needed
from transforms.inspection import inspect_page
from transforms.lake.query import connect

pytestmark = needed


def inspected(name: str) -> dict:
    return inspect_page((SEEDS / name).read_bytes(), kind="text")


@pytest.mark.parametrize("name", REPORTS)
def test_who_where_when(name):
    page, truth = inspected(name), TRUTH[name]
    place = truth["jurisdiction"]
    assert page["is_annual_report"] and page["disposition"] == truth["disposition"]
    assert page["agency_name"] == truth["agency"]["name"]
    assert (page["agency_level"], page["agency_kind"]) == (truth["agency"]["level"], truth["agency"]["kind"])
    assert page["province"] == province_slug(place["province_code"])
    assert (page["province_name"], page["prefecture_name"], page["county_name"]) == (
        place["province"], place["prefecture"], place["county"],
    )  # fmt: skip
    assert (page["prefecture_code"], page["county_code"]) == (place["prefecture_code"], place["county_code"])
    assert page["year"] == truth["report_year"]
    assert page["published_on"] == truth["publication_date"]["value"]
    assert (page["era_by_structure"] or page["era_by_year"]) and page["era_by_year"] == truth["era"]


@pytest.mark.parametrize("name", REPORTS)
def test_sections_and_their_starts(name):
    page, truth = inspected(name), TRUTH[name]
    assert [s["key"] for s in page["sections"]] == [s["key"] for s in truth["sections"]]
    assert [s["source_start"] for s in page["sections"]] == [s["start"] for s in truth["sections"]]
    body = truth["body"]
    assert [s["start"] for s in page["sections"]] == [s["start"] - body["start"] for s in truth["sections"]]
    assert page["n_chars"] == body["chars"]


def test_lost_tables_are_missing_never_zero():
    page = inspected("004_76e413d9d8628104.txt")
    tables = [figure for figure in page["figures"] if figure["form"] != "narrative"]
    assert sorted(figure["table"] for figure in tables) == ["t2", "t3", "t4"]
    assert all(figure["state"] == "missing_table" and figure["value"] is None for figure in tables)


def test_body_that_stands_twice_is_kept_once():
    page = inspected("003_67766452c1eb03db.txt")
    assert "body_twice" in page["flags"] and page["sections"][0]["source_start"] == 3323


def test_the_command_line_takes_them_in(tmp_path, monkeypatch):
    monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path))
    paths = sorted(str(path) for path in SEEDS.glob("*.txt"))
    answer = CliRunner().invoke(app, ["import", *paths, "--kind", "text"])
    assert answer.exit_code == 0, answer.output
    check_lake(connect(str(tmp_path)))


def test_hijacked_self_check_is_rejected_and_has_no_year():
    page = inspected("000_63fafe32e3502b73.txt")
    assert page["disposition"] == "reject" and page["doc_type"] == "self_check_report"
    assert not page["is_annual_report"] and page["year"] is None and page["published_on"] is None
    assert "gambling_brand_injection" in page["reasons"]


def test_no_invented_report_takes_the_place_of_a_real_one():
    nation = json.loads((Path(__file__).parent / "nation" / "truth.json").read_text(encoding="utf-8")).values()
    invented = {(page.get("agency_name"), page.get("county_name"), page.get("year")) for page in nation}
    for name in REPORTS:
        page = inspected(name)
        short = page["agency_name"].removeprefix(page["county_name"] or "")
        for agency in (page["agency_name"], short):
            assert (agency, page["county_name"], page["year"]) not in invented

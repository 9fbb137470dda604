"""The files of the status page: what they hold, and when they are written."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from archive import app
from schemas.divisions import divisions
from tests.conftest import SITES
from tests.transforms.status.small import ATTACK, make
from transforms.lake.coverage import build_coverage
from transforms.lake.digest import write_digest
from transforms.lake.query import connect
from transforms.status import reader
from transforms.status.build import build_status
from transforms.status.files import script
from transforms.status.summary import Cell, Digest, Family, summary
from transforms.store import open_store


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARCHIVE_SITES", str(SITES))
        return make(open_store(str(tmp_path_factory.mktemp("status") / "lake")))


@pytest.fixture
def out(tmp_path):
    return open_store(str(tmp_path / "out"))


def data(store, name):
    text = store.get(f"data/{name}.js").decode()
    found = re.fullmatch(r'Archive\.give\("([^"]+)",(.*)\);\n', text, re.S)
    assert found and found[1] == name
    return json.loads(found[2])


def everything(store):
    return {name: store.get(name) for name in store.list()}


def test_same_lake_same_bytes_and_nothing_is_written_twice(lake, out, tmp_path):
    first = build_status(lake, out)
    assert first["reports"] == 4 and first["written"] == first["files"] and first["deleted"] == 0
    before = everything(out)
    assert build_status(lake, out) == {**first, "written": 0}
    assert everything(out) == before
    other = open_store(str(tmp_path / "other"))
    build_status(lake, other)
    assert everything(other) == before


def test_a_lost_file_comes_back_and_a_foreign_one_goes(lake, out):
    build_status(lake, out)
    before = everything(out)
    out.delete("data/reports/zhejiang/2022/0.js")
    out.put("data/reports/zhejiang/1999/0.js", b"old")
    counts = build_status(lake, out)
    assert (counts["written"], counts["deleted"]) == (1, 1) and everything(out) == before


def test_only_what_changed_is_read_again(lake, out, monkeypatch):
    build_status(lake, out)
    monkeypatch.setattr(reader, "_rows", lambda *_: pytest.fail("an unchanged key was read"))
    build_status(lake, out)


def test_summary_and_listing(lake, out):
    build_status(lake, out)
    told = data(out, "summary")
    place = [slug for slug, _ in told["provinces"]].index("zhejiang")
    county = told["levels"].index("county")
    assert told["cells"] == [[place, 2021, county, 0, 1], [place, 2022, county, 0, 3]]
    assert told["years"] == [2021, 2022] and told["totals"]["agencies"] == 3
    assert told["provinces"][place] == ["zhejiang", "浙江"] and ["central", "中央"] in told["provinces"]
    listed = {names[0]: (ident, reports) for ident, names, reports in data(out, "agencies/zhejiang")}
    ident, reports = listed["桐乡市教育局"]
    assert [report[:3] for report in reports] == [[2022, "own", county], [2021, "own", county]]
    ids = {report["report_id"] for report in data(out, f"reports/zhejiang/2022/{reports[0][5]}")}
    assert f"{ident}:2022:own" in ids
    assert {name: reports[0][4] > 0 for name, (_, reports) in listed.items()} == {
        "桐乡市教育局": False, "桐乡市财政局": False, "桐乡市水利局": True,
    }  # fmt: skip


def test_a_report_is_whole(lake, out):
    build_status(lake, out)
    names = data(out, "summary")["fields"]
    lake_rows = connect(lake.uri)
    for report in data(out, "reports/zhejiang/2022/0"):
        which = f"report_id = '{report['report_id']}' AND revision = {report['revision']}"
        [(text,)] = lake_rows.sql(f"SELECT text FROM reports_text WHERE {which}").fetchall()
        at = names["sections"].index("text")
        assert "".join(section[at] or "" for section in report["sections"]) == text
        for table in ("figures", "sources"):
            [(count,)] = lake_rows.sql(f"SELECT count(*) FROM {table} WHERE {which}").fetchall()
            assert len(report[table]) == count > 0


def test_files_are_found_by_rank(lake, out, monkeypatch):
    monkeypatch.setattr(reader, "PER_FILE", 2)
    build_status(lake, out)
    for ident, _, reports in data(out, "agencies/zhejiang"):
        for year, scope, _, _, _, file in reports:
            held = [report["report_id"] for report in data(out, f"reports/zhejiang/{year}/{file}")]
            assert f"{ident}:{year}:{scope}" in held


def test_crawl_health_counts_the_last_crawl_of_each_site(lake, out):
    build_status(lake, out)
    told = data(out, "summary")
    health = {family["family"]: family for family in told["families"]}
    nation = {row["site_id"] for row in data(out, "sites/ucap")} - {"s-1", "s-2"}
    assert nation, "sites of the registry that were never crawled are there too"
    assert (health["ucap"]["healthy"], health["ucap"]["partial"], health["ucap"]["failing"]) == (1, 1, 0)
    assert health["ucap"]["never"] == len(nation) and health["vsb"]["failing"] == 1
    assert told["digest"]["heading"] == "Crawls of 2026-01-20 (UTC)"
    assert ["crawls: no_answer", "1", "bad"] in told["digest"]["lines"]


def test_the_ledger_and_the_digest_of_the_day_are_shown(out, tmp_path):
    lake = make(open_store(str(tmp_path / "lake")))
    build_coverage(lake, [], date(2026, 2, 1))
    write_digest(lake, date(2026, 1, 20))
    build_status(lake, out)
    told = data(out, "summary")
    assert told["ledger"] and told["digest"]["heading"] == "Digest of 2026-01-20"
    assert ["reports", "4", "plain"] in told["digest"]["lines"]
    assert ["sites not crawled", "1", "bad"] in told["digest"]["lines"]
    shown: dict[str, int] = {}
    for _, _, _, status, agencies in told["cells"]:
        shown[told["statuses"][status]] = shown.get(told["statuses"][status], 0) + agencies
    kept = connect(lake.uri).sql("SELECT status, count(*) FROM coverage GROUP BY ALL").fetchall()
    assert shown == dict(kept) and "missing" in shown and "found" in shown


def test_an_empty_lake_makes_a_page_too(out, store):
    store.put("state/none", b"")
    assert build_status(store, out)["reports"] == 0
    told = data(out, "summary")
    assert told["cells"] == [] and told["digest"] is None


def test_expected_agencies_are_told_by_status():
    cells = [Cell("gansu", 2020, "county", "missing", 3), Cell("gansu", 2020, "county", "found", 2)]
    told = summary({}, cells, [Family("ucap", 1, 1, 0, 0, 0, "", 1, 0)], Digest("x", ()), ledger=True)
    place = [slug for slug, _ in told["provinces"]].index("gansu")
    assert told["ledger"] and told["cells"] == [[place, 2020, 3, 0, 2], [place, 2020, 3, 2, 3]]
    assert divisions()["620000"].short == told["provinces"][place][1]


def test_data_are_one_statement_whatever_they_say():
    text = script("x", [ATTACK, "\u2028", '");alert(1);("']).decode()
    assert json.loads(text.removeprefix('Archive.give("x",').removesuffix(");\n")) == [
        ATTACK,
        "\u2028",
        '");alert(1);("',
    ]
    with pytest.raises(TypeError):
        script("x", {1, 2})


def test_command(lake, monkeypatch, tmp_path):
    from typer.testing import CliRunner

    monkeypatch.setenv("ARCHIVE_STORE", lake.uri)
    done = CliRunner().invoke(app, ["status", "build", str(tmp_path / "page")])
    assert done.exit_code == 0 and "reports: 4" in done.stdout
    assert (tmp_path / "page" / "index.html").is_file()
    counted = CliRunner().invoke(app, ["status"])
    assert counted.exit_code == 0 and "reports" in counted.stdout

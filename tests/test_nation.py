"""The sample nation against its truth: crawled over loopback, read, built, and looked up in the lake."""

from __future__ import annotations

import io
import json
import socket
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import warcio.cli
from fastwarc.warc import ArchiveIterator, WarcRecordType
from pytest_socket import SocketBlockedError, disable_socket
from typer.testing import CliRunner

from archive import app
from schemas.registry import load_sites
from tests.conftest import SITES
from tests.nation.server import FENCED
from transforms.lake.build import build_all
from transforms.lake.query import connect
from transforms.lake.verify import verify
from transforms.pages import warc_keys
from transforms.store import open_store

TRUTH = json.loads((Path(__file__).parent / "nation" / "truth.json").read_text(encoding="utf-8"))
T3 = ("natural_person", "enterprise", "research", "public_interest", "legal_services", "other_org", "total")


def of_kind(*kinds: str) -> list[str]:
    return [url for url, truth in TRUTH.items() if truth["kind"] in kinds]


@pytest.fixture(scope="module")
def lake(nation_lake):
    return connect(nation_lake.uri)


@pytest.fixture(scope="module")
def rows(lake):
    """Return, by address, the source rows and the reports they belong to, and the reject rows."""
    found: dict[str, dict[str, list[dict]]] = {}
    sources = "SELECT s.url AS at, s.relation, r.* FROM sources s JOIN reports r USING (report_id, revision)"
    for row in lake.sql(sources).to_arrow_table().to_pylist():
        found.setdefault(row["at"], {}).setdefault("sources", []).append(row)
    for row in lake.sql("SELECT * FROM rejects").to_arrow_table().to_pylist():
        found.setdefault(row["url"], {}).setdefault("rejects", []).append(row)
    return found


@pytest.mark.parametrize("url", of_kind("report", "copy"))
def test_who_where_when(url, rows):
    truth, [row] = TRUTH[url], rows[url]["sources"]
    assert row["relation"] == truth["relation"] and "rejects" not in rows[url]
    assert (row["agency_name"], row["agency_kind"]) == (truth["agency_name"], truth["agency_kind"])
    assert (row["agency_level"], row["province"], row["year"]) == (truth["level"], truth["province"], truth["year"])
    assert row["prefecture_name"] == (truth["prefecture_name"] or "")
    assert row["county_name"] == (truth["county_name"] or "")
    if truth["kind"] == "report":
        assert row["canonical_url"] == url and row["provenance"] == "official"
        assert row["published_on"].isoformat() == truth["published_on"]
        assert row["era_by_year"] == truth["form"] and row["revision"] == truth.get("revision", 1)


@pytest.mark.parametrize("url", of_kind("report"))
def test_sections_and_figures(url, rows, lake):
    truth, [row] = TRUTH[url], rows[url]["sources"]
    key = [row["report_id"], row["revision"]]
    found = lake.execute(
        "SELECT section, heading FROM sections WHERE report_id = ? AND revision = ? AND level = 1 ORDER BY position",
        key,
    ).fetchall()
    assert [list(item) for item in found] == truth["sections"]
    cells = lake.execute(
        'SELECT "table", "row", "column", state, value FROM figures WHERE report_id = ? AND revision = ? AND form <> ?',
        [*key, "narrative"],
    ).fetchall()
    read = {(table, line, column): (state, value) for table, line, column, state, value in cells}
    assert len(read) == len(cells)
    states = {"&nbsp;": "blank", "/": "slash", "-": "dash", "0": "value"}
    wanted = {("t2", *name.split(".")): ("value", value) for name, value in truth["t2"].items()}
    wanted |= {("stat", name, "value"): ("value", value) for name, value in truth["stat"].items()}
    wanted |= {("t4", "", name): ("value", value) for name, value in truth["t4"].items()}
    for line, values in truth["t3"].items():
        for column, value in zip(T3, values, strict=True):
            blank = states[truth["blank"]] if value == 0 else "value"
            wanted["t3", line, column] = (blank, str(value) if blank == "value" else None)
    assert {name: (state, None if value is None else float(value)) for name, (state, value) in read.items()} == {
        name: (state, None if value is None else float(value)) for name, (state, value) in wanted.items()
    }


@pytest.mark.parametrize("url", of_kind("hijacked"))
def test_a_hijacked_clone_is_never_canonical(url, rows):
    [reject] = rows[url]["rejects"]
    assert reject["reason"] == "hijacked"
    for row in rows[url].get("sources", []):
        assert row["relation"] == "hijacked" and row["canonical_url"] != url


@pytest.mark.parametrize("url", of_kind("lookalike"))
def test_a_lookalike_is_rejected_by_name(url, rows):
    [reject] = rows[url]["rejects"]
    assert reject["doc_type"] == TRUTH[url]["doc_type"] and "sources" not in rows[url]


def test_a_soft_404_is_no_report(rows):
    [url] = of_kind("soft404")
    [reject] = rows[url]["rejects"]
    assert reject["doc_type"] not in ("annual_report", "") and "sources" not in rows[url]


def test_one_row_a_report(lake):
    reports = {
        (t["agency_name"], t["county_name"], t["prefecture_name"], t["year"]) for t in map(TRUTH.get, of_kind("report"))
    }
    assert lake.execute("SELECT count(*) FROM reports WHERE is_current").fetchone() == (len(reports),)
    twice = lake.execute("SELECT report_id FROM reports GROUP BY 1 HAVING count(*) > 1").fetchall()
    assert len(twice) == 1, "only the corrected report has a second edition"
    hosted = lake.execute(
        "SELECT n_sources FROM reports WHERE agency_name = '桐乡市人民政府' AND year = 2020"
    ).fetchone()
    assert hosted == (2,), "one report, though two hosts serve it"
    siblings = lake.execute(
        "SELECT count(DISTINCT report_id) FROM reports WHERE agency_name LIKE '长寿区%镇人民政府' AND year = 2020"
    )
    assert siblings.fetchone() == (2,)


def test_no_page_disappears(nation_lake, lake):
    known = set(
        lake.execute(
            "SELECT warc_key, warc_offset FROM sources UNION SELECT warc_key, warc_offset FROM rejects"
        ).fetchall()
    )
    fetched = 0
    for key in warc_keys(nation_lake):
        for record in ArchiveIterator(io.BytesIO(nation_lake.get(key)), record_types=WarcRecordType.response):
            url = record.headers["WARC-Target-URI"]
            assert FENCED not in url, "robots.txt forbids it"
            if not url.endswith("/robots.txt"):
                fetched += 1
                assert (key, record.stream_pos) in known, url
    assert fetched == len(known)


def test_every_site_is_in_the_crawl_log(lake):
    log = lake.execute("SELECT site_id, outcome, pages, errors FROM crawls").fetchall()
    assert {site for site, *_ in log} == set(load_sites([SITES])) and len(log) == len(load_sites([SITES]))
    assert {(outcome, errors) for _, outcome, _, errors in log} == {("ok", 0)}
    assert all(pages > 0 for *_, pages, _ in log)
    denied = lake.execute("SELECT site_id FROM crawls WHERE counts LIKE '%\"denied\": 1%' ORDER BY 1").fetchall()
    assert denied == [("s-changshou",), ("s-lingyuan",)]


def test_the_lake_agrees_with_itself(nation_lake):
    assert list(verify(nation_lake)) == []


def test_a_replay_without_network_gives_the_same_bytes(nation_lake, tmp_path, monkeypatch):
    """`archive build` in another store, from what the crawls left there alone."""
    monkeypatch.setenv("ARCHIVE_SITES", str(SITES))
    monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path / "again"))
    monkeypatch.setattr(socket, "socket", socket.socket)  # put back at the end
    disable_socket()
    with pytest.raises(SocketBlockedError):
        socket.socket()
    other = open_store(str(tmp_path / "again"))
    for key in [*nation_lake.list("raw/"), *nation_lake.list("state/crawls/")]:
        other.put(key, nation_lake.get(key))
    answer = CliRunner().invoke(app, ["build"])
    assert answer.exit_code == 0, answer.output
    keys = list(nation_lake.list("lake/"))
    assert keys == list(other.list("lake/"))
    assert [key for key in keys if nation_lake.get(key) != other.get(key)] == []
    assert build_all(other)["written"] == 0


def test_the_warcs_of_the_crawls_are_sound(nation_lake, capsys):
    """As `warcio check` sees them: it says nothing of a file without fault."""
    paths = [nation_lake.uri.removeprefix("file://") + f"/{key}" for key in warc_keys(nation_lake)]
    with pytest.raises(SystemExit) as ended:
        warcio.cli.main(["check", *paths])
    assert (ended.value.code, capsys.readouterr().out) == (0, "")
    assert len(paths) == len(load_sites([SITES]))


def test_partitions_are_hive_partitions(nation_lake, lake):
    """Four readers, none of our code."""
    import duckdb
    import pandas
    import polars
    import pyarrow.dataset

    for key in nation_lake.list("lake/"):
        table, *folders, name = key.split("/")[1:]
        if table in ("reports", "sections", "figures", "sources"):
            assert [folder.split("=")[0] for folder in folders] == ["province", "year", "agency_level"]
        assert name == "part-0.parquet"
    root = nation_lake.uri.removeprefix("file://") + "/lake/sections"
    total, some = lake.execute(
        "SELECT count(*), count(*) FILTER (province = 'xinjiang' AND year = 2016) FROM sections"
    ).fetchone()
    assert total > some > 0
    by_duckdb = duckdb.execute(
        f"SELECT count(*), count(*) FILTER (province = 'xinjiang' AND year = 2016) FROM read_parquet('{root}/**/*.parquet', hive_partitioning = true)"
    ).fetchone()
    frame = pandas.read_parquet(root)
    here = pyarrow.dataset.dataset(root, partitioning="hive")
    lazy = polars.scan_parquet(f"{root}/**/*.parquet", hive_partitioning=True)
    mine = (pyarrow.dataset.field("province") == "xinjiang") & (pyarrow.dataset.field("year") == 2016)
    wanted = lazy.filter((polars.col("province") == "xinjiang") & (polars.col("year") == 2016))
    assert by_duckdb == (total, some)
    assert (len(frame), int(((frame.province == "xinjiang") & (frame.year == 2016)).sum())) == (total, some)
    assert (here.count_rows(), here.count_rows(filter=mine)) == (total, some)
    assert (lazy.collect().height, wanted.collect().height) == (total, some)
    schema = pq.read_schema(next(Path(root).rglob("*.parquet")))
    assert all(field.metadata and b"description" in field.metadata for field in schema)

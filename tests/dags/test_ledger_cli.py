"""`archive coverage` on a small lake: brought up to date, selected, counted."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from archive import app
from schemas.tables import CRAWLS, REPORTS
from tests.dags.conftest import SITES
from transforms.lake.columns import to_table
from transforms.lake.partitions import to_parquet
from transforms.store import open_store

RUN = CliRunner()


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """Give the commands a lake with three reports of 昌吉市, one of them late, and one crawl that was kept out."""
    store = open_store(str(tmp_path))
    for year, published in ((2019, date(2020, 3, 30)), (2020, date(2021, 4, 1)), (2021, None)):
        row = {**dict.fromkeys(REPORTS.names), "report_id": f"652301:人民政府:{year}:own", "revision": 1,
               "is_current": True, "agency_id": "652301:人民政府", "agency_name": "昌吉市人民政府",
               "agency_kind": "government", "published_on": published, "site_id": "a-1"}  # fmt: skip
        within = pa.schema([field for field in REPORTS if field.name not in ("province", "year", "agency_level")])
        name = f"lake/reports/province=xinjiang/year={year}/agency_level=county/part-0.parquet"
        store.put(name, to_parquet(to_table([row], within)))
    crawl = {**dict.fromkeys(CRAWLS.names), "site_id": "g-1", "crawl_id": "c", "years": "2008-2025",
             "started": datetime(2026, 5, 1, tzinfo=UTC), "outcome": "robots", "detail": "kept out"}  # fmt: skip
    store.put("lake/crawls/crawl_month=2026-05/part-0.parquet", to_parquet(to_table([crawl], CRAWLS)))
    monkeypatch.setenv("ARCHIVE_STORE", store.uri)
    monkeypatch.setenv("ARCHIVE_SITES", str(SITES))
    return store


def counted(*line: str) -> list[dict]:
    answer = RUN.invoke(app, ["coverage", *line, "--format", "json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_counts_by_any_dimension_and_lists(lake):
    [whole] = counted("--by", "", "--years", "2008-2025")
    assert (whole["expected"], whole["found"], whole["late"], whole["blocked"]) == (18, 2, 1, 15)
    by_status = counted("--by", "year,status", "--years", "2020-2022")
    assert [(row["year"], row["status"], row["expected"]) for row in by_status] == [
        (2020, "late", 1), (2021, "found", 1), (2022, "blocked", 1)]  # fmt: skip
    listed = counted("--list", "--province", "xinjiang", "--level", "county", "--status", "found,late")
    assert [(row["year"], row["status"], row["due"]) for row in listed if row["year"] < 2022] == [
        (2019, "found", "2020-03-31"), (2020, "late", "2021-03-31"), (2021, "found", "2022-03-31")]  # fmt: skip


def test_a_second_look_writes_nothing(lake):
    counted()
    before = lake.stats("lake/coverage/")
    counted()
    assert before and lake.stats("lake/coverage/") == before


def test_another_dimension_is_refused(lake):
    answer = RUN.invoke(app, ["coverage", "--by", "planet"])
    assert answer.exit_code == 1 and "count by" in answer.stderr


@pytest.mark.parametrize(
    "line", [("--province", "atlantis"), ("--status", "nonsense"), ("--level", "village"), ("--family", "x,ucap")]
)
def test_a_name_that_nobody_knows_is_refused(lake, line):
    answer = RUN.invoke(app, ["coverage", *line])
    assert answer.exit_code == 1 and f"no such {line[0][2:]}: {line[1].partition(',')[0]}; known are" in answer.stderr
    assert not lake.stats("lake/coverage/"), "nothing is made for a question that cannot be asked"

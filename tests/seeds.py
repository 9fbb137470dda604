"""The five real pages with known truth, where they are at hand, and what a lake made of them must say."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from schemas.divisions import province_slug

SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
needed = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed pages are not beside this checkout")
TRUTH = json.loads((SEEDS / "truth.json").read_text(encoding="utf-8")) if SEEDS.is_dir() else {}
NAMES = [name for name in TRUTH if name != "_meta"]
REPORTS = [name for name in NAMES if TRUTH[name]["disposition"] != "quarantine"]


def check_lake(lake: duckdb.DuckDBPyConnection) -> None:
    """Assert that a lake made of the seeds says what their truth says."""
    found = lake.execute(
        "SELECT province, prefecture_name, county_name, agency_level, agency_name, year, era_by_year, flags, report_id, "
        "text FROM reports_text ORDER BY year"
    ).fetchall()
    wanted = sorted(REPORTS, key=lambda name: TRUTH[name]["report_year"])
    assert len(found) == len(wanted) == 4
    for row, name in zip(found, wanted, strict=True):
        truth, place = TRUTH[name], TRUTH[name]["jurisdiction"]
        assert row[:7] == (
            province_slug(place["province_code"]), place["prefecture"], place["county"], truth["agency"]["level"],
            truth["agency"]["name"], truth["report_year"], truth["era"],
        )  # fmt: skip
        assert "no_source_address" in row[7] and len(row[9]) == truth["body"]["chars"]
        sections = lake.execute(
            "SELECT section, start FROM sections WHERE report_id = ? AND level = 1 ORDER BY position", [row[8]]
        ).fetchall()
        assert sections == [(s["key"], s["start"] - truth["body"]["start"]) for s in truth["sections"]]
    [reject] = lake.execute("SELECT reasons FROM rejects").fetchall()
    assert "hijacked" in reject[0] or "gambling_brand_injection" in reject[0]
    lost = lake.execute("SELECT state, value FROM figures WHERE year = 2020 AND form <> 'narrative'").fetchall()
    assert lost == [("missing_table", None)] * 3

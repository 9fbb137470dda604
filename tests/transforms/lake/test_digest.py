"""What a day brought, told from what the day before had."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from schemas.tables import CRAWLS, INDEX
from transforms.lake.checks import Result
from transforms.lake.columns import to_table
from transforms.lake.digest import as_text, digest, read_digest, write_digest
from transforms.lake.index import INDEX_KEY
from transforms.lake.partitions import to_parquet
from transforms.store import Store, open_store

DAY = date(2026, 11, 25)


def seen(*reports: tuple[str, int, str]) -> pa.Table:
    schema = pa.schema([INDEX.field(name) for name in ("report_id", "revision", "text_sha256")])
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in reports], schema)


def crawl(site: str, outcome: str, hour: int = 3, day: int = 25, detail: str = "") -> dict[str, Any]:
    return {"site_id": site, "crawl_id": f"{site}-{day}-{hour}", "outcome": outcome, "detail": detail,
            "started": datetime(2026, 11, day, hour, tzinfo=UTC)}  # fmt: skip


def test_reports_are_new_changed_unchanged_or_gone() -> None:
    before = seen(("a", 1, "x"), ("b", 1, "x"), ("c", 1, "x"), ("d", 1, "x"))
    now = seen(("a", 1, "x"), ("b", 2, "y"), ("c", 1, "z"), ("e", 1, "x"))
    found = digest(DAY, now, before, [], [])
    assert found.reports == {"new": 1, "changed": 2, "unchanged": 1, "gone": 1} and found.total == 4
    assert "1 new, 2 changed, 1 unchanged, 1 gone" in as_text(found)


def test_a_first_digest_does_not_call_everything_new() -> None:
    found = digest(DAY, seen(("a", 1, "x")), None, [], [])
    assert found.reports is None and "no comparison" in as_text(found)


def test_the_last_crawl_of_the_chinese_day_says_how_a_site_is() -> None:
    log = [crawl("a", "timeout", 3), crawl("a", "ok", 5), crawl("b", "robots", detail="kept out"), crawl("c", "no_lists"),
           crawl("d", "partial"), crawl("e", "blocked", 15, 24), crawl("f", "blocked", 17, 24), crawl("g", "ok", 16)]  # fmt: skip
    found = digest(DAY, seen(), None, log, [])
    assert found.crawls == {"blocked": 1, "no_lists": 1, "ok": 1, "partial": 1, "robots": 1, "timeout": 1}
    assert found.blocked == ["b: robots: kept out", "f: blocked"]
    assert found.unreachable == ["c: no_lists"]


def test_failed_checks_come_with_their_partitions_and_long_lists_are_cut() -> None:
    checked = [(f"gansu|{year}", [Result("kept", "failed", 0.25), Result("sums", "passed", 1.0)]) for year in range(2001, 2026)]  # fmt: skip
    checked.append(("hebei|2025", [Result("sums", "warned", 0.5)]))
    found = digest(DAY, seen(), None, [], checked)
    assert len(found.failed) == 25 and found.warned == ["hebei|2025: sums = 0.5"]
    text = as_text(found)
    assert "partitions held back by a check: 25\n  gansu|2001: kept = 0.25\n" in text and "and 5 more" in text


def index(store: Store, *reports: tuple[str, int, str]) -> None:
    rows = [{**dict.fromkeys(INDEX.names), "report_id": name, "revision": n, "text_sha256": text, "is_current": True}
            for name, n, text in reports]  # fmt: skip
    old = {**dict.fromkeys(INDEX.names), "report_id": "a", "revision": 0, "text_sha256": "o", "is_current": False}
    store.put(INDEX_KEY, to_parquet(to_table([*rows, old], INDEX)))


def test_a_digest_made_twice_a_day_still_compares_with_the_day_before(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    log = [{**dict.fromkeys(CRAWLS.names), **crawl("a", "ok", detail="")}]
    store.put("lake/crawls/crawl_month=2026-11/part-0.parquet", to_parquet(to_table(log, CRAWLS)))
    assert write_digest(store, date(2026, 11, 23)).total == 0, "an archive without an index"
    index(store, ("a", 1, "x"))
    assert write_digest(store, date(2026, 11, 24)).reports == {"new": 1, "changed": 0, "unchanged": 0, "gone": 0}
    index(store, ("b", 1, "x"), ("a", 1, "x"))
    for _ in range(2):
        found = write_digest(store, DAY)
        assert found.reports == {"new": 1, "changed": 0, "unchanged": 1, "gone": 0} and found.crawls == {"ok": 1}
    kept = list(store.list("state/digests/"))
    assert [name for name in kept if name.endswith(".parquet")] == [
        "state/digests/2026-11-24.parquet", "state/digests/2026-11-25.parquet"]  # fmt: skip
    assert json.loads(store.get("state/digests/2026-11-25.json"))["reports"]["new"] == 1
    assert read_digest(store, date(2026, 11, 24)).startswith("2026-11-24: 1 reports\n")
    with pytest.raises(ValueError, match="2026-11-20"):
        read_digest(store, date(2026, 11, 20))


def test_a_past_day_keeps_its_digest(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    first, second = (date(2026, 11, 22), date(2026, 11, 24))
    index(store, ("a", 1, "x"))
    told = write_digest(store, first)
    index(store, ("a", 1, "x"), ("b", 1, "x"))
    write_digest(store, second)
    kept = {name: store.get(name) for name in store.list("state/digests/")}
    assert write_digest(store, first) == told and told.total == 1
    with pytest.raises(ValueError, match="2026-11-23"):
        write_digest(store, date(2026, 11, 23))
    assert {name: store.get(name) for name in store.list("state/digests/")} == kept

"""Pages → lake, one key at a time. Every step may run again at any time: it writes only what differs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import CRAWLS, INDEX, REJECTS
from transforms.dedupe import editions
from transforms.lake import lake_parquet, lake_rows, partition_key, to_parquet, to_table
from transforms.pages import cached_rows, read_warcs, warc_keys
from transforms.pending import built_digest, mark_built, pending_keys, source_digest, source_folder
from transforms.store import Store

Row = dict[str, Any]
_TABLES = ("sections", "figures", "sources", "reports")  # reports last: a reader never sees one without its parts
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What one build wrote: counts of rows and of objects."""

    key: str
    rows: int
    written: int
    deleted: int


def build(store: Store, key: str) -> BuildResult | None:
    """Build one key of the lake from what was read; None when the lake shows exactly that already.

    ValueError for a key that is none (see transforms/pending.py).
    """
    digest = source_digest(store, key)  # before building: pages that arrive meanwhile make the key pending
    if built_digest(store, key) == digest:
        return None
    left, _, right = key.partition("|")
    makers = {"rejects": build_rejects, "crawls": build_crawls}
    result = makers[left](store, right) if left in makers else build_partition(store, key)
    mark_built(store, key, digest)
    return result


def build_all(store: Store, prefix: str = "raw/") -> dict[str, int]:
    """Read every WARC under a prefix, build whatever is pending, then the index; return counts."""
    read_warcs(store, warc_keys(store, prefix))
    return build_keys(store, pending_keys(store))


def build_keys(store: Store, keys: Iterable[str]) -> dict[str, int]:
    """Build these keys, then the index; return counts of keys built, objects written and deleted, reports."""
    results = [result for key in keys if (result := build(store, key)) is not None]
    return {
        "keys": len(results),
        "written": sum(result.written for result in results),
        "deleted": sum(result.deleted for result in results),
        "reports": build_index(store),
    }


def build_partition(store: Store, key: str) -> BuildResult:
    """Build the lake partitions of one `province|year` from its cached pages.

    Levels that no longer hold a report are deleted.
    """
    province, _, year = key.partition("|")
    rows = cached_rows(store, source_folder(key))
    for row in rows:
        row["province"], row["year"] = province, int(year)
    tables = lake_rows(editions(rows))
    written = deleted = 0
    levels = sorted(tables["reports"])
    for name in _TABLES:
        for level in levels:
            data = lake_parquet(name, tables[name][level])
            written += store.put_if_changed(partition_key(name, province, int(year), level), data)
    for name in reversed(_TABLES):  # reports first, so that no report is left without its parts
        for there in list(store.list(f"lake/{name}/province={province}/year={year}/")):
            level = there.split("agency_level=")[1].split("/")[0]
            if level not in levels:
                store.delete(there)
                deleted += 1
    return BuildResult(key, sum(map(len, tables["reports"].values())), written, deleted)


def build_rejects(store: Store, month: str) -> BuildResult:
    """Build the rejects of one month of fetching; a re-crawl of the same rejected bytes counts once."""
    rows = cached_rows(store, source_folder(f"rejects|{month}"))
    kept: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row["fetched_at"] or _NEVER, row["warc_key"], row["warc_offset"])):
        kept.setdefault((row["url"], row["payload_sha256"]), row)
    ordered = sorted(
        kept.values(), key=lambda row: (row["url"], row["payload_sha256"], row["warc_key"], row["warc_offset"])
    )
    return _write_month(store, "rejects", "fetch_month", month, ordered, REJECTS)


def build_crawls(store: Store, month: str) -> BuildResult:
    """Build the log of one month's crawls from their summaries, one row a crawl."""
    rows = []
    for key in store.list(source_folder(f"crawls|{month}")):
        summary = json.loads(store.get(key))
        times = {name: _moment(summary.get(name)) for name in ("started", "finished")}
        counts = json.dumps(summary.get("counts", {}), sort_keys=True)
        n_warcs = len(summary.get("warc_keys", []))
        rows.append(
            {**{name: summary.get(name) for name in CRAWLS.names}, **times, "n_warcs": n_warcs, "counts": counts}
        )
    rows.sort(key=lambda row: (row["site_id"], row["crawl_id"]))
    return _write_month(store, "crawls", "crawl_month", month, rows, CRAWLS)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _write_month(store: Store, table: str, column: str, month: str, rows: list[Row], schema: pa.Schema) -> BuildResult:
    """Write the one object of a table that is partitioned by month; without rows there is none."""
    key, name = f"lake/{table}/{column}={month}/part-0.parquet", f"{table}|{month}"
    if not rows:
        stale = store.stat(key) is not None
        if stale:
            store.delete(key)
        return BuildResult(name, 0, 0, int(stale))
    schema = pa.schema([field for field in schema if field.name != column])
    return BuildResult(name, len(rows), int(store.put_if_changed(key, to_parquet(to_table(rows, schema)))), 0)


def build_index(store: Store) -> int:
    """Rebuild the index (all rows of reports, one sorted file) from the partitions; return its row count."""
    rows: list[Row] = []
    for key in store.list("lake/reports/"):
        parts = dict(part.split("=", 1) for part in key.split("/") if "=" in part)
        for row in pq.read_table(io.BytesIO(store.get(key))).to_pylist():
            rows.append({**row, **parts, "year": int(parts["year"])})
    rows.sort(key=lambda row: (row["province"], row["year"], row["agency_id"], row["report_id"], row["revision"]))
    if rows:
        store.put_if_changed("lake/index/part-0.parquet", to_parquet(to_table(rows, INDEX)))
    return len(rows)

"""Raw → pages → lake. Every step may run again at any time: it writes only what differs."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.records import Capture
from schemas.tables import INDEX, LAKE, PAGES, REJECTS
from transforms.dedupe import editions
from transforms.lake import lake_parquet, lake_rows, partition_key, to_parquet, to_table
from transforms.read import STAGE_VERSION, read_capture
from transforms.store import Store, open_store
from transforms.warc import UnreadableWarc, read_captures

Row = dict[str, Any]
PAGES_ROOT = f"pages/v{STAGE_VERSION}"
_TABLES = ("sections", "figures", "sources", "reports")  # reports last: a reader never sees one without its parts
_PARALLEL = 4  # fewer files are read in this process
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """What one build wrote: counts of rows and of objects."""

    key: str
    reports: int
    written: int
    deleted: int


def read_warcs(store: Store, keys: Iterable[str]) -> list[str]:
    """Read WARC objects into the pages cache; return the partition keys that they touch, sorted.

    Keys are `province|year` and `rejects|YYYY-MM`. A WARC that was read before with this stage version is not
    read again.
    """
    wanted = sorted(set(keys))
    workers = os.cpu_count() or 1
    touched: set[str] = set()
    if len(wanted) >= _PARALLEL and workers > 1:
        with ProcessPoolExecutor(workers) as pool:
            for found in pool.map(_read_in_worker, [(store.uri, key) for key in wanted]):
                touched.update(found)
    else:
        for key in wanted:
            touched.update(read_warc(store, key))
    return sorted(touched)


def _read_in_worker(job: tuple[str, str]) -> list[str]:
    return read_warc(open_store(job[0]), job[1])


def read_warc(store: Store, key: str) -> list[str]:
    """Read one WARC object into the pages cache; see read_warcs."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    marker = f"{PAGES_ROOT}/done/{digest}.json"
    if store.stat(marker) is not None:
        return [str(name) for name in json.loads(store.get(marker))["keys"]]
    pages: dict[tuple[str, int], list[Row]] = {}
    rejects: dict[str, list[Row]] = {}
    for page, reject in _rows(store.get(key), key):
        if page is not None:
            pages.setdefault((page["province"], page["year"]), []).append(page)
        if reject is not None:
            rejects.setdefault(reject["fetch_month"], []).append(reject)
    for (province, year), rows in pages.items():
        name = f"{PAGES_ROOT}/province={province}/year={year}/{digest}.parquet"
        store.put(name, to_parquet(_pages_table(rows)))
    for month, rows in rejects.items():
        store.put(f"{PAGES_ROOT}/rejects/fetch_month={month}/{digest}.parquet", to_parquet(to_table(rows, REJECTS)))
    found = sorted([f"{province}|{year}" for province, year in pages] + [f"rejects|{month}" for month in rejects])
    store.put(marker, json.dumps({"warc": key, "keys": found}, sort_keys=True).encode())
    return found


def _rows(data: bytes, key: str) -> Iterable[tuple[Row | None, Row | None]]:
    captures = read_captures(data, key)
    while True:
        try:
            capture = next(captures, None)
        except UnreadableWarc as error:
            yield None, _failure(Capture("", None, 0, "", b"", "", key), "unreadable_warc", error)
            return
        if capture is None:
            return
        try:
            yield read_capture(capture)
        except Exception as error:  # one page must not stop a run: it is a reject with the error's name
            yield None, _failure(capture, "reader_error", error)


def _failure(capture: Capture, reason: str, error: Exception) -> Row:
    said = f"{type(error).__name__}: {error}"[:300]
    return {
        "url": capture.url, "host": "", "reason": reason, "reasons": [reason, said], "doc_type": "", "title": "",
        "evidence": json.dumps({"error": said}), "fetched_at": capture.fetched_at, "status": capture.status,
        "fetch_month": capture.fetched_at.strftime("%Y-%m") if capture.fetched_at else "unknown",
        "stage_version": STAGE_VERSION, "site_id": capture.site_id, "family": capture.family,
        "warc_key": capture.warc_key, "warc_offset": capture.warc_offset, "warc_length": capture.warc_length,
        "payload_sha256": capture.payload_sha256,
    }  # fmt: skip


# Nested decimals travel as text in the cache; the lake's figures are decimals.
_CACHE = pa.schema(
    [
        field
        if field.name != "figures"
        else pa.field(
            "figures",
            pa.list_(
                pa.struct(
                    [
                        inner.with_type(pa.string()) if pa.types.is_decimal(inner.type) else inner
                        for inner in field.type.value_type
                    ]
                )
            ),
        )
        for field in PAGES
    ]
)


def _pages_table(rows: list[Row]) -> pa.Table:
    return to_table(rows, _CACHE)


def _cached(store: Store, prefix: str) -> list[Row]:
    rows: list[Row] = []
    for key in store.list(prefix):
        rows += pq.read_table(io.BytesIO(store.get(key))).to_pylist()
    return rows


def build_partition(store: Store, key: str) -> BuildResult:
    """Build the lake partitions of one `province|year` from its cached pages.

    Levels that no longer hold a report are deleted. ValueError for a key of another form.
    """
    province, bar, year = key.partition("|")
    if not bar or not year.isdigit():
        raise ValueError(f"{key!r}: a key is <province>|<year>")
    rows = _cached(store, f"{PAGES_ROOT}/province={province}/year={year}/")
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


def build_rejects(store: Store, fetch_month: str) -> BuildResult:
    """Build the rejects of one month of fetching; a re-crawl of the same rejected bytes counts once."""
    rows = _cached(store, f"{PAGES_ROOT}/rejects/fetch_month={fetch_month}/")
    kept: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row["fetched_at"] or _NEVER, row["warc_key"], row["warc_offset"])):
        kept.setdefault((row["url"], row["payload_sha256"]), row)
    ordered = sorted(
        kept.values(), key=lambda row: (row["url"], row["payload_sha256"], row["warc_key"], row["warc_offset"])
    )
    key = f"lake/rejects/fetch_month={fetch_month}/part-0.parquet"
    if not ordered:
        return BuildResult(f"rejects|{fetch_month}", 0, 0, 0)
    schema = pa.schema([field for field in REJECTS if field.name != "fetch_month"])
    written = store.put_if_changed(key, to_parquet(to_table(ordered, schema)))
    return BuildResult(f"rejects|{fetch_month}", len(ordered), int(written), 0)


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


def warc_keys(store: Store, prefix: str = "raw/") -> list[str]:
    """Return the WARC objects under a prefix, sorted."""
    return [key for key in store.list(prefix) if key.endswith((".warc.gz", ".warc"))]


def build_all(store: Store, prefix: str = "raw/") -> dict[str, int]:
    """Read every WARC under a prefix and build what they touch; return counts."""
    return build_keys(store, warc_keys(store, prefix))


def build_keys(store: Store, warcs: Iterable[str]) -> dict[str, int]:
    """Read these WARC objects and build what they touch; return counts."""
    keys = read_warcs(store, warcs)
    counts = {"partitions": 0, "written": 0, "deleted": 0}
    for key in keys:
        left, _, right = key.partition("|")
        result = build_rejects(store, right) if left == "rejects" else build_partition(store, key)
        counts["partitions"] += 1
        counts["written"] += result.written
        counts["deleted"] += result.deleted
    counts["reports"] = build_index(store)
    return counts


__all__ = ["LAKE", "BuildResult", "build_all", "build_index", "build_partition", "build_rejects", "read_warcs"]

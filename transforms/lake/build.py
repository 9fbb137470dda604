"""Pages → lake, one key at a time. Every step may run again at any time: it writes only what differs."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.checks import checks_digest
from schemas.tables import CRAWLS, REJECTS
from transforms.lake.checks import Result, failures
from transforms.lake.columns import to_table
from transforms.lake.dedupe import editions, loose_pages, with_matches
from transforms.lake.gate import ChecksFailed, judge, known_digests, results_of, to_mark
from transforms.lake.index import build_index
from transforms.lake.pagerows import page_rows
from transforms.lake.partitions import lake_tables, to_parquet
from transforms.lake.pending import (
    PART,
    fingerprint,
    forget_built,
    is_settled,
    lake_folders,
    lake_objects,
    mark_built,
    pending_keys,
    read_mark,
    source_folder,
    source_names,
    split_key,
    split_sources,
)
from transforms.lake.publish import publish
from transforms.lake.relate import Related, relate
from transforms.lake.signatures import signature_rows, to_bytes
from transforms.pages import DamagedPages, cached_table, forget, page_file, read_keys, read_warcs, warc_keys
from transforms.read import STAGE_VERSION
from transforms.store import Conflict, NotFound, Stat, Store

Row = dict[str, Any]
_TRIES = 50
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

    Any number of builders may work on one key: each looks at the lake's objects before it lists the sources, so
    what a conditional write replaces was never built from more than it has seen itself. Whoever loses starts
    again. ValueError for a key that is none (see transforms/lake/pending.py), Conflict when it loses too often,
    ChecksFailed when the key keeps its last good state, because of what its checks say (gate.py).
    """
    for _ in range(_TRIES):
        seen = lake_objects(store, key)
        sources = source_names(store, key)
        mark = read_mark(store, key)
        if is_settled(mark, sources, seen):
            if failed := failures(results_of(mark)):
                raise ChecksFailed(key, failed)
            return None
        if _read_again(store, key, mark, sources, seen):
            continue
        try:
            rows, warcs, wanted = _objects(store, key, sources)
            results = judge(store, key, sources, wanted, seen)
            if failures(results):
                _hold(store, key, sources, mark, seen, results)
                continue
            left = publish(store, wanted, seen)
        except Conflict:
            continue
        except DamagedPages as damage:
            store.delete(damage.name)  # its WARC is read again in the next round
            continue
        if source_names(store, key) == sources:
            objects = {name: hashlib.sha256(data).hexdigest() for name, data in wanted.items()}
            mark_built(store, key, {"fingerprint": fingerprint(sources, left), "objects": objects, "warcs": warcs,
                                    "rows": rows, "checks": to_mark(results)})  # fmt: skip
            written = sum(seen.get(name) is None or seen[name].etag != etag for name, etag in left.items())
            return BuildResult(key, rows, written, len(seen.keys() - left.keys()))
    raise Conflict(f"{key}: other builders changed it {_TRIES} times")


def _hold(store: Store, key: str, sources: list[str], mark: Row, seen: dict[str, Stat], results: list[Result]) -> None:
    """Remember that these sources did not pass; the mark goes on to tell of the objects that stay as they are."""
    kept = {"objects": known_digests(store, mark, seen), "warcs": _came_from(store, key, mark, seen)}
    held = {
        **kept,
        "fingerprint": fingerprint(sources, seen),
        "checks": to_mark(results),
        "refused_by": checks_digest(),
    }
    mark_built(store, key, held | ({"rows": mark["rows"]} if "rows" in mark else {}))


def _read_again(store: Store, key: str, mark: Row, sources: list[str], seen: dict[str, Stat]) -> bool:
    """Read what the key's rows came from and is not in its sources now; return whether anything was.

    The page cache may be lost, damaged, or of a new stage that has not had every WARC yet: a report is dropped only
    when its WARC was read again and its page belongs elsewhere. NotFound when the archived bytes are gone.
    """
    if key.startswith("crawls|"):
        return False
    lost = [
        warc
        for warc in _came_from(store, key, mark, seen)
        if page_file(warc, source_folder(key)) not in sources
        and ((found := read_keys(store, warc)) is None or key in found)
    ]
    for warc in lost:
        if store.stat(warc) is None:
            raise NotFound(f"{warc} is gone; {key} keeps its last good state")
        forget(store, warc)
    read_warcs(store, lost)
    return bool(lost)


def _came_from(store: Store, key: str, mark: Row, seen: dict[str, Stat]) -> list[str]:
    """The WARC files that the key's rows in the lake come from: as its last build says, else as the rows say."""
    marks = [mark, *(read_mark(store, key, stage) for stage in range(STAGE_VERSION - 1, 0, -1))]
    told = next((told["warcs"] for told in marks if told), None)
    if told is not None:
        return list(told)
    found: set[str] = set()
    for name in seen:
        if name.startswith(("lake/sources/", "lake/rejects/")):
            with contextlib.suppress(pa.ArrowException, OSError):  # a damaged object says nothing
                found.update(pq.read_table(io.BytesIO(store.get(name)), columns=["warc_key"]).column(0).to_pylist())
    return sorted(found)


def _objects(store: Store, key: str, sources: list[str]) -> tuple[int, list[str], dict[str, bytes]]:
    """Return what a key's sources make: number of rows, WARC files they come from, lake objects in writing order."""
    left, right = split_key(key)
    if left == "crawls":
        log = crawl_rows([json.loads(store.get(name)) for name in sources])
        return len(log), [], _month_object(key, log, CRAWLS)
    pages, matched = split_sources(sources)
    table = cached_table(store, pages)
    warcs = sorted(pc.unique(table.column("warc_key")).to_pylist()) if table is not None else []
    if left == "rejects":
        rejects = reject_rows(table.to_pylist() if table is not None else [])
        return len(rejects), warcs, _month_object(key, rejects, REJECTS)
    rows = page_rows(table) if table is not None else []
    for row in rows:
        row["province"], row["year"] = left, None if right == "unknown" else int(right)
    told = [json.loads(store.get(name)) for name in matched]
    found = editions(rows, {tuple(place) for item in told for place in item["claimed"]})
    signed = signature_rows(found, loose_pages(rows, found))
    with_matches(found, [source for item in told for source in item["sources"]])
    tables = lake_tables(found)
    signatures, *folders = lake_folders(key)
    wanted = {f"{signatures[:-1]}{PART}": to_bytes(signed)} if signed else {}
    for folder in folders:
        name = folder.split("/")[1]
        for level in sorted(tables[name]):
            wanted[f"{folder}agency_level={level}{PART}"] = to_parquet(tables[name][level])
    return sum(map(len, tables["reports"].values())), warcs, wanted


def _month_object(key: str, rows: list[Row], schema: pa.Schema) -> dict[str, bytes]:
    """The one object of a table that is partitioned by month; without rows there is none."""
    [folder] = lake_folders(key)
    schema = pa.schema([field for field in schema if not field.name.endswith("_month")])
    return {f"{folder[:-1]}{PART}": to_parquet(to_table(rows, schema))} if rows else {}


def reject_rows(rows: list[Row]) -> list[Row]:
    """Return the rejects of one month of fetching in order; a re-crawl of the same rejected bytes counts once."""
    kept: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (row["fetched_at"] or _NEVER, row["warc_key"], row["warc_offset"])):
        kept.setdefault((row["url"], row["payload_sha256"]), row)
    return sorted(
        kept.values(), key=lambda row: (row["url"], row["payload_sha256"], row["warc_key"], row["warc_offset"])
    )


def crawl_rows(summaries: list[Row]) -> list[Row]:
    """Return the log of one month's crawls, one row a summary."""
    rows = []
    for summary in summaries:
        row = {name: summary.get(name) for name in CRAWLS.names}
        for name in ("started", "finished"):
            row[name] = datetime.fromisoformat(summary[name]) if summary.get(name) else None
        row["counts"] = json.dumps(summary.get("counts", {}), sort_keys=True)
        rows.append({**row, "n_warcs": len(summary.get("warc_keys", []))})
    return sorted(rows, key=lambda row: (row["site_id"], row["crawl_id"]))


def build_all(store: Store, prefix: str = "raw/") -> dict[str, int]:
    """Read every WARC under a prefix, build whatever is pending, then relations and index; return counts."""
    read_warcs(store, warc_keys(store, prefix))
    return build_keys(store, pending_keys(store))


def let_read_again(store: Store, prefix: str = "raw/") -> int:
    """Let every WARC under a prefix be read again, and what was built from it be built again; return how many.

    For what reading takes from elsewhere than the page: a row of the registry that was put right moves reports.
    """
    keys = warc_keys(store, prefix)
    for warc in keys:
        for key in read_keys(store, warc) or ():
            store.delete(page_file(warc, source_folder(key)))
            forget_built(store, key)
        forget(store, warc)
    return len(keys)


def build_keys(store: Store, keys: Iterable[str]) -> dict[str, int]:
    """Build these keys, then relations and index; return counts of keys built, objects written and deleted, reports.

    A key that does not pass its checks does not keep the others from being built: see gate.failed_keys.
    """
    results = _build_each(store, keys)
    more, related = build_relations(store)
    results += more
    return {
        "keys": len(results),
        "written": sum(result.written for result in results) + related.written,
        "deleted": sum(result.deleted for result in results),
        "reports": build_index(store),
        "reuse": related.pairs,
        "matched": related.matched,
    }


def _build_each(store: Store, keys: Iterable[str]) -> list[BuildResult]:
    results: list[BuildResult] = []
    for key in keys:
        with contextlib.suppress(ChecksFailed):  # remembered in its mark
            if (result := build(store, key)) is not None:
                results.append(result)
    return results


def build_relations(store: Store) -> tuple[list[BuildResult], Related]:
    """Relate reports and pages across keys, and build the keys that this touches, until nothing changes.

    A page that proves to copy another report leaves the gap that it filled, which may change what it is matched with;
    hence the rounds. Raises Conflict when that does not come to rest.
    """
    results: list[BuildResult] = []
    written = 0
    for _ in range(_TRIES):
        related = relate(store)
        written += related.written
        if not related.touched:
            return results, replace(related, written=written)
        results += _build_each(store, related.touched)
    raise Conflict(f"relations did not come to rest in {_TRIES} rounds")

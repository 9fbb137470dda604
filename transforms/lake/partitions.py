"""Editions → rows of the lake → Parquet bytes that depend on nothing but the rows."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import LAKE, REPORTS
from transforms.lake.changes import changes
from transforms.lake.columns import figure_table, partition_schema, section_table, to_table
from transforms.lake.dedupe import Edition

Row = dict[str, Any]
_SORT = {
    "reports": ("agency_id", "report_id", "revision"),
    "sources": ("report_id", "revision", "relation", "url", "payload_sha256", "warc_key"),
    "revisions": ("report_id", "revision", "position"),
}
_SINGULAR = frozenset(("text", "title", "url", "canonical_url", "text_sha256", "payload_sha256", "evidence"))


def lake_tables(editions: Iterable[Edition]) -> dict[str, dict[str, pa.Table]]:
    """Return `{table: {agency_level: rows in order}}` of one province and year; most levels have no revisions.

    The editions, in order, are of pages of one table (pagerows.py). Partition columns stand in the path alone, as
    hive readers expect.
    """
    levels: dict[str, list[Edition]] = {}
    before: Edition | None = None
    revised: dict[str, list[Row]] = {}
    for edition in editions:
        level = edition.canonical["agency_level"]
        levels.setdefault(level, []).append(edition)
        if before is not None and before.report_id == edition.report_id:
            key = {"report_id": edition.report_id, "revision": edition.revision}
            there = not before.addresses.isdisjoint(edition.addresses)
            rows = changes(before.canonical, edition.canonical, one_address=there)
            revised.setdefault(level, []).extend({**row, **key} for row in rows)
        before = edition
    tables: dict[str, dict[str, pa.Table]] = {name: {} for name in LAKE}
    for level, found in levels.items():
        tables["reports"][level] = _sorted("reports", [_report(edition) for edition in found])
        keys = [(edition.report_id, edition.revision) for edition in found]
        pages = [edition.canonical for edition in found]
        tables["sections"][level] = section_table(keys, pages)
        tables["figures"][level] = figure_table(keys, pages)
        tables["sources"][level] = _sorted("sources", [row for edition in found for row in _sources(edition)])
    tables["revisions"] = {level: _sorted("revisions", rows) for level, rows in revised.items()}
    return tables


def _sources(edition: Edition) -> Iterator[Row]:
    key = {"report_id": edition.report_id, "revision": edition.revision}
    for source, relation, score in edition.sources:
        kept = {name: source[name] for name in LAKE["sources"].names if name in source}
        yield {**kept, **key, "relation": relation, "similarity": score}


def _report(edition: Edition) -> Row:
    page = edition.canonical
    seen = [source["fetched_at"] for source, _, _ in edition.sources if source["fetched_at"] is not None]
    again = [source.get("last_seen", source["fetched_at"]) for source, _, _ in edition.sources]
    report = {name: page[name] for name in REPORTS.names if name in page}
    flags = set(page["flags"])
    if page["provenance"] in ("mirror", "republisher"):
        flags |= {"mirror_only", "figures_untrusted"} | ({"hijacked_source"} if page["hijacked"] else set())
        report["published_on"], report["published_basis"] = None, ""
    if edition.revision > 1 or not edition.is_current:
        flags.add("corrected_edition" if edition.revision > 1 else "superseded_edition")
    return {
        **report,
        "report_id": edition.report_id,
        "revision": edition.revision,
        "is_current": edition.is_current,
        "canonical_url": page["url"],
        "n_sources": len(edition.sources),
        "first_seen": min(seen, default=None),
        "last_seen": max(filter(None, again), default=None),
        "flags": sorted(flags),
    }


def _repeating(schema: pa.Schema) -> list[str]:
    """The paths in a Parquet file of the columns whose texts repeat from row to row."""
    texts = [field.name for field in schema if pa.types.is_string(field.type) and field.name not in _SINGULAR]
    return texts + [f"{field.name}.list.element" for field in schema if pa.types.is_list(field.type)]


def to_parquet(table: pa.Table) -> bytes:
    """Return a table as Parquet, see parquet."""
    return parquet(table.schema, [table])


def parquet(schema: pa.Schema, tables: Iterable[pa.Table]) -> bytes:
    """Return deterministic Parquet bytes of tables one after the other: fixed options, no clock, rows as given.

    Only texts that repeat get a dictionary: numbers and texts of their own are smaller and cheaper without.
    """
    sink = io.BytesIO()
    with pq.ParquetWriter(
        sink, schema, compression="zstd", compression_level=3, write_statistics=True, write_page_index=True,
        data_page_size=1 << 20, use_dictionary=_repeating(schema), version="2.6", store_schema=True,
    ) as writer:  # fmt: skip
        for table in tables:
            writer.write_table(table, row_group_size=2_000)
    return sink.getvalue()


def _sorted(name: str, rows: list[Row]) -> pa.Table:
    """The rows of a table of the lake in its order, nulls first."""
    order = _SORT[name]
    if any(row[column] is None for column in order for row in rows):
        rows = sorted(rows, key=lambda row: tuple((row[column] is not None, row[column]) for column in order))
    else:
        rows = sorted(rows, key=itemgetter(*order))
    return to_table(rows, partition_schema(name))

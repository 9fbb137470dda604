"""Editions → rows of the lake → Parquet bytes that depend on nothing but the rows."""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import accumulate
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import LAKE, REPORTS
from transforms.lake.changes import changes
from transforms.lake.dedupe import Edition

Row = dict[str, Any]
_SORT = {
    "reports": ("agency_id", "report_id", "revision"),
    "sections": ("report_id", "revision", "position"),
    "figures": ("report_id", "revision", "start", "table", "row", "column"),
    "sources": ("report_id", "revision", "relation", "url", "payload_sha256", "warc_key"),
    "revisions": ("report_id", "revision", "position"),
}
_SINGULAR = frozenset(("text", "title", "url", "canonical_url", "text_sha256", "payload_sha256", "evidence"))


def lake_rows(editions: Iterable[Edition]) -> dict[str, dict[str, list[Row]]]:
    """Return `{table: {agency_level: rows}}` of one province and year; most levels have no revisions."""
    tables: dict[str, dict[str, list[Row]]] = {name: {} for name in LAKE}
    before: Edition | None = None
    for edition in editions:
        page = edition.canonical
        level = page["agency_level"]
        partition = {name: page[name] for name in ("province", "year", "agency_level")}
        key = {"report_id": edition.report_id, "revision": edition.revision}
        for name in LAKE.keys() - {"revisions"}:
            tables[name].setdefault(level, [])
        tables["reports"][level].append(_report(edition))
        for position, section in enumerate(page["sections"]):
            text = _text(page["text"], section)
            tables["sections"][level].append({**key, **section, "position": position, "text": text, **partition})
        tables["figures"][level] += [{**key, **figure, **partition} for figure in page["figures"]]
        for source, relation, score in edition.sources:
            kept = {name: source[name] for name in LAKE["sources"].names if name in source}
            tables["sources"][level].append({**kept, **key, "relation": relation, "similarity": score, **partition})
        if before is not None and before.report_id == edition.report_id:
            rows = [{**row, **key, **partition} for row in changes(before.canonical, page)]
            tables["revisions"].setdefault(level, []).extend(rows)
        before = edition
    return tables


def _text(text: str, section: Row) -> str | None:
    """The stretch of a level-1 section: the text is stored once, so parts of sections carry offsets alone."""
    if section["level"] != 1:
        return None
    return text[section["start"] : section["end"]]


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


def to_table(rows: list[Row], schema: pa.Schema) -> pa.Table:
    """Return the rows as an Arrow table of exactly this schema; missing fields become null."""
    columns = []
    for field in schema:
        values = [row.get(field.name) for row in rows]
        columns.append(_array(values, field.type))
    return pa.Table.from_arrays(columns, schema=schema)


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(kind):  # decimals travel as text until here
        return pa.array([None if value is None else str(value) for value in values], pa.string()).cast(kind)
    if pa.types.is_list(kind) and pa.types.is_struct(kind.value_type) and None not in values:
        return _records(values, kind)
    return pa.array(values, kind)


def _records(values: list[list[Row]], kind: pa.ListType) -> pa.Array:
    """Lists of records, field by field: a third of what it costs record by record."""
    records = [record for of_row in values for record in of_row]
    fields = list(kind.value_type)
    columns = [_array([record.get(field.name) for record in records], field.type) for field in fields]
    struct = pa.StructArray.from_arrays(columns, fields=fields)
    offsets = pa.array([0, *accumulate(map(len, values))], pa.int32())
    return pa.ListArray.from_arrays(offsets, struct, type=kind)


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


def lake_parquet(name: str, rows: list[Row]) -> bytes:
    """Return the Parquet object of one partition of a lake table; rows are sorted by the table's order.

    The partition columns live in the path alone, as hive readers expect.
    """
    order = _SORT[name]
    if any(row[column] is None for column in order for row in rows):  # nulls come first
        rows = sorted(rows, key=lambda row: tuple((row[column] is not None, row[column]) for column in order))
    else:
        rows = sorted(rows, key=itemgetter(*order))
    fields = [field for field in LAKE[name] if field.name not in ("province", "year", "agency_level")]
    return to_parquet(to_table(rows, pa.schema(fields)))

"""What the reader shows: which agency has reports of which years, and each report whole, a few to a file."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb
import pyarrow.parquet as pq

from schemas.tables import AGENCY_LEVELS
from transforms.store import Store

Row = dict[str, Any]
PER_FILE = 16  # reports a file: about half a megabyte
_REPORT = (
    "report_id", "revision", "is_current", "agency_name", "agency_name_printed", "report_scope", "title",
    "title_inferred", "published_on", "published_basis", "era_by_structure", "n_chars", "canonical_url",
    "provenance", "flags", "confidence_year", "confidence_agency", "confidence_level", "evidence",
)  # fmt: skip
_SECTION = ("position", "section", "also", "heading", "level", "parent", "status", "text")
_FIGURE = (
    "form", "table", "row", "column", "label_printed", "value_printed", "value", "unit", "qualifier", "state", "rule_ok",
)  # fmt: skip
_SOURCE = (
    "url", "provenance", "relation", "similarity", "fetched_at", "warc_key", "warc_offset", "warc_length",
    "payload_sha256",
)  # fmt: skip
_PARTS = {"sections": _SECTION, "figures": _FIGURE, "sources": _SOURCE}
FOLDERS = ("lake/reports/", *(f"lake/{name}/" for name in _PARTS))
# The file that holds a report is told by its rank, so a listing needs none of the reports' own files.
_LISTING = """
  SELECT r.province, r.agency_level, r.report_id, max(r.revision) AS revisions, any_value(r.year) AS year,
    list(DISTINCT r.agency_name ORDER BY r.agency_name) AS names, coalesce(max(f.failed), 0) AS failed,
    (dense_rank() OVER (PARTITION BY r.province, r.year ORDER BY r.report_id) - 1) // ? AS file
  FROM report_index r LEFT JOIN
    (SELECT report_id, revision, count(*) AS failed FROM figures WHERE rule_ok = false GROUP BY ALL) f
    ON f.report_id = r.report_id AND f.revision = r.revision AND r.is_current
  GROUP BY r.province, r.agency_level, r.report_id, r.year
  ORDER BY r.province, r.report_id"""


def agencies(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, list[list[Any]]]]:
    """Yield each province with its agencies: `[agency_id, names, reports]`, latest name and report first.

    A report is `[year, scope, level, revisions, failed sums of the current edition, number of its file]`.
    """
    rows = connection.sql(_LISTING, params=[PER_FILE]).to_arrow_table().to_pylist()
    for province, of_province in groupby(rows, itemgetter("province")):
        found: dict[str, list[Row]] = {}
        for row in of_province:
            found.setdefault(row["report_id"].rsplit(":", 2)[0], []).append(row)
        yield province, [_agency(ident, found[ident]) for ident in sorted(found)]


def _agency(ident: str, rows: list[Row]) -> list[Any]:
    rows = sorted(rows, key=lambda row: (-row["year"], row["report_id"]))
    names = list(dict.fromkeys(name for row in rows for name in row["names"]))
    reports = [
        [
            row["year"],
            row["report_id"].rsplit(":", 1)[1],
            AGENCY_LEVELS.index(row["agency_level"]),
            row["revisions"],
            row["failed"],
            row["file"],
        ]
        for row in rows
    ]
    return [ident, names, reports]


def report_files(store: Store, names: Iterable[str]) -> Iterator[list[Row]]:
    """Yield the reports of one province and year, PER_FILE at a time in the order of their ids, editions together.

    `names` are the objects of the lake that hold them. Each report is a mapping of its fields; `sections`, `figures`
    and `sources` are lists of values in the order of `fields`.
    """
    parts: dict[str, dict[tuple[str, int], list[list[Any]]]] = {name: {} for name in _PARTS}
    reports: list[Row] = []
    for name in sorted(names):
        table = name.split("/")[1]
        columns = _PARTS.get(table)
        if columns is None:
            level = name.split("agency_level=")[1].split("/")[0]
            reports += [{**row, "agency_level": level} for row in _rows(store, name, _REPORT)]
            continue
        for row in _rows(store, name, ("report_id", "revision", *columns)):
            values = parts[table].setdefault((row["report_id"], row["revision"]), [])
            values.append([row[column] for column in columns])
    reports.sort(key=itemgetter("report_id", "revision"))
    editions = [list(group) for _, group in groupby(reports, itemgetter("report_id"))]
    for start in range(0, len(editions), PER_FILE):
        chosen = [edition for group in editions[start : start + PER_FILE] for edition in group]
        yield [_whole(report, parts) for report in chosen]


def _whole(report: Row, parts: dict[str, dict[tuple[str, int], list[list[Any]]]]) -> Row:
    key = (report["report_id"], report["revision"])
    found = {name: parts[name].get(key, []) for name in parts}
    found["sections"] = sorted(found["sections"], key=itemgetter(0))
    return {**report, **found}


def fields() -> dict[str, tuple[str, ...]]:
    """Return the names of the values in each list of a report, for the page."""
    return dict(_PARTS)


def _rows(store: Store, name: str, columns: tuple[str, ...]) -> list[Row]:
    return list(pq.ParquetFile(io.BytesIO(store.get(name))).read(columns=list(columns)).to_pylist())

"""SQL over the lake: DuckDB views on the Parquet partitions, on any store."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs

from schemas.tables import INDEX, LAKE, TABLES
from transforms.store import open_store

_PARTITIONING = {
    **{
        name: pa.schema([("province", pa.string()), ("year", pa.int32()), ("agency_level", pa.string())])
        for name in LAKE
    },
    "reuse": pa.schema([("year", pa.int32())]),
    "rejects": pa.schema([("fetch_month", pa.string())]),
    "crawls": pa.schema([("crawl_month", pa.string())]),
    "sites": pa.schema([]),
    "coverage": pa.schema([("province", pa.string())]),
    "checks": pa.schema([]),
}
# The partition columns are joined too: a condition on them then prunes the files of both tables.
_REPORTS_TEXT = """CREATE VIEW reports_text AS SELECT r.*, s.text FROM reports r LEFT JOIN (
  SELECT province, year, agency_level, report_id, revision, string_agg(text, '' ORDER BY position) AS text
  FROM sections GROUP BY ALL) s USING (province, year, agency_level, report_id, revision)"""


def connect(uri: str) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection with a view of every table of TABLES, reports_text and report_index.

    Nothing but these views can be read, and no file. Filters on the partition columns prune files; report_index has
    the columns of reports in one file, for questions to the whole country. Tables that do not exist yet are empty.
    ValueError for a bad address.
    """
    filesystem, base = open_store(uri).filesystem()
    connection = duckdb.connect(config={"python_enable_replacements": False})
    for name, schema in TABLES.items():
        connection.register(name, _dataset(filesystem, f"{base}/lake/{name}", schema, _PARTITIONING[name]))
    connection.register("report_index", _dataset(filesystem, f"{base}/lake/index", INDEX, None))
    connection.execute(_REPORTS_TEXT)
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


def _dataset(filesystem: pyarrow.fs.FileSystem, path: str, schema: pa.Schema, partitions: pa.Schema | None) -> Any:
    if filesystem.get_file_info(path).type != pyarrow.fs.FileType.Directory:
        return schema.empty_table()
    return ds.dataset(
        path,
        schema=schema,
        filesystem=filesystem,
        format="parquet",
        partitioning=ds.partitioning(partitions, flavor="hive") if partitions else None,
    )

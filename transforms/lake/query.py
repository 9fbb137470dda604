"""SQL over the lake: DuckDB views on the Parquet partitions, on any store."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.fs

from schemas.tables import LAKE, TABLES
from transforms.store import open_store

_PARTITIONING = {
    **{
        name: pa.schema([("province", pa.string()), ("year", pa.int32()), ("agency_level", pa.string())])
        for name in LAKE
    },
    "reuse": pa.schema([("year", pa.int32())]),
    "rejects": pa.schema([("fetch_month", pa.string())]),
    "crawls": pa.schema([("crawl_month", pa.string())]),
}


def connect(uri: str) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection with a view of every table of TABLES, and reports_text.

    Nothing but these views can be read, and no file. Filters on the partition columns prune files. Tables that do
    not exist yet are empty. ValueError for a bad address.
    """
    filesystem, base = open_store(uri).filesystem()
    connection = duckdb.connect(config={"python_enable_replacements": False})
    for name, schema in TABLES.items():
        connection.register(name, _dataset(filesystem, f"{base}/lake/{name}", schema, _PARTITIONING[name]))
    connection.execute(
        "CREATE VIEW reports_text AS SELECT r.*, s.text FROM reports r LEFT JOIN (SELECT report_id, revision, "
        "string_agg(text, '' ORDER BY position) AS text FROM sections GROUP BY ALL) s USING (report_id, revision)"
    )
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")
    return connection


def _dataset(filesystem: pyarrow.fs.FileSystem, path: str, schema: pa.Schema, partitions: pa.Schema) -> Any:
    if filesystem.get_file_info(path).type != pyarrow.fs.FileType.Directory:
        return schema.empty_table()
    return ds.dataset(
        path,
        schema=schema,
        filesystem=filesystem,
        format="parquet",
        partitioning=ds.partitioning(partitions, flavor="hive"),
    )

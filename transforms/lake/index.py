"""All of reports in one sorted file, made from the partitions one (province, year) at a time."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from itertools import groupby

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import INDEX
from transforms.lake.partitions import parquet
from transforms.lake.pending import PART
from transforms.lake.publish import publish
from transforms.lake.sites import put_sites
from transforms.store import Conflict, NotFound, Store

INDEX_KEY = f"lake/index{PART}"
_TRIES = 50
_FLUSH = 20_000  # rows held before they are written; small keys share their row groups
_ORDER = ("agency_id", "report_id", "revision")


def build_index(store: Store) -> int:
    """Rebuild the index (all rows of reports by province, year, agency) from the partitions; return its row count.

    The registry's table is put beside it. Raises Conflict when other builders change it all the time.
    """
    put_sites(store)
    return refresh_index(store)


def refresh_index(store: Store) -> int:
    """Rebuild the index alone, for who reads it next; return its row count, and write nothing when it is up to date.

    Raises Conflict when other builders change it all the time.
    """
    for _ in range(_TRIES):
        there = store.stat(INDEX_KEY)
        with contextlib.suppress(Conflict, NotFound):  # somebody else is building: look again
            data = parquet(INDEX, _held(_by_key(store)))
            rows = int(pq.read_metadata(io.BytesIO(data)).num_rows)
            publish(store, {INDEX_KEY: data} if rows else {}, {INDEX_KEY: there} if there else {})
            return rows
    raise Conflict(f"{INDEX_KEY}: other builders changed it {_TRIES} times")


def _by_key(store: Store) -> Iterator[pa.Table]:
    """The reports of each (province, year) in order."""
    keys = [key for key in store.list("lake/reports/") if key.endswith(PART)]
    for _, group in groupby(keys, lambda key: key.rpartition("/agency_level=")[0]):
        table = pa.concat_tables([_reports(store.get(key), key) for key in group])
        yield table.sort_by([(name, "ascending") for name in _ORDER])


def _reports(data: bytes, key: str) -> pa.Table:
    """The rows of one partition, with the columns that stand in its path."""
    table = pq.ParquetFile(io.BytesIO(data)).read()
    parts = dict(part.split("=", 1) for part in key.split("/") if "=" in part)
    for place, field in enumerate(INDEX):
        if field.name in parts:
            value = pa.scalar(parts[field.name]).cast(field.type)
            table = table.add_column(place, field, pa.repeat(value, table.num_rows))
    return table.cast(INDEX)


def _held(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """Join tables until they make up some rows, in the same order."""
    held: list[pa.Table] = []
    for table in tables:
        held.append(table)
        if sum(part.num_rows for part in held) >= _FLUSH:
            yield pa.concat_tables(held)
            held = []
    if held:
        yield pa.concat_tables(held)

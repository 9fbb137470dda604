"""Signatures: what similarity is found by without reading a text, one object a key of the lake.

`state/signatures/province=…/year=…/part-0.parquet` has a row for each trusted edition and one for each loose page,
that is a page which no trusted edition has among its sources: its issuer is masked or forged, or it fills a gap.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import SIGNATURES
from transforms.lake.columns import to_table
from transforms.lake.dedupe import Edition
from transforms.lake.partitions import to_parquet
from transforms.lake.prose import prose, sketch
from transforms.lake.reuse import Sketches
from transforms.store import Store

Row = dict[str, Any]


def signature_rows(editions: Iterable[Edition], loose: Iterable[Row]) -> list[Row]:
    """Return the signatures of one key: of its trusted editions, then of its loose pages."""
    told = [
        {**_row(edition.canonical), "report_id": edition.report_id, "revision": edition.revision,
         "is_current": edition.is_current}
        for edition in editions if edition.trusted
    ]  # fmt: skip
    return told + [{**_row(page), "report_id": "", "is_current": False} for page in loose]


def _row(page: Row) -> Row:
    told = {name: page[name] for name in SIGNATURES.names if name in page}
    return {**told, "sketch": sketch(prose(page, own=True).text)}


def to_bytes(rows: list[Row]) -> bytes:
    """Return the Parquet object of one key's signatures."""
    return to_parquet(to_table(rows, SIGNATURES))


def read_signatures(store: Store, names: Iterable[str]) -> pa.Table:
    """Return the signatures of these objects in order, with the columns province and year (text) of their keys."""
    tables = []
    for name in names:
        table = pq.read_table(io.BytesIO(store.get(name)), partitioning=None)
        parts = dict(part.split("=", 1) for part in name.split("/") if "=" in part)
        for column in ("province", "year"):
            table = table.append_column(column, pa.array([parts[column]] * len(table), pa.string()))
        tables.append(table)
    columns = [*SIGNATURES, pa.field("province", pa.string()), pa.field("year", pa.string())]
    return pa.concat_tables(tables) if tables else pa.schema(columns).empty_table()


def sketches_of(table: pa.Table) -> Sketches:
    """Return the sketches of a table of signatures."""
    column = table.column("sketch").combine_chunks()
    lengths = np.asarray(column.value_lengths(), np.int64)
    values = column.flatten().to_numpy(zero_copy_only=False).astype(np.uint32, copy=False)
    return Sketches(values, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))

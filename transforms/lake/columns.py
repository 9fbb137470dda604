"""Rows and records → Arrow columns: whole columns at a time, since a record by itself costs a hundred times as much."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from schemas.records import Figures
from schemas.tables import LAKE
from transforms.lake.pagerows import Ints, PageRow, records

Row = dict[str, Any]
_IN_PATH = ("province", "year", "agency_level")


def partition_schema(name: str) -> pa.Schema:
    """Return the columns of a table of the lake that its objects hold: those of the path are left out."""
    return pa.schema([field for field in LAKE[name] if field.name not in _IN_PATH])


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


def _records(values: list[list[Row] | Figures], kind: pa.ListType) -> pa.Array:
    """Lists of records, field by field: a third of what it costs record by record."""
    fields = list(kind.value_type)
    columns: dict[str, list[Any]] = {field.name: [] for field in fields}
    for told in values:
        for name, column in columns.items():
            column += getattr(told, name) if isinstance(told, Figures) else [record.get(name) for record in told]
    struct = pa.StructArray.from_arrays([_array(columns[field.name], field.type) for field in fields], fields=fields)
    offsets = pa.array([0, *accumulate(map(len, values))], pa.int32())
    return pa.ListArray.from_arrays(offsets, struct, type=kind)


def section_table(keys: Sequence[tuple[str, int]], pages: Sequence[PageRow]) -> pa.Table:
    """Return the rows of `sections` of reports (identity, revision; their pages), one report after the other.

    The text is stored once: only sections of level 1 carry theirs.
    """
    lengths, struct = records(pages[0].table, "sections", [page.place for page in pages])
    levels, starts, ends = (struct.field(name).to_pylist() for name in ("level", "start", "end"))
    texts = [page["text"] for page, n in zip(pages, lengths.tolist(), strict=True) for _ in range(n)]
    told = zip(texts, levels, starts, ends, strict=True)
    firsts = np.cumsum(lengths) - lengths
    position = np.arange(len(struct)) - np.repeat(firsts, lengths)
    more = {
        "position": pa.array(position, pa.int32()),
        "text": pa.array([text[start:end] if level == 1 else None for text, level, start, end in told], pa.string()),
    }
    return _keyed("sections", keys, lengths, struct, more)


def figure_table(keys: Sequence[tuple[str, int]], pages: Sequence[PageRow]) -> pa.Table:
    """Return the rows of `figures` of reports (identity, revision; their pages), one report after the other.

    Within a report they stand in the order of the text: start (unknown ones first), table, row, column.
    """
    lengths, struct = records(pages[0].table, "figures", [page.place for page in pages])
    table = _keyed("figures", keys, lengths, struct, {})
    start = pc.fill_null(struct.field("start"), -1).to_numpy(zero_copy_only=False)
    names = [_ranks(struct.field(name)) for name in ("column", "row", "table")]
    order = np.lexsort([*names, start, np.repeat(np.arange(len(keys)), lengths)])
    return table if (order[1:] > order[:-1]).all() else table.take(order)


def _keyed(
    name: str, keys: Sequence[tuple[str, int]], lengths: Ints, struct: pa.StructArray, more: dict[str, pa.Array]
) -> pa.Table:
    """Records with the key of their report, as a table of the lake."""
    owners = np.repeat(np.arange(len(keys)), lengths)
    columns = {
        "report_id": pa.array([identity for identity, _ in keys], pa.string()).take(owners),
        "revision": pa.array(np.array([revision for _, revision in keys], np.int32)[owners], pa.int32()),
        **{field.name: struct.field(at) for at, field in enumerate(struct.type)},
        **more,
    }
    schema = partition_schema(name)
    return pa.Table.from_arrays([columns[field.name].cast(field.type) for field in schema], schema=schema)


def _ranks(texts: pa.Array) -> npt.NDArray[np.int16]:
    """The place of each text among all that occur, null before them."""
    coded = texts.dictionary_encode()
    ranks = np.empty(len(coded.dictionary), np.int16)
    ranks[pc.sort_indices(coded.dictionary)] = np.arange(len(ranks))
    codes = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
    return np.where(codes < 0, -1, ranks[codes]).astype(np.int16) if len(ranks) else codes.astype(np.int16)

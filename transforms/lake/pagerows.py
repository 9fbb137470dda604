"""Pages of one key as rows: plain columns at once, sections and figures only where a rule looks at them.

Most pages are alone in their report: their records go from the page cache to the lake as columns (partitions.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Row = dict[str, Any]
Spans = list[tuple[int, int]]
Ints = npt.NDArray[np.int64]
_RECORDS = ("sections", "figures")


class PageRow(dict[str, Any]):
    """One page of a table. `row["figures"]` is made when first asked for.

    `row["table_spans"]`: start and end in the text of each statutory table that was read; `row["n_values"]`: how many
    figures have a value.
    """

    __slots__ = ("place", "table")

    def __init__(self, values: Row, table: pa.Table, place: int) -> None:
        super().__init__(values)
        self.table, self.place = table, place

    def __missing__(self, name: str) -> list[Row]:
        """Make the figures; KeyError for what is no column."""
        if name != "figures":
            raise KeyError(name)
        self[name] = made = _dicts(self.table.column(name)[self.place].values)
        return made


def page_rows(table: pa.Table) -> list[PageRow]:
    """Return the rows of a table of pages (schema PAGES, numbers of figures as text), in its order."""
    table = table.combine_chunks()
    columns = {name: table.column(name).to_pylist() for name in table.column_names if name not in _RECORDS}
    lengths, sections = records(table, "sections", range(len(table)))
    told, ends = _dicts(sections), np.cumsum(lengths).tolist()
    columns["sections"] = [told[end - n : end] for end, n in zip(ends, lengths.tolist(), strict=True)]
    columns["table_spans"], columns["n_values"] = _of_figures(table)
    rows = zip(*columns.values(), strict=True)
    return [PageRow(dict(zip(columns, row, strict=True)), table, n) for n, row in enumerate(rows)]


def records(table: pa.Table, name: str, places: Sequence[int]) -> tuple[Ints, pa.StructArray]:
    """Return how many records each of these pages has, and all of them one after the other."""
    column = table.column(name)
    chunks = (column if isinstance(places, range) else column.take(np.asarray(places, np.int64))).chunks
    lists = pa.concat_arrays(chunks) if chunks else pa.nulls(0, column.type)
    return np.asarray(lists.value_lengths(), np.int64), lists.flatten()


def _dicts(struct: pa.StructArray) -> list[Row]:
    names = [field.name for field in struct.type]
    columns = [struct.field(at).to_pylist() for at in range(len(names))]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _of_figures(table: pa.Table) -> tuple[list[Spans], list[int]]:
    """For each page the stretches between the first and the last cell of its forms, and how many values it has."""
    lengths, figures = records(table, "figures", range(len(table)))
    spans = table_spans(lengths, {name: figures.field(name) for name in ("table", "start", "end", "form")})
    values = pc.equal(figures.field("state"), "value").to_numpy(zero_copy_only=False).astype(bool)
    pages = np.repeat(np.arange(len(table)), lengths)
    return spans, np.bincount(pages[values], minlength=len(table)).tolist()


def table_spans(lengths: Ints, figures: Mapping[str, pa.Array | pa.ChunkedArray]) -> list[Spans]:
    """Return for each page the stretches of its text between the first and the last cell of each form.

    `lengths`: how many figures each page has; `figures`: their columns table, form, start and end, page after page.
    """
    pages = np.repeat(np.arange(len(lengths)), lengths)
    told = pa.table({"page": pages, **figures})
    cells = told.filter((pc.field("form") != "narrative") & (pc.field("end") > pc.field("start")))
    groups = cells.group_by(["page", "table"]).aggregate([("start", "min"), ("end", "max")])
    spans: list[Spans] = [[] for _ in range(len(lengths))]
    found = zip(*(groups.column(name).to_pylist() for name in ("page", "start_min", "end_max")), strict=True)
    for page, start, end in sorted(found):
        spans[page].append((start, end))
    return spans

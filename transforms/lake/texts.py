"""Whole reports and pages looked up again by what their signatures say; a few partitions are kept at hand."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.lake.pagerows import page_rows, table_spans
from transforms.lake.passages import Indexed, indexed
from transforms.lake.pending import PART, source_folder
from transforms.lake.prose import prose
from transforms.pages import DamagedPages, cached_table, forget, page_file, read_warcs
from transforms.store import NotFound, Store

Row = dict[str, Any]
_FIGURES = ["form", "table", "row", "column", "state", "value", "value_printed", "start", "end"]
_SPOKEN = {  # what the prose of a report is made from
    "sections": ["section", "heading", "level", "start", "end", "text"],
    "figures": ["form", "table", "start", "end"],
}
Spans = dict[tuple[str, int], tuple[int, int]]
_EDITION = ["report_id", "revision"]
_ROWS = 256  # reports; one has some 0.2 MB
_PROSE = 2_048  # reports; one has some 60 kB with its index
_HELD = 8  # partitions; one has some tens of megabytes at most
_LIGHT = 24  # partitions without what no prose needs; one has some megabytes at most


@dataclass(frozen=True, slots=True)
class _Spoken:
    """The columns of a partition's sections, which rows are an edition's, and the stretches of an edition's tables."""

    spans: Spans
    sections: list[list[Any]]
    tables: dict[tuple[str, int], list[tuple[int, int]]]


class Texts:
    """Rows with text, sections and figures. Raises NotFound when a key is being built anew."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = lru_cache(_ROWS)(self._report)
        self._partition = lru_cache(_HELD)(self._read_partition)
        self._pages = lru_cache(_HELD)(self._read_pages)
        self._spoken = lru_cache(_LIGHT)(self._read_spoken)
        self._prose = lru_cache(_PROSE)(lambda *key: indexed(prose(self._own(*key), own=True)))

    def report(self, told: Row) -> Row:
        """Return an edition as its partition has it; `told` names report, revision, province, year, agency_level."""
        return self._rows(*_key(told))

    def prose(self, told: Row) -> Indexed:
        """Return the prose of an edition that is its own, with the index of its passages; see report."""
        return self._prose(*_key(told))

    def _report(self, place: str, report_id: str, revision: int) -> Row:
        parts = {}
        for name, (table, spans) in self._partition(place).items():
            first, length = spans.get((report_id, revision), (0, 0))
            parts[name] = table.slice(first, length).to_pylist()
        if not parts["reports"]:
            raise NotFound(f"{place}: {report_id} revision {revision}")
        partition = dict(part.split("=") for part in place.split("/"))
        text = "".join(section["text"] or "" for section in parts["sections"])
        return {**parts.pop("reports")[0], **partition, "text": text, **parts}

    def _own(self, place: str, report_id: str, revision: int) -> Row:
        """What `prose` asks of an edition."""
        told = self._spoken(place)
        first, length = told.spans.get((report_id, revision), (0, 0))
        if not length:
            raise NotFound(f"{place}: {report_id} revision {revision}")
        values = zip(*(column[first : first + length] for column in told.sections), strict=True)
        sections = [dict(zip(_SPOKEN["sections"], row, strict=True)) for row in values]
        text = "".join(section["text"] or "" for section in sections)
        return {"text": text, "sections": sections, "table_spans": told.tables.get((report_id, revision), [])}

    def page(self, told: Row) -> Row | None:
        """Return a page as the cache has it, read again if it is not there; None when it belongs elsewhere now."""
        name = page_file(told["warc_key"], source_folder(f"{told['province']}|{told['year']}"))
        try:
            pages = self._pages(name)
        except (NotFound, DamagedPages):
            forget(self._store, told["warc_key"])
            read_warcs(self._store, [told["warc_key"]])
            pages = self._pages(name) if self._store.stat(name) else {}
        return pages.get(told["warc_offset"])

    def _read_pages(self, name: str) -> dict[int, Row]:
        table = cached_table(self._store, [name])
        return {row["warc_offset"]: row for row in (page_rows(table) if table is not None else ())}

    def _read_partition(self, place: str) -> dict[str, tuple[pa.Table, Spans]]:
        columns = {"figures": [*_EDITION, *_FIGURES]}
        tables = {name: self._table(name, place, columns.get(name)) for name in ("reports", "sections", "figures")}
        return {name: (table, _spans(table)) for name, table in tables.items()}

    def _read_spoken(self, place: str) -> _Spoken:
        sections, figures = (self._table(name, place, [*_EDITION, *columns]) for name, columns in _SPOKEN.items())
        spans = _spans(figures)
        lengths = np.array([length for _, length in spans.values()], np.int64)
        tables = table_spans(lengths, {name: figures.column(name) for name in _SPOKEN["figures"]})
        columns = [sections.column(name).to_pylist() for name in _SPOKEN["sections"]]
        return _Spoken(_spans(sections), columns, dict(zip(spans, tables, strict=True)))

    def _table(self, name: str, place: str, columns: list[str] | None) -> pa.Table:
        data = io.BytesIO(self._store.get(f"lake/{name}/{place}{PART}"))
        return pq.ParquetFile(data).read(columns, use_threads=False)


def _key(told: Row) -> tuple[str, str, int]:
    place = f"province={told['province']}/year={told['year']}/agency_level={told['agency_level']}"
    return place, told["report_id"], told["revision"]


def _spans(table: pa.Table) -> Spans:
    """First row and number of rows of every edition; the tables of the lake are sorted by it."""
    ids, revisions = (table.column(name).to_numpy() for name in ("report_id", "revision"))
    new = np.concatenate([[True], (ids[1:] != ids[:-1]) | (revisions[1:] != revisions[:-1])])[: len(ids)]
    firsts = np.flatnonzero(new).tolist()
    return {(ids[first], int(revisions[first])): (first, last - first) for first, last in pairwise([*firsts, len(ids)])}

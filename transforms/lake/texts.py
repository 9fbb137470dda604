"""Whole reports and pages looked up again by what their signatures say; a few partitions are kept at hand."""

from __future__ import annotations

import io
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from transforms.lake.pagerows import page_rows
from transforms.lake.pending import PART, source_folder
from transforms.lake.prose import Prose, prose
from transforms.pages import DamagedPages, cached_table, forget, page_file, read_warcs
from transforms.store import NotFound, Store

Row = dict[str, Any]
_COLUMNS = {
    "figures": [
        "report_id",
        "revision",
        "form",
        "table",
        "row",
        "column",
        "state",
        "value",
        "value_printed",
        "start",
        "end",
    ]
}
Spans = dict[tuple[str, int], tuple[int, int]]
_ROWS = 256  # reports; one has some 0.2 MB
_PROSE = 4_096  # reports; one has some 20 kB
_HELD = 8  # partitions; one has some tens of megabytes at most


class Texts:
    """Rows with text, sections and figures. Raises NotFound when a key is being built anew."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._rows = lru_cache(_ROWS)(self._report)
        self._partition = lru_cache(_HELD)(self._read_partition)
        self._pages = lru_cache(_HELD)(self._read_pages)
        self._prose = lru_cache(_PROSE)(lambda *key: prose(self._report(*key), own=True))

    def report(self, told: Row) -> Row:
        """Return an edition as its partition has it; `told` names report, revision, province, year, agency_level."""
        return self._rows(*_key(told))

    def prose(self, told: Row) -> Prose:
        """Return the prose of an edition that is its own; see report."""
        return self._prose(*_key(told))

    def _report(self, place: str, report_id: str, revision: int) -> Row:
        parts = {}
        for name, (table, spans) in self._partition(place).items():
            first, length = spans.get((report_id, revision), (0, 0))
            parts[name] = table.slice(first, length).to_pylist()
        if not parts["reports"]:
            raise NotFound(f"{place}: {report_id} revision {revision}")
        text = "".join(section["text"] or "" for section in parts["sections"])
        partition = dict(part.split("=") for part in place.split("/"))
        return {
            **parts["reports"][0],
            **partition,
            "text": text,
            "sections": parts["sections"],
            "figures": parts["figures"],
        }

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
        found = {}
        for name in ("reports", "sections", "figures"):
            data = io.BytesIO(self._store.get(f"lake/{name}/{place}{PART}"))
            table = pq.read_table(data, columns=_COLUMNS.get(name), partitioning=None)
            found[name] = (table, _spans(table))
        return found


def _key(told: Row) -> tuple[str, str, int]:
    place = f"province={told['province']}/year={told['year']}/agency_level={told['agency_level']}"
    return place, told["report_id"], told["revision"]


def _spans(table: pa.Table) -> Spans:
    """First row and number of rows of every edition; the tables of the lake are sorted by it."""
    ids, revisions = (table.column(name).to_numpy() for name in ("report_id", "revision"))
    new = np.concatenate([[True], (ids[1:] != ids[:-1]) | (revisions[1:] != revisions[:-1])])[: len(ids)]
    firsts = np.flatnonzero(new).tolist()
    return {(ids[first], int(revisions[first])): (first, last - first) for first, last in pairwise([*firsts, len(ids)])}

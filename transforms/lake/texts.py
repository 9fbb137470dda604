"""Whole reports and pages looked up again by what their signatures say; a few partitions are kept at hand."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from transforms.lake.pending import PART, source_folder
from transforms.pages import DamagedPages, cached_rows, forget, page_file, read_warcs
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
_HELD = 8  # partitions; one has some tens of megabytes at most


class Texts:
    """Rows with text, sections and figures. Raises NotFound when a key is being built anew."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._partition = lru_cache(_HELD)(self._read_partition)
        self._pages = lru_cache(_HELD)(self._read_pages)

    def report(self, told: Row) -> Row:
        """Return an edition as its partition has it; `told` names report, revision, province, year, agency_level."""
        place = f"province={told['province']}/year={told['year']}/agency_level={told['agency_level']}"
        wanted = (pc.field("report_id") == told["report_id"]) & (pc.field("revision") == told["revision"])
        parts = {name: table.filter(wanted).to_pylist() for name, table in self._partition(place).items()}
        if len(parts["reports"]) != 1:
            raise NotFound(f"{place}: {told['report_id']} revision {told['revision']}")
        text = "".join(section["text"] or "" for section in parts["sections"])
        return {**parts["reports"][0], "text": text, "sections": parts["sections"], "figures": parts["figures"]}

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
        return {row["warc_offset"]: row for row in cached_rows(self._store, [name])}

    def _read_partition(self, place: str) -> dict[str, pa.Table]:
        names = ("reports", "sections", "figures")
        data = {name: io.BytesIO(self._store.get(f"lake/{name}/{place}{PART}")) for name in names}
        return {name: pq.read_table(data[name], columns=_COLUMNS.get(name), partitioning=None) for name in names}

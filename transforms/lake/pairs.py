"""The table `reuse`: pairs of reports that share text, compared and written year by year, so that memory stays bounded."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.tables import REUSE
from transforms.lake.partitions import to_parquet
from transforms.lake.passages import Shared, shared
from transforms.lake.pending import PART
from transforms.lake.reuse import candidates, without_common
from transforms.lake.signatures import sketches_of
from transforms.lake.texts import Texts
from transforms.store import Store

Row = dict[str, Any]
FOLDER = "lake/reuse/"
_NAMES = ("report_id", "revision", "agency_id", "agency_level", "text_sha256", "province", "year")
_SIDE = tuple(name for name in _NAMES if name != "agency_id")
_PASSAGE = ("start", "end", "other_start", "other_end")
_SCHEMA = pa.schema([column for column in REUSE if column.name != "year"])


def reuse_objects(store: Store, table: pa.Table, texts: Texts) -> Iterator[tuple[str, bytes, int]]:
    """Yield the objects of the table reuse in order: name, bytes, number of rows.

    `table` are the signatures of the archive. What the object that is there says of two texts is not compared again.
    """
    current = table.filter(pc.field("is_current"))
    one, other = candidates(without_common(sketches_of(current)))
    current = current.select(_NAMES)
    rank = np.empty(len(current), np.int64)  # by year, then name: the later of two reports has the higher one
    rank[pc.sort_indices(current, [("year", "ascending"), ("report_id", "ascending")])] = np.arange(len(current))
    late, early = np.where(rank[one] > rank[other], (one, other), (other, one))
    years = current.column("year").to_numpy()
    places = _places(current)
    for year in sorted(set(years[late].tolist())):
        mine = np.flatnonzero(years[late] == year)
        mine = mine[np.lexsort((rank[early[mine]], rank[late[mine]], places[early[mine]], places[late[mine]]))]
        name = f"{FOLDER}year={year}{PART}"
        known = _told(store, name)
        found: list[tuple[Row, Row, Shared]] = []
        rows = _rows(current, np.concatenate([late[mine], early[mine]]))
        for a, b in zip(late[mine].tolist(), early[mine].tolist(), strict=True):
            pair = known.get((rows[a]["text_sha256"], rows[b]["text_sha256"]))
            pair = pair or shared(texts.prose(rows[a]), texts.prose(rows[b]))
            if pair:
                found.append((rows[a], rows[b], pair))
        if found:
            yield name, to_parquet(_table(found)), len(found)


def _places(reports: pa.Table) -> npt.NDArray[np.int64]:
    """A number for the partition of each report: pairs of one partition are compared together."""
    parts = (reports.column(name) for name in ("province", "year", "agency_level"))
    joined = pc.binary_join_element_wise(*parts, "/").combine_chunks().dictionary_encode()
    return np.asarray(joined.indices, np.int64)


def _rows(reports: pa.Table, wanted: npt.NDArray[np.int64]) -> dict[int, Row]:
    places = np.unique(wanted)
    return dict(zip(places.tolist(), reports.take(places).to_pylist(), strict=True))


def _told(store: Store, name: str) -> dict[tuple[str, str], Shared]:
    """What an earlier pass said of two texts, by their hashes; a lost or damaged object says nothing."""
    if store.stat(name) is None:
        return {}
    columns = ["text_sha256", "other_text_sha256", "share", "other_share", "passages"]
    with contextlib.suppress(pa.ArrowException, OSError):
        table = pq.read_table(io.BytesIO(store.get(name)), columns=columns, partitioning=None)
        lists = table.column("passages").combine_chunks()
        values = np.stack([lists.flatten().field(part).to_numpy() for part in _PASSAGE], 1)
        cuts = np.cumsum(lists.value_lengths().to_numpy())[:-1]
        pairs = zip(*(table.column(part).to_pylist() for part in columns[:4]), np.split(values, cuts), strict=True)
        return {(a, b): Shared(share, back, passages) for a, b, share, back, passages in pairs}
    return {}


def _table(found: list[tuple[Row, Row, Shared]]) -> pa.Table:
    found.sort(key=lambda pair: (pair[0]["report_id"], pair[1]["report_id"]))
    columns: dict[str, Any] = {name: [late[name] for late, _, _ in found] for name in _SIDE}
    columns |= {f"other_{name}": [early[name] for _, early, _ in found] for name in _SIDE}
    columns["other_year"] = [int(year) for year in columns["other_year"]]
    columns["across"] = [_across(late, early) for late, early, _ in found]
    columns["share"] = [pair.share for *_, pair in found]
    columns["other_share"] = [pair.other_share for *_, pair in found]
    kind = _SCHEMA.field("passages").type
    values = np.concatenate([pair.passages for *_, pair in found])
    offsets = np.cumsum([0, *(len(pair.passages) for *_, pair in found)]).astype(np.int32)
    structs = pa.StructArray.from_arrays(list(values.T.copy()), fields=list(kind.value_type))
    columns["passages"] = pa.ListArray.from_arrays(offsets, structs).cast(kind)
    arrays = [
        told if isinstance(told := columns[field.name], pa.Array) else pa.array(told, field.type) for field in _SCHEMA
    ]
    return pa.Table.from_arrays(arrays, schema=_SCHEMA)


def _across(late: Row, early: Row) -> str:
    one_agency, one_year = late["agency_id"] == early["agency_id"], late["year"] == early["year"]
    return "scopes" if one_agency and one_year else "years" if one_agency else "agencies" if one_year else "both"

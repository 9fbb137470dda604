"""Raw → pages: every WARC is read once a stage version, its rows kept by the key of the lake they belong to."""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

import pyarrow as pa

from schemas.records import Capture
from schemas.tables import PAGES, REJECTS
from transforms.lake.columns import to_table
from transforms.read import STAGE_VERSION, Answer, failure, read_batch
from transforms.reading import Reading
from transforms.references import Dangling, follow
from transforms.store import NotFound, Store, open_store
from transforms.warc import UnreadableWarc, read_captures

Row = dict[str, Any]
_DIGEST = hashlib.sha256().digest_size
_PARALLEL = 4_000_000  # bytes of WARC; less is read faster than a process starts


def warc_keys(store: Store, prefix: str = "raw/") -> list[str]:
    """Return the WARC objects under a prefix, sorted."""
    return [key for key in store.list(prefix) if key.endswith((".warc.gz", ".warc"))]


def read_warcs(store: Store, keys: Iterable[str]) -> list[str]:
    """Read WARC objects into the pages cache; return the partition keys that they touch, sorted.

    Keys are `province|year` and `rejects|YYYY-MM`. A WARC that was read before with this stage version is not
    read again.
    """
    wanted = sorted(set(keys))
    workers = min(os.cpu_count() or 1, len(wanted))
    sizes = [stat.size for key in wanted if (stat := store.stat(key)) is not None] if workers > 1 else []
    if sum(sizes) < _PARALLEL:
        return sorted({name for key in wanted for name in read_warc(store, key)})
    touched: set[str] = set()
    with _pool(workers) as pool:
        jobs = {key: pool.submit(_read_in_worker, store.uri, key) for key in wanted}
    killed = [key for key, job in jobs.items() if isinstance(job.exception(), BrokenProcessPool)]
    for key, job in jobs.items():
        touched.update([] if key in killed else job.result())
    for key in killed:  # one of them is to blame: each gets a process of its own
        with _pool(1) as pool:
            try:
                touched.update(pool.submit(_read_in_worker, store.uri, key).result())
            except BrokenProcessPool:
                raise ReaderKilled(f"{key}: something in it kills the process that reads it") from None
    return sorted(touched)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Not forked: Arrow and the S3 client have threads, which a fork leaves behind with their locks held.
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


class ReaderKilled(RuntimeError):
    """A WARC whose reading ends the process, not just the page."""


def read_digests(store: Store) -> dict[str, str]:
    """Return the SHA-256 of every WARC object as it was when the present stage read it, by key."""
    told = [json.loads(store.get(name)) for name in store.list(f"pages/v{STAGE_VERSION}/done/")]
    return {item["warc"]: item["sha256"] for item in told}


def page_file(warc_key: str, folder: str) -> str:
    """Return the name that the page file of a WARC has in a folder of the cache."""
    return f"{folder}{_digest(warc_key)}.arrow"


def read_keys(store: Store, warc_key: str) -> list[str] | None:
    """Return the lake keys that a WARC's pages belong to, None when the present stage has not read it."""
    try:
        return [str(name) for name in json.loads(store.get(_marker(warc_key)))["keys"]]
    except NotFound:
        return None


def unread(store: Store, prefix: str = "raw/") -> list[str]:
    """Return the WARC objects under a prefix that the present stage has not read, sorted."""
    done = set(store.list(f"pages/v{STAGE_VERSION}/done/"))
    return [key for key in warc_keys(store, prefix) if _marker(key) not in done]


def forget(store: Store, warc_key: str) -> None:
    """Let a WARC be read again: its page files are lost or damaged."""
    store.delete(_marker(warc_key))


def _digest(warc_key: str) -> str:
    return hashlib.sha256(warc_key.encode()).hexdigest()[:16]


def _marker(warc_key: str) -> str:
    return f"pages/v{STAGE_VERSION}/done/{_digest(warc_key)}.json"


def _read_in_worker(uri: str, key: str) -> list[str]:
    return read_warc(open_store(uri), key)


def read_warc(store: Store, key: str) -> list[str]:
    """Read one WARC object into the pages cache; see read_warcs."""
    before = read_keys(store, key)
    if before is not None:
        return before
    pages: dict[tuple[str, str], list[Row]] = {}
    rejects: dict[str, list[Row]] = {}
    data = store.get(key)
    sha256 = hashlib.sha256(data).hexdigest()
    for page, reject in _rows(store, data, key, sha256):
        if page is not None:
            pages.setdefault((page["province"], str(page["year"] or "unknown")), []).append(page)
        if reject is not None:
            rejects.setdefault(reject["fetch_month"], []).append(reject)
    for (province, year), rows in pages.items():
        folder = f"pages/v{STAGE_VERSION}/province={province}/year={year}/"
        store.put(page_file(key, folder), page_bytes(rows))
    for month, rows in rejects.items():
        folder = f"pages/v{STAGE_VERSION}/rejects/fetch_month={month}/"
        store.put(page_file(key, folder), _to_bytes(to_table(rows, REJECTS)))
    found = sorted([f"{province}|{year}" for province, year in pages] + [f"rejects|{month}" for month in rejects])
    told = {"warc": key, "sha256": sha256, "keys": found}
    store.put(_marker(key), json.dumps(told, sort_keys=True).encode())
    return found


def _rows(store: Store, data: bytes, key: str, sha256: str) -> Iterator[Answer]:
    failed: list[Row] = []

    def readings() -> Iterator[Reading]:
        try:
            for capture in read_captures(data, key, revisits=True):
                try:
                    yield _with_references(store, capture)
                except Dangling as error:
                    failed.append(failure(capture, "dangling_reference", error))
        except UnreadableWarc as error:  # what stands before the damage is read
            failed.append(failure(Capture("", None, 0, "", b"", sha256, key), "unreadable_warc", error))

    yield from read_batch(readings())
    yield from ((None, row) for row in failed)


def _with_references(store: Store, capture: Capture) -> Reading:
    """A page to be read: of a revisit its original, of an attachment also its page. Raises Dangling."""
    met_again = capture.fetched_at if capture.original else None
    capture = follow(store, capture.original) if capture.original else capture
    return Reading(capture, cover=follow(store, capture.page) if capture.page else None, met_again=met_again)


# Nested decimals travel as text in the cache; the lake's figures are decimals.
_CACHE = pa.schema(
    [
        field
        if field.name != "figures"
        else pa.field(
            "figures",
            pa.list_(
                pa.struct(
                    [
                        inner.with_type(pa.string()) if pa.types.is_decimal(inner.type) else inner
                        for inner in field.type.value_type
                    ]
                )
            ),
        )
        for field in PAGES
    ]
)


class DamagedPages(ValueError):
    """A file of the cache cannot be read; `name` says which."""

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(f"{name}: damaged ({error})")
        self.name = name


def page_table(rows: list[Row]) -> pa.Table:
    """Return these rows as the page cache has them."""
    return to_table(rows, _CACHE)


def page_bytes(rows: list[Row]) -> bytes:
    """Return the page file of these rows; the same rows make the same bytes."""
    return _to_bytes(page_table(rows))


def _to_bytes(table: pa.Table) -> bytes:
    """An Arrow stream and its SHA-256: a tenth of what Parquet costs, and what is damaged is never looked into."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write_table(table)
    data = sink.getvalue()
    return data + hashlib.sha256(data).digest()


def _from_bytes(data: bytes) -> pa.Table:
    stream, told = data[:-_DIGEST], data[-_DIGEST:]
    if hashlib.sha256(stream).digest() != told:
        raise ValueError("not the bytes that were written")
    return pa.ipc.open_stream(stream).read_all()


def cached_table(store: Store, names: Iterable[str]) -> pa.Table | None:
    """Return the rows of these files of the cache one after the other, None without files; raises DamagedPages."""
    tables = []
    for name in names:
        try:
            tables.append(_from_bytes(store.get(name)))
        except ValueError as error:
            raise DamagedPages(name, error) from error
    return pa.concat_tables(tables) if tables else None


def cached_rows(store: Store, names: Iterable[str]) -> list[Row]:
    """Return the rows of these files of the cache, all of one kind; raises DamagedPages."""
    table = cached_table(store, names)
    return [] if table is None else table.to_pylist()

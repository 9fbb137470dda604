"""Does the archive still hold what it says? Every object is hashed again, every pointer followed to its bytes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.tables import LAKE
from transforms.lake.pending import SIGNATURES, built_keys, read_mark
from transforms.lake.prose import comparable
from transforms.lake.texts import Texts
from transforms.pages import read_digests, warc_keys
from transforms.store import NotFound, Store
from transforms.warc import UnreadableWarc, read_captures

Row = dict[str, Any]
_SIDE = ("report_id", "revision", "province", "year", "agency_level", "text_sha256")  # what names a text in reuse
_DERIVED = tuple(f"lake/{name}/" for name in ("index", "sites", "coverage", "checks"))  # made anew from the others
_PARTS = tuple(name for name in LAKE if name != "reports")


def verify(store: Store) -> Iterator[str]:
    """Yield one line a problem, each beginning with the object concerned.

    Raw: bytes that differ from those that were read, objects gone, objects never read. Lake: bytes that differ
    from those that were built, objects gone or foreign, tables that do not agree, texts that do not hash, passages
    that are not in both texts, rows whose pointer does not lead to the recorded payload.
    """
    yield from _differing(read_digests(store), set(warc_keys(store)), store, "read")
    yield from _differing(_built(store), _there(store), store, "built")
    pointers: dict[str, dict[int, set[tuple[int, str]]]] = {}
    for partition in sorted({key.split("/", 2)[2] for key in store.list("lake/") if "agency_level=" in key}):
        tables = {name: _rows(store, f"lake/{name}/{partition}") for name in LAKE}
        yield from _agree(partition, tables)
        for row in [*tables["reports"], *tables["sources"]]:
            _note(pointers, row)
    yield from _shared(store)
    for key in store.list("lake/rejects/"):
        for row in _rows(store, key):
            if row["reason"] != "unreadable_warc":
                _note(pointers, row)
    yield from _follow(store, pointers)


def _built(store: Store) -> dict[str, str]:
    """SHA-256 of every object of the lake as its last build left it."""
    return {name: sha for key in built_keys(store) for name, sha in read_mark(store, key).get("objects", {}).items()}


def _there(store: Store) -> set[str]:
    names = (name for folder in ("lake/", SIGNATURES) for name in store.list(folder))
    return {name for name in names if not name.startswith(_DERIVED)}


def _differing(known: dict[str, str], there: set[str], store: Store, done: str) -> Iterator[str]:
    """Compare what is there with what is known of it; `done` says what had been done with the bytes."""
    for key in sorted(there | known.keys()):
        if key not in there:
            yield f"{key}: gone"
        elif key not in known:
            yield f"{key}: never {done}"
        elif hashlib.sha256(store.get(key)).hexdigest() != known[key]:
            yield f"{key}: not the bytes that were {done}"


def _rows(store: Store, key: str) -> list[Row]:
    """Rows of an object; none when it is gone or unreadable, which its digest has told already."""
    try:
        return list(pq.read_table(io.BytesIO(store.get(key))).to_pylist())
    except (NotFound, OSError, ValueError, pa.ArrowException):
        return []


def _agree(partition: str, tables: dict[str, list[Row]]) -> Iterator[str]:
    reports = {(row["report_id"], row["revision"]): row for row in tables["reports"]}
    parts: dict[tuple[str, int], list[Row]] = {}
    sources: dict[tuple[str, int], int] = {}
    for name in _PARTS:
        for row in tables[name]:
            key = (row["report_id"], row["revision"])
            if key not in reports:
                yield f"lake/{name}/{partition}: {key[0]} revision {key[1]} has no report"
            elif name == "sections":
                parts.setdefault(key, []).append(row)
            elif name == "sources":
                sources[key] = sources.get(key, 0) + 1
    for key, report in reports.items():
        text = "".join(row["text"] or "" for row in sorted(parts.get(key, []), key=lambda row: row["position"]))
        if hashlib.sha256(text.encode()).hexdigest() != report["text_sha256"]:
            yield f"lake/sections/{partition}: {key[0]} revision {key[1]}: the sections are not the report's text"
        if sources.get(key, 0) != report["n_sources"]:
            said = f"{sources.get(key, 0)} sources, {report['n_sources']} expected"
            yield f"lake/sources/{partition}: {key[0]} revision {key[1]}: {said}"


def _shared(store: Store) -> Iterator[str]:
    """Pairs of the table reuse whose reports are no more as they were compared, or whose passages are not in both."""
    texts = Texts(store)
    for key in store.list("lake/reuse/"):
        year = key.split("year=")[1].split("/")[0]
        for row in _rows(store, key):
            said = f"{key}: {row['report_id']} and {row['other_report_id']}"
            pair = [{**row, "year": year}, {name: row[f"other_{name}"] for name in _SIDE}]
            try:
                one, other = (texts.report(told) for told in pair)
            except (NotFound, OSError, ValueError, pa.ArrowException):
                yield f"{said}: one of them is gone"
                continue
            if [one["text_sha256"], other["text_sha256"]] != [told["text_sha256"] for told in pair]:
                yield f"{said}: compared with another text"
            elif not all(_same(one, other, passage) for passage in row["passages"]):
                yield f"{said}: a passage is not in both texts"


def _same(one: Row, other: Row, passage: Row) -> bool:
    a = comparable(one)[passage["start"] : passage["end"]]
    b = comparable(other)[passage["other_start"] : passage["other_end"]]
    return "".join(a.split()) == "".join(b.split()) != ""


def _note(pointers: dict[str, dict[int, set[tuple[int, str]]]], row: Row) -> None:
    place = pointers.setdefault(row["warc_key"], {}).setdefault(row["warc_offset"], set())
    place.add((row["warc_length"], row["payload_sha256"]))


def _follow(store: Store, pointers: dict[str, dict[int, set[tuple[int, str]]]]) -> Iterator[str]:
    """Read each WARC once and compare every place that a row points to."""
    for key in sorted(pointers):
        found: dict[int, tuple[int, str]] = {}
        try:
            for capture in read_captures(store.get(key), key, revisits=True):
                found[capture.warc_offset] = (capture.warc_length, capture.payload_sha256)
        except NotFound:
            yield f"{key}: rows point to it, and it is gone"
            continue
        except UnreadableWarc as error:
            yield f"{key}: unreadable ({str(error)[:100]})"
        for offset, told in sorted(pointers[key].items()):
            if told != {found.get(offset)}:
                yield f"{key}: no such record at offset {offset} as its row says"

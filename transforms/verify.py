"""Does the lake tell the truth about raw? Every pointer is followed, every text re-hashed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from typing import Any

import pyarrow.parquet as pq

from transforms.store import NotFound, Store
from transforms.warc import UnreadableWarc, read_captures


def verify_lake(store: Store) -> Iterator[str]:
    """Yield one line a problem: dangling or wrong pointers, texts that do not hash, rows without partners."""
    partitions = sorted({key.split("/", 2)[2] for key in store.list("lake/") if "agency_level=" in key})
    for partition in partitions:
        tables: dict[str, list[dict[str, Any]]] = {}
        for name in ("reports", "sections", "figures", "sources"):
            try:
                data = store.get(f"lake/{name}/{partition}")
                tables[name] = pq.read_table(io.BytesIO(data)).to_pylist()
            except NotFound:
                yield f"{name}/{partition}: the partition is missing"
                tables[name] = []
            except (OSError, ValueError) as error:
                yield f"{name}/{partition}: unreadable ({str(error)[:100]})"
                tables[name] = []
        yield from _agree(partition, tables)
        for row in [*tables["reports"], *tables["sources"]]:
            problem = _pointer(store, row)
            if problem:
                yield f"{partition}: {row['report_id']}: {problem}"
    for key in store.list("lake/rejects/"):
        for row in pq.read_table(io.BytesIO(store.get(key))).to_pylist():
            problem = "" if row["reason"] == "unreadable_warc" else _pointer(store, row)
            if problem:
                yield f"{key.removeprefix('lake/')}: {row['url'] or row['payload_sha256']}: {problem}"


def _agree(partition: str, tables: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    reports = {(row["report_id"], row["revision"]): row for row in tables["reports"]}
    for name in ("sections", "figures", "sources"):
        for key in sorted({(row["report_id"], row["revision"]) for row in tables[name]} - set(reports)):
            yield f"{name}/{partition}: {key[0]} revision {key[1]} has no report"
    for key, report in reports.items():
        parts = sorted((row for row in tables["sections"] if (row["report_id"], row["revision"]) == key),
                       key=lambda row: row["position"])  # fmt: skip
        text = "".join(row["text"] or "" for row in parts)
        if hashlib.sha256(text.encode()).hexdigest() != report["text_sha256"]:
            yield f"sections/{partition}: {key[0]} revision {key[1]}: the sections do not hash to the report's text"
        n_sources = sum((row["report_id"], row["revision"]) == key for row in tables["sources"])
        if n_sources != report["n_sources"]:
            yield f"sources/{partition}: {key[0]} revision {key[1]}: {n_sources} sources, {report['n_sources']} expected"


def _pointer(store: Store, row: dict[str, Any]) -> str:
    try:
        data = store.get_range(row["warc_key"], row["warc_offset"], row["warc_length"])
        captures = list(read_captures(data, row["warc_key"]))
    except NotFound:
        return f"{row['warc_key']} is not in the store"
    except UnreadableWarc as error:
        return f"the record is unreadable ({str(error)[:100]})"
    if not captures:
        return f"no record at offset {row['warc_offset']} of {row['warc_key']}"
    if captures[0].payload_sha256 != row["payload_sha256"]:
        return f"the payload at offset {row['warc_offset']} of {row['warc_key']} has another digest"
    return ""

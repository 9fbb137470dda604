"""Comparing lakes of different crawls: all that is in them but when and where it was fetched."""

from __future__ import annotations

import io
from typing import Any

import pyarrow.parquet as pq

from transforms.store import Store

FETCHED = ["fetched_at", "first_seen", "last_seen", "warc_key", "warc_offset", "warc_length"]


def content(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every object of the lake by key, the log of crawls left out."""
    found = {}
    for key in store.list("lake/"):
        if not key.startswith("lake/crawls/"):
            table = pq.read_table(io.BytesIO(store.get(key)))
            found[key] = table.drop_columns([name for name in FETCHED if name in table.column_names]).to_pylist()
    return found

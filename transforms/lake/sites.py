"""The registry as a table of the lake, so that a reader of reports sees which sites they could have come from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from schemas.divisions import divisions
from schemas.folders import site_folders
from schemas.registry import Site, known_sites
from schemas.tables import SITES
from transforms.lake.partitions import to_parquet
from transforms.store import Conflict, Store

KEY = "lake/sites/part-0.parquet"
_TRIES = 20


def sites_table(sites: Iterable[Site]) -> pa.Table:
    """Return the registry as a table with the columns of SITES, ordered by division, host, path and day."""
    ordered = sorted(sites, key=lambda site: (site.division, site.host, site.path, site.valid_from))
    return pa.Table.from_pylist([_row(site) for site in ordered], schema=SITES)


def put_sites(store: Store) -> bool:
    """Make the lake show the registry that this process reads; return whether that was a change.

    Raises Conflict when others change it as often as we try.
    """
    data = _parquet(tuple(site_folders()))
    for _ in range(_TRIES):
        there = store.stat(KEY)
        if there is not None and there.size == len(data) and store.get(KEY) == data:
            return False
        try:
            store.put(KEY, data, if_match=there.etag if there else None, if_none_match=there is None)
        except Conflict:  # somebody else put one: look again
            continue
        return True
    raise Conflict(f"{KEY}: others changed it {_TRIES} times")


@cache
def _parquet(folders: tuple[Path, ...]) -> bytes:
    return to_parquet(sites_table(known_sites(folders).values()))


def _row(site: Site) -> dict[str, Any]:
    division = divisions().get(site.division)
    return {
        **{name: getattr(site, name) for name in SITES.names if hasattr(site, name)},
        "division_name": division.name if division else "",
        "columns": [{"url": column.url, "covers": column.covers} for column in site.columns],
        **{name: _day(getattr(site, name)) for name in ("valid_from", "valid_to", "checked_on")},
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

"""Between building a partition and publishing it: what the checks say is looked up, acted on and remembered.

A build's mark (pending.py) carries the results. A partition that fails keeps its last good objects; its mark then
has the fingerprint of the refused sources, so that it is not built again before something changes. Somebody may
accept a failed check of a key, with a reason; that holds for the sources that it was said of.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.checks import checks
from schemas.tables import CHECKS, FIGURES, REPORTS
from transforms.lake.checks import Partition, Result, accept, check_partition, columns, failures
from transforms.lake.columns import to_table
from transforms.lake.partitions import to_parquet
from transforms.lake.pending import PART, built_keys, fingerprint, mark_built, read_mark, source_names, split_key
from transforms.store import NotFound, Stat, Store

_ACCEPTED = "state/accepted/"


class ChecksFailed(ValueError):
    """A partition did not pass its checks and was not published: a fault of what was read, which no retry mends."""

    def __init__(self, key: str, failed: Iterable[Result]) -> None:
        super().__init__(
            f"{key} keeps its last good state: {_values(failed)}; see `archive checks`, or accept it with a reason"
        )


def judge(store: Store, key: str, sources: list[str], wanted: dict[str, bytes], seen: dict[str, Stat]) -> list[Result]:
    """Return what the checks say of the objects that a key is about to show in place of those that were seen."""
    left, right = split_key(key)
    before = _reports_before(store, seen)
    new = {name: [data for object_, data in wanted.items() if _of(name, object_)] for name in ("reports", "figures")}
    if before is None and not new["reports"]:
        return []  # months, and keys without reports
    asked = checks()
    names = columns(asked)
    partition = Partition(
        province=left,
        reports=_table(new["reports"], REPORTS, names["reports"]),
        figures=_table(new["figures"], FIGURES, names["figures"]),
        before=before,
        year_before=read_mark(store, f"{left}|{int(right) - 1}").get("rows") if right.isdigit() else None,
        largest=max(map(len, wanted.values()), default=0),
    )
    results = check_partition(asked, partition)
    return accept(results, _reasons(store, key, sources)) if failures(results) else results


def known_digests(store: Store, mark: dict[str, Any], seen: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of the objects that stay, as their build left them, else as they are."""
    told = mark.get("objects", {})
    found: dict[str, str] = {}
    for name in seen:
        with contextlib.suppress(NotFound):  # another builder's doing: the key is then looked at again
            found[name] = told.get(name) or hashlib.sha256(store.get(name)).hexdigest()
    return found


def failed_keys(store: Store) -> list[tuple[str, list[Result]]]:
    """Return every key that keeps its last good state, with the checks that it failed."""
    return [(key, failed) for key, results in checked_keys(store) if (failed := failures(results))]


def refuse_held(store: Store) -> None:
    """Raise ValueError while any key keeps its last good state; the message says of each why."""
    held = failed_keys(store)
    if held:
        said = "; ".join(f"{key}: {_values(failed)}" for key, failed in held)
        raise ValueError(f"checks hold {len(held)} partitions back: {said}; see `archive checks`")


def _values(failed: Iterable[Result]) -> str:
    return ", ".join(f"{result.name} = {result.value:g}" for result in failed)


def checked_keys(store: Store) -> list[tuple[str, list[Result]]]:
    """Return every key that was checked, sorted, with all results of its last build."""
    marks = ((key, read_mark(store, key)) for key in built_keys(store))
    return [(key, results_of(mark)) for key, mark in marks if mark.get("checks")]


def build_checks(store: Store) -> int:
    """Make lake/checks/ show the results of every key's last build; return the number of rows."""
    rows = [
        {**asdict(result), "province": province, "year": int(year) if year.isdigit() else None}
        for key, results in checked_keys(store)
        for province, year in [split_key(key)]
        for result in results
    ]
    store.put_if_changed(f"lake/checks{PART}", to_parquet(to_table(rows, CHECKS)))
    return len(rows)


def results_of(mark: dict[str, Any]) -> list[Result]:
    """Return the results that a build's mark carries."""
    return [Result(**result) for result in mark.get("checks", [])]


def to_mark(results: Iterable[Result]) -> list[dict[str, Any]]:
    """Return results as a mark carries them."""
    return [asdict(result) for result in results]


def accept_check(store: Store, name: str, reason: str, keys: Iterable[str] = ()) -> list[str]:
    """Record that the failure of a check is accepted, for these keys or all that fail it now; return the keys.

    The next build of such a key publishes it. ValueError without a reason, or when no such key fails that check.
    """
    if not reason.strip():
        raise ValueError(f"{name}: accepting a failed check needs a reason")
    chosen = set(keys)
    failing = [key for key, failed in failed_keys(store) if name in {result.name for result in failed}]
    found = [key for key in failing if not chosen or key in chosen]
    if not found or chosen - set(found):
        missing = ", ".join(sorted(chosen - set(found))) or "any partition"
        raise ValueError(f"{name} does not fail for {missing}")
    for key in found:
        sources = source_names(store, key)
        data = {"sources": _digest(sources), "reasons": {**_reasons(store, key, sources), name: reason.strip()}}
        store.put(_name(key), json.dumps(data, sort_keys=True, ensure_ascii=False).encode())
        mark_built(store, key, {**read_mark(store, key), "fingerprint": ""})  # pending again
    return found


def _reasons(store: Store, key: str, sources: list[str]) -> dict[str, str]:
    """The accepted checks of a key and these sources, with reasons."""
    try:
        told = json.loads(store.get(_name(key)))
    except NotFound:
        return {}
    return dict(told["reasons"]) if told["sources"] == _digest(sources) else {}


def _name(key: str) -> str:
    return f"{_ACCEPTED}{key.replace('|', '/')}.json"


def _digest(sources: list[str]) -> str:
    return fingerprint(sources, {})


def _of(table: str, name: str) -> bool:
    return name.startswith(f"lake/{table}/")


def _table(objects: list[bytes], schema: pa.Schema, names: list[str]) -> pa.Table:
    """Some columns of all objects of a table."""
    inside = [pq.read_table(io.BytesIO(data), columns=names) for data in objects]
    return pa.concat_tables([pa.schema([schema.field(name) for name in names]).empty_table(), *inside])


def _reports_before(store: Store, seen: dict[str, Stat]) -> frozenset[str] | None:
    """The report_ids of the last good state, without mirrors, which may give way; None when there is none."""
    found: set[str] = set()
    names = [name for name in seen if _of("reports", name)]
    for name in names:
        with contextlib.suppress(pa.ArrowException, OSError, NotFound):  # a damaged object says nothing
            table = pq.read_table(io.BytesIO(store.get(name)), columns=["report_id", "provenance"])
            found.update(table.filter(pc.field("provenance") != "mirror").column("report_id").to_pylist())
    return frozenset(found) if names else None

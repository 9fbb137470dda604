"""What a day brought: reports that are new or changed, crawls that did not end well, checks that failed.

A digest compares the reports of the index with those that the last digest of an earlier day saw, so it may be made
several times a day; the last one counts. The day is handed in.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.seasons import day_in_china
from schemas.tables import INDEX
from transforms.lake.checks import Result
from transforms.lake.coverage import KEPT_OUT, WELL, read_crawls
from transforms.lake.gate import checked_keys
from transforms.lake.index import INDEX_KEY
from transforms.lake.partitions import to_parquet
from transforms.store import NotFound, Store

FOLDER = "state/digests/"
_SEEN = pa.schema([INDEX.field(name) for name in ("report_id", "revision", "text_sha256")])
_SHOWN = 20  # lines of one kind in the text; the JSON has all


@dataclass(frozen=True, slots=True)
class Digest:
    """One day. `reports`: current ones that are new, changed, unchanged or gone; None when nothing was seen before.

    `crawls` counts by outcome; `blocked` and `unreachable` are `site: outcome: detail` of each site's last crawl of the
    day; `failed` and `warned` are `key: check = value`, of all partitions, whatever the day they were built.
    """

    day: str
    total: int
    reports: dict[str, int] | None
    crawls: dict[str, int]
    blocked: list[str]
    unreachable: list[str]
    failed: list[str]
    warned: list[str]


def digest(
    day: date,
    now: pa.Table,
    before: pa.Table | None,
    crawls: Iterable[Mapping[str, Any]],
    checked: Iterable[tuple[str, list[Result]]],
) -> Digest:
    """Return the digest of a day in China.

    `now` and `before`: report_id, revision and text_sha256 of the current reports. `crawls`: rows of the lake's table.
    """
    today = sorted((c for c in crawls if c["started"] and day_in_china(c["started"]) == day), key=_when)
    last = {crawl["site_id"]: crawl for crawl in today}
    bad = [crawl for _, crawl in sorted(last.items()) if crawl["outcome"] not in (*WELL, "partial")]
    results = [(key, result) for key, found in checked for result in found]
    return Digest(
        day=day.isoformat(),
        total=now.num_rows,
        reports=None if before is None else _compared(now, before),
        crawls=dict(sorted(Counter(crawl["outcome"] for crawl in today).items())),
        blocked=[_of(crawl) for crawl in bad if crawl["outcome"] in KEPT_OUT],
        unreachable=[_of(crawl) for crawl in bad if crawl["outcome"] not in KEPT_OUT],
        failed=[f"{key}: {r.name} = {r.value:g}" for key, r in results if r.status == "failed"],
        warned=[f"{key}: {r.name} = {r.value:g}" for key, r in results if r.status == "warned"],
    )


def as_text(found: Digest) -> str:
    """Return a digest for people, in plain lines; the long lists are cut, and say so."""
    lines = [f"{found.day}: {found.total:,} reports"]
    if found.reports is None:
        lines.append("  nothing was seen before: no comparison")
    else:
        lines.append("  " + ", ".join(f"{count:,} {name}" for name, count in found.reports.items()))
    lines.append("crawls: " + (", ".join(f"{count} {name}" for name, count in found.crawls.items()) or "none"))
    for label, listed in (
        ("sites that keep us out", found.blocked),
        ("sites not crawled", found.unreachable),
        ("partitions held back by a check", found.failed),
        ("checks that warn", found.warned),
    ):
        lines.append(f"{label}: {len(listed)}")
        lines += [f"  {line}" for line in listed[:_SHOWN]]
        if len(listed) > _SHOWN:
            lines.append(f"  and {len(listed) - _SHOWN} more")
    return "\n".join(lines) + "\n"


def write_digest(store: Store, day: date) -> Digest:
    """Make the digest of a day in China and keep it under state/digests/ as text and JSON, with what was seen.

    Once a later day has one, what this day saw is gone: its digest is returned as it was kept. ValueError when it has none.
    """
    if any(name > _name(day, "json") for name in _kept(store)):
        return _read(store, day)
    now = _current(store)
    earlier = [name for name in store.list(FOLDER) if name.endswith(".parquet") and name < _name(day, "parquet")]
    before = pq.read_table(io.BytesIO(store.get(earlier[-1]))) if earlier else None
    found = digest(day, now, before, read_crawls(store), checked_keys(store))
    store.put_if_changed(_name(day, "json"), json.dumps(asdict(found), ensure_ascii=False, indent=1).encode())
    store.put_if_changed(_name(day, "txt"), as_text(found).encode())
    store.put_if_changed(_name(day, "parquet"), to_parquet(now))
    for name in earlier[:-1]:  # a digest that is made again today still needs the last one
        store.delete(name)
    return found


def read_digest(store: Store, day: date) -> str:
    """Return the text of a day's digest; ValueError when there is none."""
    try:
        return store.get(_name(day, "txt")).decode()
    except NotFound:
        raise ValueError(f"there is no digest of {day.isoformat()}") from None


def latest_digest(store: Store) -> Digest | None:
    """Return the digest of the last day that has one, None when none has."""
    names = _kept(store)
    return Digest(**json.loads(store.get(names[-1]))) if names else None


def _kept(store: Store) -> list[str]:
    return [name for name in store.list(FOLDER) if name.endswith(".json")]


def _read(store: Store, day: date) -> Digest:
    try:
        return Digest(**json.loads(store.get(_name(day, "json"))))
    except NotFound:
        raise ValueError(
            f"there is no digest of {day.isoformat()}, and a later day has one: it cannot be made now"
        ) from None


def _compared(now: pa.Table, before: pa.Table) -> dict[str, int]:
    """How many reports are new, changed (another edition or text), unchanged and gone."""
    both = now.join(before, "report_id", join_type="inner", right_suffix="_before")
    same = pc.and_(
        pc.equal(both.column("revision"), both.column("revision_before")),
        pc.equal(both.column("text_sha256"), both.column("text_sha256_before")),
    )
    unchanged = pc.sum(same).as_py() or 0
    return {
        "new": now.num_rows - both.num_rows,
        "changed": both.num_rows - unchanged,
        "unchanged": unchanged,
        "gone": before.num_rows - both.num_rows,
    }


def _current(store: Store) -> pa.Table:
    """The current reports of the index, in its order; none when there is no index yet."""
    try:
        table = pq.read_table(io.BytesIO(store.get(INDEX_KEY)), columns=[*_SEEN.names, "is_current"])
    except NotFound:
        return _SEEN.empty_table()
    return table.filter(pc.field("is_current")).select(_SEEN.names).sort_by("report_id").cast(_SEEN)


def _when(crawl: Mapping[str, Any]) -> tuple[Any, str]:
    return crawl["started"], crawl["crawl_id"]


def _of(crawl: Mapping[str, Any]) -> str:
    return ": ".join(part for part in (crawl["site_id"], crawl["outcome"], crawl["detail"]) if part)


def _name(day: date, kind: str) -> str:
    return f"{FOLDER}{day.isoformat()}.{kind}"

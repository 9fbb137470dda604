"""Relations that cross the keys of the lake: pages that copy a report of any province, and reports that share text.

They cannot be told key by key: an original may lie in another province or year, and what is common to very many
reports is known only of all. One pass reads the signatures of the whole archive, and texts only of pages and
pairs that look alike; a pair told before is not compared again while both texts stand.

    state/matches/province=…/year=…/<digest>.json      what pages copy, for the key that has the report or the page
    lake/reuse/year=…/part-0.parquet                   pairs of reports, with the later one
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from transforms.lake.mirrors import Print, copied, may_be_of, print_of, relation, tells
from transforms.lake.pairs import FOLDER as REUSE
from transforms.lake.pairs import reuse_objects
from transforms.lake.pending import MATCHES, PART, SIGNATURES, fingerprint, key_of, mark_built, read_mark
from transforms.lake.prose import similarity
from transforms.lake.publish import publish
from transforms.lake.signatures import read_signatures, sketches_of
from transforms.lake.texts import Texts
from transforms.store import Conflict, NotFound, Store

Row = dict[str, Any]
_TRIES = 20
_KEY = "reuse|all"  # of the mark
_LIKELY = 0.3  # share of a report's sketch that a page must have to be compared with it
_NEAREST = 20  # reports that one page is compared with at most


@dataclass(slots=True)
class Related:
    """What one pass found and wrote: pairs of reports, pages that copy one, objects; keys with other matches than before."""

    pairs: int = 0
    matched: int = 0
    written: int = 0
    touched: list[str] = field(default_factory=list)


def relate(store: Store) -> Related:
    """Bring matches and reuse up to date with the signatures; does nothing when they are.

    Raises Conflict when builders change the signatures all the time.
    """
    for _ in range(_TRIES):
        seen, told = store.stats(SIGNATURES), list(store.list(MATCHES))
        there = {name: stat for name, stat in store.stats(REUSE).items() if name.endswith(PART)}
        mark = read_mark(store, _KEY)
        sources = [*(f"{name} {stat.etag}" for name, stat in seen.items()), *told]
        if mark and mark["fingerprint"] == fingerprint(sources, there):
            return Related(mark["pairs"], mark["matched"])
        with contextlib.suppress(Conflict, NotFound):
            table, texts = read_signatures(store, sorted(seen)), Texts(store)
            left: dict[str, str] = {}
            objects: dict[str, str] = {}
            pairs = 0
            for name, data, n in reuse_objects(store, table, texts):
                left |= publish(store, {name: data}, {name: there[name]} if name in there else {})
                objects[name] = hashlib.sha256(data).hexdigest()
                pairs += n
            publish(store, {}, {name: stat for name, stat in there.items() if name not in left})
            matches, matched = _matches(table, texts)
            for name in sorted(matches.keys() - set(told)):
                store.put(name, matches[name])
            for name in sorted(set(told) - matches.keys()):
                store.delete(name)
            if store.stats(SIGNATURES) != seen:
                continue
            sources = [*(f"{name} {stat.etag}" for name, stat in seen.items()), *sorted(matches)]
            mark_built(store, _KEY, {"fingerprint": fingerprint(sources, left), "objects": objects, "warcs": [],
                                     "pairs": pairs, "matched": matched})  # fmt: skip
            written = sum(name not in there or there[name].etag != etag for name, etag in left.items())
            touched = {key for name in set(told) ^ matches.keys() if (key := key_of(name))}
            return Related(pairs, matched, written, sorted(touched))
    raise Conflict(f"{SIGNATURES}: builders changed it {_TRIES} times")


@dataclass(slots=True)
class _KeyMatches:
    """What one key has to know: sources from elsewhere for its editions, and its own pages that copy another report."""

    sources: list[Row] = field(default_factory=list)
    claimed: list[list[Any]] = field(default_factory=list)


def _matches(table: pa.Table, texts: Texts) -> tuple[dict[str, bytes], int]:
    """The match objects by name, and how many pages copy a report."""
    by_key: dict[tuple[str, str], _KeyMatches] = {}
    matched = 0
    for page, reports in _likely(table):
        row = texts.page(page)
        if row is None:
            continue
        found = _originals(row, reports, texts)
        if len(found) == 1 and may_be_of(row, found[0][1]):
            [(report, whole)] = found
            matched += 1
            kept = {name: row[name] for name in _SOURCE} | {
                "report_id": report["report_id"], "text_sha256": report["text_sha256"],
                "relation": relation(row), "similarity": similarity(whole, row),
                "fetched_at": row["fetched_at"].isoformat() if row["fetched_at"] else None,
            }  # fmt: skip
            by_key.setdefault((report["province"], report["year"]), _KeyMatches()).sources.append(kept)
        if found and row["agency_id"]:
            claim = [row["warc_key"], row["warc_offset"]]
            by_key.setdefault((page["province"], page["year"]), _KeyMatches()).claimed.append(claim)
    objects = {}
    for (province, year), told in sorted(by_key.items()):
        data = json.dumps(
            {"sources": sorted(told.sources, key=lambda row: (row["warc_key"], row["warc_offset"], row["report_id"])),
             "claimed": sorted(told.claimed)}, sort_keys=True, ensure_ascii=False).encode()  # fmt: skip
        digest = hashlib.sha256(data).hexdigest()[:16]
        objects[f"{MATCHES}province={province}/year={year}/{digest}.json"] = data
    return objects, matched


_SOURCE = ("url", "host", "provenance", "site_id", "family", "warc_key", "warc_offset", "warc_length", "payload_sha256")


def _likely(table: pa.Table) -> Iterator[tuple[Row, list[Row]]]:
    """Each loose page with the reports that its sketch resembles, of any year: hijackers forge that too."""
    names = [name for name in table.column_names if name != "sketch"]
    is_page = pc.equal(table.column("report_id"), "")
    pages, reports = table.filter(is_page), table.filter(pc.invert(is_page))
    page_rows, page_sketches = pages.select(names).to_pylist(), sketches_of(pages)
    if not page_rows:
        return
    near: list[list[tuple[int, Row]]] = [[] for _ in page_rows]
    for year in sorted(set(reports.column("year").to_pylist())):
        mine = reports.filter(pc.field("year") == year)
        sketches, rows = sketches_of(mine), mine.select(names).to_pylist()
        order = np.argsort(sketches.values, kind="stable")
        values, owners = sketches.values[order], sketches.owners()[order]
        least = np.maximum(1, _LIKELY * np.diff(sketches.starts))
        for number in range(len(page_rows)):
            wanted = page_sketches.of(number)
            first, last = values.searchsorted(wanted, "left"), values.searchsorted(wanted, "right")
            hits = [owners[a:b] for a, b in zip(first, last, strict=True) if b > a]
            if not hits:
                continue
            counts = np.bincount(np.concatenate(hits), minlength=len(rows))
            likely = np.flatnonzero(counts >= least)
            for report in likely[np.argsort(-counts[likely], kind="stable")][:_NEAREST]:
                near[number].append((int(counts[report]), rows[report]))
    for page, found in zip(page_rows, near, strict=True):
        nearest = sorted(found, key=lambda item: (-item[0], item[1]["report_id"], item[1]["revision"]))[:_NEAREST]
        if nearest:
            yield page, [row for count, row in nearest if 2 * count >= nearest[0][0]]


def _originals(page: Row, reports: list[Row], texts: Texts) -> list[tuple[Row, Row]]:
    """The reports that explain a page's text: signature and whole row. Of one report's editions the nearest."""
    whole: dict[str, list[tuple[Row, Row]]] = {}
    for row in reports:
        whole.setdefault(row["report_id"], []).append((row, texts.report(row)))
    nearest: dict[str, tuple[Row, Row]] = {}
    for name, editions in whole.items():
        nearest[name] = max(editions, key=lambda pair: (similarity(pair[1], page), pair[0]["revision"]))
    prints: dict[str, Print] = {name: print_of(pair[1]) for name, pair in nearest.items()}
    for name, (report, _) in nearest.items():
        if page["year"] and str(page["year"]) != report["year"] and not tells(prints[name]):
            del prints[name]
    return [nearest[name] for name in copied(print_of(page), prints)]

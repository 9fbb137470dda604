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
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.tables import REUSE
from transforms.lake.mirrors import Print, copied, may_be_of, print_of, relation
from transforms.lake.partitions import to_parquet, to_table
from transforms.lake.pending import MATCHES, PART, SIGNATURES, fingerprint, key_of, mark_built, read_mark
from transforms.lake.prose import similarity
from transforms.lake.publish import publish
from transforms.lake.reuse import candidates, shared, without_common
from transforms.lake.signatures import read_signatures, sketches_of
from transforms.lake.texts import Texts
from transforms.store import Conflict, NotFound, Store

Row = dict[str, Any]
_TRIES = 20
_REUSE = "lake/reuse/"
_KEY = "reuse|all"  # of the mark
_LIKELY = 0.3  # share of a page's uncommon hashes that a report must have to be compared with it
_PLACE = ("province", "year", "agency_level", "report_id")  # pairs of one partition are compared together
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
        seen, there, told = store.stats(SIGNATURES), store.stats(_REUSE), list(store.list(MATCHES))
        mark = read_mark(store, _KEY)
        sources = [*(f"{name} {stat.etag}" for name, stat in seen.items()), *told]
        if mark and mark["fingerprint"] == fingerprint(sources, there):
            return Related(mark["pairs"], mark["matched"])
        with contextlib.suppress(Conflict, NotFound):
            table = read_signatures(store, sorted(seen))
            texts = Texts(store)
            reuse, pairs = _reuse(store, table, texts, sorted(there))
            left = publish(store, reuse, there)
            matches, matched = _matches(table, texts)
            for name in sorted(matches.keys() - set(told)):
                store.put(name, matches[name])
            for name in sorted(set(told) - matches.keys()):
                store.delete(name)
            if store.stats(SIGNATURES) != seen:
                continue
            sources = [*(f"{name} {stat.etag}" for name, stat in seen.items()), *sorted(matches)]
            objects = {name: hashlib.sha256(data).hexdigest() for name, data in reuse.items()}
            mark_built(store, _KEY, {"fingerprint": fingerprint(sources, left), "objects": objects, "warcs": [],
                                     "pairs": pairs, "matched": matched})  # fmt: skip
            written = sum(name not in there or there[name].etag != etag for name, etag in left.items())
            touched = {key for name in set(told) ^ matches.keys() if (key := key_of(name))}
            return Related(pairs, matched, written, sorted(touched))
    raise Conflict(f"{SIGNATURES}: builders changed it {_TRIES} times")


def _reuse(store: Store, table: pa.Table, texts: Texts, there: list[str]) -> tuple[dict[str, bytes], int]:
    """The objects of the table reuse, and their number of rows."""
    current = table.filter(pc.field("is_current"))
    names = ("report_id", "revision", "agency_id", "agency_level", "text_sha256", "province", "year")
    reports = current.select(names).to_pylist()
    known = _told(store, there)
    rows: dict[int, list[Row]] = {}
    pairs = [
        tuple(sorted((reports[one], reports[other]), key=lambda row: (row["year"], row["report_id"]), reverse=True))
        for one, other in candidates(without_common(sketches_of(current)))
    ]
    for late, early in sorted(pairs, key=lambda pair: [row[name] for row in pair for name in _PLACE]):
        row = known.get((late["text_sha256"], early["text_sha256"])) or _compared(texts, late, early)
        if row:
            rows.setdefault(int(late["year"]), []).append({**row, **_pair(late, early)})
    objects = {}
    for year in sorted(rows):
        found = sorted(rows[year], key=lambda row: (row["report_id"], row["other_report_id"]))
        schema = pa.schema([column for column in REUSE if column.name != "year"])
        objects[f"{_REUSE}year={year}{PART}"] = to_parquet(to_table(found, schema))
    return objects, sum(map(len, rows.values()))


def _told(store: Store, names: Iterable[str]) -> dict[tuple[str, str], Row]:
    """What an earlier pass said of two texts, by their hashes."""
    found = {}
    columns = ["text_sha256", "other_text_sha256", "share", "other_share", "passages"]
    for name in names:
        with contextlib.suppress(pa.ArrowException, OSError):  # a damaged object says nothing
            for row in pq.read_table(io.BytesIO(store.get(name)), columns=columns, partitioning=None).to_pylist():
                found[row["text_sha256"], row["other_text_sha256"]] = row
    return found


def _compared(texts: Texts, late: Row, early: Row) -> Row | None:
    found = shared(texts.prose(late), texts.prose(early))
    if found is None:
        return None
    names = ("start", "end", "other_start", "other_end")
    passages = [dict(zip(names, passage, strict=True)) for passage in found.passages]
    return {"share": found.share, "other_share": found.other_share, "passages": passages}


def _pair(late: Row, early: Row) -> Row:
    names = ("report_id", "revision", "province", "year", "agency_level", "text_sha256")
    row = {name: late[name] for name in names} | {f"other_{name}": early[name] for name in names}
    one_agency, one_year = late["agency_id"] == early["agency_id"], late["year"] == early["year"]
    across = "scopes" if one_agency and one_year else "years" if one_agency else "agencies" if one_year else "both"
    return {**row, "year": int(late["year"]), "other_year": int(early["year"]), "across": across}


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
        found = _original(row, reports, texts)
        if found is None:
            continue
        report, whole = found
        if may_be_of(row, whole):
            matched += 1
            kept = {name: row[name] for name in _SOURCE} | {
                "report_id": report["report_id"], "text_sha256": report["text_sha256"],
                "relation": relation(row), "similarity": similarity(whole, row),
                "fetched_at": row["fetched_at"].isoformat() if row["fetched_at"] else None,
            }  # fmt: skip
            by_key.setdefault((report["province"], report["year"]), _KeyMatches()).sources.append(kept)
        if row["agency_id"]:
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
    """Each loose page with the reports that its sketch resembles, of its own year, or of any year if it tells none."""
    names = [name for name in table.column_names if name != "sketch"]
    is_page = pc.equal(table.column("report_id"), "")
    pages, reports = table.filter(is_page), table.filter(pc.invert(is_page))
    page_rows, page_sketches = pages.select(names).to_pylist(), sketches_of(pages)
    if not page_rows:
        return
    near: list[list[tuple[int, Row]]] = [[] for _ in page_rows]
    for year in sorted(set(reports.column("year").to_pylist())):
        asking = [n for n, page in enumerate(page_rows) if page["year"] in (year, "unknown")]
        if not asking:
            continue
        mine = reports.filter(pc.field("year") == year)
        sketches, rows = sketches_of(mine), mine.select(names).to_pylist()
        order = np.argsort(sketches.values, kind="stable")
        values, owners = sketches.values[order], sketches.owners()[order]
        for number in asking:
            wanted = page_sketches.of(number)
            first, last = values.searchsorted(wanted, "left"), values.searchsorted(wanted, "right")
            hits = [owners[a:b] for a, b in zip(first, last, strict=True) if b > a]
            if not hits:
                continue
            counts = np.bincount(np.concatenate(hits))
            for report in np.argsort(-counts, kind="stable")[:_NEAREST]:
                if counts[report] >= _LIKELY * len(sketches.of(int(report))):
                    near[number].append((int(counts[report]), rows[report]))
    for page, found in zip(page_rows, near, strict=True):
        nearest = sorted(found, key=lambda item: (-item[0], item[1]["report_id"], item[1]["revision"]))[:_NEAREST]
        if nearest:
            yield page, [row for count, row in nearest if 2 * count >= nearest[0][0]]


def _original(page: Row, reports: list[Row], texts: Texts) -> tuple[Row, Row] | None:
    """The report that a page copies: its signature and its whole row. Of one report's editions the nearest."""
    whole: dict[str, list[tuple[Row, Row]]] = {}
    for row in reports:
        whole.setdefault(row["report_id"], []).append((row, texts.report(row)))
    nearest: dict[str, tuple[Row, Row]] = {}
    for name, editions in whole.items():
        nearest[name] = max(editions, key=lambda pair: (similarity(pair[1], page), pair[0]["revision"]))
    prints: dict[str, Print] = {name: print_of(pair[1]) for name, pair in nearest.items()}
    name = copied(print_of(page), prints)
    return nearest[name] if name else None

"""The ledger: for every agency and year, whether its report is there, and if not, why not as far as is known.

Made from the registry, the reports and the log of crawls, and so made again at any time. The day is handed in; rows
change only when it passes a deadline, so that the ledger of two days between them is the same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from operator import itemgetter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.registry import Site
from schemas.seasons import closed_years, deadline
from schemas.tables import COVERAGE, INDEX
from transforms.identity.rosters import DOC_TYPE
from transforms.lake.columns import to_table
from transforms.lake.partitions import to_parquet
from transforms.lake.pending import PART
from transforms.lake.publish import publish
from transforms.lake.roster import Agency, Listing, roster
from transforms.store import Conflict, NotFound, Store

Row = dict[str, Any]
FOLDER = "lake/coverage/"
STATUSES = ("found", "late", "not_due", "missing", "failed", "blocked")
KEPT_OUT = ("blocked", "robots")
WELL = ("ok", "nothing_new")
_REPORT_COLUMNS = ["report_id", "revision", "is_current", "agency_id", "agency_name", "agency_level", "agency_kind",
                   "province", "year", "published_on", "provenance", "site_id"]  # fmt: skip
_TRIES = 20


def coverage_rows(
    sites: Iterable[Site],
    reports: Iterable[Mapping[str, Any]],
    crawls: Iterable[Mapping[str, Any]],
    today: date,
    listings: Iterable[Listing] = (),
) -> list[Row]:
    """Return the ledger on a day in China, by agency and year.

    `reports` and `crawls` are rows of the lake's tables of these names, all editions and all crawls; `listings` the
    pages that list who has to publish.
    """
    sites, reports = list(sites), [row for row in reports if row["year"] is not None]
    families = {site.site_id: site.family for site in sites}
    agencies, _ = roster(sites, reports, listings)
    found: dict[tuple[str, int], list[Mapping[str, Any]]] = {}
    for report in reports:
        found.setdefault((report["agency_id"], report["year"]), []).append(report)
    attempts = _attempts(crawls)
    years = closed_years(today)
    return [
        _row(agency, year, found.get((agency.agency_id, year), []), attempts, families, today)
        for agency in agencies
        for year in years
        if year >= agency.since
    ]


def _row(
    agency: Agency,
    year: int,
    editions: list[Mapping[str, Any]],
    attempts: Mapping[tuple[str, int], Mapping[str, Any]],
    families: Mapping[str, str],
    today: date,
) -> Row:
    term = deadline(year, agency.level, agency.kind)
    tried = [(site, attempts[site, year]) for site in agency.sites if (site, year) in attempts]
    site, last = max(tried, key=lambda pair: (pair[1]["started"], pair[0]), default=("", None))
    days = [edition["published_on"] for edition in editions if edition["published_on"]]
    published = min(days, default=None)
    if editions:
        status = "late" if term.obliged and published and published > term.due else "found"
        current = [edition for edition in editions if edition["is_current"]] or editions
        evidence = min(edition["report_id"] for edition in current)
    else:
        status, evidence = _without(last, term.due, today)
    return {
        "province": agency.province, "year": year, "agency_id": agency.agency_id, "agency_name": agency.name,
        "agency_level": agency.level, "agency_kind": agency.kind, "status": status, "due": term.due,
        "obliged": term.obliged, "published_on": published, "basis": agency.basis,
        "site_id": site or next(iter(agency.sites), ""),
        "family": families.get(site or next(iter(agency.sites), ""), ""),
        "last_attempt": last["started"] if last else None, "last_outcome": last["outcome"] if last else "",
        "evidence": evidence,
    }  # fmt: skip


def _without(last: Mapping[str, Any] | None, due: date, today: date) -> tuple[str, str]:
    """Status and evidence of a report that is not there."""
    evidence = f"{last['crawl_id']}: {last['detail'] or last['outcome']}" if last else ""
    if last and last["outcome"] in KEPT_OUT:
        return "blocked", evidence
    if last and last["outcome"] not in WELL:
        return "failed", evidence
    return ("not_due" if today <= due else "missing"), evidence


def _attempts(crawls: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], Mapping[str, Any]]:
    """The last crawl of each site for each year."""
    last: dict[tuple[str, int], Mapping[str, Any]] = {}
    for crawl in sorted(crawls, key=itemgetter("started", "crawl_id")):
        for year in _years(crawl["years"], crawl["started"].year):
            last[crawl["site_id"], year] = crawl
    return last


def _years(text: str, now: int) -> range:
    """The report years that a crawl asked for: one, a span, or all there could be."""
    if text == "all":
        return closed_years(date(now, 1, 1))
    first, _, end = text.partition("-")
    return range(int(first), int(end or first) + 1)


def build_coverage(store: Store, sites: Iterable[Site], today: date) -> dict[str, int]:
    """Make lake/coverage/ show the ledger on a day in China; return counts of rows, objects written and deleted.

    Raises Conflict when others change it as often as we try.
    """
    sites = list(sites)
    for _ in range(_TRIES):
        seen = store.stats(FOLDER)
        rows = present_rows(store, sites, today)
        wanted = {f"{FOLDER}province={province}{PART}": data for province, data in _objects(rows)}
        try:
            left = publish(store, wanted, seen)
        except (Conflict, NotFound):  # somebody else is at it: look again
            continue
        written = sum(seen.get(name) is None or seen[name].etag != etag for name, etag in left.items())
        return {"rows": len(rows), "written": written, "deleted": len(seen.keys() - left.keys())}
    raise Conflict(f"{FOLDER}: others changed it {_TRIES} times")


def present_rows(store: Store, sites: Iterable[Site], today: date) -> list[Row]:
    """Return the ledger on a day in China as the store's reports and crawls make it; nothing is written."""
    return coverage_rows(sites, _reports(store), read_crawls(store), today, read_listings(store))


def read_ledger(store: Store, province: str) -> list[Row]:
    """Return the ledger's rows of a province as they were last written: site, year, status and last attempt."""
    name = f"{FOLDER}province={province}{PART}"
    if store.stat(name) is None:
        return []
    columns = ["site_id", "year", "status", "last_attempt"]
    return list(pq.ParquetFile(io.BytesIO(store.get(name))).read(columns=columns).to_pylist())


def _objects(rows: list[Row]) -> Iterator[tuple[str, bytes]]:
    schema = pa.schema([field for field in COVERAGE if field.name != "province"])
    parts: dict[str, list[Row]] = {}
    for row in rows:
        parts.setdefault(row["province"], []).append(row)
    for province in sorted(parts):
        yield province, to_parquet(to_table(parts[province], schema))


def _reports(store: Store) -> list[Row]:
    """All editions, from the partitions: the index may be of yesterday."""
    rows: list[Row] = []
    for name in store.list("lake/reports/"):
        if not name.endswith(PART):
            continue
        file = pq.ParquetFile(io.BytesIO(store.get(name)))
        within = dict(part.split("=", 1) for part in name.split("/") if "=" in part)
        if not within["year"].isdigit():
            continue
        columns = [column for column in _REPORT_COLUMNS if column in INDEX.names and column not in within]
        place = {"province": within["province"], "year": int(within["year"]), "agency_level": within["agency_level"]}
        rows += [{**row, **place} for row in file.read(columns=columns).to_pylist()]
    return rows


def read_listings(store: Store) -> list[Listing]:
    """Return the pages that list who has to publish, from what was left out of the reports."""
    found = []
    for name in store.list("lake/rejects/"):
        if not name.endswith(PART):
            continue
        table = pq.read_table(io.BytesIO(store.get(name)), columns=["doc_type", "site_id", "evidence"])
        for row in table.filter(pc.field("doc_type") == DOC_TYPE).to_pylist():
            evidence = json.loads(row["evidence"])
            if row["site_id"] and (year := evidence["year"]["decided"]) is not None:
                found.append(Listing(row["site_id"], year, tuple(evidence["listed"])))
    return found


def read_crawls(store: Store) -> list[Row]:
    """Return the log of crawls, without counts."""
    columns = ["site_id", "crawl_id", "years", "started", "outcome", "detail"]
    names = [name for name in store.list("lake/crawls/") if name.endswith(PART)]
    return [
        row for name in names for row in pq.ParquetFile(io.BytesIO(store.get(name))).read(columns=columns).to_pylist()
    ]

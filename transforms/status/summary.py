"""What the first view shows, in counts: coverage cells, crawl health, the latest digest. Small whatever the lake holds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from schemas.divisions import PROVINCE_SLUGS, divisions, slug_to_code
from schemas.tables import AGENCY_LEVELS
from transforms.lake import digest as lake

Row = dict[str, Any]
HEALTHY = ("ok", "nothing_new")
# What the grid can say of an agency and a year; late: found, but after the day on which it was due.
STATUSES = ("found", "late", "missing", "blocked", "failed", "not_due")
_LAST_CRAWLS = """SELECT * FROM crawls
  QUALIFY row_number() OVER (PARTITION BY site_id ORDER BY started DESC, crawl_id DESC) = 1"""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many agencies of a province and level have one status (of STATUSES) for one year."""

    province: str
    year: int
    level: str
    status: str
    agencies: int


@dataclass(frozen=True, slots=True)
class Family:
    """Crawl health of one site family: its sites by the outcome of their last crawl."""

    family: str
    sites: int
    healthy: int
    partial: int
    failing: int
    never: int
    last: str
    requests: int
    errors: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What one run or day amounts to: a heading and lines of label, value and tone (plain, good, warn, bad)."""

    heading: str
    lines: tuple[tuple[str, str, str], ...]


def found_cells(connection: duckdb.DuckDBPyConnection) -> list[Cell]:
    """Return what is there: agencies with a current report, by province, year and level."""
    rows = connection.execute(
        "SELECT province, year, agency_level, count(DISTINCT agency_id) FROM report_index "
        "WHERE is_current GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [Cell(province, year, level, "found", agencies) for province, year, level, agencies in rows]


def ledger_cells(connection: duckdb.DuckDBPyConnection) -> list[Cell]:
    """Return what should be there and how it stands, as the ledger has it; empty when there is none."""
    rows = connection.execute(
        "SELECT province, year, agency_level, status, count(*) FROM coverage GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [Cell(*row) for row in rows]


def site_rows(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return every site of the registry that is crawled today, and every other that was, with its last crawl."""
    return list(
        connection.sql(
            f"""SELECT coalesce(s.site_id, c.site_id) AS site_id, coalesce(s.family, c.family) AS family,
                coalesce(s.name, '') AS name, coalesce(s.host, '') AS host, coalesce(s.province, '') AS province,
                c.outcome, c.detail, c.started, c.finished, c.years, c.requests, c.pages, c.errors
              FROM (SELECT * FROM sites WHERE valid_to IS NULL) s FULL JOIN ({_LAST_CRAWLS}) c USING (site_id)
              ORDER BY 2, 5, 1"""  # noqa: S608 - fixed text
        )
        .to_arrow_table()
        .to_pylist()
    )


def families(sites: list[Row]) -> list[Family]:
    """Return the health of each family in the order of their names, from what site_rows returns."""
    grouped: dict[str, list[Row]] = {}
    for row in sites:
        grouped.setdefault(row["family"], []).append(row)
    return [_family(name, rows) for name, rows in sorted(grouped.items())]


def _family(name: str, rows: list[Row]) -> Family:
    crawled = [row for row in rows if row["outcome"] is not None]
    healthy = sum(row["outcome"] in HEALTHY for row in crawled)
    partial = sum(row["outcome"] == "partial" for row in crawled)
    last = max((row["started"] for row in crawled if row["started"]), default=None)
    return Family(
        family=name, sites=len(rows), healthy=healthy, partial=partial, failing=len(crawled) - healthy - partial,
        never=len(rows) - len(crawled), last=last.strftime("%Y-%m-%d") if last else "",
        requests=sum(row["requests"] or 0 for row in crawled), errors=sum(row["errors"] or 0 for row in crawled),
    )  # fmt: skip


def crawl_digest(connection: duckdb.DuckDBPyConnection) -> Digest | None:
    """Return what the crawls of the last day with any amount to; None when nothing was ever crawled."""
    rows = connection.execute(
        """SELECT strftime(started, '%Y-%m-%d') AS day, outcome, count(*), sum(requests), sum(pages), sum(errors)
           FROM crawls WHERE date_trunc('day', started) = (SELECT date_trunc('day', max(started)) FROM crawls)
           GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    if not rows:
        return None
    lines = [(f"crawls: {outcome}", f"{count:,}", _tone(outcome)) for _, outcome, count, *_ in rows]
    for place, label in ((3, "requests"), (4, "pages fetched"), (5, "lists and pages not fetched")):
        total = sum(row[place] or 0 for row in rows)
        lines.append((label, f"{total:,}", "warn" if place == 5 and total else "plain"))
    return Digest(f"Crawls of {rows[0][0]} (UTC)", tuple(lines))


def day_digest(found: lake.Digest) -> Digest:
    """Return the digest of a day as the page shows it: in counts; `archive digest` names what they count."""
    lines = [("reports", f"{found.total:,}", "plain")]
    for name, count in (found.reports or {}).items():
        lines.append((f"reports: {name}", f"{count:,}", "warn" if name == "gone" and count else "plain"))
    lines += [(f"crawls: {outcome}", f"{count:,}", _tone(outcome)) for outcome, count in found.crawls.items()]
    for label, listed, tone in (
        ("sites that keep us out", found.blocked, "warn"),
        ("sites not crawled", found.unreachable, "bad"),
        ("partitions held back by a check", found.failed, "bad"),
        ("checks that warn", found.warned, "warn"),
    ):
        lines.append((label, f"{len(listed):,}", tone if listed else "plain"))
    return Digest(f"Digest of {found.day}", tuple(lines))


def _tone(outcome: str) -> str:
    return "good" if outcome in HEALTHY else "warn" if outcome == "partial" else "bad"


def totals(connection: duckdb.DuckDBPyConnection) -> Row:
    """Return the counts of the head line: current reports, agencies, first and last year, last crawl."""
    reports, agencies, first, last = connection.execute(
        "SELECT count(*), count(DISTINCT agency_id), min(year), max(year) FROM report_index WHERE is_current"
    ).fetchall()[0]
    [(crawled,)] = connection.execute("SELECT strftime(max(started), '%Y-%m-%d') FROM crawls").fetchall()
    return {"reports": reports, "agencies": agencies, "first": first, "last": last, "crawled": crawled or ""}


def summary(
    counts: Row, cells: list[Cell], health: list[Family], digest: Digest | None, *, ledger: bool = False
) -> Row:
    """Return the data of the first view. `ledger` says whether the cells tell what should exist, or only what does."""
    years = sorted({cell.year for cell in cells})
    there = {cell.province for cell in cells}
    slugs = [slug for slug in PROVINCE_SLUGS if slug != "unknown" or slug in there]
    place = {slug: number for number, slug in enumerate(slugs)}
    return {
        "totals": counts,
        "ledger": ledger,
        "provinces": [[slug, _short(slug)] for slug in slugs],
        "years": list(range(years[0], years[-1] + 1)) if years else [],
        "levels": AGENCY_LEVELS,
        "statuses": STATUSES,
        "cells": [
            [place[cell.province], cell.year, AGENCY_LEVELS.index(cell.level), STATUSES.index(cell.status), cell.agencies]
            for cell in sorted(cells, key=lambda cell: (place[cell.province], cell.year, cell.level, cell.status))
        ],
        "families": [asdict(family) for family in health],
        "digest": asdict(digest) if digest else None,
    }  # fmt: skip


def _short(slug: str) -> str:
    """Chinese short name of a province; 中央 for the central bodies, which are of no province."""
    if slug == "central":
        return "中央"
    return "" if slug == "unknown" else divisions()[slug_to_code(slug)].short

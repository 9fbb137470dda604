"""`archive coverage`: the ledger of what should be there, brought up to date and counted."""

from __future__ import annotations

from typing import Annotated

import typer

from dags.support.local import store_uri
from scrapers.console import named, plainly, show

Names = Annotated[str, typer.Option(help="Only these, apart by commas; empty: all.")]
DIMENSIONS = {"province": "province", "year": "year", "level": "agency_level", "family": "family",
              "kind": "agency_kind", "status": "status", "basis": "basis", "site": "site_id"}  # fmt: skip


def coverage(
    by: Annotated[str, typer.Option(help=f"What to count by: {', '.join(DIMENSIONS)}.")] = "province,year,level",
    province: Names = "",
    years: Annotated[str, typer.Option(help="2019 or 2008-2018; empty: all.")] = "",
    level: Names = "",
    family: Names = "",
    status: Names = "",
    obliged: Annotated[bool, typer.Option("--obliged", help="Only bodies that the law names.")] = False,
    rows: Annotated[bool, typer.Option("--list", help="List agencies and years instead of counting.")] = False,
    format: Annotated[str, typer.Option(help="table, csv or json.")] = "table",
) -> None:
    """Bring the ledger of expected reports up to date and count it by any dimension."""
    with plainly():
        from datetime import UTC, datetime

        from schemas.registry import load_sites
        from schemas.seasons import day_in_china
        from transforms.lake.coverage import build_coverage
        from transforms.lake.query import connect
        from transforms.store import open_store

        wanted = {"province": province, "level": level, "family": family, "status": status}
        where, values = _conditions(wanted, years, obliged)
        sql = _listing(where) if rows else _counting(by, where)
        build_coverage(open_store(store_uri()), load_sites().values(), day_in_china(datetime.now(UTC)))
        answer = connect(store_uri()).sql(sql, params=values).to_arrow_table()
        show(answer.column_names, [tuple(row.values()) for row in answer.to_pylist()], format)


def _conditions(wanted: dict[str, str], years: str, obliged: bool) -> tuple[str, list[object]]:
    """The WHERE clause of a selection and its values; ValueError for years that are none, and for unknown names."""
    from schemas.divisions import PROVINCE_SLUGS
    from schemas.registry import FAMILIES
    from schemas.tables import AGENCY_LEVELS
    from scrapers.crawls import parse_years
    from transforms.lake.coverage import STATUSES

    known = {"province": PROVINCE_SLUGS, "level": AGENCY_LEVELS, "family": FAMILIES, "status": STATUSES}
    parts, values = ["TRUE"], list[object]()
    for name, text in wanted.items():
        if text:
            parts.append(f"list_contains(?, {DIMENSIONS[name]})")
            values.append([*named(text, known[name], name)])
    if (span := parse_years(years)) is not None:
        parts.append("year BETWEEN ? AND ?")
        values += [span.start, span.stop - 1]
    if obliged:
        parts.append("obliged")
    return " AND ".join(parts), values


def _listing(where: str) -> str:
    return f"SELECT * FROM coverage WHERE {where} ORDER BY province, agency_id, year"  # noqa: S608 - fixed names


def _counting(by: str, where: str) -> str:
    """The question for counts by some dimensions, each status a column; ValueError for another dimension."""
    from transforms.lake.coverage import STATUSES

    names = [name.strip() for name in by.split(",") if name.strip()]
    if strange := [name for name in names if name not in DIMENSIONS]:
        raise ValueError(f"{', '.join(strange)}: count by {', '.join(DIMENSIONS)}")
    groups = "".join(f"{DIMENSIONS[name]} AS {name}, " for name in names)
    counts = "" if "status" in names else ", " + ", ".join(
        f"count(*) FILTER (status = '{status}') AS {status}" for status in STATUSES
    )  # fmt: skip
    order = f"GROUP BY {', '.join(DIMENSIONS[name] for name in names)} ORDER BY ALL" if names else ""
    return f"SELECT {groups}count(*) AS expected{counts} FROM coverage WHERE {where} {order}"  # noqa: S608 - fixed names

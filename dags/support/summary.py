"""What is in the lake, as small tables for a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

LEVELS = ("central", "province", "prefecture", "county", "township", "other")


def read_rows(store: Any, table: str, columns: list[str], where: Any = None) -> list[dict[str, Any]]:
    """Read some columns of a lake table, partition columns included; no rows when the table is not there.

    `where` is a condition of pyarrow on its columns, None for all rows.
    """
    import pyarrow.dataset as ds

    if next(iter(store.list(f"lake/{table}/")), None) is None:
        return []
    filesystem, base = store.filesystem()
    path = f"{base.rstrip('/')}/lake/{table}" if base else f"lake/{table}"
    data = ds.dataset(path, filesystem=filesystem, format="parquet", partitioning="hive")
    return list(data.to_table(columns=[c for c in columns if c in data.schema.names], filter=where).to_pylist())


def count_rows(store: Any, table: str) -> int:
    """Count the rows of a lake table."""
    import pyarrow.dataset as ds

    if next(iter(store.list(f"lake/{table}/")), None) is None:
        return 0
    filesystem, base = store.filesystem()
    path = f"{base.rstrip('/')}/lake/{table}" if base else f"lake/{table}"
    return int(ds.dataset(path, filesystem=filesystem, format="parquet", partitioning="hive").count_rows())


def print_lake(store: Any, console: Console) -> int:
    """Print the lake and return its number of reports."""
    reports = read_rows(store, "reports", ["province", "year", "agency_level"])
    years: dict[int, dict[str, dict[str, int]]] = {}
    for row in reports:
        cell = years.setdefault(int(row["year"]), {}).setdefault(str(row["province"]), {})
        cell[str(row["agency_level"])] = cell.get(str(row["agency_level"]), 0) + 1
    provinces = sorted({str(row["province"]) for row in reports})
    console.print("\nreports by province, year and level:")
    console.print("c central · p province · f prefecture · x county · t township · o other")
    table = Table()
    table.add_column("year")
    for province in provinces:
        table.add_column(province, no_wrap=True)
    table.add_column("all", justify="right")
    for year in sorted(years):
        cells = [_cell(years[year].get(province, {})) for province in provinces]
        total = sum(sum(levels.values()) for levels in years[year].values())
        table.add_row(str(year), *cells, str(total))
    console.print(table)
    console.print(
        f"{len(reports)} reports · {count_rows(store, 'sections')} sections · "
        f"{count_rows(store, 'figures')} figures · {count_rows(store, 'sources')} sources"
    )
    reasons: dict[str, int] = {}
    for row in read_rows(store, "rejects", ["reason"]):
        reasons[str(row["reason"])] = reasons.get(str(row["reason"]), 0) + 1
    text = ", ".join(f"{reason} {count}" for reason, count in sorted(reasons.items(), key=lambda i: (-i[1], i[0])))
    console.print(f"{sum(reasons.values())} rejects by reason: {text or 'none'}")
    return len(reports)


def _cell(levels: dict[str, int]) -> str:
    letters = dict(zip(LEVELS, "cpfxto", strict=True))
    return " ".join(f"{levels[name]}{letters[name]}" for name in LEVELS if levels.get(name))

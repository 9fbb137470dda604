"""A lake of the whole country, made cheaply: a few pages that were really read, given to many agencies and years."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from schemas.divisions import PROVINCE_SLUGS, Division, divisions, province_slug
from tests.benchmarks.corpus import generate
from transforms.lake.dedupe import editions
from transforms.lake.index import build_index
from transforms.lake.pagerows import page_rows
from transforms.lake.partitions import lake_tables, to_parquet
from transforms.lake.pending import PART, lake_folders, source_folder
from transforms.pages import page_bytes, page_file, page_table
from transforms.read import era_by_year, read_capture
from transforms.store import Store
from transforms.warc import read_captures

Row = dict[str, Any]
YEARS = range(2008, 2025)
_ORGANS = {
    "人民政府": "county", "教育局": "county", "财政局": "county", "民政局": "county", "城关镇人民政府": "township",
    "水利局": "county", "东街街道办事处": "township", "司法局": "county", "审计局": "county", "河西乡人民政府": "township",
    "卫生健康局": "county", "农业农村局": "county",
}  # fmt: skip


def write_lake(store: Store, reports: int) -> int:
    """Write about `reports` reports, as many in every province and year, and the index; return their number.

    FileNotFoundError without the page generator.
    """
    for slug, year, rows in _rows(reports):
        tables = lake_tables(editions(page_rows(page_table(rows))))
        for folder in lake_folders(f"{slug}|{year}"):
            name = folder.split("/")[1]
            for level, part in tables.get(name, {}).items():
                store.put(f"{folder}agency_level={level}{PART}", to_parquet(part))
    return build_index(store)


def write_pages(store: Store, pages: int) -> int:
    """Write page files of about this many pages, one in six a copy of another, as reading leaves them; return how many.

    FileNotFoundError without the page generator.
    """
    written = 0
    for slug, year, rows in _rows(pages * 5 // 6):
        warc = f"raw/bench/{slug}-{year}.warc.gz"
        copies = [{**row, "url": f"{row['url']}?from=copy"} for row in rows[::5]]
        every = [{**row, "warc_key": warc} for row in [*rows, *copies]]
        store.put(page_file(warc, source_folder(f"{slug}|{year}")), page_bytes(every))
        written += len(every)
    return written


def _rows(reports: int) -> Iterator[tuple[str, int, list[Row]]]:
    """Page rows of every province and year."""
    templates = _templates()
    slugs = [slug for slug in PROVINCE_SLUGS if slug not in ("central", "unknown")]
    for slug in slugs:
        agencies = list(_agencies(slug, max(1, reports // len(slugs) // len(YEARS))))
        for year in YEARS:
            fitting = templates[era_by_year(year)]
            yield (
                slug,
                year,
                [
                    {**fitting[place % len(fitting)], **_issued(agency, level, division, slug, year)}
                    for place, (agency, level, division) in enumerate(agencies)
                ],
            )


def _templates() -> dict[str, list[Row]]:
    """Rows of pages by era, as reading gives them."""
    found: dict[str, list[Row]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in generate(Path(folder), 200, provinces="all"):
            for capture in read_captures(path.read_bytes(), "raw/bench/0.warc.gz"):
                row, _ = read_capture(capture)
                if row is not None and not row["hijacked"]:
                    found.setdefault(row["era_by_year"], []).append(row)
    return found


def _agencies(slug: str, n: int) -> Iterator[tuple[str, str, Division]]:
    """`n` agencies of a province: name, level, division."""
    here = [row for row in divisions().values() if row.level == "county" and not row.valid_to]
    counties = [row for row in here if province_slug(row.code) == slug]
    for place in range(n):
        county = counties[place % len(counties)]
        organs = list(_ORGANS.items())
        organ, level = organs[place // len(counties) % len(organs)]
        again = place // len(counties) // len(organs)
        yield f"{county.name}{organ}{again or ''}", level, county


def _issued(agency: str, level: str, county: Division, slug: str, year: int) -> Row:
    """What tells one agency's report from another's."""
    agency_id = f"{county.code}:{agency}"
    return {
        "agency_id": agency_id, "agency_name": agency, "agency_name_printed": agency, "agency_level": level,
        "province": slug, "province_code": f"{county.code[:2]}0000", "county_code": county.code,
        "county_name": county.name, "year": year, "report_scope": "own", "era_by_year": era_by_year(year),
        "title": f"{agency}{year}年政府信息公开工作年度报告", "published_on": date(year + 1, 1 + year % 4, 20),
        "url": f"http://{county.code}.example/{year}/{agency}.html", "provenance": "official",
        "payload_sha256": f"{agency_id}{year}".encode().hex().ljust(64, "0")[:64],
    }  # fmt: skip

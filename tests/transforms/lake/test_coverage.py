"""The ledger says of every agency and year whether its report is there, and why not."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from pathlib import Path

from schemas.registry import Site
from schemas.tables import COVERAGE, CRAWLS
from scrapers.warc import ImportItem, import_warc
from transforms.lake.build import build_all
from transforms.lake.columns import to_table
from transforms.lake.coverage import build_coverage, coverage_rows, present_rows, read_ledger, read_listings
from transforms.lake.partitions import to_parquet
from transforms.lake.query import connect
from transforms.lake.roster import Listing
from transforms.store import open_store

PORTAL = Site(
    "cj", "www.cj.gov.cn", "昌吉市人民政府", "652301", "county", "ucap", (), "invented", "2026-11-22", "xinjiang"
)
BUREAU = Site("cj-jyj", "jyj.cj.gov.cn", "昌吉市教育局", "652301", "county", "vsb", (), "invented", "2026-11-22",
              "xinjiang", agency="昌吉市教育局")  # fmt: skip
GONE = Site("old", "www.cj.gov.cn", "昌吉市人民政府", "652301", "county", "trs_wcm", (), "invented", "2026-11-22",
            "xinjiang", valid_to="2020-01-01")  # fmt: skip
TODAY = date(2026, 11, 25)


def report(agency: str, year: int, published: date | None = None, revision: int = 1, **other: object) -> dict:
    named = {"652301:人民政府": ("昌吉市人民政府", "county", "government"), "652301:教育局": ("昌吉市教育局", "county", "department"),
             "652301:滨湖镇人民政府": ("昌吉市滨湖镇人民政府", "township", "government")}[agency]  # fmt: skip
    return {"report_id": f"{agency}:{year}:own", "revision": revision, "is_current": True, "agency_id": agency,
            "agency_name": named[0], "agency_level": named[1], "agency_kind": named[2], "province": "xinjiang",
            "year": year, "published_on": published, "provenance": "official", "site_id": "cj", **other}  # fmt: skip


def crawl(site: str, years: str, outcome: str = "ok", when: str = "2026-10-01T00:00:00+00:00", **other: object) -> dict:
    started = datetime.fromisoformat(when)
    return {"site_id": site, "crawl_id": f"{when[:10]}-{years}", "years": years, "started": started,
            "outcome": outcome, "detail": "", **other}  # fmt: skip


def statuses(rows: list[dict], agency: str) -> dict[int, str]:
    return {row["year"]: row["status"] for row in rows if row["agency_id"] == agency}


def test_bodies_that_a_site_lists_are_expected_from_then_on(tmp_path: Path) -> None:
    """From the page, which is no report, to the ledger."""
    rows = "".join(f"<tr><td>{n}</td><td>{name}</td><td>已公布</td></tr>" for n, name in enumerate(
        ("市教育局", "市市场监管局", "滨湖镇人民政府", "昌吉市人民政府"), 1))  # fmt: skip
    html = (
        "<html><head><title>昌吉市2023年政府信息公开工作年度报告公布情况</title></head><body><div id=zoom>"
        "<h1>昌吉市2023年政府信息公开工作年度报告公布情况</h1><p>应公布年度报告的单位4家，已全部公布。</p>"
        f"<table><tr><td>序号</td><td>单位</td><td>情况</td></tr>{rows}</table></div></body></html>"
    )
    store = open_store(str(tmp_path))
    item = ImportItem(html.encode(), "text/html; charset=utf-8", "http://www.cj.gov.cn/zwgk/1.html", datetime(2024, 3, 1, tzinfo=UTC))  # fmt: skip
    store.put(
        "raw/ucap/cj/0.warc", gzip.decompress(import_warc([item])).replace(b"isPartOf: import", b"isPartOf: cj    ")
    )
    build_all(store)
    [listing] = read_listings(store) or [None]
    assert listing == Listing("cj", 2023, ("教育局", "市场监管局", "滨湖镇人民政府", "昌吉市人民政府"))
    ledger = coverage_rows([PORTAL, BUREAU], [], [], TODAY, [listing])
    assert statuses(ledger, "652301:市场监督管理局") == dict.fromkeys((2023, 2024, 2025), "missing")
    assert statuses(ledger, "652301:滨湖镇人民政府").keys() == {2023, 2024, 2025}
    assert statuses(ledger, "652301:教育局").keys() == set(range(2008, 2026)), (
        "the registry knows it from the first year on"
    )
    assert {row["basis"] for row in ledger if row["agency_id"] == "652301:市场监督管理局"} == {"listed"}
    assert coverage_rows([BUREAU], [], [], TODAY, [listing]) == coverage_rows([BUREAU], [], [], TODAY), "whose list?"


def test_bodies_of_the_registry_are_expected_every_year() -> None:
    rows = coverage_rows([PORTAL, BUREAU, GONE], [], [], TODAY)
    assert {row["agency_id"] for row in rows} == {"652301:人民政府", "652301:教育局"}
    assert statuses(rows, "652301:教育局") == dict.fromkeys(range(2008, 2026), "missing")
    assert {(row["agency_id"], row["site_id"], row["family"], row["basis"]) for row in rows} == {
        ("652301:人民政府", "cj", "ucap", "registry"), ("652301:教育局", "cj-jyj", "vsb", "registry")}  # fmt: skip
    assert {row["last_attempt"] for row in rows} == {None}


def test_an_agency_that_only_its_reports_tell_is_expected_from_its_first() -> None:
    rows = coverage_rows(
        [PORTAL], [report("652301:滨湖镇人民政府", 2022), report("652301:滨湖镇人民政府", 2024)], [], TODAY
    )
    assert statuses(rows, "652301:滨湖镇人民政府") == {2022: "found", 2023: "missing", 2024: "found", 2025: "missing"}
    [row] = [row for row in rows if row["agency_id"] == "652301:滨湖镇人民政府" and row["year"] == 2023]
    assert (row["basis"], row["site_id"], row["obliged"]) == ("seen", "cj", False)


def test_found_and_late_go_by_the_first_edition() -> None:
    bureau = [report("652301:教育局", 2019, date(2020, 2, 1)), report("652301:教育局", 2020, date(2021, 1, 31)),
              report("652301:教育局", 2021, date(2022, 1, 5)), report("652301:教育局", 2021, date(2022, 6, 5), 2),
              report("652301:教育局", 2022)]  # fmt: skip
    town = [report("652301:滨湖镇人民政府", 2022, date(2023, 7, 1))]
    rows = coverage_rows([BUREAU], bureau + town, [], TODAY)
    said = statuses(rows, "652301:教育局")
    assert [said[year] for year in (2018, 2019, 2020, 2021, 2022)] == ["missing", "late", "found", "found", "found"]
    assert statuses(rows, "652301:滨湖镇人民政府")[2022] == "found", "no day binds a township"
    assert next(row for row in rows if row["year"] == 2021)["published_on"] == date(2022, 1, 5)


def test_what_the_last_crawl_of_a_year_says_counts() -> None:
    log = [crawl("cj", "2008-2012", "partial", "2026-09-01T00:00:00+00:00", detail="3 lists failed"), crawl("cj", "2010"),
           crawl("cj", "2011", "robots"), crawl("cj", "2012", "blocked"), crawl("other", "2013", "partial")]  # fmt: skip
    rows = coverage_rows([PORTAL], [report("652301:人民政府", 2008)], log, TODAY)
    said = statuses(rows, "652301:人民政府")
    assert [said[year] for year in range(2008, 2014)] == ["found", "failed", "missing", "blocked", "blocked", "missing"]
    failed, missing, never = (next(row for row in rows if row["year"] == year) for year in (2009, 2010, 2013))
    assert failed["evidence"] == "2026-09-01-2008-2012: 3 lists failed" and failed["last_outcome"] == "partial"
    assert missing["last_attempt"] == datetime(2026, 10, 1, tzinfo=UTC) and missing["last_outcome"] == "ok"
    assert never["last_attempt"] is None and never["evidence"] == ""


def test_days_of_the_calendar() -> None:
    """31 December, 1 January, 31 January and 31 March, each with the day behind it."""

    def said(day: date) -> tuple[str | None, str | None]:
        rows = coverage_rows([PORTAL, BUREAU], [], [], day)
        return statuses(rows, "652301:教育局").get(2026), statuses(rows, "652301:人民政府").get(2026)

    assert said(date(2026, 12, 31)) == (None, None)
    assert said(date(2027, 1, 1)) == said(date(2027, 1, 31)) == ("not_due", "not_due")
    assert said(date(2027, 2, 1)) == said(date(2027, 3, 31)) == ("missing", "not_due")
    assert said(date(2027, 4, 1)) == ("missing", "missing")


def test_the_table_is_written_only_when_it_differs(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    log = [{**dict.fromkeys(CRAWLS.names), **crawl("cj", "2025", "robots")}]
    store.put("lake/crawls/crawl_month=2026-10/part-0.parquet", to_parquet(to_table(log, CRAWLS)))
    assert build_coverage(store, [PORTAL, BUREAU], TODAY) == {"rows": 36, "written": 1, "deleted": 0}
    assert build_coverage(store, [BUREAU, PORTAL], date(2026, 12, 31))["written"] == 0
    lake = connect(store.uri)
    assert set(lake.sql("SELECT * FROM coverage").columns) == set(COVERAGE.names)
    assert lake.sql("SELECT agency_id, year FROM coverage WHERE status = 'blocked'").fetchall() == [
        ("652301:人民政府", 2025)
    ]
    assert build_coverage(store, [], TODAY) == {"rows": 0, "written": 0, "deleted": 1}


def test_the_ledger_of_a_province_is_read_and_made_without_being_written(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    assert read_ledger(store, "xinjiang") == []
    log = [{**dict.fromkeys(CRAWLS.names), **crawl("cj", "2025", "partial")}]
    store.put("lake/crawls/crawl_month=2026-10/part-0.parquet", to_parquet(to_table(log, CRAWLS)))
    made = present_rows(store, [PORTAL, BUREAU], TODAY)
    assert not store.stats("lake/coverage/")
    build_coverage(store, [PORTAL, BUREAU], TODAY)
    columns = ("site_id", "year", "status", "last_attempt")
    assert read_ledger(store, "xinjiang") == [{name: row[name] for name in columns} for row in made]
    [failed] = [row for row in read_ledger(store, "xinjiang") if row["status"] == "failed"]
    assert (failed["site_id"], failed["year"], failed["last_attempt"]) == ("cj", 2025, log[0]["started"])

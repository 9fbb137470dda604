"""From the archives' servers into the lake: a sample site whose live pages are gone is there with its old reports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner

from archive import app
from tests.conftest import SITES
from tests.nation.pages import nation
from tests.scrapers.archives import WAYBACK, Archives, serve
from transforms.lake.query import connect
from transforms.lake.verify import verify
from transforms.store import open_store

SITE = "s-lingyuan"
CAPTURED = "20140902030405"
TRUTH = {
    row["url"]: row for row in nation().truth if row["host"] == "www.lingyuan-sample.gov.cn" and row["kind"] == "report"
}


@pytest.fixture
def archives(monkeypatch, tmp_path) -> Iterator[Archives]:
    made = Archives()
    pages = nation().pages
    for url, row in TRUTH.items():
        body = pages[row["host"], urlsplit(url).path]
        made.add(url, CAPTURED, body, charset="gb2312")
    with serve(made) as address:
        for name, value in {
            "ARCHIVE_RESOLVE_ALL": address, "ARCHIVE_NO_DELAY": "1", "ARCHIVE_LOCKS": str(tmp_path / "locks"),
            "ARCHIVE_SITES": str(SITES), "ARCHIVE_STORE": str(tmp_path / "archive"),
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        yield made


def run(*arguments: str):
    return CliRunner().invoke(app, list(arguments))


def rows(tmp_path, sql: str):
    return connect(str(tmp_path / "archive")).execute(sql).fetchall()


@pytest.mark.parametrize("name", ["wayback", "commoncrawl"])
def test_the_past_stands_in_the_lake(name, archives, tmp_path):
    done = run("import", name, SITE, "--captured", "2009-2015")
    assert done.exit_code == 0, done.output
    found = rows(
        tmp_path, "SELECT canonical_url, agency_name, year, provenance, epoch(first_seen), family, site_id FROM reports"
    )
    assert {row[0] for row in found} == set(TRUTH) and len(found) == len(TRUTH)
    at = datetime(2014, 9, 2, 3, 4, 5, tzinfo=UTC).timestamp()
    for url, agency, year, provenance, seen, family, site in found:
        truth = TRUTH[url]
        assert (agency, year, provenance, seen, family, site) == (
            truth["agency_name"], truth["year"], "official", at, name, SITE,
        )  # fmt: skip
    [log] = rows(tmp_path, "SELECT outcome, pages, errors, n_warcs, years FROM crawls WHERE family <> 'x'")
    assert log == ("ok", len(TRUTH), 0, 1, "2009-2015")
    assert list(verify(open_store(str(tmp_path / "archive")))) == []


def test_a_second_import_changes_no_report(archives, tmp_path):
    assert run("import", "wayback", SITE).exit_code == 0
    store = open_store(str(tmp_path / "archive"))
    lake = {key: store.get(key) for key in store.list("lake/") if "crawls" not in key}
    archives.asked.clear()
    assert run("import", "wayback", SITE).exit_code == 0
    assert {key: store.get(key) for key in store.list("lake/") if "crawls" not in key} == lake
    assert all("/cdx/" in url for url in archives.to(WAYBACK))
    # the same pages from the other archive are the same captures once more
    assert run("import", "commoncrawl", SITE).exit_code == 0
    [(reports, sources)] = rows(tmp_path, "SELECT count(*), any_value(n_sources) FROM reports")
    assert (reports, sources) == (len(TRUTH), 1)


def test_same_archives_same_bytes(archives, tmp_path, monkeypatch):
    made = []
    for place in ("one", "two"):
        monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path / place))
        from dags.support.imports import bring

        store = open_store(str(tmp_path / place))
        brought = bring(store, ["commoncrawl", SITE], crawl_id="c1")
        made.append({key: store.get(key) for key in store.list("raw/")})
        assert brought.keys and not brought.failed
    assert made[0] == made[1]


def test_a_part_that_fails_is_told_and_keeps_nothing_back(archives, tmp_path):
    done = run("import", "wayback", SITE, "www.nowhere-sample.gov.cn/nb/*")
    assert done.exit_code == 1 and "no_captures" in done.output
    assert archives.asked.count(f"{WAYBACK}/robots.txt") == 1, "one caller, one budget for all of them"
    assert len(rows(tmp_path, "SELECT 1 FROM reports")) == len(TRUTH)
    assert sorted(rows(tmp_path, "SELECT site_id, outcome FROM crawls")) == [
        ("s-lingyuan", "ok"),
        ("www.nowhere-sample.gov.cn", "no_captures"),
    ]


def test_an_archive_that_sends_us_away_is_not_asked_for_the_others(archives, tmp_path):
    archives.fault("/cdx/", (429, {"Retry-After": "86400"}, b"tomorrow"))
    done = run("import", "wayback", SITE, "liaoning", "www.a-sample.gov.cn", "www.b-sample.gov.cn")
    assert done.exit_code == 1 and " more were not asked for" in done.output
    assert len(archives.to(WAYBACK)) == 1


def test_forged_payloads_are_told_of_in_the_lake(archives, tmp_path):
    archives.captures[0].digest = "A" * 32
    assert run("import", "wayback", SITE).exit_code == 0
    [(url, reason, month)] = rows(tmp_path, "SELECT url, reason, fetch_month FROM rejects")
    assert (url, reason, month) == (archives.captures[0].url, "digest_differs", "2014-09")
    assert url not in {row[0] for row in rows(tmp_path, "SELECT canonical_url FROM reports")}


@pytest.mark.parametrize("names", [[], ["no-such-site"], ["http://"], ["www.a.gov.cn/*/b"]])
def test_nothing_sensible_asked(names, archives, tmp_path):
    done = run("import", "wayback", *names)
    assert done.exit_code == 1 and "archive: " in done.output and not archives.asked


def test_years_must_look_like_years(archives):
    done = run("import", "wayback", SITE, "--captured", "soon")
    assert done.exit_code == 1 and "years must look like" in done.output


def test_own_copies_are_official_only_on_official_hosts(archives, tmp_path):
    """A report kept from a host that is nobody's is not believed because an archive holds it."""
    url, row = next(iter(TRUTH.items()))
    body = archives.captures[0].body
    archives.add("http://www.lingyuan-news-sample.com/nb/1.html", CAPTURED, body, charset="gb2312")
    assert run("import", "wayback", "www.lingyuan-news-sample.com").exit_code == 0
    assert rows(tmp_path, "SELECT 1 FROM reports WHERE provenance = 'official'") == []
    assert json.loads(rows(tmp_path, "SELECT evidence FROM rejects")[0][0])["host"]["provenance"] == "mirror", (
        url,
        row,
    )


@pytest.mark.stack
def test_on_a_real_s3_server(archives, s3, monkeypatch):
    """The store of the lake is S3, and so is the folder that somebody else's WARC lies in."""
    monkeypatch.setenv("ARCHIVE_STORE", s3.uri)
    for name in ("wayback", "commoncrawl"):
        assert run("import", name, SITE).exit_code == 0
    [key] = [key for key in s3.list("raw/commoncrawl/") if key.endswith(".warc.gz")]
    s3.put("others/2014/crawl.warc.gz", s3.get(key))
    s3.put("others/2014/readme.txt", b"not a WARC")
    done = run("import", f"{s3.uri}/others/", "--kind", "warc")
    assert done.exit_code == 0 and "raw/import/" in done.output, done.output
    found = (
        connect(s3.uri).execute("SELECT count(*), count(DISTINCT report_id), max(n_sources) FROM reports").fetchall()
    )
    assert found == [(len(TRUTH), len(TRUTH), 1)], "the same captures, brought three times"

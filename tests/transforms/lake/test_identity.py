"""The labelled copies through the whole path: one report, one row; what differs, what copies, what shares text."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import pytest

from scrapers.warc import ImportItem, import_warc
from tests.transforms.lake.corpus import Corpus, corpus
from transforms.lake.build import build_all
from transforms.lake.query import connect
from transforms.lake.verify import verify


@pytest.fixture(scope="module")
def labelled() -> Corpus:
    return corpus()


@pytest.fixture(scope="module")
def built(labelled, tmp_path_factory):
    from transforms.store import open_store

    store = open_store(str(tmp_path_factory.mktemp("labelled") / "a"))
    items = [
        ImportItem(page.html.encode(), "text/html; charset=utf-8", page.url, page.fetched_at) for page in labelled.pages
    ]
    store.put("raw/import/labelled/0.warc", import_warc(items))
    build_all(store)
    return store


@pytest.fixture(scope="module")
def lake(built):
    return connect(built.uri)


@pytest.fixture(scope="module")
def carried(lake) -> dict[str, tuple[str, int, str]]:
    """Report, edition and relation that the lake gives each address."""
    rows = lake.execute("SELECT url, report_id, revision, relation FROM sources").fetchall()
    assert len({url for url, *_ in rows}) == len(rows), "a page is a source of one report"
    return {url: (report, revision, relation) for url, report, revision, relation in rows}


@pytest.fixture(scope="module")
def ids(labelled, carried) -> dict[str, str]:
    """Report of the lake by label."""
    found = defaultdict(set)
    for page in labelled.pages:
        if page.relation in ("canonical", "copy", "fills") and page.url in carried:
            found[page.report].add(carried[page.url][0])
    assert all(len(reports) == 1 for reports in found.values()), found
    return {label: reports.pop() for label, reports in found.items()}


def test_no_report_is_lost_and_none_is_merged(labelled, ids):
    assert set(labelled.reports) <= set(ids), set(labelled.reports) - set(ids)
    assert len(set(ids.values())) == len(ids)


def test_nothing_else_became_a_report(labelled, ids, lake):
    reports = {report for (report,) in lake.execute("SELECT DISTINCT report_id FROM reports").fetchall()}
    assert reports == set(ids.values())


def test_pairs_of_duplicates(labelled, carried):
    true, found = set(), set()
    for one, other in combinations(labelled.pages, 2):
        pair = (one.url, other.url)
        if one.report and (one.report, one.edition) == (other.report, other.edition):
            true.add(pair)
        if one.url in carried and other.url in carried and carried[one.url][:2] == carried[other.url][:2]:
            found.add(pair)
    assert len(true) > 90
    assert found - true == set(), "precision"
    assert len(found & true) / len(true) >= 0.985, sorted(true - found)


def test_editions(labelled, ids, lake, carried):
    for label, editions in labelled.reports.items():
        rows = lake.execute(
            "SELECT revision, is_current, published_on FROM reports WHERE report_id = ? ORDER BY 1", [ids[label]]
        ).fetchall()
        assert [row[0] for row in rows] == list(range(1, editions + 1)), label
        assert [row[1] for row in rows] == [False] * (editions - 1) + [True]
        assert [row[2] for row in rows] == sorted(row[2] for row in rows) and None not in [row[2] for row in rows]
    for page in labelled.pages:
        if page.relation in ("canonical", "copy"):
            assert carried[page.url][1] == page.edition, page.url


def test_what_changed_is_told(labelled, ids, lake):
    corrected = [label for label, editions in labelled.reports.items() if editions == 3]
    assert len(corrected) >= 8
    for label in corrected:
        rows = lake.execute(
            'SELECT revision, part, change, "table", section, similarity, before, after FROM revisions '
            "WHERE report_id = ? AND material ORDER BY revision, position",
            [ids[label]],
        ).fetchall()
        second, third = ([row for row in rows if row[0] == revision] for revision in (2, 3))
        assert {row[1:4] for row in second} == {("figure", "altered", "t3")}
        assert all(row[6] != row[7] for row in second)
        assert [row[1:3] for row in third if row[1] == "section"] == [("section", "altered")]
        assert all(row[4] == "overview" and row[5] > 0.9 for row in third if row[1] == "section")
    assert lake.execute("SELECT count(DISTINCT report_id) FROM revisions").fetchone() == (len(corrected),)


def test_mirrors_name_their_original(labelled, ids, carried):
    mirrored = [page for page in labelled.pages if page.relation == "hijacked"]
    wrong = [page.url for page in mirrored if carried.get(page.url, ("", 0, ""))[::2] != (ids[page.report], "hijacked")]
    assert len(mirrored) >= 30 and wrong == []


def test_a_gap_is_filled_only_by_what_stands_undamaged(labelled, ids, lake, carried):
    fillers = [page for page in labelled.pages if page.relation == "fills"]
    assert len(fillers) >= 8
    for page in fillers:
        flags, provenance, published = lake.execute(
            "SELECT flags, provenance, published_on FROM reports WHERE report_id = ?", [ids[page.report]]
        ).fetchone()
        assert {"mirror_only", "figures_untrusted", "hijacked_source"} <= set(flags)
        assert (provenance, published) == ("mirror", None)
    damaged = [page.url for page in labelled.pages if page.relation == ""]
    assert len(damaged) >= 16 and not set(damaged) & set(carried)


def test_every_page_of_an_unofficial_host_stays_a_reject(labelled, lake):
    rejected = {url for (url,) in lake.execute("SELECT url FROM rejects").fetchall()}
    assert {page.url for page in labelled.pages if page.relation in ("hijacked", "fills", "")} == rejected


def test_reuse(labelled, ids, lake):
    found = {
        frozenset(pair) for pair in lake.execute("SELECT report_id, other_report_id FROM reuse").fetchall()
    }  # fmt: skip
    true = {frozenset(ids[label] for label in pair) for pair in labelled.shared}
    assert len(true) > 40
    assert found == true, (len(found - true), len(true - found))
    across = dict(lake.execute("SELECT across, count(*) FROM reuse GROUP BY 1").fetchall())
    assert across.keys() == {"agencies", "years", "both"}
    low = lake.execute("SELECT min(share), min(other_share) FROM reuse").fetchone()
    assert min(low) > 0.9


def test_the_lake_agrees_with_itself(built):
    assert list(verify(built)) == []
    assert build_all(built)["written"] == 0

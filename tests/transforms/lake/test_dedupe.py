from datetime import UTC, datetime

from transforms.lake.dedupe import editions
from transforms.lake.pagerows import page_rows
from transforms.pages import page_table


def page(url, text="甲" * 30, provenance="official", value="1", **more):
    figure = {"form": "D", "table": "t3", "row": "r", "column": "c", "value": value, "state": "value"}
    figure |= {"value_printed": value, "start": 0, "end": 0}
    base = {
        "agency_id": "a",
        "year": 2020,
        "report_scope": "own",
        "url": url,
        "payload_sha256": url + text,
        "text": text,
    }
    base |= {
        "text_sha256": text,
        "provenance": provenance,
        "hijacked": False,
        "own_site": False,
        "sections": [],
        "figures": [figure],
    }
    base |= {"published_on": None, "n_chars": len(text), "warc_key": "w", "warc_offset": 0}
    [row] = page_rows(page_table([base | {"fetched_at": datetime(2024, 1, 1, tzinfo=UTC)} | more]))
    return row


def test_official_copy_leads():
    found = editions([page("m", provenance="mirror"), page("o"), page("u", provenance="unknown")])
    assert len(found) == 1 and found[0].canonical["url"] == "o" and len(found[0].sources) == 3


def test_hijacked_pages_alone_make_no_report():
    assert editions([page("h", hijacked=True)]) == []


def test_other_figures_are_an_edition():
    found = editions([page("a"), page("b", text="乙" * 30, value="2")])
    assert [(e.revision, e.is_current) for e in found] == [(1, False), (2, True)]


def test_siblings_stay_two_and_order_is_nothing():
    rows = [page("a"), page("b", agency_id="b")]
    assert len(editions(rows)) == 2
    assert [e.report_id for e in editions(rows)] == [e.report_id for e in editions(rows[::-1])]


def test_a_recrawl_changes_nothing():
    later = page("a", fetched_at=datetime(2025, 1, 1, tzinfo=UTC))
    assert len(editions([later, page("a")])[0].sources) == 1

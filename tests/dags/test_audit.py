"""The audit takes stock of a lake, fails while a check holds something back, and re-hashes when asked to."""

from __future__ import annotations

import json
from datetime import date

import pytest

from dags.support import work
from schemas.checks import Check
from tests.dags.test_runs import states
from tests.transforms.lake.corpus import written
from tests.transforms.lake.drawn import put
from transforms.lake import gate
from transforms.lake.build import build_all
from transforms.lake.query import connect
from transforms.store import open_store

pytestmark = pytest.mark.usefixtures("test_sites")
HOST = "www.tx.gov.cn"


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """Give the tasks a lake with one report, where a second would fail a check."""
    monkeypatch.setattr(gate, "checks", lambda: (Check("few", "reports", "why", max=1),))
    store = open_store(str(tmp_path))
    put(store, "1", written("桐乡市教育局", 2022, "1"), HOST, site="桐乡市人民政府")
    build_all(store)
    monkeypatch.setattr(work, "open_archive", lambda: store)
    return store


def test_a_light_audit_takes_stock(bag, run_dag, lake):
    run = run_dag(bag.dags["audit"], conf={"depth": "light"})
    assert states(run) == {
        "index": "success", "ledger": "success", "checks": "success", "digest": "success", "page": "success",
        "verdict": "success", "fixity": "skipped"}  # fmt: skip
    [name] = [name for name in lake.list("state/digests/") if name.endswith(".json")]
    assert json.loads(lake.get(name))["total"] == 1
    assert lake.stat("status/index.html") is not None
    answer = connect(lake.uri)
    assert answer.sql("SELECT province, year, status FROM checks").fetchall() == [("zhejiang", 2022, "passed")]
    assert answer.sql("SELECT count(*) FROM coverage WHERE status = 'found'").fetchall() == [(1,)]


def test_a_full_audit_finds_bytes_that_changed_and_says_what_is_held_back(bag, run_dag, lake):
    put(lake, "2", written("桐乡市财政局", 2022, "2"), HOST, site="桐乡市人民政府", url=f"http://{HOST}/2.html")
    build_all(lake)
    lake.put("raw/import/1/0.warc", lake.get("raw/import/1/0.warc") + b" ")
    found = states(run_dag(bag.dags["audit"], conf={"depth": "full"}))
    assert {name for name, state in found.items() if state == "failed"} == {"fixity", "verdict"}
    assert found["digest"] == found["page"] == "success"


def test_its_form_and_schedule(bag):
    dag = bag.dags["audit"]
    assert dag.params.get_param("depth").schema["enum"] == ["light", "full", "weekly"]
    assert dag.max_active_runs == 1 and dag.schedule == "0 20 * * *"


def test_sundays_are_full():
    days = [date(2026, 11, n) for n in range(21, 24)]  # Saturday to Monday
    assert [work.is_full("weekly", day) for day in days] == [False, True, False]
    assert [work.is_full("light", day) for day in days] == [False] * 3
    assert [work.is_full("full", day) for day in days] == [True] * 3

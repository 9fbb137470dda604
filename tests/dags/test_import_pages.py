"""The import DAG asks a web archive: what came is published, what failed fails the run."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.conftest import SITES
from tests.dags.test_runs import emitted, states
from tests.nation.pages import nation
from tests.scrapers.archives import Archives, serve
from transforms.lake.query import connect

HOST = "www.lingyuan-sample.gov.cn"


@pytest.fixture(scope="module")
def dag(bag):
    """The DAG in a bag of its own: dag.test() leaves the parameters of its run in the DAG that it is called on."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(bag.dags["import_pages"].fileloc).dags["import_pages"]


@pytest.fixture
def archives(monkeypatch, tmp_path):
    made, sample = Archives(), nation()
    for row in sample.truth:
        if row["host"] == HOST and row["kind"] == "report":
            body = sample.pages[HOST, urlsplit(row["url"]).path]
            made.add(row["url"], "20140902030405", body, charset="gb2312")
    with serve(made) as address:
        for name, value in {
            "ARCHIVE_RESOLVE_ALL": address, "ARCHIVE_NO_DELAY": "1", "ARCHIVE_LOCKS": str(tmp_path / "locks"),
            "ARCHIVE_SITES": str(SITES), "ARCHIVE_STORE": str(tmp_path / "archive"),
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        yield made


def test_a_sites_past(dag, bag, run_dag, archives, tmp_path):
    asked = {"source": "wayback", "names": ["s-lingyuan"], "captured": "2009-2015"}
    run = run_dag(dag, None, asked)
    assert set(states(run).values()) == {"success"}
    keys = sorted(key for asset, key in emitted(run) if asset == "pages")
    assert [key for key in keys if not key.startswith("crawls|")] == [
        f"liaoning|{year}" for year in (2008, 2010, 2012, 2013)
    ]
    for key in keys:
        assert str(run_dag(bag.dags["build_reports"], key).state) == "success"
    lake = connect(str(tmp_path / "archive"))
    assert lake.execute("SELECT count(*), min(family) FROM reports").fetchall() == [(len(archives.captures), "wayback")]
    assert lake.execute("SELECT site_id, outcome FROM crawls").fetchall() == [("s-lingyuan", "ok")]


def test_a_part_that_fails_keeps_nothing_back(dag, run_dag, archives):
    asked = {"source": "commoncrawl", "names": ["s-lingyuan", "www.nowhere-sample.gov.cn"]}
    run = run_dag(dag, None, asked)
    assert states(run) == {"bring_in": "success", "read": "success", "publish": "success", "verdict": "failed"}
    keys = {key for asset, key in emitted(run) if asset == "pages"}
    assert "liaoning|2010" in keys and any(key.startswith("crawls|") for key in keys)


def test_what_is_no_name_fails_at_once(dag, run_dag, archives):
    run = run_dag(dag, None, {"source": "wayback", "names": ["nobody"]})
    assert states(run)["bring_in"] == "failed" and not archives.asked

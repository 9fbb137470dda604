"""After a change of the reader everything archived is read and built anew, from the bucket alone."""

from __future__ import annotations

import pytest

from dags.support import work
from tests.dags.test_runs import emitted, states
from tests.lakes import content
from tests.transforms.lake.corpus import written
from tests.transforms.lake.drawn import put
from transforms import pages, read
from transforms.lake import build, pending
from transforms.lake.query import connect
from transforms.store import open_store

pytestmark = pytest.mark.usefixtures("test_sites")


@pytest.fixture
def dag(bag):
    """The DAG in a bag of its own: dag.test() leaves the parameters of its run in the DAG that it is called on."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(bag.dags["reprocess"].fileloc).dags["reprocess"]


@pytest.fixture
def store(tmp_path, monkeypatch):
    made = open_store(str(tmp_path))
    put(made, "1", written("桐乡市教育局", 2022, "1"), "www.tx.gov.cn", site="桐乡市人民政府")
    put(
        made,
        "2",
        written("桐乡市财政局", 2021, "2"),
        "www.tx.gov.cn",
        site="桐乡市人民政府",
        url="http://www.tx.gov.cn/2.html",
    )
    build.build_all(made)
    monkeypatch.setattr(work, "open_archive", lambda: made)
    return made


def of_pages(run) -> list[str]:
    return sorted(key for asset, key in emitted(run) if asset == "pages")


def test_what_was_read_is_left_alone(dag, run_dag, store):
    assert states(run_dag(dag))["batches"] == "skipped"


def test_a_new_reader_reads_everything_again(dag, run_dag, store, monkeypatch):
    before = content(store)
    newer = read.STAGE_VERSION + 1
    for module in (read, pages, pending, build):
        monkeypatch.setattr(module, "STAGE_VERSION", newer)
    run = run_dag(dag)
    assert set(states(run).values()) == {"success"}
    assert of_pages(run) == ["zhejiang|2021", "zhejiang|2022"]
    for key in of_pages(run):
        work.build(store, key)
    after = content(store)
    told = connect(store.uri).sql("SELECT DISTINCT stage_version FROM reports").fetchall()
    assert told == [(newer,)] and after.keys() == before.keys()
    assert states(run_dag(dag))["batches"] == "skipped"


def test_a_batch_that_fails_does_not_hold_up_the_others(dag, run_dag, store, monkeypatch):
    def read_warcs(store, keys):
        if "raw/import/20/0.warc" in keys:
            raise ValueError("something in it kills the process that reads it")
        return ["zhejiang|2022"]

    for number in range(3, 31):
        store.put(f"raw/import/{number}/0.warc", b"")
    monkeypatch.setattr(pages, "read_warcs", read_warcs)
    run = run_dag(dag)
    found = states(run)
    assert sorted([found["read0"], found["read1"]]) == ["failed", "success"]
    assert str(run.state) == "failed" and of_pages(run) == ["zhejiang|2022"]

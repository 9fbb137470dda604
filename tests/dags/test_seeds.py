"""The seed pages through the DAGs: import_pages, then build_reports for every key that it emits."""

from __future__ import annotations

from tests.dags.test_runs import emitted
from tests.seeds import SEEDS, check_lake, needed
from transforms.lake.query import connect

pytestmark = needed


def test_import_pages_brings_them_in(bag, run_dag, tmp_path, monkeypatch):
    monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path / "archive"))
    run = run_dag(bag.dags["import_pages"], None, {"source": str(SEEDS), "kind": "text"})
    assert str(run.state) == "success"
    keys = sorted(key for asset, key in emitted(run) if asset == "pages")
    assert len(keys) == 5, "four reports and the rejects"
    for key in keys:
        assert str(run_dag(bag.dags["build_reports"], key).state) == "success"
    assert str(run_dag(bag.dags["relate_reports"], None).state) == "success"
    lake = connect(str(tmp_path / "archive"))
    check_lake(lake)
    assert (tmp_path / "archive" / "lake" / "index" / "part-0.parquet").is_file(), "the index is written after it"

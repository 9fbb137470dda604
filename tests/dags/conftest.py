"""Airflow for the DAG tests: settings before the first import of airflow, one SQLite file per session."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HOME = Path(tempfile.mkdtemp(prefix="airflow-test-"))
SITES = HOME / "sites"
SITES.mkdir()
DEFAULTS: dict[str, dict] = {}  # params by DAG, as they are parsed: dag.test() leaves the conf of a run in them

ROW = """- {{site_id: {id}, host: {host}, name: 样本政府, division: "652301", level: {level}, family: {family},
   columns: [{{url: "http://{host}/list/"}}], basis: "invented for tests", checked_on: 2026-01-01}}
"""
(SITES / "xinjiang.yml").write_text(
    ROW.format(id="a-1", host="a.gov.cn", level="county", family="trs_wcm")
    + ROW.format(id="a-2", host="b.gov.cn", level="township", family="trs_wcm")
    + ROW.format(id="a-3", host="c.gov.cn", level="county", family="hanweb"),
    "utf-8",
)
(SITES / "gansu.yml").write_text(ROW.format(id="g-1", host="g.gov.cn", level="county", family="hanweb"), "utf-8")

for _name in [n for n in os.environ if n.startswith(("AIRFLOW_", "AWS_"))]:
    del os.environ[_name]
os.environ.update(
    {
        "AIRFLOW_HOME": str(HOME),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "True",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(HOME / "plugins"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME}/airflow.db",
        "AIRFLOW__DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
    }
)


@pytest.fixture(scope="session")
def bag():
    """Return the DagBag of the project, parsed over the small test registry."""
    from airflow.dag_processing.dagbag import DagBag

    with pytest.MonkeyPatch.context() as patch:  # for the parsing only: other tests want the packaged registry
        patch.setenv("ARCHIVE_SITES", str(SITES))
        patch.setenv("ARCHIVE_PLAN_CRON", "0 0 1 1 *")
        patch.setenv("ARCHIVE_SEASON_CRON", "30 1 * 1-3 *")
        return DagBag(str(ROOT / "dags"))


@pytest.fixture
def test_sites(monkeypatch):
    """Make the tasks see the small test registry too."""
    monkeypatch.setenv("ARCHIVE_SITES", str(SITES))
    return SITES


@pytest.fixture(scope="session")
def airflow_db():
    """Create the metadata database once."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture
def run_dag(airflow_db, monkeypatch):
    """Return a function that runs a DAG in this process, with a partition key, which dag.test() cannot take."""
    import airflow.models.dagrun as module

    real = module.get_or_create_dagrun

    def run(dag, key: str | None = None, conf: dict | None = None, run_after=None):
        def stamped(*args, **kwargs):
            made = real(*args, **kwargs)
            made.partition_key = key
            made.run_after = run_after or made.run_after
            kwargs["session"].commit()
            return made

        monkeypatch.setattr(module, "get_or_create_dagrun", stamped)
        params = DEFAULTS.setdefault(dag.dag_id, dag.params.dump())
        return dag.test(run_conf={**params, **(conf or {})})

    return run

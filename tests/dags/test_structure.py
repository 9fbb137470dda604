"""The DAG files parse fast and clean, and look as people and other DAGs rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from copy import deepcopy
from datetime import UTC, datetime

import pytest

from dags.support.catalogue import PAGE, dags_page
from tests.dags.conftest import ROOT, SITES

IDS = {
    "plan_year", "plan_season", "crawl_trs_wcm", "crawl_hanweb", "build_reports", "relate_reports", "import_pages",
    "reprocess", "probe_sites", "audit",
}  # fmt: skip
HEAVY = ("scrapy", "twisted", "pandas", "pyarrow", "boto3", "botocore", "duckdb", "selectolax", "fastwarc")
PROBE = """
import json, sys, time, runpy
import airflow.sdk
from airflow.sdk.exceptions import AirflowSkipException
before = set(sys.modules)
begin = time.process_time()
runpy.run_path(sys.argv[1])
print(json.dumps([time.process_time() - begin, sorted({m.split('.')[0] for m in set(sys.modules) - before})]))
"""


def test_all_dags_are_there(bag):
    assert bag.import_errors == {}
    assert set(bag.dags) == IDS, "one crawl DAG per family that the registry has, none from support/"


@pytest.mark.parametrize("file", ["plan", "crawl", "build", "relate", "import_pages", "reprocess", "probe", "audit"])
def test_parsing_is_fast_and_light(file):
    done = subprocess.run(
        [sys.executable, "-c", PROBE, str(ROOT / "dags" / f"{file}.py")],
        env={**os.environ, "PYTHONPATH": str(ROOT), "ARCHIVE_SITES": str(SITES)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, loaded = json.loads(done.stdout.splitlines()[-1])
    assert seconds < 1
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize("dag_id", sorted(IDS))
def test_house_rules(bag, dag_id):
    dag = bag.dags[dag_id]
    assert dag.tags and "archive" in dag.tags
    assert dag.doc_md and len(dag.doc_md) > 80
    assert not dag.catchup
    assert all(task.owner == "national-report-archive" and task.retries >= 1 for task in dag.tasks)


def test_plan_form(bag):
    from airflow.sdk.exceptions import ParamValidationError

    params = deepcopy(bag.dags["plan_year"].params)  # resolving one changes it
    schema = {name: params.get_param(name).schema for name in params}
    assert schema["provinces"]["items"]["enum"] == ["gansu", "xinjiang"]
    assert schema["only"]["enum"] == ["missing", "failed", "all"]
    assert set(schema) == {"provinces", "years", "families", "levels", "sites", "only"}
    params.validate()
    for name, bad in [
        ("years", "2019-20"),
        ("years", "last"),
        ("provinces", ["atlantis"]),
        ("provinces", []),
        ("families", []),
        ("levels", ["x"]),
    ]:
        with pytest.raises(ParamValidationError):
            params.get_param(name).resolve(bad)
    assert params.get_param("years").resolve("2008-2025") == "2008-2025"


def test_plan_emits_per_family(bag):
    dag = bag.dags["plan_year"]
    assert sorted(dag.task_ids) == ["ledger", "pending", "plan_hanweb", "plan_trs_wcm"]
    outlets = {task.task_id: [asset.name for asset in task.outlets] for task in dag.tasks}
    assert outlets == {
        "ledger": [],
        "pending": ["pages"],
        "plan_hanweb": ["plan_hanweb"],
        "plan_trs_wcm": ["plan_trs_wcm"],
    }
    assert type(dag.timetable).__name__ == "CronPartitionTimetable"


def test_past_years_can_be_backfilled_without_a_schedule(monkeypatch):
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    monkeypatch.delenv("ARCHIVE_PLAN_CRON", raising=False)
    monkeypatch.setenv("ARCHIVE_SITES", str(SITES))
    made = DagBag(str(ROOT / "dags" / "plan.py")).dags["plan_year"]
    dag = DagSerialization.from_dict(DagSerialization.to_dict(made))
    assert dag.timetable.periodic and dag.timetable.summary == "by hand"
    past = dag.iter_dagrun_infos_between(datetime(2013, 1, 1, tzinfo=UTC), datetime(2014, 12, 31, tzinfo=UTC))
    assert [info.partition_key for info in past] == ["2013", "2014"]
    assert dag.next_dagrun_info(last_automated_run_info=None) is None, "nothing starts by itself"


def test_the_season_is_planned_by_the_clock_of_china(bag):
    dag = bag.dags["plan_season"]
    assert (dag.timetable.expression, str(dag.timetable.timezone)) == ("30 1 * 1-3 *", "Asia/Shanghai")
    assert sorted(dag.task_ids) == sorted(bag.dags["plan_year"].task_ids) and dag.max_active_runs == 1


def test_the_page_on_dags_is_up_to_date(bag):
    assert PAGE.read_text("utf-8") == dags_page(bag.dags), "run: python -m dags.support.catalogue"


def test_crawl_keeps_other_sites_when_one_fails(bag):
    dag = bag.dags["crawl_trs_wcm"]
    rules = {task.task_id: task.trigger_rule.value for task in dag.tasks}
    assert rules["read"] == rules["publish"] == "all_done"
    assert rules["crawl"] == rules["verdict"] == "all_success"
    assert dag.task_dict["verdict"].upstream_task_ids == {"crawl", "read"}
    assert dag.task_dict["publish"].outlets[0].name == "pages"
    assert dag.task_dict["crawl"].partial_kwargs["pool"] == "crawl"
    assert dag.task_dict["crawl"].partial_kwargs["map_index_template"] == "{{ site_id }}"


def test_only_network_failures_are_tried_again():
    from airflow.sdk import RetryAction

    from dags.support.common import network_only
    from dags.support.work import SiteUnreachable
    from transforms.unreachable import StoreUnreachable

    policy = network_only()
    for error in (ConnectionResetError(), TimeoutError(), SiteUnreachable("down"), StoreUnreachable("down")):
        assert policy.evaluate(error, 1, 2).action is RetryAction.RETRY
    for error in (ValueError("bad"), RuntimeError("found nothing"), KeyError("x")):
        assert policy.evaluate(error, 1, 2).action is RetryAction.FAIL


def test_dags_survive_serialisation(bag):
    from airflow.serialization.serialized_objects import DagSerialization

    for dag in bag.dags.values():
        json.dumps(DagSerialization.to_dict(dag))

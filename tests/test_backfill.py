"""`archive backfill` on a real Airflow and S3 server: exactly what is asked for, killed and started again, then nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from dags.support.demo import nation_sites, services
from dags.support.env import Places, secret
from dags.support.stack import Stack
from transforms.lake.query import connect
from transforms.pages import warc_keys
from transforms.store import Store, open_store
from transforms.warc import read_captures

ROOT = Path(__file__).parents[1]
ASKED = ["backfill", "--province", "xinjiang", "--years", "2008-2018"]
pytestmark = [pytest.mark.stack, pytest.mark.timeout(400)]


@pytest.fixture
def airflow(tmp_path, monkeypatch):
    """A stack of our own on the sample nation; what it puts into the environment is taken back."""
    for name in [name for name in os.environ if name.startswith(("AIRFLOW", "ARCHIVE", "AWS"))]:
        monkeypatch.delenv(name)
    before = dict(os.environ)
    places = Places(tmp_path / "data")
    places.make()
    try:
        with services(places, nation=True):
            assert f"ARCHIVE_SITES={nation_sites()}" in places.env_file.read_text(), "what `archive backfill` needs"
            stack = Stack(places, say=lambda text: None)
            stack.prepare()
            with stack:
                stack.client.unpause()
                yield stack
    finally:
        os.environ.clear()
        os.environ.update(before)


def start(airflow: Stack, log: Path) -> subprocess.Popen[bytes]:
    env = {
        **os.environ,
        "ARCHIVE_AIRFLOW_URL": airflow.client.base,
        "ARCHIVE_AIRFLOW_PASSWORD": secret(airflow.places, "admin"),
    }
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "archive", *ASKED], cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT
        )


def fetched(store: Store) -> Counter[str]:
    """How often each address was asked for."""
    return Counter(page.url for key in warc_keys(store) for page in read_captures(store.get(key), key))


def test_killed_and_started_again_it_asks_nothing_twice(airflow, tmp_path):
    log = tmp_path / "log"
    running = start(airflow, log)
    deadline = time.monotonic() + 120
    while "crawl_" not in log.read_text("utf-8", "replace"):  # the runs that follow from the plan are under way
        assert running.poll() is None and time.monotonic() < deadline, log.read_text("utf-8", "replace")
        time.sleep(0.1)
    running.kill()
    running.wait()

    assert start(airflow, log).wait(200) == 0, log.read_text("utf-8", "replace")
    assert log.read_text("utf-8", "replace").rstrip().endswith("done")
    store = open_store("s3://archive")
    built = connect(store.uri).sql("SELECT DISTINCT province, year FROM reports").fetchall()
    assert built and {province for province, _ in built} == {"xinjiang"}
    assert {year for _, year in built} <= set(range(2008, 2019))
    asked = fetched(store)
    assert asked and max(asked.values()) == 1, [url for url, times in asked.items() if times > 1]
    there = store.stats("")

    assert start(airflow, log).wait(100) == 0
    assert "nothing to do" in log.read_text("utf-8", "replace")
    assert {name: stat for name, stat in store.stats("").items() if "/coverage/" not in name} == {
        name: stat for name, stat in there.items() if "/coverage/" not in name
    }

    there = store.stats("lake/")
    ended = airflow_backfill(airflow, 2013, 2014, {"provinces": ["xinjiang"], "only": "failed"})
    assert ended == {"2013": "success", "2014": "success"}
    assert store.stats("lake/") == there, "a past partition does not set the ledger back"


def airflow_backfill(airflow: Stack, first: int, last: int, conf: dict) -> dict[str, str]:
    """Let Airflow itself backfill these years, for which nothing is scheduled; how its runs ended, by year."""
    wish = {"dag_id": "plan_year", "from_date": f"{first}-01-01T00:00:00Z", "to_date": f"{last}-12-31T00:00:00Z"}
    airflow.client.call("POST", "/backfills", {**wish, "dag_run_conf": conf, "max_active_runs": 2})
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        runs = [run for run in airflow.client.runs() if run["run_type"] == "backfill"]
        if len(runs) > last - first and all(run["state"] in ("success", "failed") for run in runs):
            break
        time.sleep(0.2)
    return {run["partition_key"]: run["state"] for run in runs}

"""`make run` itself: real S3 server, real Airflow; killed half-way, run again, and once more without its database."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from scrapers.weed import S3Server
from tests.lakes import content
from transforms.store import open_store

ROOT = Path(__file__).parents[1]
pytestmark = [pytest.mark.stack, pytest.mark.timeout(560)]


def start(data: Path, log: Path) -> subprocess.Popen[bytes]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "ARCHIVE", "AWS"))}
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "dags.support.demo", "run"], cwd=ROOT, env={**env, "ARCHIVE_DATA": str(data)},
            stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip


def store_of(data: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[dict, dict]:
    """The rows of the lake by object, and the archived files."""
    with S3Server(data / "s3") as server:
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        store = open_store("s3://archive")
        return content(store), store.stats("raw/")


def living_sessions() -> set[int]:
    found = set()
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):  # gone by now
            if process.status() != psutil.STATUS_ZOMBIE:
                found.add(os.getsid(process.pid))
    return found


def test_killed_run_again_and_again(tmp_path, nation_lake, monkeypatch):
    data, log = tmp_path / "data", tmp_path / "log"
    running = start(data, log)
    deadline = time.monotonic() + 240
    while "build_reports 0" not in (said := log.read_text("utf-8", "replace")):  # the first partitions are under way
        assert running.poll() is None and time.monotonic() < deadline, said
        time.sleep(0.1)
    of_airflow = {os.getsid(child.pid) for child in psutil.Process(running.pid).children(recursive=True)}
    os.kill(running.pid, signal.SIGKILL)
    running.wait()

    assert start(data, log).wait(300) == 0, log.read_text("utf-8", "replace")
    assert not of_airflow & living_sessions(), "processes of the killed run live on"
    said = log.read_text("utf-8", "replace")
    assert "reports by province, year and level" in said and "rejects by reason" in said and "archive query" in said
    built, raw = store_of(data, monkeypatch)
    undisturbed = content(nation_lake)
    assert {key for key in built if "/index/" not in key} == {key for key in undisturbed if "/index/" not in key}
    for key, rows in undisturbed.items():
        assert built[key] == rows, key

    for file in (data / "airflow").glob("airflow.db*"):  # what was done is known by the bucket alone
        file.unlink()
    assert start(data, log).wait(240) == 0, log.read_text("utf-8", "replace")
    assert f"lake unchanged: {len(built) + 1} objects" in log.read_text("utf-8", "replace")  # the crawl log is one
    assert store_of(data, monkeypatch) == (built, raw)

"""`make cluster` on the sample nation: a worker and the scheduler killed in mid-run, the same lake all the same."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from scrapers.weed import S3Server
from tests.conftest import SITES, nation_env
from tests.lakes import content
from transforms.lake.build import build_all
from transforms.store import Store, open_store

ROOT = Path(__file__).parents[1]
# All of the nation takes minutes; CLUSTER_PROVINCES=ningxia is two sites.
PROVINCES = os.environ.get("CLUSTER_PROVINCES", ",".join(sorted(file.stem for file in SITES.glob("*.yml")))).split(",")
pytestmark = [pytest.mark.stack, pytest.mark.cluster, pytest.mark.timeout(1500)]


def start(data: Path, sites: Path, log: Path) -> subprocess.Popen[bytes]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "ARCHIVE", "AWS"))}
    with log.open("wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "dags.support.demo", "cluster"], cwd=ROOT, stdout=out, stderr=subprocess.STDOUT,
            env={**env, "ARCHIVE_DATA": str(data), "ARCHIVE_NATION": str(sites)}, start_new_session=True,
        )  # fmt: skip


def component(running: subprocess.Popen[bytes], word: str) -> psutil.Process | None:
    for child in psutil.Process(running.pid).children():
        with contextlib.suppress(psutil.Error):
            if word in " ".join(child.cmdline()):
                return child
    return None


def crawling(running: subprocess.Popen[bytes]) -> tuple[str, psutil.Process] | None:
    """Return a worker in whose tree a site is being crawled."""
    for name in ("worker-1", "worker-2"):
        worker = component(running, f"{name}@")
        with contextlib.suppress(psutil.Error):
            if worker and any("scrapers.run" in child.cmdline() for child in worker.children(recursive=True)):
                return name, worker
    return None


def kill_tree(process: psutil.Process) -> None:
    tree = [process, *process.children(recursive=True)]
    for member in tree:
        with contextlib.suppress(psutil.Error):
            member.kill()


def raw_of(origin: Store, folder: Path) -> Store:
    """Return a store in a folder with the raw pages of another one, and nothing else."""
    made = open_store(str(folder))
    for key in origin.list("raw/"):
        made.put(key, origin.get(key))
    return made


def lake_bytes(store: Store) -> dict[str, bytes]:
    # The log of crawls tells of crawls, which are not repeated here; sites are compared with the rest.
    return {key: store.get(key) for key in store.list("lake/") if not key.startswith(("lake/crawls/", "lake/sites/"))}


@pytest.fixture
def sites(tmp_path):
    folder = tmp_path / "sites"
    folder.mkdir()
    for province in PROVINCES:
        shutil.copy(SITES / f"{province}.yml", folder)
    return folder


@pytest.fixture
def started():
    """Return `start`; whatever it started is stopped at the end, with all that belongs to it."""
    running = []

    def begin(*places: Path) -> subprocess.Popen[bytes]:
        running.append(start(*places))
        return running[-1]

    yield begin
    for process in running:
        if process.poll() is None:
            process.terminate()
            process.wait(60)


def test_killed_worker_and_scheduler(tmp_path, sites, nation_port, monkeypatch, started):
    data, log = tmp_path / "data", tmp_path / "log"
    running = started(data, sites, log)
    said = lambda: log.read_text("utf-8", "replace")  # noqa: E731
    deadline = time.monotonic() + 400
    while not (found := crawling(running)):
        assert running.poll() is None and time.monotonic() < deadline, said()
        time.sleep(0.05)
    (name, worker), scheduler = found, component(running, "scheduler")
    assert scheduler is not None
    kill_tree(worker)
    kill_tree(scheduler)
    assert running.wait(500) == 0, said()
    assert f"scheduler 1, {name} 1" in said() and "reports by province, year and level" in said()

    monkeypatch.setenv("ARCHIVE_SITES", str(sites))
    with S3Server(data / "cluster" / "s3") as server:
        for name, value in server.env().items():
            monkeypatch.setenv(name, value)
        clustered = open_store("s3://archive")
        again = raw_of(clustered, tmp_path / "again")
        build_all(again)
        assert lake_bytes(clustered) == lake_bytes(again)
        logs = open_store("s3://logs")
        tried = [key for key in logs.list("airflow/") if key.endswith("attempt=2.log") and "task_id=crawl/" in key]
        assert tried, "no crawl was tried again: the kill hit nothing"
        assert b"pages in" in logs.get(tried[0])
        assert content(clustered) == content(single_machine(tmp_path / "single", nation_port, sites))

    metrics = json.loads((data / "cluster" / "logs" / "metrics.json").read_text("utf-8"))
    assert metrics["airflow.dagrun.duration.success"] >= len(list(sites.glob("*.yml")))


def single_machine(folder: Path, port: int, sites: Path) -> Store:
    code = f"from archive import app; app(['crawl', *{PROVINCES!r}], standalone_mode=False); app(['build'], standalone_mode=False)"
    env = {**os.environ, **nation_env(port), "ARCHIVE_SITES": str(sites), "ARCHIVE_STORE": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return open_store(str(folder))

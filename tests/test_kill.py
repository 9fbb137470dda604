"""kill -9 at any moment, then again: the same lake as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import nation_env
from tests.lakes import content
from transforms.store import open_store

ROOT = Path(__file__).parents[1]
SITES = ["s-guyuan", "s-clone", "s-changji"]  # a pager, a clone of the first, an endless pager
CODE = (
    "from archive import app; app(['crawl', *{sites!r}], standalone_mode=False); app(['build'], standalone_mode=False)"
)


@pytest.fixture(scope="module")
def undisturbed(nation_port, tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    assert start(folder, nation_port).wait(120) == 0
    return content(open_store(str(folder)))


def start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    env = {**os.environ, **nation_env(port), "ARCHIVE_STORE": str(folder)}
    return subprocess.Popen(
        [sys.executable, "-c", CODE.format(sites=SITES)], cwd=ROOT, env=env, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


def objects(folder: Path, pattern: str) -> int:
    return sum(1 for path in folder.glob(pattern) if not path.name.startswith("."))


MOMENTS = {
    "before anything is stored": lambda folder: (folder / ".lock").exists(),
    "first site uploaded, its links not yet": lambda folder: objects(folder, "raw/*/*/*.warc.gz") >= 1,
    "first site done": lambda folder: objects(folder, "state/done/*/*/*.json") >= 1,
    "in the last site's upload": lambda folder: objects(folder, "raw/*/*/*.warc.gz") >= 3,
    "first pages read": lambda folder: objects(folder, "pages/*/*/*/*.arrow") >= 1,
    "first partition half written": lambda folder: objects(folder, "lake/sections/*/*/*/*.parquet") >= 1,
    "lake half built": lambda folder: objects(folder, "lake/reports/*/*/*/*.parquet") >= 5,
}


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_and_started_again(moment, undisturbed, nation_port, tmp_path):
    running = start(tmp_path, nation_port)
    deadline = time.monotonic() + 60
    while not MOMENTS[moment](tmp_path):
        assert running.poll() is None and time.monotonic() < deadline, "it ended before the moment came"
        time.sleep(0.002)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    assert start(tmp_path, nation_port).wait(120) == 0
    again = content(open_store(str(tmp_path)))
    assert again.keys() == undisturbed.keys()
    for key, rows in undisturbed.items():
        assert again[key] == rows, key

"""The supervisor's parts: processes that end for good, places, ports, the wait for quiet."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from functools import partial

import pytest

from dags.support import demo, process, rest, watch
from dags.support.env import TOKEN_NAME, Places, airflow_env, free_port
from dags.support.stack import Stack

STUBBORN = (
    "import os, signal, time; signal.signal(15, signal.SIG_IGN); os.fork(); print('up', flush=True); time.sleep(60)"
)


def wait_for(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


def test_a_component_that_ignores_sigterm_ends_with_its_children(tmp_path):
    token = "t" + os.urandom(8).hex()
    child = process.Component(
        "x", [sys.executable, "-c", STUBBORN], {**os.environ, TOKEN_NAME: token}, tmp_path / "log"
    )
    assert wait_for(lambda: child.log.read_text().count("up") == 2)
    assert len(process.marked_processes(token)) == 2
    process.stop_all([child], grace=0.3)
    assert wait_for(lambda: process.marked_processes(token) == [])
    assert not child.alive


def test_what_a_killed_stack_left_is_found_by_its_token(tmp_path):
    token = "t" + os.urandom(8).hex()
    env = {**os.environ, TOKEN_NAME: token}
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], env=env, start_new_session=True)
    assert wait_for(lambda: process.marked_processes(token) == [child.pid])
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        ender = subprocess.Popen(
            [
                sys.executable,
                "-c",
                f"from dags.support.process import end_marked; print(end_marked({token!r}, 1))",
            ],
            stdout=subprocess.PIPE,
        )
        assert wait_for(lambda: child.poll() is not None)
        assert ender.communicate(timeout=20)[0].strip() == b"1"
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
    assert process.end_marked("") == 0


def test_children_die_with_a_killed_parent(tmp_path):
    inner = "import os, time; from dags.support.process import die_with_parent; die_with_parent(); print('in', flush=True); time.sleep(60)"
    outer = f"import subprocess, sys, time; p = subprocess.Popen([sys.executable, '-c', {inner!r}], stdout=subprocess.PIPE); p.stdout.readline(); print(p.pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.wait()

    def gone():
        try:
            with open(f"/proc/{pid}/stat") as stat:
                return stat.read().rsplit(")", 1)[1].split()[0] == "Z"
        except OSError:
            return True

    assert wait_for(gone)


def test_a_taken_port_is_passed_over():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) not in (0, port)


def test_airflow_env(tmp_path, monkeypatch):
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    places = Places(tmp_path).make()
    env = airflow_env(places, 12345)
    assert env["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor", "what the caller has set for another Airflow is not ours"
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert ":12345/execution/" in env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"]
    assert env["AIRFLOW__API_AUTH__JWT_SECRET"] == airflow_env(places, 1)["AIRFLOW__API_AUTH__JWT_SECRET"]
    assert (places.home / "jwt.secret").stat().st_mode & 0o077 == 0


def test_a_database_that_was_not_left_in_order_is_made_anew(tmp_path, monkeypatch):
    stack = Stack(Places(tmp_path), say=lambda _: None)
    calls = []
    monkeypatch.setattr(stack, "_airflow", lambda *command: calls.append(command))
    stack.places.database.write_bytes(b"half a migration")
    stack.prepare()
    assert not stack.places.database.exists()
    assert calls == [("db", "migrate"), ("dags", "reserialize")]
    stack.places.database.write_bytes(b"good")
    stack.places.clean.touch()
    stack.prepare()
    assert stack.places.database.read_bytes() == b"good"
    assert not stack.places.clean.exists(), "from here on a kill must be noticed"


def test_unreadable_state_is_no_state(tmp_path):
    places = Places(tmp_path).make()
    assert places.read_state() == {}
    places.state.write_text("{half")
    assert places.read_state() == {}
    assert demo.down(places) == 0


class FakeClient:
    def __init__(self, *rounds):
        self.rounds = list(rounds)

    def runs(self, since):
        now = self.rounds.pop(0) if len(self.rounds) > 1 else self.rounds[0]
        if isinstance(now, Exception):
            raise now
        return now


def made(dag, state):
    return {"dag_id": dag, "state": state}


def test_wait_looks_past_the_gap_between_two_runs():
    client = FakeClient(
        [made("plan", "running")],
        [made("plan", "success")],
        [made("plan", "success"), made("crawl", "running")],
        [made("plan", "success"), made("crawl", "success")],
    )
    left = [False, True]
    lines = []
    runs = watch.wait_quiet(client, "", finished=lambda: left.pop(0), say=lines.append, every=0)
    assert len(runs) == 2 and left == []
    assert lines[-1].endswith("crawl 1/1 · plan 1/1")


def test_wait_ends_on_failure_death_and_standstill():
    failed = FakeClient([made("crawl", "failed")])
    assert watch.wait_quiet(failed, "", finished=lambda: False, settle=0.05, every=0.02, say=lambda _: None)
    running = FakeClient([made("crawl", "running")])
    with pytest.raises(watch.Stalled, match="scheduler died"):
        watch.wait_quiet(running, "", finished=lambda: False, broken=lambda: "scheduler", every=0, say=lambda _: None)
    with pytest.raises(watch.Stalled, match="no progress"):
        watch.wait_quiet(running, "", finished=lambda: False, no_progress=0.05, every=0.02, say=lambda _: None)
    with pytest.raises(watch.Stalled, match="not finished"):
        watch.wait_quiet(running, "", finished=lambda: False, limit=0.05, every=0.02, say=lambda _: None)


def test_wait_outlives_an_airflow_that_does_not_answer():
    done, silence = [made("crawl", "success")], rest.ApiError(0, "timed out")
    wait = partial(watch.wait_quiet, since="", finished=lambda: True, every=0, say=lambda _: None)
    assert wait(FakeClient([made("crawl", "running")], silence, silence, done)) == done
    with pytest.raises(watch.Stalled, match="no progress"):
        wait(FakeClient([made("crawl", "running")], silence), no_progress=0.05)
    with pytest.raises(rest.ApiError):
        wait(FakeClient(rest.ApiError(403, "no")))


def test_other_programs_get_the_registry_that_airflow_has(tmp_path, monkeypatch):
    class Server:
        def env(self):
            return {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}

    monkeypatch.setattr(demo, "S3Server", lambda folder: contextlib.nullcontext(Server()))
    monkeypatch.setattr(demo, "use", lambda env: None)
    for name in ("ARCHIVE_STORE", "ARCHIVE_RELATE_CRON", "ARCHIVE_AUDIT_CRON"):
        monkeypatch.setenv(name, "of the caller")  # services() changes them: taken back at the end
    monkeypatch.setenv("ARCHIVE_SITES", "/their/sites")
    monkeypatch.delenv("ARCHIVE_RESOLVE_ALL", raising=False)
    places = Places(tmp_path)
    places.make()
    with demo.services(places, nation=demo.is_sample(os.environ)):
        assert places.env_file.read_text().splitlines() == [
            "AWS_ENDPOINT_URL=http://127.0.0.1:1", "ARCHIVE_STORE=s3://archive", "ARCHIVE_SITES=/their/sites",
        ]  # fmt: skip


def test_a_shell_with_the_settings_of_the_sample_still_gets_the_sample():
    assert demo.is_sample({}) and demo.is_sample({"ARCHIVE_SITES": str(demo.nation_sites())})
    assert not demo.is_sample({"ARCHIVE_SITES": "/their/sites"})


def test_bad_command(capsys):
    assert demo.main(["sideways"]) == 2
    assert "usage" in capsys.readouterr().err

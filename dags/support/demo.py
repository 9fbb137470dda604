"""`python -m dags.support.demo run|cluster|up|down`: the whole archive on one machine, through a real scheduler.

run   S3 server, sample nation, Airflow; plan, crawl, read, build; print the lake; stop everything
cluster   the same with Celery workers, PostgreSQL and Valkey, in a folder of its own
up    the S3 server and the Airflow UI on what is there, in the background
down  stop them

State lives in the bucket. Killed at any moment, `run` starts over what is missing and no more.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from dags.support.backends import BackendError, Backends
from dags.support.env import TOKEN_NAME, USER, Places, free_port, project_root, secret, wait_port
from dags.support.process import Component, end_marked, marked_processes, runs, stop_all
from dags.support.rest import ApiError
from dags.support.stack import Stack, StackError
from dags.support.watch import Stalled, wait_quiet
from scrapers.weed import S3Server, S3ServerError, use

YEARS = "2008-2025"
UI_PORT = 8080
NATION = "tests.nation.server"
MODULE = "dags.support.demo"
HINTS = """
query it:           .venv/bin/archive query "SELECT province, year, count(*) AS n FROM reports GROUP BY ALL ORDER BY ALL"
one report's text:  .venv/bin/archive query "SELECT text FROM reports_text WHERE report_id LIKE '652301:%:2016:own'"
open Airflow's UI:  make up   (it prints address and password; make down stops it)"""
console = Console(highlight=False, width=None if sys.stdout.isatty() else 150)


class Steps:
    """The time each step took."""

    def __init__(self) -> None:
        self.times: list[tuple[str, float]] = []

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announce a step and time it."""
        say(f"{name} …")
        begin = time.monotonic()
        try:
            yield
        finally:
            self.times.append((name, time.monotonic() - begin))

    def line(self) -> str:
        """Return all times in one line."""
        total = sum(seconds for _, seconds in self.times)
        parts = [f"{name} {seconds:.1f} s" for name, seconds in self.times]
        return " · ".join(parts) + f" · together {total:.1f} s"


def say(text: str) -> None:
    """Print a progress line at once, even into a pipe."""
    print(text, flush=True)


def nation_sites() -> Path:
    """Return the registry folder of the sample nation; ARCHIVE_NATION may name a folder with part of it."""
    return Path(os.environ.get("ARCHIVE_NATION") or project_root() / "tests" / "nation" / "sites")


def shared(env: Mapping[str, str]) -> dict[str, str]:
    """Return what other programs need to mean the archive that Airflow means: its store, its registry, where sites are."""
    return {name: env[name] for name in ("ARCHIVE_STORE", "ARCHIVE_SITES", "ARCHIVE_RESOLVE_ALL") if name in env}


def is_sample(env: Mapping[str, str]) -> bool:
    """Tell whether the sample nation is to be served: no registry is named, or its own, as `stack.env` names it.

    Its sites bear the names of real hosts: without its server they would be asked for in the world outside.
    """
    return env.get("ARCHIVE_SITES", str(nation_sites())) == str(nation_sites())


@contextlib.contextmanager
def services(places: Places, *, nation: bool) -> Iterator[S3Server]:
    """Run the S3 server and, on request, the sample nation; put what clients need into our environment."""
    started: list[Component] = []
    with S3Server(places.s3) as server:
        use(server.env())
        extra = {"ARCHIVE_STORE": "s3://archive", "ARCHIVE_RELATE_CRON": "off", "ARCHIVE_AUDIT_CRON": "off"}
        if nation:
            port = free_port()
            extra |= {
                "ARCHIVE_SITES": str(nation_sites()),
                "ARCHIVE_RESOLVE_ALL": f"127.0.0.1:{port}",
                "ARCHIVE_NO_DELAY": "1",
                "ARCHIVE_RETRY_DELAY": "2",
            }
        os.environ.update(extra)
        _write_env(places, {**server.env(), **shared(os.environ)})
        try:
            if nation:
                command = [sys.executable, "-m", NATION, "--port", str(port)]
                started.append(Component("nation", command, os.environ, places.logs / "nation.log"))
                if not wait_port(port, lambda: started[0].alive):
                    raise StackError(f"the nation does not answer on port {port}:\n{started[0].tail()}")
            yield server
        finally:
            stop_all(started)


def _claim(places: Places) -> str:
    """End what a killed stack left running, and mark what we start so that the next one can do the same.

    StackError when the earlier one is alive: it is not ours to end.
    """
    state = places.read_state()
    token, pid = str(state.get("token", "")), state.get("pid")
    if runs(pid, MODULE):
        raise StackError(f"process {pid} is at work on {places.base}; `make down` stops it")
    left = end_marked(token)
    if left:
        say(f"ended {left} processes of an earlier stack")
    token = secrets.token_hex(16)
    os.environ[TOKEN_NAME] = token
    places.write_state(token=token, pid=os.getpid())
    return token


def _plan_wishes(store: Any) -> list[str]:
    """Return the crawl keys that are not complete; empty when everything planned is crawled and read."""
    from dags.support.common import families, provinces
    from dags.support.work import plan_sites

    return [f"{family} {key}" for family in families() for key in plan_sites(store, family, provinces(), YEARS)]


@contextlib.contextmanager
def _local(places: Places) -> Iterator[Stack]:
    yield Stack(places, say=say)


@contextlib.contextmanager
def distributed(places: Places) -> Iterator[Stack]:
    """Make the distributed shape: PostgreSQL, Valkey and Celery workers."""
    from dags.support.cluster import LOGS, Cluster
    from dags.support.telemetry import Receiver

    metrics = places.logs / "metrics.json"
    with Receiver(metrics) as receiver, Backends(places) as backends:
        stack = Cluster(places, backends, receiver, say=say)
        yield stack
        again = ", ".join(f"{name} {count}" for name, count in sorted(stack.restarts.items())) or "none"
        say(f"services started again: {again} · {len(receiver.values)} metrics in {metrics} · task logs in {LOGS}")


def cluster(places: Places) -> int:
    """Run the chain in the distributed shape, apart from what `run` made; 0 when nothing failed."""
    return run(Places(places.base / "cluster"), distributed)


def run(places: Places, shape: Callable[[Places], contextlib.AbstractContextManager[Stack]] = _local) -> int:
    """Run the whole chain on the sample nation and print what came out; 0 when nothing failed."""
    from dags.support.summary import print_lake

    steps = Steps()
    places.make()
    with contextlib.ExitStack() as stack:
        _claim(places)
        with steps.step("start the S3 server and the sample nation"):
            stack.enter_context(services(places, nation=True))
            from dags.support.common import provinces
            from dags.support.work import open_archive
            from transforms.lake.build import build_relations
            from transforms.lake.index import build_index
            from transforms.lake.pending import pending_keys

            store = open_archive()
            before = store.stats("lake/")
        with steps.step("prepare Airflow"):
            airflow = stack.enter_context(shape(places))
            airflow.prepare()
        with steps.step("start Airflow"):
            stack.enter_context(airflow)
            airflow.client.unpause()
        with steps.step("plan, crawl, read and build"):
            since = datetime.now(UTC).isoformat()
            client = airflow.client
            client.trigger("plan_year", {"years": YEARS, "provinces": provinces()})
            runs = wait_quiet(
                client,
                since,
                finished=lambda: not _plan_wishes(store) and not pending_keys(store),
                broken=airflow.broken,
                say=say,
            )
            failed = [found for r in runs if r["state"] == "failed" for found in client.failed_tasks(r)]
            bad_runs = [r["dag_id"] for r in runs if r["state"] == "failed"]
        with steps.step("stop Airflow"):
            airflow.stop()
            places.clean.touch()
        with steps.step("relate reports, write the index"):
            build_relations(store)
            build_index(store)
        after = store.stats("lake/")
        print_lake(store, console)
    console.print(f"time: {steps.line()}")
    for name, reason in failed:
        console.print(f"FAILED {name}: {reason}", style="red", markup=False)
    if bad_runs:
        console.print(f"{len(bad_runs)} runs failed; logs are under {places.logs}", style="red", markup=False)
        return 1
    if before:
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        console.print(
            f"lake unchanged: {len(after)} objects"
            if not changed
            else f"lake: {len(after)} objects, {len(changed)} of them new or changed"
        )
    else:
        console.print(f"lake: {len(after)} objects, all new")
    _hints()
    return 0


def _hints() -> None:
    console.print(HINTS, markup=False, soft_wrap=True)


def _write_env(places: Places, settings: dict[str, str]) -> None:
    places.env_file.touch(mode=0o600)
    places.env_file.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in settings.items()), "utf-8")


def serve(places: Places) -> int:
    """Keep S3 server and Airflow running until SIGTERM; `up` starts this in the background."""
    stopping: list[int] = []

    def leave(number: int, frame: object) -> None:
        if not stopping:
            stopping.append(number)
            raise SystemExit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)
    places.make()
    token = os.environ.get(TOKEN_NAME, "")
    with services(places, nation=is_sample(os.environ)) as server:
        stack = Stack(places, port=UI_PORT, say=say)
        stack.prepare()
        with stack:
            stack.client.unpause()
            places.write_state(token=token, pid=os.getpid(), url=stack.client.base)
            try:
                while server.alive and not stack.dead():
                    time.sleep(1)
                if not server.alive:
                    say(f"the S3 server died, see {places.s3}")
                    return 1
                say(f"{stack.dead()[0].name} died:\n{stack.dead()[0].tail()}")
                return 1
            finally:
                stack.stop()
                places.clean.touch()


def up(places: Places) -> int:
    """Start `serve` in the background, or say that it runs already; print the address."""
    places.make()
    state = places.read_state()
    if state.get("url") and marked_processes(str(state.get("token", ""))):
        say(f"already up: {state['url']}")
        return 0
    token = _claim(places)
    with (places.logs / "serve.log").open("wb") as log:
        child = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", MODULE, "serve"],
            cwd=project_root(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and child.poll() is None:
        state = places.read_state()
        if state.get("token") == token and state.get("url"):
            say(f"Airflow UI: {state['url']}  (user {USER}, password {secret(places, 'admin')}; make down stops it)")
            say(f"S3 settings for other programs: {places.env_file}")
            return 0
        time.sleep(0.2)
    say(f"it did not start, see {places.logs / 'serve.log'}:\n")
    say((places.logs / "serve.log").read_text("utf-8", "replace")[-2000:])
    end_marked(token)
    return 1


def down(places: Places) -> int:
    """Stop what `up` started: politely first, then for good."""
    state = places.read_state()
    token = str(state.get("token", ""))
    pid = state.get("pid")
    running = [*marked_processes(token), *([pid] if runs(pid, MODULE) else [])] if token else []
    if isinstance(pid, int) and runs(pid, MODULE):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and runs(pid, MODULE):
            time.sleep(0.1)
    end_marked(token)
    places.state.unlink(missing_ok=True)
    say("stopped" if running else "nothing was running")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Parse the command and run it; errors end in one clear line."""
    commands: dict[str, Callable[[Places], int]] = {
        "run": run,
        "cluster": cluster,
        "up": up,
        "down": down,
        "serve": serve,
    }
    words = sys.argv[1:] if arguments is None else arguments
    if len(words) != 1 or words[0] not in commands:
        print("usage: python -m dags.support.demo run|cluster|up|down", file=sys.stderr)
        return 2
    if words[0] in ("run", "cluster"):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return commands[words[0]](Places())
    except (StackError, BackendError, Stalled, ApiError, S3ServerError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; run it again to continue", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())

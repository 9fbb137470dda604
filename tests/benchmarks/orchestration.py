"""What Airflow costs: the sample nation through it and without it, the parsing of DAG files, many keys at once."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dags.support.rest import ApiError
from schemas.divisions import PROVINCE_SLUGS
from tests.benchmarks.report import Options, Outcome, machine

TITLE = "Airflow's overhead"
ROOT = Path(__file__).resolve().parents[2]
ME = "tests.benchmarks.orchestration"
BOUND = 2.5  # times the CPU of the commands
PARSE_SECONDS = 1.0  # a DAG file
YEARS = range(2008, 2026)
KEYS = 576  # 32 provinces × these years
PARSE = """
import json, sys, time
from pathlib import Path
from airflow.dag_processing.dagbag import DagBag
took = {}
for file in map(Path, sys.argv[1:]):
    begin = time.process_time()
    bag = DagBag(str(file))
    took[file.name] = time.process_time() - begin
    assert not bag.import_errors, bag.import_errors
print(json.dumps(took))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of one command and of every process that it left or waited for, and what it printed."""

    wall: float
    cpu: float
    said: str


def cost(command: list[str], env: Mapping[str, str]) -> Cost:
    """Run a command; RuntimeError when it fails. Orphans of it become ours, so that their CPU counts too."""
    ctypes.CDLL(None, use_errno=True).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        command, cwd=ROOT, env=dict(env), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    wall = time.monotonic() - begin
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{said[-2000:]}")
    return Cost(wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, said)


def environment(folder: Path) -> dict[str, str]:
    """Return our environment with a data folder of its own, and nothing that a shell may have set for another."""
    kept = {name: v for name, v in os.environ.items() if not name.startswith(("AIRFLOW", "ARCHIVE", "AWS", "OTEL"))}
    return {**kept, "ARCHIVE_DATA": str(folder)}


def parse_seconds(*files: Path) -> dict[str, float]:
    """Return the CPU seconds that each DAG file, of ours and those given, takes to parse over the packaged registry, Airflow being loaded."""
    with tempfile.TemporaryDirectory() as home:
        env = {**environment(Path(home)), "AIRFLOW_HOME": home, "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
        command = [sys.executable, "-c", PARSE, *map(str, [*sorted((ROOT / "dags").glob("*.py")), *files])]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _told(what: str, spent: Cost) -> Cost:
    print(f"{what}: {spent.cpu:.0f} CPU s, {spent.wall:.0f} s", file=sys.stderr, flush=True)
    return spent


def measure(options: Options) -> Outcome:
    """Measure all three; `--pages` is the number of keys."""
    keys = options.pages or KEYS
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        demo = [sys.executable, "-m", "dags.support.demo"]
        plain = _told("commands", cost([sys.executable, "-m", ME, "commands"], environment(base / "commands")))
        local = _told("make run", cost([*demo, "run"], environment(base / "local")))
        celery = _told("make cluster", cost([*demo, "cluster"], environment(base / "celery")))
        many = _told(f"{keys} keys", cost([sys.executable, "-m", ME, "keys", str(keys)], environment(base / "keys")))
    told = json.loads(many.said.splitlines()[-1])
    ratio = local.cpu / plain.cpu
    parsed = parse_seconds()
    slowest = max(parsed, key=lambda name: parsed[name])
    lines = [
        machine(),
        "",
        "The sample nation from an empty store to the lake; S3 server and the nation's own server are counted in all rows.",
        "",
        "| way | CPU s | wall s | CPU against the commands |",
        "|---|---:|---:|---:|",
        f"| `archive crawl` + `archive build` | {plain.cpu:.0f} | {plain.wall:.0f} | 1 |",
        f"| `make run`: LocalExecutor, SQLite | {local.cpu:.0f} | {local.wall:.0f} | {ratio:.2f} |",
        f"| `make cluster`: Celery, PostgreSQL, 2 workers | {celery.cpu:.0f} | {celery.wall:.0f} | {celery.cpu / plain.cpu:.2f} |",
        "",
        f"Parsing over the packaged registry, CPU s a file: {', '.join(f'{n} {s:.2f}' for n, s in parsed.items())}.",
        "",
        f"{told['keys']} keys of `build_reports` at once in the distributed shape, with nothing to build: {told['succeeded']} runs succeeded in "
        f"{told['seconds']:.0f} s, {many.cpu / told['keys']:.2f} CPU s a run; never more than {told['peak']} runs at work, "
        f"the scheduler's health was good in {told['healthy']} of {told['looks']} looks.",
    ]
    missed = [f"{ratio:.2f} times the CPU, wanted {BOUND}"] if ratio > BOUND else []
    missed += [f"{slowest} takes {parsed[slowest]:.2f} s to parse"] if parsed[slowest] > PARSE_SECONDS else []
    missed += ["runs failed"] if told["succeeded"] != told["keys"] else []
    return Outcome(lines, missed)


def commands() -> None:
    """Crawl and build the nation by the commands, with the servers that `make run` has."""
    from dags.support.common import provinces
    from dags.support.demo import YEARS, services
    from dags.support.env import Places

    archive = [sys.executable, "-c", "from archive import app; app()"]
    with services(Places().make(), nation=True):
        crawled = subprocess.run([*archive, "crawl", *provinces(), "--years", YEARS], cwd=ROOT, check=False)
        built = subprocess.run([*archive, "build"], cwd=ROOT, check=False)
    if crawled.returncode or built.returncode:
        raise SystemExit("a command failed")


def keys(count: int) -> None:
    """Hand keys to `build_reports` as one emission, as the plan does; print what became of them as JSON."""
    from dags.support.common import PAGES
    from dags.support.demo import distributed, services
    from dags.support.env import Places

    places = Places().make()
    wanted = [f"{province}|{year}" for province in PROVINCE_SLUGS for year in YEARS][:count]
    with services(places, nation=False), distributed(places) as stack:
        stack.prepare()
        with stack:
            client = stack.client
            client.call("PATCH", "/dags/build_reports", {"is_paused": False})
            assets = client.call("GET", "/assets", name_pattern=PAGES.name)["assets"]
            asset = next(found["id"] for found in assets if found["name"] == PAGES.name)
            since, begin = datetime.now(UTC).isoformat(), time.monotonic()
            for key in wanted:
                _emit(client, asset, key)
            told = _watched(client, since, count, begin)
    print(json.dumps(told))


def _emit(client: Any, asset: int, key: str) -> None:
    """Emit a key; SQLite, where the scheduler writes at the same time, is busy now and then."""
    for attempt in range(5):
        try:
            client.call("POST", "/assets/events", {"asset_id": asset, "partition_key": key})
            return
        except ApiError as error:
            if error.status < 500 or attempt == 4:
                raise
            time.sleep(1)


def _watched(client: Any, since: str, count: int, begin: float) -> dict[str, float]:
    def runs(*states: str) -> int:
        answer = client.call("GET", "/dags/build_reports/dagRuns", run_after_gte=since, state=list(states), limit=1)
        return int(answer["total_entries"])

    looks = healthy = peak = 0
    while runs("success", "failed") < count and time.monotonic() - begin < 5 * count + 120:
        looks, healthy, peak = looks + 1, healthy + client.healthy("scheduler"), max(peak, runs("running"))
        time.sleep(1)
    seconds = time.monotonic() - begin
    return {
        "keys": count, "succeeded": runs("success"), "seconds": seconds, "peak": peak, "looks": looks, "healthy": healthy,
    }  # fmt: skip


if __name__ == "__main__":
    commands() if sys.argv[1] == "commands" else keys(int(sys.argv[2]))

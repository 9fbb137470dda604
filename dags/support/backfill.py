"""A backfill through a running Airflow: start the plan, wait for what it sets off, tell what failed.

The bucket says what is left, Airflow only what is under way. So a backfill that was killed and is started again joins
the runs that are still there, and asks for the rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from dags.support.backfill_plan import BUILD, CRAWL, PLAN, Wish, duration, seconds_left
from dags.support.rest import ACTIVE, ApiError, Client
from dags.support.watch import describe

Run = dict[str, Any]
T = TypeVar("T")
AWAY = (0, 502, 503, 504)  # Airflow is being restarted, or something before it is


class Paused(RuntimeError):
    """A DAG that is needed is paused: its runs would stay queued for ever, and nobody would say so."""


@dataclass(frozen=True, slots=True)
class Left:
    """What the bucket still wants: sites to crawl, and keys whose pages are read but not built."""

    sites: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is anything."""
        return bool(self.sites or self.pending)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two looks, between two lines when nothing moves, until a silence after a failure, or without
    one, is taken for the end, and how long Airflow may be away or refuse because it is busy."""

    look: float = 2.0
    line: float = 60.0
    settle: float = 10.0
    silence: float = 120.0
    patience: float = 300.0


def run_backfill(
    client: Client,
    wish: Wish,
    left: Callable[[], Left],
    planned: float,
    *,
    say: Callable[[str], None] = print,
    pace: Pace | None = None,
) -> list[str]:
    """Do what is wished and left; return what failed, by key and site, with the reason.

    `planned` is how many seconds it should take. Raises Paused before anything is started, and ApiError when Airflow
    refuses or stays away.
    """
    pace = pace or Pace()
    under_way = [run for run in client.runs(states=ACTIVE) if wish.concerns(run)]
    if under_way:
        say(f"waiting for {len(under_way)} runs that are under way already")
        _follow(client, wish, min(run["run_after"] for run in under_way), left, planned, say, pace)
    rest = left()
    if not rest:
        say(f"{wish.conf()['years']}: nothing left to do")
        return []
    needed = [PLAN, BUILD, *(CRAWL + family for family in wish.families)]
    if paused := client.paused(needed):
        raise Paused(f"paused, so that nothing was started: {', '.join(paused)}; unpause them in Airflow first")
    started = _patiently(lambda: client.start(PLAN, wish.conf()), (409,), pace)
    say(f"{wish.conf()['years']}: {len(rest.sites)} sites to crawl, {len(rest.pending)} keys to build")
    runs = _follow(client, wish, started["run_after"], left, planned, say, pace)
    failed = [
        f"{name}: {reason}"
        for run in _latest(runs)
        if run["state"] == "failed"
        for name, reason in (client.failed_tasks(run) or [(_name(run), "the run failed")])
    ]
    if not failed and (rest := left()):
        failed = [f"{site}: no run failed, and yet it is not complete" for site in rest.sites]
        failed += [f"{key}: no run failed, and yet it is not built" for key in rest.pending]
    return failed


def _follow(
    client: Client,
    wish: Wish,
    since: str,
    left: Callable[[], Left],
    planned: float,
    say: Callable[[str], None],
    pace: Pace,
) -> list[Run]:
    """Wait until no run that concerns us is active and nothing is left, or nothing more can come; return the runs."""
    begin = said = time.monotonic()
    total, last, idle = len(left().sites), "", 0.0
    while True:
        runs = [run for run in _patiently(lambda: client.runs(since), AWAY, pace) if wish.concerns(run)]
        now, line = time.monotonic(), describe(runs)
        if line != last or now - said > pace.line:
            say(f"  {duration(now - begin):>8}  {line}{_ending(planned, now - begin, total, len(left().sites))}")
            if line == last:
                _tell_paused(client, runs, say, pace)
            last, said = line, now
        if any(run["state"] in ACTIVE for run in runs):
            idle = 0.0
        else:
            idle = idle or now
            failed = any(run["state"] == "failed" for run in runs)
            if not left() or now - idle > (pace.settle if failed else pace.silence):
                return runs
        time.sleep(pace.look)


def _tell_paused(client: Client, runs: list[Run], say: Callable[[str], None], pace: Pace) -> None:
    """Name the DAGs whose runs wait because somebody paused them meanwhile."""
    waiting = sorted({run["dag_id"] for run in runs if run["state"] == "queued"})
    for dag_id in _patiently(lambda: client.paused(waiting), AWAY, pace):
        say(f"  {dag_id} is paused: its runs wait until it is not")


def _ending(planned: float, elapsed: float, sites: int, left: int) -> str:
    """How many sites are done and when the rest may be."""
    if not sites:
        return ""
    end = datetime.now(UTC) + timedelta(seconds=seconds_left(planned, elapsed, sites, left))
    return f" · {sites - left}/{sites} sites" + (f", the rest by about {end:%d %B %H:%M} UTC" if left else "")


def _latest(runs: list[Run]) -> list[Run]:
    """The last run of each key: what failed before it was tried again."""
    return list({(run["dag_id"], run.get("partition_key") or run["dag_run_id"]): run for run in runs}.values())


def _name(run: Run) -> str:
    return f"{run['dag_id']}[{run.get('partition_key') or run['dag_run_id']}]"


def _patiently(ask: Callable[[], T], statuses: tuple[int, ...], pace: Pace) -> T:
    """Ask again while Airflow answers with one of these statuses, up to our patience."""
    deadline = time.monotonic() + pace.patience
    while True:
        try:
            return ask()
        except ApiError as error:
            if error.status not in statuses or time.monotonic() > deadline:
                raise
        time.sleep(pace.look)

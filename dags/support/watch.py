"""Wait until a chain of asset-triggered runs is quiet. Airflow has no word for that; the bucket has."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from dags.support.rest import ACTIVE, ApiError, Client


class Stalled(RuntimeError):
    """Nothing moved for too long, or the whole took too long."""


def describe(runs: list[dict[str, Any]]) -> str:
    """Say in one line how far the runs of each DAG are."""
    parts = []
    for dag_id in sorted({run["dag_id"] for run in runs}):
        states = Counter(run["state"] for run in runs if run["dag_id"] == dag_id)
        ended = states["success"] + states["failed"]
        failed = f" ({states['failed']} failed)" if states["failed"] else ""
        parts.append(f"{dag_id} {ended}/{sum(states.values())}{failed}")
    return " · ".join(parts)


def wait_quiet(
    client: Client,
    since: str,
    *,
    finished: Callable[[], bool],
    broken: Callable[[], str] = lambda: "",
    say: Callable[[str], None] = print,
    limit: float = 900,
    no_progress: float = 180,
    settle: float = 6,
    every: float = 1.0,
) -> list[dict[str, Any]]:
    """Wait for all runs made since a moment and those that they set off; return them.

    Between a run's end and the run that it triggers there is a moment without any. So quiet is: no run active
    and the bucket says that nothing is left (`finished`); or, when something failed and it cannot say so, no
    run active for `settle` seconds. `broken` may name a component that died. An Airflow that does not answer, being
    busy or started again, is news of nothing. Raises Stalled, and ApiError when Airflow refuses.
    """
    begin = moved = time.monotonic()
    runs: list[dict[str, Any]] = []
    last = ""
    idle: float | None = None
    while True:
        silent = False
        try:
            runs = client.runs(since)
        except ApiError as error:
            if error.status:
                raise
            silent = True
        now = time.monotonic()
        line = describe(runs)
        if line != last:
            say(f"  {now - begin:5.1f} s  {line}")
            last, moved = line, now
        if silent or any(run["state"] in ACTIVE for run in runs):
            idle = None
        else:
            idle = idle or now
            if finished():
                return runs
            if now - idle > settle and any(run["state"] == "failed" for run in runs):
                return runs
        dead = broken()
        if dead:
            raise Stalled(f"{dead} died")
        if now - begin > limit:
            raise Stalled(f"not finished after {limit:.0f} s: {line}")
        if now - moved > no_progress:
            raise Stalled(f"no progress for {no_progress:.0f} s: {line}")
        time.sleep(every)

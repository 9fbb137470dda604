"""Run an Airflow command as a child that dies with its supervisor: `python -m dags.support.component scheduler …`.

The scheduler, or a Celery worker, forks a process per task. What is imported here once is there in every task, which halves the time
of a small one; a module that is missing or broken is the task's business, not ours.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
from collections.abc import Callable, Sequence

from dags.support.process import die_with_parent

PRELOAD = (
    "airflow.sdk.execution_time.supervisor",
    "airflow.sdk.execution_time.task_runner",
    "airflow.providers.standard.decorators.python",
    "boto3.s3.transfer",
    "jinja2.ext",
    "pyarrow.dataset",
    "scrapers.crawls",
    "transforms.lake.build",
    "transforms.pages",
    "yaml",
)


def runs_tasks(command: Sequence[str]) -> bool:
    """Tell whether this command forks a process per task: the LocalExecutor's scheduler or a Celery worker."""
    local = os.environ.get("AIRFLOW__CORE__EXECUTOR") == "LocalExecutor"
    return list(command[:2]) == ["celery", "worker"] or (list(command[:1]) == ["scheduler"] and local)


def preload() -> None:
    """Load what tasks need, and what the first client of the store loads; it connects to nothing."""
    for name in PRELOAD:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    with contextlib.suppress(Exception):
        from dags.support.work import open_archive

        open_archive()


def main() -> None:
    """Tie this process to its parent, load what tasks need, hand over to Airflow."""
    parent = os.environ.pop("ARCHIVE_STACK_PARENT", "")
    die_with_parent(int(parent) if parent else None)
    if runs_tasks(sys.argv[1:]):
        # These processes name themselves anew, which hides the stack's mark: they must die with the one that made them.
        os.register_at_fork(after_in_child=die_with_parent)
        preload()
    from airflow.__main__ import main as airflow

    sys.argv[0] = "airflow"
    run: Callable[[], None] = airflow
    run()


if __name__ == "__main__":
    main()

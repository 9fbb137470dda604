"""The distributed shape on one machine: CeleryExecutor, PostgreSQL, Valkey, several workers, everything through S3.

The services and settings are those of docker-compose.yml (a test compares them). What Docker does there with
`restart: unless-stopped` is done here by `broken`: a service that died is started again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import ClassVar

from dags.support.backends import Backends
from dags.support.env import Places
from dags.support.process import stop_all
from dags.support.stack import Stack
from dags.support.telemetry import Receiver

WORKERS = 2
CONCURRENCY = 2
RESTARTS = 5  # of one service; one that dies more often is broken
LOGS = "s3://logs/airflow"
LOGS_CONNECTION = "archive_s3"  # everything but its kind comes from the AWS_ variables

# Both in docker-compose.yml, with the same values. Seconds.
SETTINGS = {
    "CORE__EXECUTOR": "CeleryExecutor",
    "LOGGING__REMOTE_LOGGING": "True",
    "LOGGING__REMOTE_BASE_LOG_FOLDER": LOGS,
    "LOGGING__REMOTE_LOG_CONN_ID": LOGS_CONNECTION,
    "CELERY__WORKER_PREFETCH_MULTIPLIER": "1",
    "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
}
# How soon a loss is noticed. On one machine a run takes a minute, in production a day: only the names are shared.
PATIENCE = {
    "CORE__DEFAULT_TASK_RETRY_DELAY": "2",
    "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "10",
    "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
    "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "10",
    "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "5",
    "SCHEDULER__TASK_QUEUED_TIMEOUT": "45",
    "SCHEDULER__TASK_QUEUED_TIMEOUT_CHECK_INTERVAL": "5",
}


def worker_command(name: str) -> tuple[str, ...]:
    """Return the command line of one worker; the workers of one host need names."""
    options = ("--concurrency", str(CONCURRENCY), "--skip-serve-logs", "--without-gossip", "--without-mingle")
    return ("celery", "worker", "--celery-hostname", f"{name}@%h", *options)


class Cluster(Stack):
    """A local Airflow with Celery workers; a service that dies is started again."""

    services: ClassVar[dict[str, tuple[str, ...]]] = {
        **Stack.services,
        "dag-processor": ("dag-processor",),
        **{f"worker-{n}": worker_command(f"worker-{n}") for n in range(1, WORKERS + 1)},
    }

    def __init__(
        self, places: Places, backends: Backends, receiver: Receiver, say: Callable[[str], None] = print
    ) -> None:
        self.backends, self.receiver = backends, receiver
        self.restarts: Counter[str] = Counter()
        super().__init__(places, say=say, slots=WORKERS * CONCURRENCY)
        self.env[f"AIRFLOW_CONN_{LOGS_CONNECTION.upper()}"] = json.dumps({"conn_type": "aws"})
        self.env |= receiver.env()

    def settings(self) -> dict[str, str]:
        """Return the settings of the distributed shape."""
        return {
            **SETTINGS,
            **PATIENCE,
            # More would wait in the queue as if lost.
            "CORE__PARALLELISM": str(WORKERS * CONCURRENCY),
            "DATABASE__SQL_ALCHEMY_CONN": self.backends.database,
            "CELERY__BROKER_URL": self.backends.broker,
            "CELERY__RESULT_BACKEND": f"db+{self.backends.database}",
            "METRICS__OTEL_ON": "True",
            # The DAG files do not change under it; parsing them again costs what the tasks could use.
            "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
            "DAG_PROCESSOR__REFRESH_INTERVAL": "600",
        }

    def _forget(self) -> None:
        """PostgreSQL is new at every start: nothing to forget."""

    def broken(self) -> str:
        """Start again what died; name what died too often, and dead servers, whose data would be gone."""
        for component in self.dead():
            self.restarts[component.name] += 1
            if self.restarts[component.name] > RESTARTS:
                return component.name
            self.say(f"  {component.name} ended, starting it again")
            stop_all([component])  # what it left of its group
            self.components[self.components.index(component)] = self._start(component.name)
        return ", ".join(component.name for component in self.backends.dead())

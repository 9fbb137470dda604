"""Airflow's services on one machine: prepared, started, watched, ended."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import ClassVar

from dags.support.common import POOL
from dags.support.env import USER, Places, airflow_env, free_port, secret
from dags.support.process import Component, stop_all
from dags.support.rest import Client

START_SECONDS = 90.0


class StackError(RuntimeError):
    """A component does not start, or died."""


class Stack:
    """A local Airflow as a context manager. The dag-processor is replaced by one `dags reserialize`."""

    services: ClassVar[dict[str, tuple[str, ...]]] = {
        "api-server": ("api-server",),
        "scheduler": ("scheduler", "--skip-serve-logs"),
    }

    def __init__(self, places: Places, port: int = 0, say: Callable[[str], None] = print, slots: int = 4) -> None:
        self.places, self.say, self.slots = places.make(), say, slots
        self.port = free_port(port)
        self.env = airflow_env(places, self.port, self.settings())
        self.client = Client(f"http://127.0.0.1:{self.port}", USER, secret(self.places, "admin"))
        self.components: list[Component] = []

    def settings(self) -> dict[str, str]:
        """Return what differs from the environment of every local Airflow."""
        return {}

    def prepare(self) -> None:
        """Bring the metadata database up to date and write the DAGs into it.

        It holds history only. Unless it was left in order it is made anew: half a migration cannot be
        continued, and runs that a kill cut off would come back to life.
        """
        if not self.places.clean.exists():
            self._forget()
        self.places.clean.unlink(missing_ok=True)
        for attempt in (1, 2):
            try:
                self._airflow("db", "migrate")
                self._airflow("dags", "reserialize")
                return
            except StackError:
                if attempt == 2:
                    raise
                self.say("the metadata database is unusable, making a new one")
                self._forget()

    def _forget(self) -> None:
        for suffix in ("", "-wal", "-shm", "-journal"):
            self.places.database.with_name(self.places.database.name + suffix).unlink(missing_ok=True)

    def _airflow(self, *command: str) -> None:
        log = self.places.logs / f"{'-'.join(command)}.log"
        with log.open("wb") as out:
            done = subprocess.run(  # noqa: S603 - our own command line
                [sys.executable, "-m", "dags.support.component", *command],
                env=self._child_env(),
                stdout=out,
                stderr=subprocess.STDOUT,
                timeout=START_SECONDS,
                check=False,
            )
        text = log.read_text("utf-8", "replace")
        # reserialize ends with 0 even when a DAG file cannot be imported
        if done.returncode or "Failed to import" in text:
            raise StackError(f"airflow {' '.join(command)} failed, see {log}:\n{text[-1500:]}")

    def _child_env(self) -> dict[str, str]:
        return {**self.env, "ARCHIVE_STACK_PARENT": str(os.getpid())}

    def __enter__(self) -> Stack:
        """Start all services and wait until they are healthy."""
        try:
            for name in self.services:
                (self.places.logs / f"{name}.log").write_bytes(b"")
                self.components.append(self._start(name))
            self.client.wait_healthy(time.monotonic() + START_SECONDS, lambda: not self.dead())
            self.client.pool(POOL, self.slots)
        except BaseException as error:
            dead = self.dead()
            self.stop()
            if isinstance(error, Exception):
                last = f"; last words of {dead[0].name}:\n{dead[0].tail()}" if dead else ""
                raise StackError(f"{error}{last}") from error
            raise
        return self

    def _start(self, name: str) -> Component:
        command = [sys.executable, "-m", "dags.support.component", *self.services[name]]
        return Component(name, command, self._child_env(), self.places.logs / f"{name}.log")

    def broken(self) -> str:
        """Name the components that ended and will not come back; empty when all is well."""
        return ", ".join(component.name for component in self.dead())

    def dead(self) -> list[Component]:
        """Return the components that ended by themselves."""
        return [component for component in self.components if not component.alive]

    def stop(self) -> None:
        """End all components."""
        stop_all(self.components)
        self.components = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End all."""
        self.stop()

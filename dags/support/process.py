"""Child processes that never outlive us: a process group each, ended for good, found again after a kill."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from dags.support.env import TOKEN_NAME

GRACE = 5.0  # seconds between SIGTERM and SIGKILL


class Component:
    """One long-running child with its own process group and log file."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        env: Mapping[str, str],
        log: Path,
        *,
        ending: int = signal.SIGTERM,
        user: str | None = None,
        tied: bool = False,
        cwd: Path | None = None,
    ) -> None:
        """Start it; `ending` is the signal that asks it to stop, `tied` lets it die with us if it cannot see to that."""
        self.name, self.log, self.ending = name, log, ending
        other: dict[str, Any] = as_user(user)
        with log.open("ab") as out:
            self.child = subprocess.Popen(  # noqa: S603 - our own command line
                list(command),
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=cwd,
                preexec_fn=die_with_parent if tied else None,
                **other,
            )

    @property
    def alive(self) -> bool:
        """Tell whether the group's leader still runs."""
        return self.child.poll() is None

    def tail(self, lines: int = 15) -> str:
        """Return the end of the log, for an error message."""
        try:
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-lines:])
        except OSError:
            return ""

    def signal(self, number: int) -> None:
        """Send a signal to the whole group; a group that is gone is fine."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child.pid, number)


def stop_all(components: Sequence[Component], grace: float = GRACE) -> None:
    """End components: the signal of each to all, a moment to finish, then SIGKILL to what is left of each group."""
    for component in reversed(components):
        # The leader alone first: it ends its own children in order; the group follows below.
        if component.alive:
            component.child.send_signal(component.ending)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(component.alive for component in components):
        time.sleep(0.05)
    for component in components:
        component.signal(signal.SIGKILL)
    for component in components:
        with contextlib.suppress(subprocess.TimeoutExpired):
            component.child.wait(timeout=grace)


def as_user(user: str | None) -> dict[str, Any]:
    """Return what makes `subprocess` run a child as this user and nobody else; nothing when there is none."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def marked_processes(token: str) -> list[int]:
    """Return the processes that were started with this stack token, ourselves left out."""
    found = []
    for entry in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):  # not ours to look at, or gone by now
            if entry.environ().get(TOKEN_NAME) == token and entry.pid != os.getpid():
                found.append(entry.pid)
    return sorted(found)


def runs(pid: object, module: str) -> bool:
    """Tell whether a process of this number is alive and runs this module."""
    if not isinstance(pid, int) or pid == os.getpid():
        return False
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and module in process.cmdline()
    except psutil.Error:
        return False


def end_marked(token: str, grace: float = GRACE) -> int:
    """End what a killed stack left behind; return how many processes there were."""
    if not token:
        return 0
    found = marked_processes(token)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in marked_processes(token):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        deadline = time.monotonic() + grace
        while time.monotonic() < deadline and marked_processes(token):
            time.sleep(0.05)
    return len(found)


def die_with_parent(parent: int | None = None) -> None:
    """Ask Linux to kill this process when its parent is gone; elsewhere the next start cleans up."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)  # 1 = PR_SET_PDEATHSIG
        if parent is not None and os.getppid() != parent:
            os._exit(1)

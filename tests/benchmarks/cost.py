"""What a whole process with all its children costs: CPU, time, and the peak of the memory that they hold together."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

# The first two slow a current numpy down; with the third every start compiles what it imports.
_UNSET = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONDONTWRITEBYTECODE")
_PERIOD = 0.1  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU (user and system) and wall time in seconds, peak memory in bytes: proportional set size of the tree."""

    cpu: float
    wall: float
    peak: int


def run(command: Sequence[str | Path], cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end and return its cost; RuntimeError with its last words when it fails.

    One command at a time: the CPU is that of all children since the start.
    """
    before, start, peak = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0
    surroundings = {name: value for name, value in os.environ.items() if name not in _UNSET} | dict(env or {})
    process = subprocess.Popen(
        [str(word) for word in command], cwd=cwd, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    told = b""
    while process.poll() is None:
        peak = max(peak, _held(process.pid))
        with contextlib.suppress(subprocess.TimeoutExpired):
            told, _ = process.communicate(timeout=_PERIOD)
    told = told or (process.stdout.read() if process.stdout and not process.stdout.closed else b"")
    if process.returncode:
        raise RuntimeError(f"{command[0]} ended with {process.returncode}: {told.decode(errors='replace')[-800:]}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, time.perf_counter() - start, peak)


def _held(pid: int) -> int:
    """Bytes that a process and its children hold now, shared pages divided among those that share them."""
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in [(root := psutil.Process(pid)), *root.children(recursive=True)]:
            with contextlib.suppress(OSError):
                found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process.pid}/smaps_rollup").read_text(), re.M)
                total += int(found[1]) * 1024 if found else 0
    return total

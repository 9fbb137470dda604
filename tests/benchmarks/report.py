"""docs/benchmarks.md: one section a benchmark, each replaceable by itself, with the machine and the day it was run."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

REPORT = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
HEAD = """# Benchmarks

Written by `make bench`; each section says when and where it was run. CPU is user and system time. Pages come from the
generator beside the checkout.
"""


class Skipped(RuntimeError):
    """A benchmark cannot run here; the message says what it lacks."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks of a benchmark; None leaves the choice to the benchmark."""

    pages: int | None = None
    rounds: int | None = None
    envs: Path | None = None  # where the peers' environments are kept


@dataclass(frozen=True, slots=True)
class Outcome:
    """The lines of a section, and the bounds that were missed."""

    lines: list[str]
    missed: list[str] = field(default_factory=list)


def machine() -> str:
    """Return processor, cores, system load, day and Python, in one line."""
    path = Path("/proc/cpuinfo")
    told = re.search(r"^model name\s*: (.*)$", path.read_text(encoding="utf-8"), re.M) if path.exists() else None
    processor = told[1].strip() if told else platform.machine()
    return (
        f"{processor}, {os.cpu_count()} cores, load {os.getloadavg()[1]:.1f} at the end. "
        f"{datetime.now(UTC):%Y-%m-%d}. Python {platform.python_version()}."
    )


def replaced(document: str, title: str, lines: list[str]) -> str:
    """Return a document with one section put in the place of that of the same title, or at the end."""
    _, *parts = re.split(r"^## ", document, flags=re.M)
    sections = {part.split("\n", 1)[0]: part.split("\n", 1)[1].strip("\n") for part in parts}
    sections[title] = "\n".join(lines).strip("\n")
    return HEAD + "".join(f"\n## {name}\n\n{body}\n" for name, body in sections.items())


def write(title: str, outcome: Outcome) -> None:
    """Put a section with its machine into docs/benchmarks.md."""
    before = REPORT.read_text(encoding="utf-8") if REPORT.exists() else ""
    REPORT.write_text(replaced(before, title, [*outcome.lines, "", machine()]), encoding="utf-8")

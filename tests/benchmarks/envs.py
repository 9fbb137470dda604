"""Environments of other programs, outside the checkout, installed by pip as it is configured on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.report import Skipped


@dataclass(frozen=True, slots=True)
class Environment:
    """What a peer needs: a version of Python, packages, and a module that must then import."""

    name: str
    python: str
    packages: tuple[str, ...]
    module: str


DATATROVE = Environment(
    "datatrove",
    "3.11",
    ("datatrove[io,processing]==0.10.1", "spacy", "jieba", "fastwarc", "lxml_html_clean", "orjson"),
    "datatrove.pipeline.extractors, jieba, trafilatura",
)
TEXT_DEDUP = Environment("text-dedup", "3.12", ("text-dedup==0.4.1",), "text_dedup.minhash, text_dedup.simhash")


def installed(environment: Environment, folder: Path) -> Path:
    """Return the Python of an environment in `folder`, made there first if need be; Skipped says why it cannot be."""
    python = folder / environment.name / "bin" / "python"
    if not python.exists():
        command = [interpreter(environment.python), "-m", "venv", folder / environment.name]
        subprocess.run(command, check=True, capture_output=True)
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", *environment.packages], capture_output=True, text=True
        )
        if done.returncode:
            shutil.rmtree(folder / environment.name)
            raise Skipped(f"{environment.name} cannot be installed: {done.stderr.strip()[-300:]}")
    done = subprocess.run([python, "-c", f"import {environment.module}"], capture_output=True, text=True)
    if done.returncode:
        raise Skipped(f"{environment.name} does not start: {done.stderr.strip()[-300:]}")
    return python


def interpreter(version: str) -> Path:
    """Return a Python of this version that has venv, from the path or pyenv; Skipped when there is none."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    on_path = shutil.which(f"python{version}")
    for python in [*([Path(on_path)] if on_path else []), *sorted(versions.glob(f"{version}.*/bin/python"))]:
        if subprocess.run([python, "-c", "import venv, ensurepip"], capture_output=True).returncode == 0:
            return python
    raise Skipped(f"Python {version} is not on this machine")

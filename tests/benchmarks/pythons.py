"""The same WARC files into empty stores, on every Python that the project supports: are all bytes equal?"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.corpus import ROOT, generate
from tests.benchmarks.cost import run
from tests.benchmarks.envs import interpreter
from tests.benchmarks.report import Options, Outcome, Skipped
from transforms.store import open_store

TITLE = "The same bytes on another Python"
PAGES = 600
SUPPORTED = ("3.11", "3.12", "3.13")
HEAD = """{pages} generated pages are read and built into an empty store by each Python, from a checkout of its own with the locked
packages. Compared are all objects under `pages/`, `lake/` and `state/`.

| Python | objects | MB | other objects than here |
|---|---|---|---|"""


def measure(options: Options) -> Outcome:
    """Build with each; missed: an object that differs. Skipped when there is no other Python."""
    pages = options.pages or PAGES
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw = generate(folder / "made", pages, provinces="hebei")
        mine = _built(Path(sys.executable).parent / "archive", ROOT, folder / here, raw)
        lines, missed, lacking = [*HEAD.format(pages=pages).split("\n"), _row(here, mine, mine)], [], []
        for version in (version for version in SUPPORTED if version != here):
            try:
                checkout = _checkout(version, (options.envs or folder).absolute() / f"python{version}")
            except Skipped as reason:
                lacking.append(str(reason))
                continue
            theirs = _built(checkout / ".venv" / "bin" / "archive", checkout, folder / version, raw)
            lines.append(_row(version, theirs, mine))
            missed += [f"Python {version}: {key} differs" for key in sorted(_differing(theirs, mine))[:5]]
    if len(lacking) == len(SUPPORTED) - 1:
        raise Skipped("; ".join(lacking))
    return Outcome([*lines, "", *(f"Not compared: {reason}." for reason in lacking)], missed)


def _checkout(version: str, folder: Path) -> Path:
    """The files of this checkout in `folder`, installed there for a Python."""
    python = interpreter(version)
    shutil.rmtree(folder, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    done = subprocess.run(["make", "setup", f"PYTHON={python}"], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Skipped(f"Python {version} cannot be set up: {done.stderr.strip()[-300:]}")
    return folder


def _built(command: Path, cwd: Path, store: Path, raw: list[Path]) -> dict[str, tuple[str, int]]:
    """SHA-256 and size of every object that a build makes."""
    (store / "raw" / "bench").mkdir(parents=True)
    for path in raw:
        shutil.copy(path, store / "raw" / "bench")
    run([command, "build"], cwd=cwd, env={"ARCHIVE_STORE": str(store), "PYTHONPATH": str(cwd)})
    opened = open_store(str(store))
    made = [key for key in opened.list() if not key.startswith("raw/")]
    return {key: (hashlib.sha256(data := opened.get(key)).hexdigest(), len(data)) for key in made}


def _differing(theirs: dict[str, tuple[str, int]], mine: dict[str, tuple[str, int]]) -> set[str]:
    return {key for key, _ in theirs.items() ^ mine.items()}


def _row(version: str, theirs: dict[str, tuple[str, int]], mine: dict[str, tuple[str, int]]) -> str:
    size = sum(size for _, size in theirs.values()) / 1e6
    return f"| {version} | {len(theirs)} | {size:.1f} | {len(_differing(theirs, mine))} |"

"""Generated pages with truth for the benchmarks, and how well an extraction agrees with the truth."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
GENERATOR = ROOT.parent / "shared" / "bench" / "gen.py"
MISSING = "the page generator (shared/bench/gen.py) is not beside this checkout"
_TOKEN = re.compile(r"[\u3400-\u9fff]|[A-Za-z]+|\d+(?:\.\d+)?")
Truth = dict[str, Any]


def generate(folder: Path, n: int, seed: int = 7, provinces: str = "") -> list[Path]:
    """Make `n` pages in `folder`, of invented places or of these provinces (slugs or `all`); return the WARC files.

    FileNotFoundError without generator.
    """
    if not GENERATOR.is_file():
        raise FileNotFoundError(MISSING)
    tool = ["-m", "tests.benchmarks.places", str(GENERATOR), provinces] if provinces else [str(GENERATOR)]
    command = [sys.executable, *tool, "--n", str(n), "--seed", str(seed), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
    return sorted(folder.glob("warc/*.warc.gz"))


def generated(folder: Path, n: int) -> tuple[list[bytes], dict[str, Truth]]:
    """Make `n` pages in `folder`; return the WARC files and the truth by address. FileNotFoundError without generator."""
    files = generate(folder, n)
    truth = [json.loads(line) for line in (folder / "truth.jsonl").open(encoding="utf-8")]
    return [path.read_bytes() for path in files], {page["url"]: page for page in truth}


def agreement(text: str, truth: Truth) -> float:
    """F1 of token bigrams between an extracted text and the main text, table cells included; the title counts neither way."""
    mine = _bigrams("\n".join(line for line in text.split("\n") if line.strip() != truth["title"]))
    true = _bigrams(truth["text"])
    both = (mine & true).total()
    return 2 * both / max(1, mine.total() + true.total())


def scored(truth: Truth) -> bool:
    """Whether the truth of a page covers what it shows: spam and corrected editions do not."""
    return truth["kind"] in ("orig", "near")


def _bigrams(text: str) -> Counter[tuple[str, str]]:
    tokens = _TOKEN.findall(text)
    return Counter(pairwise(tokens))

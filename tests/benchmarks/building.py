"""Page cache → lake at two sizes: what deduplicating and publishing cost, and whether the memory grows."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.corpus import ROOT
from tests.benchmarks.cost import Cost, run
from tests.benchmarks.nationwide import write_pages
from tests.benchmarks.report import Options, Outcome
from transforms.lake.build import build_keys
from transforms.lake.pending import pending_keys
from transforms.store import open_store

TITLE = "From the page cache to the lake"
SMALL, LARGE, GROWTH = 10_000, 100_000, 1.3  # pages, pages, ratio of peaks
HEAD = """Page files of 31 provinces and 17 years, one in six pages a copy of another, made from a few pages that were really read;
then everything pending is built, and the index. One process, one run each; peak of its proportional set size.
With so few texts a report of the smaller store shares its own with hundreds of others, and each such pair is told of; in the
larger store that text is everybody's and no pair. So the sizes compare in memory, not in time.

| pages | reports | CPU ms a page | wall s | peak MB |
|---|---|---|---|---|"""


def measure(options: Options) -> Outcome:
    """Build both sizes; missed: the growth of the peak. FileNotFoundError without generator."""
    sizes = (SMALL, LARGE) if options.pages is None else (max(1, options.pages // 10), options.pages)
    lines, costs = HEAD.split("\n"), list[Cost]()
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            pages = write_pages(open_store(folder), size)
            print(f"building: {pages} pages written", file=sys.stderr)
            cost = run([sys.executable, "-m", __spec__.name, folder], cwd=ROOT)
            reports = (Path(folder) / "reports.txt").read_text()
        costs.append(cost)
        lines.append(
            f"| {pages:,} | {int(reports):,} | {cost.cpu / pages * 1000:.2f} | {cost.wall:,.0f} | {cost.peak / 1e6:,.0f} |"
        )
    growth = costs[1].peak / costs[0].peak
    lines += ["", f"Ratio of the peaks: {growth:.2f} (wanted: at most {GROWTH})."]
    return Outcome(lines, [f"the peak grows by {growth:.2f} with ten times the pages"] if growth > GROWTH else [])


if __name__ == "__main__":
    store = open_store(sys.argv[1])
    counts = build_keys(store, pending_keys(store))
    (Path(sys.argv[1]) / "reports.txt").write_text(str(counts["reports"]))

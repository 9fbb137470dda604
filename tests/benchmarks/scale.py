"""WARC → lake at two sizes: cost of a page, and whether the memory grows with the archive."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from schemas.divisions import PROVINCE_SLUGS
from tests.benchmarks.corpus import ROOT, generate
from tests.benchmarks.cost import Cost, run
from tests.benchmarks.report import Options, Outcome
from transforms.lake.query import connect

TITLE = "From WARC to lake at scale"
SMALL, LARGE, GROWTH, PAGE = 10_000, 100_000, 1.3, 1.0  # pages, pages, ratio of peaks, ms of CPU
PER_PROVINCE = 5_000  # so that a key of the lake is as large in both, as in an archive that grows by sites
HEAD = """`archive build` on a store that holds WARC files of 1,000 generated pages, {per:,} pages a province, all reports of real
counties: everything is read, deduplicated, published and indexed. Whole process tree, one run each; memory is the peak of
the proportional set size of all processes together, looked at ten times a second.

| pages | reports | CPU ms a page | pages a second of CPU | wall s | peak MB | lake MB | B a report |
|---|---|---|---|---|---|---|---|"""


def measure(options: Options) -> Outcome:
    """Build both sizes; missed: the budget of a page, the growth of the peak. FileNotFoundError without generator."""
    sizes = (SMALL, LARGE) if options.pages is None else (max(1, options.pages // 10), options.pages)
    lines = HEAD.format(per=PER_PROVINCE).split("\n")
    costs: list[Cost] = []
    for pages in sizes:
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder)
            made = fill(store, pages)
            print(f"scale: {made} pages made", file=sys.stderr)
            cost = run([Path(sys.executable).parent / "archive", "build"], cwd=ROOT, env={"ARCHIVE_STORE": folder})
            reports, size = _published(store)
        costs.append(cost)
        lines.append(
            f"| {made:,} | {reports:,} | {cost.cpu / made * 1000:.2f} | {made / cost.cpu:,.0f} | {cost.wall:,.0f} "
            f"| {cost.peak / 1e6:,.0f} | {size / 1e6:,.0f} | {size / reports:,.0f} |"
        )
    growth, spent = costs[1].peak / costs[0].peak, costs[1].cpu / sizes[1] * 1000
    lines += ["", f"Ratio of the peaks: {growth:.2f} (wanted: at most {GROWTH})."]
    missed = [f"the peak grows by {growth:.2f} with ten times the pages"] if growth > GROWTH else []
    missed += [f"a page costs {spent:.2f} ms"] if spent > PAGE else []
    return Outcome(lines, missed)


def fill(store: Path, pages: int) -> int:
    """Put WARC files of about `pages` generated pages under raw/ of a store, province by province; return how many."""
    raw, made = store / "raw" / "bench", 0
    raw.mkdir(parents=True)
    for turn, province in enumerate(_provinces() * 100):
        if made >= pages:
            return made
        n = min(PER_PROVINCE, pages - made)
        with tempfile.TemporaryDirectory() as folder:
            for path in generate(Path(folder), n, seed=turn, provinces=province):
                (raw / f"{province}-{turn:03}-{path.name}").write_bytes(path.read_bytes())
        made += n
    return made


def _provinces() -> list[str]:
    """Provinces with prefectures: a municipality's few counties would bear too many reports."""
    return [
        slug
        for slug in PROVINCE_SLUGS
        if slug not in ("beijing", "tianjin", "shanghai", "chongqing", "central", "unknown")
    ]


def _published(store: Path) -> tuple[int, int]:
    """Reports in the lake and the bytes of its objects."""
    [(reports,)] = connect(str(store)).execute("SELECT count(*) FROM reports").fetchall()
    return reports, sum(path.stat().st_size for path in store.glob("lake/**/*.parquet"))

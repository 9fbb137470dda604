"""CPU and quality of reading pages, step by step."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from statistics import mean, median
from typing import Any

from tests.benchmarks.corpus import agreement, generated, scored
from tests.benchmarks.report import Options, Outcome
from transforms.documents.decode import decode
from transforms.documents.html import parse_html
from transforms.identity.attribute import attribute
from transforms.read import read_batch, read_capture
from transforms.reading import Reading
from transforms.tables.figures import tabulate
from transforms.text.clean import clean
from transforms.text.sections import split
from transforms.warc import read_captures

ROUNDS, PEER_PAGES = 3, 100
TITLE = "Reading a page"
HEAD = """{pages} generated pages (seed 7; mean {size:.1f} KB of HTML), CPU of one process, median of {rounds} interleaved
rounds. Generated pages flatter the quality; the costs carry over as ratios, not as microseconds: compare with the parser
alone, which is the same work everywhere. Spread is (max - min) / median. {versions}.

| step | µs a page | spread | of the parser alone |
|---|---|---|---|"""


def measured(steps: dict[str, tuple[Callable[[], object], int]], rounds: int) -> dict[str, tuple[float, float]]:
    """Median CPU (µs a page) and spread of each step, all steps once a round."""
    spent: dict[str, list[float]] = {name: [] for name in steps}
    for place in range(rounds + 1):
        for name, (run, pages) in steps.items():
            gc.collect()
            begin = time.process_time()
            run()
            if place:  # the first round warms caches
                spent[name].append((time.process_time() - begin) / pages * 1e6)
    return {name: (median(times), (max(times) - min(times)) / median(times)) for name, times in spent.items()}


def trafilatura_extract() -> Callable[[bytes], str] | None:
    """The peer's extraction as it is by default; None if it is not installed."""
    try:
        import trafilatura
    except ImportError:
        return None
    return lambda body: trafilatura.extract(body) or ""


def measure(options: Options) -> Outcome:
    """Measure every step; missed: a floor of quality, the budget of ten times the peer. Skipped without generator."""
    with tempfile.TemporaryDirectory() as folder:
        data, truth = generated(Path(folder), options.pages or 1_000)
    from selectolax.lexbor import LexborHTMLParser

    captures = [capture for part in data for capture in read_captures(part, "k")]
    texts = [decode(capture.body, capture.content_type).text for capture in captures]
    documents = [parse_html(text) for text in texts]
    cleaned = [clean(document) for document in documents]
    sections = [split(page.text, page.tables) for page in cleaned]
    n = len(captures)

    def each(function: Callable[..., object], *columns: list[Any]) -> tuple[Callable[[], object], int]:
        def run() -> None:
            for row in zip(*columns, strict=True):  # nothing is kept, as in a worker
                function(*row)

        return run, n

    def whole() -> None:
        for part in data:
            for _ in read_batch(map(Reading, read_captures(part, "k"))):
                pass

    steps: dict[str, tuple[Callable[[], object], int]] = {
        "parser alone (lexbor)": each(LexborHTMLParser, texts),
        "WARC read": ((lambda: [list(read_captures(part, "k")) for part in data]), n),
        "decode": each(lambda capture: decode(capture.body, capture.content_type), captures),
        "parse, main content, grids": each(parse_html, texts),
        "clean": each(clean, documents),
        "sections": each(lambda page: split(page.text, page.tables), cleaned),
        "attribute": each(lambda document, page: attribute(document, page, page.title, "", None), documents, cleaned),
        "figures": each(lambda page, parts: tabulate(page.text, page.tables, parts, year=None), cleaned, sections),
        "read_capture, whole": each(read_capture, captures),
        "WARC page → row": (whole, n),
    }
    peer = trafilatura_extract()
    bodies = [capture.body for capture in captures[:PEER_PAGES]]
    if peer:
        steps["trafilatura, extraction alone"] = ((lambda: [peer(body) for body in bodies]), len(bodies))
    rounds = options.rounds or ROUNDS
    times = measured(steps, rounds)
    base = times["parser alone (lexbor)"][0]
    judged = [place for place, capture in enumerate(captures) if scored(truth[capture.url])]
    ours = mean(agreement(documents[place].text, truth[captures[place].url]) for place in judged)
    lines = [f"| {name} | {cpu:,.0f} | {spread:.0%} | {cpu / base:.1f} |" for name, (cpu, spread) in times.items()]
    lines += ["", f"Main content with table cells, token-bigram F1 on {len(judged)} pages: {ours:.4f}."]
    ratio = 0.0
    if peer:
        theirs = mean(agreement(peer(captures[p].body), truth[captures[p].url]) for p in judged if p < PEER_PAGES)
        ratio = times["trafilatura, extraction alone"][0] / times["WARC page → row"][0]
        lines += [f"trafilatura on the first {PEER_PAGES} of them: {theirs:.4f}; its extraction alone costs {ratio:.1f} times our whole way from WARC to row."]  # fmt: skip
    else:
        lines += ['trafilatura is not installed (`pip install -e ".[bench]"`): not compared.']
    names = ("selectolax", "fastwarc", *(("trafilatura",) if peer else ()))
    head = HEAD.format(
        pages=n, size=mean(len(capture.body) for capture in captures) / 1000, rounds=rounds,
        versions=", ".join(f"{name} {metadata.version(name)}" for name in names),
    )  # fmt: skip
    missed = ["main content agrees with the truth by less than 0.995"] if ours < 0.995 else []
    missed += ["trafilatura alone costs less than ten times our way"] if peer is not None and ratio < 10 else []
    return Outcome([*head.split("\n"), *lines], missed)

"""Other programs on the same pages in the same run: CPU, what they extract, and what their deduplication loses."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.benchmarks.corpus import GENERATOR, ROOT, generate
from tests.benchmarks.cost import Cost, run
from tests.benchmarks.envs import DATATROVE, TEXT_DEDUP, installed
from tests.benchmarks.report import Options, Outcome, Skipped
from transforms.lake.query import connect
from transforms.pages import cached_rows
from transforms.store import open_store

TITLE = "Beside other programs"
PAGES, ROUNDS, GATE = 2_000, 2, 25
PROVINCE = "hebei"  # of one, so that a partition has as many reports as in an archive, not one or two
HEAD = """{pages} generated pages of counties of one province (seed 7), from WARC files to what is left after deduplication; whole processes
in {rounds} interleaved rounds, median CPU. Ours writes its whole lake (sections, figures, sources, index), the others a text
a page. text-dedup reads no pages: it is given the texts that we extracted. The scores are those of the generator's kit.

| program | CPU s | ms a page | spread | of ours | F1 of text | figures kept | reports lost | duplicates left | spam kept |
|---|---|---|---|---|---|---|---|---|---|"""
_CONFIG = """[input]
input_type = "local_files"
file_type = "parquet"
[input.read_arguments]
path = "parquet"
data_files = "{texts}"
split = "train"
cache_dir = "{out}/cache"
[algorithm]
text_column = "{column}"
seed = 42
batch_size = 1000
num_proc = 1
{algorithm}
[output]
output_dir = "{out}/out"
clean_cache = false
save_clusters = true
[debug]
enable_profiling = false
"""
_MINHASH = """algorithm_name = "minhash"
algo_name = "minhash"
num_perm = 240
threshold = 0.7
ngram_size = 5
hash_bits = 64
check_false_positive = false"""
_SIMHASH = """algorithm_name = "simhash"
ngram_size = 3
bit_diff = 3"""


@dataclass(frozen=True, slots=True)
class Program:
    """One competitor: how it is run into a folder, and how that folder then gets `text/` and `final/` (url, text)."""

    run: Callable[[Path], Cost]
    export: Callable[[Path], None]


def measure(options: Options) -> Outcome:
    """Run ours and every peer that can be installed; missed: less than 25 times cheaper than datatrove, or none there."""
    pages, rounds = options.pages or PAGES, options.rounds or ROUNDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = folder / "corpus"
        generate(corpus, pages, provinces=PROVINCE)
        programs, lacking = {"ours": _ours(corpus)}, []
        envs = (options.envs or folder / "envs").absolute()
        for make in (_datatrove, _text_dedup):
            try:
                programs |= make(envs, corpus, folder / "ours")
            except Skipped as reason:
                lacking.append(str(reason))
        scorer = installed(DATATROVE, envs)
        _warm(folder)
        spent: dict[str, list[float]] = {title: [] for title in programs}
        for _ in range(rounds):
            for title, program in list(programs.items()):
                out = _folder(folder, title)
                shutil.rmtree(out, ignore_errors=True)
                out.mkdir()
                try:
                    spent[title].append(program.run(out).cpu)
                    program.export(out)
                except (RuntimeError, subprocess.CalledProcessError) as error:
                    if title == "ours":
                        raise
                    lacking.append(f"{title}: {error}")
                    del programs[title], spent[title]
                    continue
                print(f"{title}: {spent[title][-1]:.1f} s", file=sys.stderr)
        scores = {title: _scores(scorer, corpus, _folder(folder, title)) for title in programs}
    ours = median(spent["ours"])
    lines = HEAD.format(pages=pages, rounds=rounds).split("\n")
    for title, cpu in spent.items():
        spread = (max(cpu) - min(cpu)) / median(cpu)
        lines.append(
            f"| {title} | {median(cpu):.1f} | {median(cpu) / pages * 1000:.2f} | {spread:.0%} | {median(cpu) / ours:.1f} "
            f"| {_shown(scores[title])} |"
        )
    lines += ["", *(f"Not compared: {reason}." for reason in lacking)]
    ratio = median(spent["datatrove, defaults"]) / ours if "datatrove, defaults" in spent else 0.0
    missed = [] if ratio >= GATE else [f"datatrove's defaults cost {ratio:.1f} times ours, wanted {GATE}"]
    if scores["ours"]["dedup"]["lost"]:
        missed.append(f"{scores['ours']['dedup']['lost']} reports are lost")
    return Outcome(lines, missed)


def _folder(folder: Path, title: str) -> Path:
    return folder / title.replace(",", "").replace(" ", "-")


def _warm(folder: Path) -> None:
    """Let our packages be compiled, as pip has done with the peers'."""
    generate(folder / "few", 60, provinces=PROVINCE)
    out = folder / "warm"
    out.mkdir()
    _ours(folder / "few").run(out)


def _ours(corpus: Path) -> Program:
    def build(out: Path) -> Cost:
        raw = out / "raw" / "bench"
        raw.mkdir(parents=True)
        for path in corpus.glob("warc/*.warc.gz"):
            os.link(path, raw / path.name)
        command = [Path(sys.executable).parent / "archive", "build"]
        return run(command, cwd=ROOT, env={"ARCHIVE_STORE": str(out)})

    def export(out: Path) -> None:
        store = open_store(str(out))
        for place in ("text", "final"):
            (out / place).mkdir()
        pages = cached_rows(store, [key for key in store.list("pages/") if "/province=" in key])
        texts = pa.table({"url": [row["url"] for row in pages], "text": [row["text"] for row in pages]})
        pq.write_table(texts, out / "text" / "0.parquet")
        reports = connect(str(out)).sql("SELECT canonical_url AS url, text FROM reports_text").to_arrow_table()
        pq.write_table(reports, out / "final" / "0.parquet")

    return Program(build, export)


def _datatrove(envs: Path, corpus: Path, _ours: Path) -> dict[str, Program]:
    python, script = installed(DATATROVE, envs), GENERATOR.parent / "dt_pipeline.py"

    def program(mode: str) -> Program:
        command = [python, script]
        env = {"BENCH_CORPUS": str(corpus)}
        return Program(lambda out: run([*command, out, mode], cwd=out.parent, env=env), lambda out: None)

    return {
        "datatrove, defaults": program("default"),
        "datatrove, without its destructive options": program("keep"),
    }


def _text_dedup(envs: Path, corpus: Path, ours: Path) -> dict[str, Program]:
    python = installed(TEXT_DEDUP, envs)

    def program(module: str, algorithm: str, column: str) -> Program:
        def dedup(out: Path) -> Cost:
            texts = pq.read_table(ours / "text" / "0.parquet")
            spaced = [" ".join(text) for text in texts["text"].to_pylist()]  # its words are between blanks
            ids = pa.array(range(len(spaced)))
            pq.write_table(texts.append_column("spaced", pa.array(spaced)).append_column("id", ids), out / "in.parquet")
            config = _CONFIG.format(texts=out / "in.parquet", out=out, column=column, algorithm=algorithm)
            (out / "config.toml").write_text(config, encoding="utf-8")
            env = {"HF_HUB_OFFLINE": "1", "PYTHONWARNINGS": "ignore"}
            return run([python, "-m", f"text_dedup.{module}"], cwd=out, env=env)

        def export(out: Path) -> None:
            (out / "final").mkdir()
            code = "import sys, datasets; datasets.load_from_disk(sys.argv[1]).select_columns(['url', 'text']).to_parquet(sys.argv[2])"
            subprocess.run(
                [python, "-c", code, out / "out", out / "final" / "0.parquet"], check=True, capture_output=True
            )

        return Program(dedup, export)

    return {
        "text-dedup, MinHash": program("minhash", _MINHASH, "text"),
        "text-dedup, SimHash": program("simhash", _SIMHASH, "spaced"),
    }


def _scores(python: Path, corpus: Path, out: Path) -> dict[str, dict[str, Any]]:
    """What the generator's kit says of a folder: `extraction` (where there are texts) and `dedup`.

    The kit needs packages that datatrove's environment has and ours has not.
    """
    texts = out / "text" if (out / "text").is_dir() else out / "final"
    done = subprocess.run(
        [python, GENERATOR.parent / "score_final.py", texts, out / "final"],
        check=True, capture_output=True, text=True, env={**os.environ, "BENCH_CORPUS": str(corpus)},
    )  # fmt: skip
    told = {name: ast.literal_eval(said) for name, said in (line.split(" ", 1) for line in done.stdout.splitlines())}
    return {name: said for name, said in told.items() if name == "dedup" or texts.name == "text"}


def _shown(scores: dict[str, dict[str, Any]]) -> str:
    dedup, extraction = scores["dedup"], scores.get("extraction")
    texts = f"{extraction['F1']:.3f} | {extraction['fig_recall']:.3f}" if extraction else "– | –"
    return f"{texts} | {dedup['lost']} of {dedup['clusters']} | {dedup['dups_left']} of {dedup['dups_total']} | {dedup['spam_kept']}"

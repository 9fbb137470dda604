"""`make bench`: run the chosen benchmarks, print them, put each into its section of docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from tests.benchmarks.report import Options, Skipped, write

# need nothing but this checkout and the page generator
ALONE = ("reading", "identity", "scale", "building", "queries", "crawl", "season")
LONG = ("orchestration",)  # runs the sample nation three times, then hundreds of keys; wants an idle machine
FOREIGN = ("peers", "pythons")


def main(arguments: list[str]) -> int:
    """Run benchmarks by name; 1 when a bound is missed or none could run."""
    parser = argparse.ArgumentParser(prog="make bench BENCH=...", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help=f"of {', '.join((*ALONE, *LONG, *FOREIGN))}; default: {', '.join(ALONE)}"
    )
    parser.add_argument("--pages", type=int, help="how many pages, where a benchmark leaves the choice")
    parser.add_argument("--rounds", type=int, help="how many interleaved rounds")
    parser.add_argument("--envs", type=Path, help="folder that keeps the environments of peers")
    chosen = parser.parse_args(arguments)
    unknown = set(chosen.names) - {*ALONE, *LONG, *FOREIGN}
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    options = Options(chosen.pages, chosen.rounds, chosen.envs)
    done, missed = 0, []
    for name in chosen.names or ALONE:
        module = import_module(f"tests.benchmarks.{name}")
        try:
            outcome = module.measure(options)
        except (Skipped, FileNotFoundError) as error:
            print(f"{name}: skipped, {error}", file=sys.stderr)
            continue
        write(module.TITLE, outcome)
        print(f"## {module.TITLE}\n", *outcome.lines, "", sep="\n", flush=True)
        done, missed = done + 1, [*missed, *(f"{name}: {text}" for text in outcome.missed)]
    if not chosen.names:
        print(f"not run by default: {', '.join(LONG)} (takes long; name it to run it)", file=sys.stderr)
        print(
            f"not run by default: {', '.join(FOREIGN)} (install other programs or Pythons; name them to run them)",
            file=sys.stderr,
        )
    for text in missed:
        print(f"missed: {text}", file=sys.stderr)
    return int(bool(missed) or not done)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

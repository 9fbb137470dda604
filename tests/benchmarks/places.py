"""The page generator on real places: its own are invented, and the archive rightly refuses a county that never was.

Run as `python -m tests.benchmarks.places GENERATOR PROVINCES [its options]`; PROVINCES are slugs or `all`.
"""

from __future__ import annotations

import importlib.util
import random
import sys
from types import ModuleType
from typing import Any

from schemas.divisions import Division, by_name, current_code, divisions, province_slug

Place = tuple[str, str, list[tuple[str, list[str]]]]


def real_places(abbreviations: dict[str, str]) -> list[Place]:
    """Return `(province, abbreviation, [(prefecture, [county])])` of today's divisions in these provinces.

    Only counties whose name never meant another (桥东区 was in three cities): the generator's titles name nothing above
    the county. A municipality is its own prefecture, as in the generator.
    """
    today = [row for row in divisions().values() if not row.valid_to]
    below: dict[str, list[Division]] = {}
    for row in today:
        below.setdefault(row.parent, []).append(row)

    def counties(code: str) -> list[str]:
        return [row.name for row in below.get(code, []) if row.level == "county" and _alone(row)]

    found = []
    for province in (row for row in today if row.name in abbreviations):
        prefectures = [row for row in below[province.code] if row.level == "prefecture"]
        cities = [(row.name, counties(row.code)) for row in prefectures] or [(province.name, counties(province.code))]
        found.append((province.name, abbreviations[province.name], [(city, under) for city, under in cities if under]))
    return [place for place in found if place[2]]


def _alone(row: Division) -> bool:
    return len({current_code(other.code) for other in by_name(row.name)}) == 1


def with_real_places(generator: ModuleType, slugs: str = "all") -> None:
    """Let a loaded generator draw its agencies from the divisions of these provinces (comma-separated slugs)."""
    names = dict(zip(generator.PROVS, generator.PY, strict=True))
    chosen = {name: short for name, short in names.items() if slugs == "all" or province_slug(name) in slugs.split(",")}
    if not chosen:
        raise ValueError(f"{slugs}: no such province")

    class World(generator.World):  # type: ignore[name-defined, misc]
        def __init__(self, seed: Any) -> None:
            self.rng = random.Random(seed)
            self.prov = real_places(chosen)

    generator.World = World  # type: ignore[attr-defined]


def main() -> None:
    """Load the generator that the first argument names and run it with the rest."""
    path, slugs = sys.argv.pop(1), sys.argv.pop(1)
    spec = importlib.util.spec_from_file_location("page_generator", path)
    assert spec is not None and spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    with_real_places(generator, slugs)
    generator.main()


if __name__ == "__main__":
    main()

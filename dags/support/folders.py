"""The registry's names, read without YAML: DAG files need them at every parse."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path


@lru_cache
def registry_names(folders: tuple[Path, ...]) -> tuple[list[str], list[str]]:
    """Return the families and provinces of the registry. A text scan: thousands of rows cost no YAML parse."""
    families: set[str] = set()
    provinces: set[str] = set()
    for folder in folders:
        for file in folder.glob("*.yml"):
            provinces.add(file.stem)
            families.update(re.findall(r"""\bfamily["']?:\s*["']?([a-z0-9_]+)""", file.read_text("utf-8")))
    return sorted(families), sorted(provinces)

"""The registry's folders and names, read without YAML: DAG files need them at every parse."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path


def sites_folders() -> list[Path]:
    """Return the registry folders: ARCHIVE_SITES, else the packaged ones."""
    named = os.environ.get("ARCHIVE_SITES", "")
    folders = [Path(part) for part in named.split(os.pathsep) if part]
    return folders or [Path(__file__).resolve().parents[2] / "schemas" / "sites"]


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

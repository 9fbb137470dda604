"""Where the registry's files lie. Apart from the registry, for DAG files ask at every parse and need no YAML for it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path


def site_folders() -> list[Path]:
    """Return the folders named by ARCHIVE_SITES, or the packaged one."""
    return list(_folders(os.environ.get("ARCHIVE_SITES", "")))


@cache
def _folders(named: str) -> tuple[Path, ...]:
    """Kept, for every page asks: a path costs more to make than all else that tells its owner."""
    return tuple(Path(part) for part in named.split(os.pathsep) if part) or (Path(__file__).parent / "sites",)

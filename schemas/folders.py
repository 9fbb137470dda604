"""Where the registry's files lie. Apart from the registry, for DAG files ask at every parse and need no YAML for it."""

from __future__ import annotations

import os
from pathlib import Path


def site_folders() -> list[Path]:
    """Return the folders named by ARCHIVE_SITES, or the packaged one."""
    named = os.environ.get("ARCHIVE_SITES", "")
    return [Path(part) for part in named.split(os.pathsep) if part] or [Path(__file__).parent / "sites"]

"""Stored pages from a path or a bucket prefix, given to the importer that the command line uses too."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any


def import_source(store: Any, source: str, kind: str, manifest: str | None = None) -> list[str]:
    """Import a file, a folder or `s3://bucket/prefix`; return the keys of the WARC objects written.

    Raises ValueError when nothing is named or nothing is there.
    """
    from scrapers.imports import import_files

    if not source.strip():
        raise ValueError("no source: name a file, a folder or s3://bucket/prefix/")
    described = Path(manifest) if manifest else None
    if not source.startswith("s3://"):
        keys = import_files([Path(source)], kind, store, manifest=described)
    else:
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            prefix = _download(source, Path(folder))
            keys = import_files([Path(folder)], kind, store, manifest=described, folder=Path(folder) / prefix)
    if not keys:
        raise ValueError(f"no pages at {source!r}")
    return sorted(keys)


def _download(source: str, folder: Path) -> str:
    """Copy the objects under a prefix to a folder, by key; return the prefix."""
    from transforms.store import open_store

    bucket, _, prefix = source.removeprefix("s3://").partition("/")
    there = open_store(f"s3://{bucket}")
    for key in there.list(prefix):
        if key.endswith("/"):  # the marker of a folder
            continue
        file = (folder / key).resolve()
        if file.is_relative_to(folder.resolve()):  # a key may hold `..`
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(there.get(key))
    return prefix

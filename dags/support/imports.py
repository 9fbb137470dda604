"""Pages that others kept: files of a path or a bucket prefix, and the past of sites from web archives.

The tasks and the command line come here alike.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dags.support.work import crawl_log_keys


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import left: WARC keys to read, lake keys of its log to build, and what went wrong, for people."""

    keys: list[str]
    log_keys: list[str]
    failed: list[str]


def bring(
    store: Any,
    asked: Sequence[str],
    *,
    kind: str = "text",
    manifest: str | None = None,
    captured: str = "",
    crawl_id: str,
) -> Brought:
    """Import what is asked for: files, folders, `s3://bucket/prefix`; or a web archive's name and what is wanted of it.

    Of a web archive are wanted sites, families or provinces of the registry, or addresses; `captured` says in which
    years they were captured ("2009-2015", all when empty). A site that fails does not keep the others from being
    imported. Raises ValueError when nothing is named or nothing is there.
    """
    from schemas.sources import load_sources

    source = load_sources().get(asked[0]) if asked else None
    if source is None:
        return Brought(_import_files(store, asked, kind, manifest), [], [])
    from schemas.registry import load_sites
    from scrapers.crawls import parse_years
    from scrapers.imports.client import Client
    from scrapers.imports.history import import_history, wanted_of
    from scrapers.imports.segments import folder
    from scrapers.imports.stops import stopped_until
    from scrapers.run import CrawlFailed
    from transforms.pages import warc_keys

    years, began = parse_years(captured), datetime.now(UTC)
    keys: set[str] = set()
    failed: list[str] = []
    everything = wanted_of(asked[1:], load_sites())
    with Client(source) as client:
        for place, wanted in enumerate(everything):
            if stopped_until(store, source.name, datetime.now(UTC)) and place:
                failed.append(f"{len(everything) - place} more were not asked for")
                break
            try:
                summary = import_history(client, wanted, store, crawl_id, years)
                print(f"{wanted.site_id}: {summary['outcome']}, {summary['pages']} captures")
            except CrawlFailed as error:
                failed.append(str(error))
            # also what an import left that was killed before its pages were read
            keys.update(warc_keys(store, folder(source.name, wanted.site_id)))
    return Brought(sorted(keys), crawl_log_keys(began, datetime.now(UTC)), failed)


def import_source(store: Any, source: str, kind: str, manifest: str | None = None) -> list[str]:
    """Import a file, a folder or `s3://bucket/prefix`; return the keys of the WARC objects written.

    Raises ValueError when nothing is named or nothing is there.
    """
    return _import_files(store, [source], kind, manifest)


def _import_files(store: Any, sources: Sequence[str], kind: str, manifest: str | None) -> list[str]:
    from scrapers.imports import import_files

    if not sources or not all(source.strip() for source in sources):
        raise ValueError("no source: name a file, a folder or s3://bucket/prefix/")
    described = Path(manifest) if manifest else None
    local = [Path(source) for source in sources if not source.startswith("s3://")]
    keys = import_files(local, kind, store, manifest=described) if local else []
    for source in (source for source in sources if source.startswith("s3://")):
        with tempfile.TemporaryDirectory(prefix="import-") as folder:
            prefix = _download(source, Path(folder))
            keys += import_files([Path(folder)], kind, store, manifest=described, folder=Path(folder) / prefix)
    return sorted(set(keys))


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

"""The web archives that history is imported from: one validated file of facts.

`index` is where captures are looked up, `data` where their bytes are read. `delay` is the pause in seconds between
two requests to one host of the archive, `longest_wait` the longest pause that is kept when the archive asks for one;
a longer wish ends the import. `page_size` is in the archive's own measure. Of one address at most
`captures_per_address` different contents are brought in, of one site at most `captures_per_run` at a time; the next
import goes on from there. `robots_exempt` is for an archive whose robots.txt keeps crawlers out while its operator
allowed us to use the interface: it names why, and the day on which that has to be asked again.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from schemas.written import HERE, problems, read_yaml

NAMES = ("wayback", "commoncrawl")  # of the packaged file; asked by DAG files, which read no YAML


class SourcesError(ValueError):
    """The file of web archives is wrong; the message says where."""


@dataclass(frozen=True, slots=True)
class Source:
    """One web archive; `addresses` and `media` are what is asked of every archive."""

    name: str
    title: str
    protocol: str
    index: str
    data: str
    delay: float
    timeout: float
    attempts: int
    longest_wait: float
    page_size: int
    captures_per_address: int
    captures_per_run: int
    basis: str
    checked_on: str
    addresses: tuple[re.Pattern[str], ...]
    media: tuple[str, ...]
    robots_reason: str = ""
    robots_until: date | None = None


def sources_file() -> Path:
    """Return the file that ARCHIVE_SOURCES names, or the packaged one."""
    return Path(os.environ.get("ARCHIVE_SOURCES") or HERE / "sources.yml")


def load_sources(path: Path | None = None) -> dict[str, Source]:
    """Read and check the web archives, by name. Raises SourcesError."""
    path = path or sources_file()
    try:
        data = read_yaml(path)
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise SourcesError(f"{path}: not readable as YAML: {error}") from error
    for place, problem in problems("sources", data):
        raise SourcesError(f"{path}: {'/'.join(map(str, place))}: {problem}")
    try:
        addresses = tuple(re.compile(entry["match"]) for entry in data["addresses"])
        found = [_source(entry, addresses, tuple(data["media"])) for entry in data["archives"]]
    except (re.error, ValueError) as error:
        raise SourcesError(f"{path}: {error}") from error
    if len({source.name for source in found}) < len(found):
        raise SourcesError(f"{path}: two archives have one name")
    return {source.name: source for source in found}


def _source(entry: dict[str, Any], addresses: tuple[re.Pattern[str], ...], media: tuple[str, ...]) -> Source:
    values = dict(entry)
    exempt = values.pop("robots_exempt", {})
    until = date.fromisoformat(exempt["until"]) if exempt else None
    return Source(
        **values, addresses=addresses, media=media, robots_reason=exempt.get("reason", ""), robots_until=until
    )

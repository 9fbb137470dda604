"""The registry of sites: one YAML file per province, validated on loading.

A site is keyed by host and path and by the time in which it was as its row says: a city that changed its product has
two rows. `valid_from` is the first day, `valid_to` the first day after, each "" when not known; a row with `valid_to`
is history and is not crawled. `columns[].covers` tells which publication years a column is known for ("any" when it
is not limited); it describes, it does not filter. A site without columns is searched from its home page. `grammar`
names an entry of schemas/grammars.yml for a site of the family `generic`. `basis` says how we know and, where it
matters, of when that is; `checked_on` is the day on which that was last looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from schemas.folders import site_folders
from schemas.written import problems, read_yaml

DEFAULT_DELAY = 3.0  # seconds between two requests to a city's servers
DEFAULT_DAILY_CAP = 500  # requests to one host in a day (families.md 11)
DEFAULT_REPORTS = 1  # a site that never showed a report would not be here; 0 must be said
FAMILIES = ("trs_wcm", "ucap", "hanweb", "vsb", "guangdong", "lonsun", "showlist", "generic")


class RegistryError(ValueError):
    """A registry file is wrong; the message names the file and the site."""


@dataclass(frozen=True, slots=True)
class Column:
    """An address where a site lists its annual reports; may hold `{year}` where it can be enumerated."""

    url: str
    covers: str = "any"


@dataclass(frozen=True, slots=True)
class Exemption:
    """A rule that does not bind us at one host: `what` is robots, tls_modern (old ciphers and renegotiation are
    taken) or tls_verified (its certificate is not checked). It ends after the day `until`, and names its reason.
    """

    host: str
    what: str
    reason: str
    until: str

    def __post_init__(self) -> None:
        """Refuse a day that no calendar has: ValueError."""
        date.fromisoformat(self.until)

    def holds(self, day: date) -> bool:
        """Say whether the exemption is in force on a day."""
        return day <= date.fromisoformat(self.until)


@dataclass(frozen=True, slots=True)
class Site:
    """One site of the registry; `province` is the name of the file it stands in."""

    site_id: str
    host: str
    name: str
    division: str
    level: str
    family: str
    columns: tuple[Column, ...]
    basis: str
    checked_on: str
    province: str
    path: str = "/"
    delay: float = DEFAULT_DELAY
    min_reports: int = DEFAULT_REPORTS
    agency: str = ""
    hours: str = ""  # when it may be crawled, "22:00-06:00" Beijing time; "" at any time
    daily_cap: int = DEFAULT_DAILY_CAP
    exemptions: tuple[Exemption, ...] = ()
    grammar: str = ""
    valid_from: str = ""
    valid_to: str = ""

    def stood_on(self, day: date | None) -> bool:
        """Say whether the row holds for a day; without a day, every row may."""
        return day is None or (self.valid_from or "0") <= day.isoformat() < (self.valid_to or "9")


def load_sites(folders: list[Path] | None = None, instead: Mapping[Path, Path] | None = None) -> dict[str, Site]:
    """Read and check every `<province>.yml` of `folders`; sites by id in file and list order.

    `instead` names a draft to read in the place of a file that may not be there yet. RegistryError for what is wrong.
    """
    drafts = instead or {}
    sites: dict[str, Site] = {}
    origin: dict[str, Path] = {}
    for folder in site_folders() if folders is None else folders:
        if not folder.is_dir():
            raise RegistryError(f"{folder}: no such folder of sites")
        for path in sorted({*folder.glob("*.yml"), *(path for path in drafts if path.parent == folder)}):
            for site in _read(path, drafts.get(path, path)):
                if site.site_id in sites:
                    raise RegistryError(f"{path}: site {site.site_id}: id already used in {origin[site.site_id]}")
                sites[site.site_id] = site
                origin[site.site_id] = path
    return sites


def bare_host(host: str) -> str:
    """Return a host in lower case without `www.`: with and without it is one site."""
    return host.lower().rstrip(".").removeprefix("www.")


def sites_by_host(sites: Iterable[Site] | None = None) -> dict[str, list[Site]]:
    """Group sites by bare host, longest path first and then the newest row, so that the first that fits is right."""
    grouped: dict[str, list[Site]] = {}
    for site in load_sites().values() if sites is None else sites:
        grouped.setdefault(bare_host(site.host), []).append(site)
    for shared in grouped.values():
        shared.sort(key=lambda site: site.site_id)
        shared.sort(key=lambda site: (len(site.path), site.valid_from), reverse=True)
    return grouped


def owner(url: str, day: date | None = None, sites: Mapping[str, list[Site]] | None = None) -> Site | None:
    """Return the site that an address belonged to on a day, None when the registry knows none.

    It is the row with the longest path above the address that held on that day; without a day, the newest of them.
    `sites` as from `sites_by_host`; by default the whole registry, read once per process.
    """
    try:
        parts = urlsplit(url)
        host, path = bare_host(parts.hostname or ""), parts.path or "/"
    except ValueError:
        return None
    known = _grouped(tuple(site_folders())) if sites is None else sites
    return next((site for site in known.get(host, ()) if path.startswith(site.path) and site.stood_on(day)), None)


@cache
def known_sites(folders: tuple[Path, ...]) -> Mapping[str, Site]:
    """Return what load_sites does, read once per process."""
    return load_sites(list(folders))


@cache
def _grouped(folders: tuple[Path, ...]) -> dict[str, list[Site]]:
    return sites_by_host(known_sites(folders).values())


def _read(path: Path, source: Path) -> list[Site]:
    try:
        data = read_yaml(source)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegistryError(f"{path}: not readable as YAML: {error}") from error
    for place, problem in problems("sites", data):
        raise RegistryError(f"{path}: {_named(data, place)}{'/'.join(map(str, place[1:]))}: {problem}")
    try:
        return [_site(entry, path.stem) for entry in data]
    except ValueError as error:
        raise RegistryError(f"{path}: {error}") from error


def _named(data: Any, place: list[Any]) -> str:
    if not place:
        return ""
    entry = data[place[0]]
    name = entry.get("site_id") if isinstance(entry, dict) else None
    return f"site {name or f'number {place[0] + 1}'}: "


def _site(entry: dict[str, Any], province: str) -> Site:
    values = dict(entry)
    columns = tuple(Column(**column) for column in values.pop("columns", ()))
    expected = values.pop("expect", {})
    values["delay"] = float(values.get("delay", DEFAULT_DELAY))
    values["exemptions"] = tuple(
        Exemption(item["host"], item["from"], item["reason"], item["until"]) for item in values.get("exemptions", ())
    )
    return Site(**values, columns=columns, province=province, min_reports=expected.get("min_reports", DEFAULT_REPORTS))

"""The registry of sites: one YAML file per province, validated on loading.

`columns[].covers` tells which publication years a column is known for ("any" when it is not limited); it
describes, it does not filter. A site without columns is searched from its home page. `grammar` names an entry of
schemas/grammars.yml for a site of the family `generic`. `basis` says how we know, `checked_on` when the entry was last looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from schemas.folders import site_folders

HERE = Path(__file__).parent
DEFAULT_DELAY = 3.0  # seconds between two requests to a host
FAMILIES = ("trs_wcm", "ucap", "hanweb", "vsb", "guangdong", "lonsun", "showlist", "generic")


class RegistryError(ValueError):
    """A registry file is wrong; the message names the file and the site."""


@dataclass(frozen=True, slots=True)
class Column:
    """An address where a site lists its annual reports; may hold `{year}` where it can be enumerated."""

    url: str
    covers: str = "any"


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
    min_reports: int = 0
    agency: str = ""
    grammar: str = ""


def load_sites(folders: list[Path] | None = None) -> dict[str, Site]:
    """Read and check every `<province>.yml` of `folders`; sites by id in file and list order."""
    sites: dict[str, Site] = {}
    origin: dict[str, Path] = {}
    for folder in site_folders() if folders is None else folders:
        if not folder.is_dir():
            raise RegistryError(f"{folder}: no such folder of sites")
        for path in sorted(folder.glob("*.yml")):
            for site in _read(path):
                if site.site_id in sites:
                    raise RegistryError(f"{path}: site {site.site_id}: id already used in {origin[site.site_id]}")
                sites[site.site_id] = site
                origin[site.site_id] = path
    return sites


def sites_by_host(sites: Iterable[Site] | None = None) -> dict[str, list[Site]]:
    """Group sites by host, longest path first, so that the first match of a path is the closest."""
    grouped: dict[str, list[Site]] = {}
    for site in load_sites().values() if sites is None else sites:
        grouped.setdefault(site.host, []).append(site)
    for shared in grouped.values():
        shared.sort(key=lambda site: (-len(site.path), site.site_id))
    return grouped


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads((HERE / "sites.schema.json").read_text(encoding="utf-8")))


class _PlainDates(yaml.SafeLoader):
    """Dates stay the text that was written."""


_PlainDates.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _read(path: Path) -> list[Site]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_PlainDates)  # noqa: S506 — a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegistryError(f"{path}: not readable as YAML: {error}") from error
    for problem in _validator().iter_errors(data):
        place = list(problem.absolute_path)
        raise RegistryError(f"{path}: {_named(data, place)}{'/'.join(map(str, place[1:]))}: {problem.message}")
    return [_site(entry, path.stem) for entry in data]


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
    return Site(**values, columns=columns, province=province, min_reports=expected.get("min_reports", 0))

"""From a detection to a registry row, and from a row to the file of its province."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from selectolax.lexbor import LexborHTMLParser

from schemas.divisions import by_name, current_code, divisions, province_slug
from schemas.facts import pattern
from schemas.families import families
from schemas.folders import site_folders
from schemas.portals import portal_code
from schemas.registry import RegistryError, bare_host, load_sites
from schemas.registry_checks import problems
from scrapers.detect import Detection
from transforms.identity.hosts import is_official

# The order of a row's fields; what is not here is not written.
FIELDS = ("site_id", "host", "path", "name", "agency", "division", "level", "family", "grammar", "columns", "expect",
          "valid_from", "valid_to", "basis", "checked_on", "delay")  # fmt: skip
_REQUIRED = ("name", "division", "level")
_HEAD = "# Sites of this province; fields are explained in schemas/registry.py.\n"
_MIN_TITLES = 2  # links that name an annual report, for a page to be their column


def propose(found: Detection, text: str = "") -> dict[str, Any]:
    """Return the fields of a registry row that the address and the page's source tell; what they do not is left out.

    The name is the page's own `SiteName`; the division is the portal list's, else that of `SiteIDCode`, else the one
    division that the name begins with. A level is told only where the name is the division's own government.
    """
    parts = urlsplit(found.url)
    host = (parts.hostname or "").lower()
    row: dict[str, Any] = {"site_id": site_id_of(host), "host": host, "family": found.family}
    metas = _metas(text)
    if name := metas.get("sitename", ""):
        row["name"] = name
    code, listed = portal_code(host)
    code = code or _of_site_code(metas.get("siteidcode", "")) or _of_name(name)
    if code in divisions():
        row["division"] = current_code(code)
        if name.removesuffix("人民政府") in {divisions()[row["division"]].name} or listed:
            row["level"] = divisions()[row["division"]].level
    if column := column_of(found):
        row["columns"] = [{"url": column, "covers": "any"}]
    row["basis"] = _basis(found, bool(column))
    return {name: row[name] for name in FIELDS if name in row}


def lacking(row: Mapping[str, Any]) -> list[str]:
    """Return the fields that a row must have and a proposal could not tell."""
    return [name for name in (*_REQUIRED, "checked_on") if not row.get(name)]


def column_of(found: Detection) -> str:
    """Return the address of the column of annual reports that a detection tells, "" when it tells none.

    An article's address names its column in most families; a page that links to several annual reports is one.
    """
    parts = urlsplit(found.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    for mark in families()[found.family].address:
        hit = mark.match.search(path)
        if hit and mark.column:
            return f"{parts.scheme}://{parts.netloc}{above_year(hit.expand(mark.column))}"
    if len(found.report_links) >= _MIN_TITLES:
        return found.url
    return ""


def above_year(path: str) -> str:
    """Return the folder of all years of a column's path: what lies below a folder of annual reports is cut off."""
    folders = path.split("/")
    for at, name in enumerate(folders[:-1]):
        if pattern("families", "report_folder").match(name):
            return "/".join([*folders[: at + 1], ""])
    for at, name in enumerate(folders[:-1]):
        if at > 1 and pattern("families", "year_folder").match(name):
            return "/".join([*folders[:at], ""])
    return path


def site_id_of(host: str, path: str = "/") -> str:
    """Return a registry id made of a host's own labels and the last folder of a path."""
    labels = re.sub(r"\.(?:gov|org|edu|com)?\.?cn$", "", bare_host(host))
    return re.sub(r"[^a-z0-9]+", "-", f"{labels} {path.strip('/').rpartition('/')[2]}".lower()).strip("-")


def row_line(row: Mapping[str, Any]) -> str:
    """Return a row as one line of a registry file, its fields in order."""
    ordered = {name: row[name] for name in FIELDS if name in row}
    line = yaml.safe_dump(ordered, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**9)
    return f"- {line.strip()}\n"


def add_row(row: Mapping[str, Any], folder: Path) -> Path:
    """Append a row to its province's file in a registry folder, validated with all the others; return the file.

    Raises RegistryError, and changes nothing, when a field is missing or the registry would not be valid.
    """
    if missing := lacking(row):
        raise RegistryError(f"the row lacks {', '.join(missing)}")
    if not is_official(row["host"]):
        raise RegistryError(f"{row['host']} is not a host of the state (schemas/hosts.yml)")
    if row["division"] not in divisions():
        raise RegistryError(f"division {row['division']} does not exist")
    file = folder / f"{province_slug(row['division'])}.yml"
    before = file.read_bytes() if file.exists() else b""
    draft = file.with_suffix(".draft")  # not *.yml: nobody reads it
    text = before.decode("utf-8") or _HEAD
    draft.write_text(f"{text.rstrip()}\n{row_line(row)}", encoding="utf-8")
    folders = site_folders() if folder in site_folders() else [folder]
    try:
        wrong = set(problems(load_sites(folders, {file: draft}).values())) - set(problems(load_sites(folders).values()))
        if wrong:
            raise RegistryError("; ".join(sorted(wrong)))
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)
    return file


def _metas(text: str) -> dict[str, str]:
    if not text:
        return {}
    nodes = LexborHTMLParser(text).css("meta[name][content]")
    return {
        (node.attributes["name"] or "").lower(): " ".join((node.attributes["content"] or "").split())
        for node in reversed(nodes)
    }


def _of_site_code(code: str) -> str:
    return code[:6] if re.match(r"\d{6}", code) else ""


def _of_name(name: str) -> str:
    """The one division that a name begins with, the longest name first; "" when several bear it."""
    for end in range(len(name), 1, -1):
        rows = by_name(name[:end])
        if rows:
            codes = {current_code(row.code) for row in rows}
            return codes.pop() if len(codes) == 1 else ""
    return ""


def _basis(found: Detection, column: bool) -> str:
    where = sorted({evidence.where for evidence in found.evidence if evidence.family == found.family})
    told = f"family told by {' and '.join(where)}" if where else "family not told by any mark"
    return f"{told}; {'column told by the address or page looked at' if column else 'column not known'}"

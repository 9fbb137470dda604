"""What a registry row must agree with beyond its form: the divisions, its province's file, its host, the calendar."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from urllib.parse import urlsplit

from schemas.divisions import by_name, divisions, province_slug
from schemas.registry import Site, bare_host

_TIERS = ("central", "province", "prefecture", "county", "township", "other")


def problems(sites: Iterable[Site]) -> Iterator[str]:
    """Yield one line per thing that is wrong, beginning with the site's file and id."""
    keys: dict[tuple[str, str], list[Site]] = {}
    for site in sites:
        keys.setdefault((bare_host(site.host), site.path), []).append(site)
        for problem in (*_place(site), *_addresses(site), *_days(site)):
            yield f"{site.province}.yml: {site.site_id}: {problem}"
    for shared in keys.values():
        for earlier, later in pairwise(sorted(shared, key=lambda site: site.valid_from)):
            if not earlier.valid_to or earlier.valid_to > (later.valid_from or "0"):
                yield f"{later.province}.yml: {later.site_id}: host and path are those of {earlier.site_id} at the same time"


def _place(site: Site) -> Iterator[str]:
    division = divisions().get(site.division)
    if division is None:
        yield f"division {site.division} does not exist"
        return
    if division.valid_to:
        yield f"division {site.division} ended in {division.valid_to}"
    if province_slug(site.division) != site.province:
        yield f"division {site.division} lies in {province_slug(site.division)}"
    if site.level not in _levels(site):
        yield f"level {site.level} does not fit {site.division}, {division.name}"
    # a portal is named after its division; what a body of its own is called, `agency` says
    names = [name for name in (site.name[:n] for n in range(len(site.name), 1, -1)) if by_name(name)]
    if not site.agency and not any(site.division == row.code for name in names for row in by_name(name)):
        yield f"name {site.name} is not one of {site.division}, {division.name}"
    if site.level == "central" and not site.agency:
        yield "a national body's site names its agency"


def _levels(site: Site) -> tuple[str, ...]:
    """A division's own site has its level; a body of it may serve a tier below: a zone, a street, a branch."""
    level = "central" if site.division == "000000" else divisions()[site.division].level
    return _TIERS[_TIERS.index(level) :] if site.agency else (level,)


def _addresses(site: Site) -> Iterator[str]:
    host = bare_host(site.host)
    for column in site.columns:
        theirs = bare_host(urlsplit(column.url).hostname or "")
        if theirs != host and not theirs.endswith(f".{host}"):
            yield f"column {column.url} is not on {site.host}"
        elif theirs == host and not urlsplit(column.url).path.startswith(site.path):
            yield f"column {column.url} is not below {site.path}"
    if site.path != "/" and not site.path.endswith("/"):
        yield f"path {site.path} does not end in a slash"
    if site.grammar and site.family != "generic":
        yield f"a grammar is for the family generic, not {site.family}"


def _days(site: Site) -> Iterator[str]:
    for name in ("checked_on", "valid_from", "valid_to"):
        if day := getattr(site, name):
            try:
                date.fromisoformat(day)
            except ValueError:
                yield f"{name} {day} is not a day"
    if site.valid_from and site.valid_to and site.valid_from >= site.valid_to:
        yield f"valid_from {site.valid_from} is not before valid_to {site.valid_to}"

"""Who is expected to report: the bodies of the registry's sites, those that a site lists, every agency that ever reported.

A body of the registry is expected for every year in which its division stood; one that is listed from the year of its first
list on, and an agency known by its reports alone from its first one: before that nobody knows whether it existed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from schemas.divisions import divisions, province_slug
from schemas.registry import Site
from schemas.seasons import FIRST_YEAR
from transforms.identity.attribute import Attribution, body_by_name


@dataclass(frozen=True, slots=True)
class Agency:
    """One body that reports are expected of, from a year on; `sites` are those to look on, the likeliest first."""

    agency_id: str
    name: str
    level: str
    kind: str
    province: str
    since: int
    basis: str
    sites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a site that lists who has to publish for a year, and whom (see transforms/identity/rosters.py)."""

    site_id: str
    year: int
    names: tuple[str, ...]


def roster(
    sites: Iterable[Site], reports: Iterable[Mapping[str, Any]], listings: Iterable[Listing] = ()
) -> tuple[list[Agency], list[Site]]:
    """Return every body that is expected to report, by id, and the sites whose body the name does not tell.

    `reports` are rows of reports; what a report says of its issuer goes before what the registry does.
    """
    sites = list(sites)
    known: dict[str, Agency] = {}
    nameless: list[Site] = []
    for site in sorted(sites, key=lambda site: site.site_id):
        if site.valid_to:
            continue
        body = _body(site)
        if body is None:
            nameless.append(site)
        elif body.agency_id in known:
            there = known[body.agency_id]
            known[body.agency_id] = replace(
                there, since=min(there.since, body.since), sites=(*there.sites, site.site_id)
            )
        else:
            known[body.agency_id] = body
    by_id = {site.site_id: site for site in sites}
    for listing in sorted(listings, key=lambda listing: (listing.year, listing.site_id, listing.names)):
        site_of_list = by_id.get(listing.site_id)
        bodies = [_listed(name, site_of_list, listing.year) for name in listing.names] if site_of_list else []
        for body in filter(None, bodies):
            earlier = known.get(body.agency_id)
            known[body.agency_id] = replace(earlier, since=min(earlier.since, body.since)) if earlier else body
    for row in sorted(reports, key=lambda row: (row["year"], row["report_id"], row["revision"])):
        there = known.get(row["agency_id"]) or Agency(
            row["agency_id"], "", "", "", row["province"], row["year"], "seen"
        )
        seen_on = (row["site_id"],) if row["site_id"] else ()
        known[row["agency_id"]] = replace(
            there, name=row["agency_name"], level=row["agency_level"], kind=row["agency_kind"],
            province=row["province"], since=min(there.since, row["year"]),
            sites=tuple(dict.fromkeys((*there.sites, *seen_on) if there.basis == "registry" else (*seen_on, *there.sites))),
        )  # fmt: skip
    return [known[name] for name in sorted(known)], nameless


def _body(site: Site) -> Agency | None:
    """The body whose own site this is; None when its name does not place it where the row does."""
    division = divisions().get(site.division)
    if division is None:
        return None
    found = body_by_name(site.agency or division.name + "人民政府", site.division)
    if found.undecided or found.province != province_slug(site.division):
        return None
    began = int(division.valid_from[:4]) if division.valid_from else FIRST_YEAR
    return _agency(found, max(FIRST_YEAR, began), "registry", site)


def _listed(name: str, site: Site, year: int) -> Agency | None:
    """A body that a site lists; None for a name that does not go with the site's division."""
    if site.division not in divisions():
        return None
    found = body_by_name(name, site.division)
    if found.undecided or found.province != province_slug(site.division):
        return None
    return _agency(found, max(FIRST_YEAR, year), "listed", site)


def _agency(found: Attribution, since: int, basis: str, site: Site) -> Agency:
    return Agency(
        found.agency_id, found.agency_name, found.agency_level, found.agency_kind, found.province, since, basis,
        (site.site_id,),
    )  # fmt: skip

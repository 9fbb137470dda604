"""How much of the country the registry reaches: sites by province, level and family beside the divisions there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from schemas.divisions import current_code, divisions, province_slug
from schemas.registry import FAMILIES, Site

LEVELS = ("central", "province", "prefecture", "county", "township", "other")


def coverage(sites: Iterable[Site]) -> list[dict[str, Any]]:
    """Return one row per province and level, in the order of codes and tiers.

    `divisions` counts today's divisions of that level, None where the registry has no list of them (central, townships,
    other); `reached` those whose government has a site; `sites` all sites that are not history, then each family's.
    """
    there: Counter[tuple[str, str]] = Counter()
    for row in divisions().values():
        if not row.valid_to and row.code != "000000":
            there[province_slug(row.code), row.level] += 1
    counted: dict[tuple[str, str], Counter[str]] = {}
    reached: dict[tuple[str, str], set[str]] = {}
    for site in sites:
        if site.valid_to:
            continue
        key = (site.province, site.level)
        counted.setdefault(key, Counter())[site.family] += 1
        if not site.agency:
            reached.setdefault(key, set()).add(current_code(site.division))
    provinces = {province_slug(row.code): row.code for row in divisions().values() if row.level == "province"}
    return [
        {
            "province": province,
            "level": level,
            "divisions": there.get((province, level)),
            "reached": len(reached.get((province, level), ())) if (province, level) in there else None,
            "sites": counted.get((province, level), Counter()).total(),
            **{family: counted.get((province, level), Counter())[family] for family in FAMILIES},
        }
        for province in sorted(provinces, key=lambda name: provinces[name])
        for level in LEVELS
        if (province, level) in there or (province, level) in counted
    ]

"""Names of public bodies: one spelling for each, and what kind of body it is (facts of agencies.yml)."""

from __future__ import annotations

import re
from functools import cache

from schemas.divisions import by_name
from schemas.facts import facts, rules

_STATE = re.compile("^(中华人民共和国)")


@cache
def _aliases() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(facts("agencies")["aliases"].items(), key=lambda pair: -len(pair[0])))


@cache
def _national() -> frozenset[str]:
    return frozenset(facts("agencies")["national"])


def is_national_body(name: str) -> bool:
    """Whether the name is that of a body of the State Council (not of a local branch of one)."""
    return _STATE.sub("", re.sub(r"\s+", "", name)) in _national()


def normalise_agency(name: str) -> str:
    """Return the one spelling of an agency's name: no spaces, short forms written out.

    A bare place (滨湖镇, 永昌县) stands for its 人民政府; a bare 政府 after a place likewise.
    """
    name = _STATE.sub("", re.sub(r"[\s\u3000\xa0]+", "", name))
    if re.search("(?<!人民)政府$", name):
        name = name[:-2] + "人民政府"
    if by_name(name) or re.search("(镇|乡|苏木)$", name):
        return name + "人民政府"
    if name.endswith("街道"):
        return name + "办事处"
    for short, full in _aliases():
        if name.endswith(short) and not name.endswith(full):
            stem = name[: -len(short)]
            return (stem.removesuffix("人民") if full.startswith("人民") else stem) + full
    return name


def agency_kind(name: str) -> str:
    """Return the kind of a body by its name, `other` when no rule knows it."""
    return next((str(rule["kind"]) for match, rule in rules("agencies", "kinds") if match.search(name)), "other")

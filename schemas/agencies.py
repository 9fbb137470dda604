"""Names of public bodies: one spelling for each, and what kind of body it is (facts of agencies.yml)."""

from __future__ import annotations

import re
from functools import cache

from schemas.facts import facts, rules

_STATE = re.compile("^中华人民共和国")
_ITSELF = re.compile("(?<=[局厅委办署院会])机关$")  # 教育局机关: the bureau without its schools
_SPACE = re.compile(r"\s+")
_GOVERNMENT = ("", "政府", "人民", "人民政府")


@cache
def _aliases() -> tuple[dict[str, str], re.Pattern[str]]:
    """Short forms with their full ones, and a pattern that finds one behind a zone or a township."""
    known: dict[str, str] = facts("agencies")["aliases"]
    tails = "|".join(sorted(known, key=lambda short: -len(short)))
    return known, re.compile(f"(?<=区|园|镇|乡|道|会)(?:{tails})$")


@cache
def _national() -> frozenset[str]:
    return frozenset(facts("agencies")["national"])


@cache
def _national_aliases() -> dict[str, str]:
    return dict(facts("agencies")["national_aliases"])


def national_body(name: str) -> str:
    """Return the one spelling of a body of the State Council, "" when the name is none (a local branch is none)."""
    bare = _STATE.sub("", _SPACE.sub("", name))
    bare = _national_aliases().get(bare, bare)
    return bare if bare in _national() else ""


@cache
def body_starts() -> frozenset[str]:
    """Return the first two characters of bodies' names: what may follow a place name that lacks its 市 or 县."""
    return frozenset(word[:2] for word in (*facts("agencies")["bodies"], *facts("agencies")["aliases"]))


def full_body(body: str) -> str:
    """Return the one spelling of a body's name without its place: 人社局 → 人力资源和社会保障局, "" → 人民政府."""
    if body in _GOVERNMENT:
        return "人民政府"
    body = _ITSELF.sub("", body)
    aliases, tail = _aliases()
    if body in aliases:
        return aliases[body]
    return tail.sub(lambda found: aliases[found[0]], body, count=1)


@cache
def _zone_words() -> dict[str, str]:
    return dict(facts("agencies")["zone_words"])


def short_zone(name: str) -> str:
    """Return a name with the short word for its kind of zone: 净月高新技术产业开发区 → 净月高新区."""
    for long, short in _zone_words().items():
        name = name.replace(long, short)
    return name


def zone_host(name: str) -> str:
    """Return the code of the division that hosts a zone whose name holds none (大亚湾 …), "" for any other name."""
    return next((str(code) for zone, code in facts("agencies")["zones"].items() if name.startswith(zone)), "")


def any_of(key: str) -> str:
    """Return the words under a key of agencies.yml as alternatives of a pattern."""
    return "|".join(facts("agencies")[key])


def agency_kind(body: str) -> str:
    """Return the kind of a body by its name without the place, `other` when no rule knows it."""
    return next((str(rule["kind"]) for match, rule in rules("agencies", "kinds") if match.search(body)), "other")

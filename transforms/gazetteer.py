"""Find the names of divisions in a text and settle which places they mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from schemas.divisions import Division, ancestors, by_name, current_code, divisions, full_names


@dataclass(frozen=True, slots=True)
class Match:
    """A name in the text, `[start, end)`, and every division that bears it."""

    start: int
    end: int
    name: str
    candidates: tuple[Division, ...]


@dataclass(slots=True)
class Jurisdiction:
    """The most specific chain that the evidence supports; `ambiguous` when several places remain."""

    province: Division | None = None
    prefecture: Division | None = None
    county: Division | None = None
    ambiguous: bool = False
    evidence: list[str] = field(default_factory=list)


@cache
def _index(shorts: bool) -> dict[str, tuple[int, frozenset[str]]]:
    """Names by their first two characters, with the longest length."""
    names = set(full_names())
    if shorts:
        names |= {row.short for row in divisions().values() if len(row.short) >= 2}
    grouped: dict[str, set[str]] = {}
    for name in names:
        if len(name) >= 2 and name != "中央":
            grouped.setdefault(name[:2], set()).add(name)
    return {head: (max(map(len, group)), frozenset(group)) for head, group in grouped.items()}


def find_divisions(text: str, shorts: bool = False) -> list[Match]:
    """Return the division names in a text: longest first, left to right, not overlapping.

    Full names and aliases always count; bare short names (昌吉) only with `shorts`.
    """
    index, found, position = _index(shorts), [], 0
    while position < len(text) - 1:
        entry = index.get(text[position : position + 2])
        if entry is not None:
            longest, names = entry
            for length in range(min(longest, len(text) - position), 1, -1):
                name = text[position : position + length]
                if name in names:
                    found.append(Match(position, position + length, name, by_name(name)))
                    position += length - 1
                    break
        position += 1
    return found


def resolve(matches: list[Match], host_code: str | None = None) -> Jurisdiction:
    """Settle the place that the first match names, with the help of the others and of the host's code.

    Without matches the host's own division is the answer. A name that several places bear is settled by a
    province or prefecture named beside it, or by the host; else it stays ambiguous.
    """
    result = Jurisdiction()
    if not matches:
        if host_code in divisions():
            _fill(result, divisions()[current_code(host_code or "")])
            result.evidence.append(f"place_host:{host_code}")
        return result
    target, chosen = matches[0], _now(matches[0].candidates)
    for match in matches[1:]:  # 甘肃省金昌市永昌县: a later name inside an earlier one is more precise
        if match.start != target.end:
            break
        inner = [item for item in _now(match.candidates) if {c.code for c in chosen} & set(ancestors(item.code))]
        if inner:
            target, chosen = match, inner
    if len(chosen) > 1:
        chosen = _narrow(chosen, matches, host_code)
    result.evidence.append(f"place_name:{target.name}:{'/'.join(item.code for item in chosen)}")
    if len(chosen) > 1:
        result.ambiguous = True
        if len({item.code[:2] for item in chosen}) == 1:
            result.province = divisions()[chosen[0].code[:2] + "0000"]
        return result
    _fill(result, chosen[0])
    return result


def _now(candidates: tuple[Division, ...]) -> list[Division]:
    """The candidates as they stand today, each once, in the order of codes."""
    known = divisions()
    return [known[code] for code in sorted({current_code(item.code) for item in candidates})]


def _narrow(chosen: list[Division], matches: list[Match], host_code: str | None) -> list[Division]:
    if host_code is not None:
        host = current_code(host_code)
        for test in (
            lambda item: item.code == host,
            lambda item: host in ancestors(item.code) or item.code in ancestors(host),
            lambda item: item.code[:4] == host[:4],
            lambda item: item.code[:2] == host[:2],
        ):
            fitting = [item for item in chosen if test(item)]
            if len(fitting) == 1:
                return fitting
            chosen = fitting or chosen
    named = {item.code for match in matches for item in match.candidates if len(_now(match.candidates)) == 1}
    fitting = [item for item in chosen if set(ancestors(item.code)) & named]
    if fitting:
        chosen = fitting
    if (
        len(chosen) > 1
        and len({item.level for item in chosen}) > 1
        and all(other.code in ancestors(chosen[-1].code) for other in chosen[:-1])
    ):
        return chosen[-1:]
    return chosen


def _fill(result: Jurisdiction, division: Division) -> None:
    known = divisions()
    for row in (division, *(known[code] for code in ancestors(division.code))):
        if row.level == "province":
            result.province = row
        elif row.level == "prefecture":
            result.prefecture = row
        elif row.level == "county":
            result.county = row

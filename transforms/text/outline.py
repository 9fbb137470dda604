"""Candidates for headings → the outline of a report: per kind of numeral the best chain, then the best kind.

Dynamic programming over the candidates of one kind: known wordings, own lines and room for a body count for a
chain; numerals that are skipped, doubled or turned round, and those that continue another enumeration, against.
"""

from __future__ import annotations

import itertools

from transforms.text.headings import MOST, Candidate, bare_candidates, candidates

_MANY = 3  # sections that a chain of weak numerals or bare lines has to name
_SURE = 4.5  # worth of a chain that leaves no doubt
_LAST = ("other_matters", "next_steps", "problems_improvements", "statistics_appendix")  # what an outline ends with
_BEHIND = 2  # sections that may follow the last numbered one with another numeral or none
_STRONGER = 0.6  # by how much a weak chain must be worth more than a strong one


def best_outline(folded: str, zones: list[tuple[int, int]]) -> tuple[str, list[Candidate]]:
    """Return `(kind, chain)` of the outline that explains a folded text best; ("", []) when nothing does.

    Weak numerals and bare lines are looked at only where the strong ones leave the outline in doubt.
    """
    kind, chain, worth = _best(candidates(folded, zones, strong=True), least=1)
    bare: list[Candidate] = []
    if worth < _SURE:
        bare = bare_candidates(folded, zones)
        others = candidates(folded, zones, strong=False)
        other = _best({**others, "bare": bare}, least=_MANY)
        if other[2] > worth + (_STRONGER if chain else 0.0) and not _within(other[1], chain):
            kind, chain, _ = other
    if kind and kind != "bare" and (_skips(chain) or chain[-1].key not in _LAST):
        weak = candidates(folded, zones, strong=False)
        odd = [item for items in weak.values() for item in items if item.own_line]
        chain = _fill(chain, [*(bare or bare_candidates(folded, zones)), *odd])
    return kind, chain


def _skips(chain: list[Candidate]) -> bool:
    return any(other.number - one.number > 1 for one, other in itertools.pairwise(chain))


def _within(weak: list[Candidate], strong: list[Candidate]) -> bool:
    """Whether a chain is the parts of one section of another that goes on behind them."""
    return len(strong) >= _MANY and any(
        one.start < weak[0].start and weak[-1].start < other.start for one, other in itertools.pairwise(strong)
    )


def _best(found: dict[str, list[Candidate]], *, least: int) -> tuple[str, list[Candidate], float]:
    """Kind, chain and worth of the best chain that names at least `least` sections or slogans."""
    best: tuple[str, list[Candidate], float] = ("", [], 0.0)
    for kind, items in found.items():
        chain = _bare_chain(items) if kind == "bare" else _chain(_without_lists(items))
        if len({item.key for item in chain if item.key}) < least and (least > 1 or not chain):
            continue
        worth = sum(1.0 if item.exact else 0.6 if item.key else 0.05 for item in chain)
        worth -= sum(1.0 for one, other in itertools.pairwise(chain) if 0 < other.number <= one.number)
        if worth > best[2]:
            best = (kind, chain, worth)
    return best


def _without_lists(items: list[Candidate]) -> list[Candidate]:
    """Leave out names that a preamble or a table of contents lists: a run of them with no room, told again below."""
    if len(items) > MOST:
        items = [item for item in items if item.key][:MOST]
    kept: list[Candidate] = []
    run: list[Candidate] = []
    for place, item in enumerate(items):
        run.append(item)
        after = items[place + 1] if place + 1 < len(items) else None
        if after is None or after.start - item.heading_end > 4 or after.number != item.number + 1:
            later = {other.key for other in items[place + 1 :] if other.key}
            names = {other.key for other in run if other.key}
            if len(run) < 3 or not (names and len(names & later) >= len(names) - 1):
                kept += run
            run = []
    return kept


def _chain(items: list[Candidate]) -> list[Candidate]:
    """The chain of rising numerals with the best sum."""
    nearest = _nearest(items)
    best: list[tuple[float, int]] = []
    told: list[frozenset[str]] = []  # sections that the best chain up to a candidate names
    for place, item in enumerate(items):
        own = (3.4 if item.exact else 2.6 if item.key else 0.4) + (1.5 if item.own_line else 0.0)
        own += 1.0 if item.key == "overview" and item.number == 1 else 0.0  # most outlines begin so
        score, origin = own - 0.6 * (item.number - 1), -1
        if not item.key and item.number != 1:
            score = -1.0  # a chain does not begin in the middle of an unknown enumeration
        for earlier in range(place):
            previous = items[earlier]
            step = item.number - previous.number
            if not item.key and (step != 1 or nearest[place] != earlier):
                continue
            if step <= 0 and not (item.exact and previous.key and item.own_line and step >= -1 and item.number > 1):
                continue
            room = min(item.start - previous.heading_end, 120) / 200
            cost = 0.6 * (step - 1) if step > 0 else 3.0
            cost += 3.0 if item.key in told[earlier] else 0.0
            stray = 0.0 if nearest[place] in (earlier, -1) or step <= 0 else 0.8
            value = best[earlier][0] + own + room - cost - stray
            if value >= score:
                score, origin = value, earlier
        best.append((score, origin))
        told.append((told[origin] if origin >= 0 else frozenset()) | ({item.key} if item.key else frozenset()))
    if not best:
        return []
    place = max(range(len(best)), key=lambda index: (best[index][0], items[index].start))
    chain = []
    while place >= 0:
        chain.append(items[place])
        place = best[place][1]
    return chain[::-1]


def _nearest(items: list[Candidate]) -> list[int]:
    """For each candidate the place of the last earlier one with the numeral before its own, -1 if there is none."""
    last: dict[int, int] = {}
    found = []
    for place, item in enumerate(items):
        found.append(last.get(item.number - 1, -1))
        last[item.number] = place
    return found


def _bare_chain(items: list[Candidate]) -> list[Candidate]:
    """Headings without numerals: each section once, where it has the most room."""
    chosen: dict[str, tuple[tuple[bool, bool], Candidate]] = {}
    for place, item in enumerate(items):
        room = (items[place + 1].start if place + 1 < len(items) else item.heading_end + 10_000) - item.heading_end
        worth = (item.exact, room > 4)  # a name in a table of contents has no room
        if item.key not in chosen or worth > chosen[item.key][0]:
            chosen[item.key] = (worth, item)
    return sorted((item for _, item in chosen.values()), key=lambda item: item.start)


def _counts_on(item: Candidate, others: list[Candidate], filled: list[Candidate], after: Candidate) -> bool:
    """Whether a candidate goes on an enumeration within the section it stands in: （一）, （二） under 一、."""
    return any(
        other.kind == item.kind and other.number == item.number - 1 and after.start < other.start < item.start
        for other in others
        if other not in filled
    )


def _fill(chain: list[Candidate], others: list[Candidate]) -> list[Candidate]:
    """Put known headings where the chain skips a number, or behind it: without a numeral, or with one of another kind."""
    have = {item.key for item in chain}
    filled: list[Candidate] = []
    ends: list[Candidate | None] = [*chain[1:], None]
    others = sorted(others, key=lambda item: item.start)
    for item, after in zip(chain, ends, strict=True):
        filled.append(item)
        missing = list(range(item.number + 1, after.number if after else item.number + 1 + _BEHIND))
        for other in others:
            inside = item.heading_end <= other.start and (after is None or other.start < after.start)
            if not missing or not inside or not other.exact or other.key in have:
                continue
            if other.number and (other.number not in missing or _counts_on(other, others, filled, item)):
                continue
            missing = [number for number in missing if number > (other.number or missing[0])]
            have.add(other.key)
            filled.append(other)
    return sorted(filled, key=lambda item: item.start)

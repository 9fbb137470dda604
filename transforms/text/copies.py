"""A body that a page prints twice: which stretch of the text is the copy to leave out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.facts import pattern

_UNIT = re.compile(r"[^。\n]+[。\n]?")
_LONG = 16  # characters of a sentence that can tell a copy
_RUN = 300  # characters that must agree
_UNLIKE = 3  # of its lines and sentences must be different
_TRIES = 40  # pairs of equal sentences that turn out to be no copy


@dataclass(slots=True)
class _Unit:
    start: int
    end: int
    key: str  # without blanks and bars; "" for nothing


def second_copy(text: str) -> tuple[int, int] | None:
    """Return the range of `text` to leave out so that a body that stands twice stands once; None if it does not.

    The copy under a title of its own stays, else the first; where one copy was cut short, the longer.
    """
    long = [part.strip() for part in text.replace("。", "\n").split("\n") if len(part) >= _LONG]
    if len(set(long)) == len(long):
        return None
    units: list[_Unit] = []
    places: dict[str, list[int]] = {}
    for match in _UNIT.finditer(text):
        key = "".join(match[0].replace("|", " ").split())
        if not key:
            continue
        if len(key) >= _LONG:
            places.setdefault(key, []).append(len(units))
        units.append(_Unit(match.start(), match.end(), key))
    done, tries = -1, 0
    for told in sorted((told for told in places.values() if len(told) % 2 == 0), key=len):
        first, second = told[0], told[len(told) // 2]  # a sentence that a copy repeats is there k times in each
        if second < done:
            continue
        found = _run(units, first, second)
        done, tries = found[3], tries + 1
        if tries > _TRIES:
            return None
        drop = _decide(text, units, *found)
        if drop:
            return drop
    return None


def _run(units: list[_Unit], first: int, second: int) -> tuple[int, int, int, int]:
    """Extend a pair of equal units both ways: `(start, end)` of the first copy and of the second, in units."""
    a, b = first, second
    while a > 0 and b - 1 > first and units[a - 1].key == units[b - 1].key:
        a, b = a - 1, b - 1
    begin, end_a, end_b = b, first, second
    while end_b < len(units) and end_a < begin and units[end_a].key == units[end_b].key:
        end_a, end_b = end_a + 1, end_b + 1
    return a, end_a, b, end_b


def _decide(text: str, units: list[_Unit], a: int, end_a: int, b: int, end_b: int) -> tuple[int, int] | None:
    if sum(len(unit.key) for unit in units[a:end_a]) < _RUN:
        return None
    if len({unit.key for unit in units[a:end_a]}) < _UNLIKE:
        return None  # one sentence said over and over is the author's way
    before, between, after = units[:a], units[end_a:b], units[end_b:]
    if _prose(before) > 1:
        return None
    if _prose(between) <= 2:
        titled = _titled(between) > _titled(before[-6:])
        if titled or _prose(after) > 2:  # the second is the titled one, or goes on where the first was cut
            return units[a].start, units[b].start if not _titled(between) else units[end_a].start
        return units[end_a].start, units[end_b - 1].end
    if _prose(after) <= 2:  # the second was cut short
        return units[b].start, units[end_b - 1].end
    return None


def _prose(units: list[_Unit]) -> int:
    return sum(unit.key.endswith("。") and len(unit.key) >= _LONG for unit in units)


def _titled(units: list[_Unit]) -> int:
    """Length of the longest title among units, 0 without one."""
    mark = pattern("doc_types", "title")
    return max((len(unit.key) for unit in units if len(unit.key) < 70 and not unit.key.endswith("。")
                and mark.search(unit.key)), default=0)  # fmt: skip

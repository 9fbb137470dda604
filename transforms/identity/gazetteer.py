"""Find the names of divisions in text and in the names of bodies, each with every division that bears it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from schemas.agencies import any_of, body_starts
from schemas.divisions import Division, all_names, ancestors, by_name, divisions, full_names, stood_in, today

# The word for a division, unless it begins another word (市场, 区域, 县级).
_TAIL = re.compile("[省市县区州盟旗](?![场容域间划级直]|民(?![政宗族委防])|政(?!府|务|协|法|数))")
_HAN = re.compile("[\u4e00-\u9fff]")
_ZONE_AHEAD = re.compile(f"[^市县区]{{0,10}}(?:{any_of('zone_ends')})")
_TOWN = re.compile("街道|[镇乡村]|社区|路")


@dataclass(frozen=True, slots=True)
class Match:
    """A name in the text, `[start, end)`, and every division that bears or bore it."""

    start: int
    end: int
    name: str
    candidates: tuple[Division, ...]

    @property
    def is_full(self) -> bool:
        """Whether it was written with its 市, 县 …; a bare short name is a weaker word."""
        return self.name in full_names()


@cache
def _tails() -> dict[str, tuple[int, ...]]:
    """Lengths of full names, longest first, by their last two characters."""
    grouped: dict[str, set[int]] = {}
    for name in full_names():
        grouped.setdefault(name[-2:], set()).add(len(name))
    return {tail: tuple(sorted(lengths, reverse=True)) for tail, lengths in grouped.items()}


@cache
def _longest() -> int:
    return max(map(len, all_names()))


def find_divisions(text: str) -> list[Match]:
    """Return the divisions that running text names in full (昌吉市, 西湖区), left to right, not overlapping.

    A name of two characters (和县, 城区) is taken only at the start of a word or behind another division, since it
    is an ordinary word elsewhere (市和县, 主城区).
    """
    names, tails = full_names(), _tails()
    found: list[Match] = []
    last = 0
    for hit in _TAIL.finditer(text):
        end = hit.end()
        for length in tails.get(text[max(end - 2, 0) : end], ()):
            start = end - length
            name = text[max(start, 0) : end]
            if name not in names or (start < last and start != last - 1):
                continue
            if length == 2:
                chained = bool(found) and found[-1].end == start
                if not chained and (name[1] == "区" or (start > 0 and _HAN.match(text[start - 1]))):
                    continue
                if _TOWN.match(text, end):
                    continue
            found.append(Match(max(start, last), end, name, by_name(name)))
            last = end
            break
    return found


@lru_cache(4096)
def leading_divisions(name: str) -> tuple[Match, ...]:
    """Return the chain of divisions at the head of a body's name, without gaps: 甘肃省 金昌市 永昌县 (公安局).

    Bare short names (昌吉财政局, 泉州市石狮生态环境局) count only before the first word of a body.
    """
    known = all_names()
    run: list[Match] = []
    at = 0
    while at < len(name):
        for length in range(min(_longest(), len(name) - at), 1, -1):
            word = name[at : at + length]
            if word in known and _stands(name, word, at, run):
                rows = _inside(by_name(word), run)
                if name.startswith("市场", at + length):  # 长沙市场监管局: the 市 serves twice
                    rows = tuple(row for row in rows if row.name == word + "市") or rows
                run.append(Match(at, at + length, word, rows))
                at += length
                break
        else:
            break
    return tuple(run)


def _stands(name: str, word: str, at: int, run: list[Match]) -> bool:
    after = name[at + len(word) :]
    if run and not _inside(by_name(word), run):
        return False
    if word in full_names():
        if word[-1] == "市" and after[:1] == "场":  # 黄石|市场监督管理局
            return False
        return not (len(word) <= 3 and word[-1] == "区" and re.match("街道|[镇乡]", after) and (run or len(word) == 2))
    if after[:2] in body_starts() or (not run and _ZONE_AHEAD.match(after)):
        return True
    if any(row.level == "province" for row in by_name(word)):
        return not re.match("[省市县区州旗盟镇乡村街路]", after)
    return not run and after == ""


def _inside(rows: Iterable[Division], run: list[Match]) -> tuple[Division, ...]:
    """Those rows that lie inside what was named before them."""
    if not run:
        return tuple(rows)
    outer = {code for match in run[-1:] for row in match.candidates for code in (row.code, today(row).code)}
    # its parent then (巢湖市居巢区), or the divisions above it today
    return tuple(
        row
        for row in rows
        if row.parent in outer or outer & set(ancestors(row.code)) or outer & set(ancestors(today(row).code))
    )


def narrow_by_year(rows: Iterable[Division], year: int | None) -> list[Division]:
    """Keep the divisions that bore their name in a year (铜仁市 of 2009 is today's 碧江区), else nearly, else all.

    Without a year those that stand today are preferred.
    """
    rows = list(rows)
    for slack in (0, 2):
        fitting = [row for row in rows if (stood_in(row, year, slack) if year is not None else not row.valid_to)]
        if fitting:
            return fitting
    return rows


@cache
def chain_of(code: str) -> frozenset[str]:
    """Return a code with the codes above it, of today's divisions."""
    return frozenset({code, *ancestors(code)})


def related(one: str, other: str) -> bool:
    """Whether one of two divisions is the other or lies inside it."""
    return one in chain_of(other) or other in chain_of(one)


def level_of(code: str) -> str:
    """Return the level of a division by code; KeyError if it is unknown."""
    return divisions()[code].level

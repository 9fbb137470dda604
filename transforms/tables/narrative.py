"""Numbers that the prose states: information published, requests received, fees, reviews, with their hedges.

One scan finds every number with its unit, one every word of absence; what stands around decides what is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from schemas.facts import facts, pattern
from schemas.records import Figure, Section, Table
from transforms.text.fold import fold
from transforms.text.numerals import NUMERALS, counted

_PART_OF_NUMBER = frozenset(".,计0123456789")  # 计1条 is a rule of counting, not a count
_WORDS = frozenset("统第之唯同任每逐某进单数")  # before 一: a word, not a number
_RUNNING = frozenset(NUMERALS + "0123456789,. 余多万")
_UNIT = 4  # characters from the first of a unit to the end of the longest behind 万
_RUN = 24  # characters that a number may have with its blanks
_YEAR = re.compile(r"(20\d\d)年(?!.{0,2}(以来|至今|起|的))")
_BACK = 56  # characters before a number that can say what it counts
_AHEAD = 90  # characters behind a word of absence that can say what there is none of


@dataclass(frozen=True, slots=True)
class _Rule:
    key: str
    hints: frozenset[str]
    before: re.Pattern[str]
    wanted: re.Pattern[str] | None
    against: re.Pattern[str] | None
    against_after: re.Pattern[str] | None


@cache
def _rules() -> dict[str, tuple[tuple[str, ...], list[_Rule]]]:
    """By unit: all words of which one must be near, and the rules in order."""
    by_unit: dict[str, list[_Rule]] = {}
    for item in facts("figures/narrative")["numbers"]:
        others = (re.compile(item[name]) if name in item else None for name in ("with", "not", "not_after"))
        rule = _Rule(item["key"], frozenset(item["hint"].split("|")), re.compile(item["before"]), *others)
        for unit in item["units"].split():
            by_unit.setdefault(unit, []).append(rule)
    return {unit: (tuple(sorted(frozenset().union(*(rule.hints for rule in rules)))), rules)
            for unit, rules in by_unit.items()}  # fmt: skip


@lru_cache(8192)
def _named(part: str, unit: str) -> tuple[_Rule, ...]:
    """The rules that may name a number, by what stands before it since the last comma; none for a goal or the past.

    Phrases come again and again, in a report and from one to the next.
    """
    hints, rules = _rules()[unit]
    near = [hint for hint in hints if hint in part]
    if not near:
        return ()
    named = tuple(rule for rule in rules if not rule.hints.isdisjoint(near) and rule.before.search(part))
    if named and (
        pattern("figures/narrative", "goal").search(part) or pattern("figures/narrative", "past").search(part)
    ):
        return ()
    return named


@cache
def _numbers() -> re.Pattern[str]:
    units = "|".join(sorted(_rules(), key=len, reverse=True))
    # One class of characters begins either kind of number: the engine skips to them.
    digits = r"(?<=[0-9])(?<![0-9]{2})(?:[0-9]{0,2}(?: [0-9]{3})+(?![0-9])|[0-9]*+(?:,[0-9]{3})*+(?:\.[0-9]++)?+)"
    return re.compile(
        rf"(?P<n>[0-9{NUMERALS}](?:{digits}|(?<=[{NUMERALS}])[{NUMERALS}]{{0,8}}+))\s*(?P<q>余|多)?\s*(?P<w>万)?\s*(?P<q2>余|多)?\s*"
        rf"(?P<u>{units})(?!月)"
    )


@cache
def _units() -> re.Pattern[str]:
    """The first character of a unit behind what may be a number."""
    first = "".join(sorted({unit[0] for unit in _rules()}))
    return re.compile(rf"[{first}](?<=[0-9{NUMERALS}余多万 ].)")


def _find_numbers(folded: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """Yield the numbers with their units in a stretch, left to right: units are fewer than numerals, so they are sought."""
    last = start
    for unit in _units().finditer(folded, start, end):
        begin = unit.start()
        if begin < last:
            continue
        floor = max(last, begin - _RUN)
        while begin > floor and folded[begin - 1] in _RUNNING:
            begin -= 1
        found = _numbers().search(folded, begin, min(unit.end() + _UNIT, end))
        if found is not None and found.end() > unit.start():
            last = found.end()
            yield found


@cache
def _absent() -> tuple[re.Pattern[str], list[tuple[str, str, list[str], re.Pattern[str]]]]:
    data = facts("figures/narrative")
    rules = [(item["key"], item["unit"], item["hint"].split("|"), re.compile(f"(?:{item['start']}){item['match']}" if not item["start"]
              else f"(?={item['start']}){item['match']}")) for item in data["none"]]  # fmt: skip
    return re.compile(rf"(?:{data['absence']})(?:发生|出现|产生|有)?(?:任何|相关)?"), rules


def narrative(
    text: str, sections: list[Section], tables: Sequence[Table] = (), *, year: int | None = None
) -> list[Figure]:
    """Return the numbers the prose states, each with its offsets in `text`, in order.

    A stated absence has state none_text and no value: "no request came" is what the report says, not a zero that
    was counted. Tables and statistics appendices are left out; so are goals, and numbers of a year before `year`.
    """
    folded = fold(text)
    tabled = [(section.start, section.end) for section in sections if section.section == "statistics_appendix"]
    clauses = folded.replace("。", ";").replace("\n", ";")
    figures: list[Figure] = []
    years: dict[int, int] = {}  # id of a figure → the year its part of the sentence names
    spoken = _between(sorted([*tabled, *((table.start, table.end) for table in tables)]), len(text))
    for first, last in spoken:
        for found in _find_numbers(folded, first, last):
            begin = found.start()
            back = clauses[begin - _BACK if begin > _BACK else 0 : begin]
            before = back[back.rfind(";") + 1 :].replace(" ", "")
            rules = _named(before[before.rfind(",") + 1 :], found["u"])
            if rules and not _goes_on(folded, begin):
                figures += _stated(text, folded, found, before, rules, years)
    latest: dict[str, int] = {}
    for item in figures:
        if id(item) in years:
            latest[item.row] = max(latest.get(item.row, 0), years[id(item)])
    figures = [item for item in figures
               if id(item) not in years or years[id(item)] >= max(latest[item.row], year or 0)]  # fmt: skip
    named = {item.row for item in figures}
    figures += [item for item in _none(text, folded, spoken) if item.row not in named]
    return sorted(figures, key=lambda item: item.start)


def _between(spans: list[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The stretches of a text that these spans, in order, leave."""
    left, position = [], 0
    for start, end in [*spans, (length, length)]:
        if start > position:
            left.append((position, start))
        position = max(position, end)
    return left


def _goes_on(folded: str, start: int) -> bool:
    """Whether what seems to begin at `start` is the rest of a longer number or of a word."""
    lead = folded[start - 1] if start else ""
    if lead == " ":  # the number before goes on: which of them is meant, nobody can tell
        return folded[start - 2 : start - 1].isdecimal()
    return lead in (_WORDS if folded[start] in NUMERALS else _PART_OF_NUMBER)


def _value(found: re.Match[str]) -> str | None:
    """The number that a match says, in digits or in Chinese, as decimal text; None for numerals that say none."""
    digits = found["n"]
    if digits.isdecimal() and not found["w"]:
        return str(int(digits))
    if digits[0] not in NUMERALS:
        number = Decimal(digits.replace(",", "").replace(" ", ""))
    else:
        told = counted(digits)
        if told is None:
            return None
        number = Decimal(told)
    value = format(number * 10_000 if found["w"] else number, "f")
    return value.rstrip("0").rstrip(".") if "." in value else value


def _stated(
    text: str, folded: str, found: re.Match[str], before: str, rules: tuple[_Rule, ...], years: dict[int, int]
) -> list[Figure]:
    """The figures that a number states; `before` is its clause up to it, `rules` may name it."""
    start, end = found.span()
    unit = found["u"]
    rule = next((rule for rule in rules if _fits(rule, before)), None)
    value = _value(found)
    if rule is None or value is None:
        return []
    if rule.against_after is not None and rule.against_after.match(folded, end):
        return []
    hedges = []
    about, cumulative = pattern("figures/narrative", "about"), pattern("figures/narrative", "cumulative")
    if found["q"] or found["q2"] or about.search(before):
        hedges.append("about")
    if cumulative.search(before):
        loose = pattern("figures/narrative", "not_cumulative").sub("", before)
        if cumulative.search(loose):
            hedges.append("cumulative")
    qualifier = ",".join(hedges)
    item = _figure(rule.key, text, (start, end), value, unit, qualifier, "value")
    if named := _YEAR.findall(before, before.rfind(",") + 1):
        years[id(item)] = int(named[-1][0])
    if rule.key != "req_received":
        return [item]
    answered = pattern("figures/narrative", "answered").match(folded, end)
    if answered is None:
        return [item]
    return [item, _figure("req_answered", text, (start, answered.end()), value, unit, qualifier, "value")]


def _fits(rule: _Rule, before: str) -> bool:
    """Whether the rest of the sentence has the words that a rule wants, and none that speak against it."""
    return (rule.wanted is None or rule.wanted.search(before) is not None) and (
        rule.against is None or rule.against.search(before) is None
    )


def _none(text: str, folded: str, spoken: list[tuple[int, int]]) -> list[Figure]:
    absence, rules = _absent()
    found: dict[str, Figure] = {}
    words = ((word, last) for first, last in spoken for word in absence.finditer(folded, first, last))
    for word, last in words:
        ahead = folded[word.end() : word.end() + _AHEAD]
        for key, unit, hints, rule in rules:
            if key in found:
                continue
            for hint in hints:
                if hint in ahead:
                    break
            else:
                continue
            rest = rule.match(folded, word.end(), last)
            if rest is not None:
                found[key] = _figure(key, text, (word.start(), rest.end()), None, unit, "stated_none", "none_text")
    return list(found.values())


def _figure(
    key: str, text: str, span: tuple[int, int], value: str | None, unit: str, qualifier: str, state: str
) -> Figure:
    start, end = span
    return Figure(
        "narrative", "narrative", key, "", key, text[start:end], value, unit, qualifier, state, None, start, end
    )

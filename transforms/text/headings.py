"""Text → candidates for headings: one scan over line starts, one over places where a heading runs inside a line.

All works on folded text (see fold.py), whose offsets are those of the text. Whatever stands in a statutory table,
also one that lost its cells, is never a heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from schemas.facts import facts, pattern, rules

_HAN = {char: value for value, char in enumerate("一二三四五六七八九十", 1)}
_FORMAL = {char: value for value, char in enumerate("壹贰叁肆伍陆柒捌玖拾", 1)}
_N = "[一二三四五六七八九十]{1,3}"
_STRONG = rf"(?:第 ?(?P<part>{_N}) ?(?:部分|章|节) ?[、.:,]?|第?(?P<han>{_N}) ?[、.,:]|(?P<formal>[壹贰叁肆伍陆柒捌玖拾]) ?[、.:])"
_WEAK = rf"(?:\( ?(?P<paren>{_N}) ?\) ?[、.]?|(?P<circled>[㈠-㈩]) ?[、.]?|(?P<arabic>\d{{1,2}}) ?[、.](?!\d))"
_REST = r"(?P<number>{})[ |]*(?P<rest>[^\n]{{1,80}})"
_NAME = r"(?P<rest>[^\n。;,:\d|]{2,36})[ |:。]*(?=\n|$)"
_OWN = r"[ |【]*" + _REST.format(
    _STRONG + r"(?:[ |]*\n(?=[ |]*[\u4e00-\u9fff]{4}))?"
)  # may be broken behind the numeral
_OWN_WEAK = r"[ |]*" + _REST.format(_WEAK)
# Patterns that begin with a certain character are found many times faster: the first line is matched apart.
_FIRST = {True: re.compile(_OWN), False: re.compile(_OWN_WEAK)}
_LINES = {True: re.compile(r"\n" + _OWN), False: re.compile(r"\n" + _OWN_WEAK)}
_INLINE = {
    True: re.compile("[。;:!? |)](?=[第一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾])" + _REST.format(_STRONG)),
    False: re.compile(r"[。;:!? |)](?=[(㈠-㈩\d])" + _REST.format(_WEAK)),
}
_BARE_FIRST, _BARE = re.compile(r"[ |]*" + _NAME), re.compile(r"\n[ |]*" + _NAME)
HEADING_LINE = re.compile(
    r"^[ \t\u3000\xa0\u200b]*(第?[一二三四五六七八九十]{1,3}(部分)?[ \t\u3000\xa0\u200b]*[、.．,，:：]|[壹贰叁肆伍陆柒捌玖拾][ \u3000\xa0]*、)"
)
_ENDS = re.compile(r"[。:;, |]")
_TEXT_BEHIND = re.compile(r" +[^ (]{12}|\( ?[一1] ?\)")
_HALF = re.compile(r"\n([\u4e00-\u9fff、]{1,20})(?=\n|$)")
_NOISE = re.compile(r"[\s、的及和与“”\"《》()〈〉]+")
_EDGES = "、:;.,。|！!】"
_NO_HEADING = re.compile("报告$|^(本|我|今)|没有|[未无]")
_HEADLIKE = re.compile("情况|概述|措施|事项|问题|打算|附[件表]|概况|总结|不足|计划|安排|思路")
_T3_FROM = re.compile(
    r"本\s*年\s*(?:度\s*)?新\s*收\s*(?:到\s*)?政\s*府|本\s*年\s*(?:度\s*)?收\s*到\s*政\s*府\s*信\s*息\s*公\s*开\s*申\s*请\s*数"
)
_T3_TO = re.compile(r"结\s*转\s*(?:到\s*|至\s*)?下\s*(?:一\s*)?年\s*(?:度\s*继?|继)")
_STAT_HEAD = re.compile(r"指\s*标\s*[|\s]*单\s*位")
_STAT_ROW = re.compile(r"政\s*府\s*信\s*息\s*数\s*[(|条\s]")
_STAT_LEAD = re.compile(r"(?:一\s*、\s*主\s*动\s*公\s*开\s*情\s*况[\s|-]*)?(?:\(一\)\s*)?主\s*动\s*公\s*开\s*$")
_STAT_TO = re.compile(
    r"接\s*受\s*培\s*训\s*人\s*员|培\s*训\s*班\s*[数次]|举\s*报\s*投\s*诉\s*数|会\s*议\s*或\s*专\s*题\s*会\s*议|专\s*项\s*经\s*费\s*[(|]"
)
_ZONE = 6000  # characters that a flattened table may take
MOST = 400  # candidates of a kind beyond which an enumeration is endless


@dataclass(slots=True)
class Candidate:
    """A place where a section may begin; `number` is 0 for a heading without numeral."""

    start: int
    number: int
    heading_end: int
    key: str
    also: tuple[str, ...]
    exact: bool  # the catalogue lists this wording
    own_line: bool  # begins a line
    kind: str  # part, han, formal, paren, circled, arabic, bare


@lru_cache(maxsize=8192)
def classify(heading: str) -> tuple[str, tuple[str, ...], bool]:
    """Return `(section, also, exact)` of a folded heading without numeral; ("", (), False) when no rule knows it."""
    squeezed = re.sub(r"\s+", "", heading).strip(_EDGES + "()")
    if squeezed.endswith("方面"):  # how parts of a section are called
        return "", (), False
    key = _variants().get(_NOISE.sub("", squeezed), "")
    for rule, facts_ in rules("sections", "rules"):
        if rule.search(squeezed):
            if not key or key == facts_["section"]:
                return facts_["section"], tuple(facts_.get("also", ())), bool(key)
            break
    return key, (), bool(key)


@cache
def _variants() -> dict[str, str]:
    return {_NOISE.sub("", name): key for key, names in facts("sections")["variants"].items() for name in names}


@cache
def _prefixes() -> re.Pattern[str]:
    """The catalogue's wordings at the head of a line that runs on, the longest first, spaces between."""
    names = sorted({name for names in facts("sections")["variants"].values() for name in names}, key=len, reverse=True)
    return re.compile("|".join(" ?".join(map(re.escape, name)) + "(?![一-龥])" for name in names)
                      + "|" + "|".join(" ?".join(map(re.escape, name)) for name in names if len(name) > 5))  # fmt: skip


def value_of(numeral: str) -> int:
    """Return the number a Chinese, formal, circled or Arabic numeral says."""
    if numeral.isdigit():
        return int(numeral)
    if len(numeral) == 1:
        return _HAN.get(numeral) or _FORMAL.get(numeral) or ord(numeral) - ord("㈠") + 1
    if numeral[0] == "十":
        return 10 + _HAN.get(numeral[1], 0)
    return 10 * _HAN[numeral[0]] + (_HAN[numeral[2]] if len(numeral) > 2 else 0)


def table_zones(folded: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches that belong to statutory tables: those with cells, and those that lost them."""
    zones = list(spans)
    begin = _T3_FROM.search(folded)
    if begin and not _inside(begin.start(), spans):
        end = _T3_TO.search(folded, begin.end())
        if end and end.end() - begin.start() < _ZONE:
            zones.append((max(0, begin.start() - 3), end.end()))
    start = _statistics(folded)
    if start is not None and not _inside(start, spans):
        ends = [found.end() for found in _STAT_TO.finditer(folded, start) if found.end() - start < _ZONE]
        if ends:
            zones.append((start, max(ends)))
    return zones


def _statistics(folded: str) -> int | None:
    """Where a statistics form that lost its cells begins, None if the text holds none."""
    head, row = _STAT_HEAD.search(folded), _STAT_ROW.search(folded)
    begin = None
    if row:
        lead = _STAT_LEAD.search(folded[max(0, row.start() - 30) : row.start()])
        begin = max(0, row.start() - 30) + lead.start() if lead else None
    if head and (begin is None or head.start() < begin):
        begin = head.start() - (2 if folded[head.start() - 2 : head.start()] == "统计" else 0)
    return begin


def _inside(offset: int, spans: list[tuple[int, int]]) -> bool:
    return any(a <= offset < b for a, b in spans)


def candidates(folded: str, zones: list[tuple[int, int]], *, strong: bool) -> dict[str, list[Candidate]]:
    """Return the candidates by kind of numeral, each list in order of their starts.

    `strong`: 一、 壹、 第一部分, the numerals of level 1; else （一） ㈠ 1. that mostly count on a lower level.
    """
    found: dict[str, list[Candidate]] = {}
    taken: set[int] = set()
    for match in _all(_FIRST[strong], _LINES[strong], folded):
        item = _numbered(folded, match, zones, own_line=True)
        if item is not None:
            taken.add(item.start)
            found.setdefault(item.kind, []).append(item)
    position = 0
    inner = False
    while match_ := _INLINE[strong].search(folded, position):
        position = match_.start("rest")
        item = None if match_.start("number") in taken else _numbered(folded, match_, zones, own_line=False)
        if item is not None:
            inner = True
            found.setdefault(item.kind, []).append(item)
    if inner:
        for items in found.values():
            items.sort(key=lambda item: item.start)
    return found


def _all(first: re.Pattern[str], others: re.Pattern[str], folded: str) -> Iterator[re.Match[str]]:
    """The matches at the beginning of the text and of its other lines."""
    match = first.match(folded)
    if match:
        yield match
    yield from others.finditer(folded)


def bare_candidates(folded: str, zones: list[tuple[int, int]]) -> list[Candidate]:
    """Return the lines that the catalogue knows as headings without a numeral."""
    return [item for match in _all(_BARE_FIRST, _BARE, folded) if (item := _bare(match, zones)) is not None]


def _numbered(folded: str, match: re.Match[str], zones: list[tuple[int, int]], *, own_line: bool) -> Candidate | None:
    rest, at = match["rest"], match.start("rest")
    start = match.start("number")
    if _inside(start, zones) or pattern("sections", "row_labels").match(rest):
        return None
    heading_end, key, also, exact = _heading(folded, rest, at, own_line=own_line)
    if not key and not (own_line and 0 < heading_end - at <= 36):
        return None
    start -= own_line and folded[start - 1 : start] == "【"
    kind = next(name for name, mark in match.groupdict().items() if mark and name not in ("number", "rest"))
    return Candidate(start, value_of(match[kind]), heading_end, key, also, exact, own_line, kind)


def _heading(folded: str, rest: str, at: int, *, own_line: bool) -> tuple[int, str, tuple[str, ...], bool]:
    """End, key, also and exactness of the heading at the head of `rest`."""
    end = at + len(rest)
    whole = (
        own_line
        and len(rest) <= 50
        and "。" not in rest.rstrip(" |")[:-1]
        and (end >= len(folded) or folded[end] == "\n")
    )
    if whole:
        heading = rest.rstrip(" |" + _EDGES)
        key, also, exact = classify(heading)
        if not exact and (told := _told_before(rest)):
            return at + len(told[0]), *told[1]
        if not exact and (broken := _broken(folded, heading, end)):
            return end + 1 + len(broken[0]), *broken[1]
        if exact or (key and not re.search("[:;]", heading)) or not re.search("[:; ]", heading):
            return at + len(heading), key, also, exact
    stop = _ENDS.search(rest)
    heading = rest[: stop.start()] if stop else rest
    key, also, exact = classify(heading) if len(heading) <= 40 else ("", (), False)
    if exact:
        return at + len(heading), key, also, exact
    known = _prefixes().match(rest)
    if known and not (key and rest[known.end() : known.end() + 1] in tuple("及和与、以")):
        longer = classify(known[0])
        if longer[0]:
            return at + len(known[0]), *longer
    if stop and stop[0] == "," and own_line:  # a slogan in two halves
        further = re.search(r"[。:; |]|$", rest)
        longest = rest[: further.start()] if further else rest
        if len(longest) <= 50 and len(longest) < 78:
            key, also, exact = classify(longest) if whole or len(longest) <= 40 else (key, also, exact)
            return at + len(longest.rstrip(_EDGES)), key, also, exact
    return at + len(heading), key, also, exact


def _told_before(rest: str) -> tuple[str, tuple[str, tuple[str, ...], bool]] | None:
    """A name of the catalogue before a text that goes on in the same line, behind a blank or with the first part's number."""
    known = _prefixes().match(rest)
    if known is None or not _TEXT_BEHIND.match(rest, known.end()):
        return None
    named = classify(known[0])
    return (known[0], named) if named[2] else None


def _broken(folded: str, heading: str, end: int) -> tuple[str, tuple[str, tuple[str, ...], bool]] | None:
    """The second half, on the next line, of a name of the catalogue that a line break cuts in two."""
    half = _HALF.match(folded, end)
    named = classify(heading + half[1]) if half else ("", (), False)
    return (half[1], named) if half and named[2] else None


def _bare(match: re.Match[str], zones: list[tuple[int, int]]) -> Candidate | None:
    """A heading that lost its numeral: a short line that the catalogue knows."""
    rest, at = match["rest"].rstrip(), match.start("rest")
    if _NO_HEADING.search(rest):
        return None
    key, also, exact = classify(rest)
    if not key or not (exact or _HEADLIKE.search(rest)) or _inside(at, zones):
        return None
    return Candidate(at, 0, at + len(rest), key, also, exact, True, "bare")

"""Text of a report → its sections: find heading candidates in one scan, then the best ordered path.

Sections tile the text without gap or overlap. Row labels of statutory tables are never headings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from schemas.facts import facts, pattern, rules
from schemas.records import Section, Table

_NUMERALS = {char: value for value, char in enumerate("一二三四五六七八九十", 1)}
_FORMAL = {char: value for value, char in enumerate("壹贰叁肆伍陆柒捌玖拾", 1)}
_SPACE = r"[ \t\u3000\xa0\u200b]*"
HEADING_LINE = re.compile(
    rf"^{_SPACE}(第?[一二三四五六七八九十]{{1,3}}(部分)?{_SPACE}[、.．,，:：]|[壹贰叁肆伍陆柒捌玖拾]{_SPACE}、)"
)
_LEVEL1 = re.compile(
    rf"(?:(?P<line>(?:\A|\n){_SPACE})|(?P<inline>(?<=[。；;:：\s|！])))"
    rf"(?P<number>第?(?P<n>[一二三四五六七八九十]{{1,3}}|[壹贰叁肆伍陆柒捌玖拾])(?:部分)?){_SPACE}[、.．,，:：]{_SPACE}(?P<rest>[^\n]{{0,80}})"
)
_BRACKETED = re.compile(
    rf"(?:\A|\n){_SPACE}[（(](?P<n>[一二三四五六七八九十]{{1,3}})[）)]{_SPACE}(?P<rest>[^\n]{{0,80}})"
)
_ARABIC = re.compile(rf"(?:\A|\n){_SPACE}(?P<n>\d{{1,2}}){_SPACE}[、.．]{_SPACE}(?P<rest>[^\n\d][^\n]{{0,80}})")
_BARE = re.compile(rf"(?:\A|\n){_SPACE}(?P<rest>[^\n。；]{{2,34}}?)[ \t\u3000\xa0:：]*(?=\n|\Z)")
_SIGNED = re.compile(
    r"(?P<organ>[^\s。；，,;]{4,40}?)?[\s\xa0]*(?P<date>[（(]?(?:20\d\d|二[〇○OＯ0零]..?)\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日[）)]?)\s*$"
)
_APPENDIX = re.compile(
    rf"\n(?P<rest>{_SPACE}(?:附{_SPACE}[表件][一二三四\d]?{_SPACE}[:：]?[^\n。，]{{0,40}}|[^\n。，]{{0,30}}情况统计表))[ \t\u3000\xa0]*(?=\n|\Z)"
)
_ENDS = re.compile(r"[。：:；;\s|\u3000\xa0]")
_FOLD = str.maketrans("()：；，,.．", "（）:;、、、、")


@dataclass(slots=True)
class _Candidate:
    start: int
    number: int
    heading_end: int
    heading: str
    key: str
    also: tuple[str, ...]
    own_line: bool


def split(text: str, tables: list[Table]) -> list[Section]:
    """Return the level-1 sections of a report's text, tiling it; offsets are code points of `text`."""
    if not text:
        return []
    spans = [(table.start, table.end) for table in tables]
    method, path = "numbered", _best_path(_numbered(text, spans, _LEVEL1))
    if _known(path) < 2:
        for name, candidates in (
            ("bracketed", _numbered(text, spans, _BRACKETED)),
            ("arabic", _numbered(text, spans, _ARABIC)),
        ):
            other = _best_path(candidates)
            if _known(other) >= 3 and _known(other) > _known(path):
                method, path = name, other
    if _known(path) < 3:
        bare = _bare(text, spans)
        if _known(bare) >= 3 and _known(bare) > _known(path):
            method, path = "bare", bare
    if path:
        path += _appendix(text, spans, path[-1])
    return _tile(text, path, method)


def _appendix(text: str, spans: list[tuple[int, int]], last: _Candidate) -> list[_Candidate]:
    """The unnumbered line over the statistics that close a report of 2014-2018, if there is one."""
    if last.key == "statistics_appendix":
        return []
    for match in _APPENDIX.finditer(text, last.heading_end):
        start = match.start("rest") + len(match["rest"]) - len(match["rest"].lstrip())
        if any(a <= start < b for a, b in spans):
            continue
        if any(match.end() <= a <= match.end() + 200 for a, _ in spans) or "统计表" in match["rest"]:
            heading = text[start : match.end("rest")]
            return [_Candidate(start, last.number + 1, match.end("rest"), heading, "statistics_appendix", (), True)]
    return []


def classify_heading(heading: str) -> tuple[str, tuple[str, ...]]:
    """Return `(section, also)` of a heading without its numeral; ("", ()) when no rule knows it."""
    squeezed = re.sub(r"[\s\xa0\u3000]+", "", heading).translate(_FOLD).strip("、:;（）。")
    for rule, facts_ in rules("sections", "rules"):
        if rule.search(squeezed):
            return facts_["section"], tuple(facts_.get("also", ()))
    return "", ()


def topics(text: str) -> list[str]:
    """Return the topics of an annual report that the text touches, in the catalogue's order."""
    return [name for name in facts("sections")["topics"] if pattern("sections", "topics", name).search(text)]


def _numbered(text: str, spans: list[tuple[int, int]], grammar: re.Pattern[str]) -> list[_Candidate]:
    labels = pattern("sections", "row_labels")
    found = []
    position = 0
    while match := grammar.search(text, position):
        position = match.start("rest") if match.start("rest") > match.start() else match.end()
        start = match.start("number") if "number" in match.re.groupindex else match.start()
        start += len(text[start : match.start("rest")]) - len(text[start : match.start("rest")].lstrip())
        if any(a <= start < b for a, b in spans) or labels.search(match["rest"][:24]):
            continue
        number = _value(match["n"])
        own_line = "line" not in match.re.groupindex or match["line"] is not None
        candidate = _candidate(text, start, match.start("rest"), match["rest"], number, own_line=own_line)
        if candidate is not None:
            found.append(candidate)
    return found


def _candidate(text: str, start: int, rest_at: int, rest: str, number: int, *, own_line: bool) -> _Candidate | None:
    end = rest_at + len(rest)
    whole_line = own_line and (end >= len(text) or text[end] == "\n") and len(rest.strip()) <= 50 and "。" not in rest
    if whole_line:
        heading = rest.rstrip(" \t\u3000\xa0:：。|")
        key, also = classify_heading(heading)
        return _Candidate(start, number, rest_at + len(heading), text[start : rest_at + len(heading)], key, also, True)
    stop = _ENDS.search(rest)
    heading = rest[: stop.start()] if stop else rest
    known = _known_prefix(rest)
    if known and (len(heading) > 40 or len(known) > len(heading) or not classify_heading(heading)[0]):
        heading = known
    key, also = classify_heading(heading) if len(heading) <= 40 else ("", ())
    if not key and not (own_line and len(heading) <= 30):
        return None
    if "，" in heading and key and len(heading) > 30:
        return None
    return _Candidate(start, number, rest_at + len(heading), text[start : rest_at + len(heading)], key, also, own_line)


@cache
def _prefixes() -> re.Pattern[str]:
    """Heads of well-known headings, for those with no mark after them."""
    names = sorted((name for name in facts("sections")["statutory"].values()), key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, names), "其他需?要?报告的?事项", "概述"]))


def _known_prefix(rest: str) -> str:
    found = _prefixes().match(rest)
    return found[0] if found else ""


def _value(numeral: str) -> int:
    if numeral.isdigit():
        return int(numeral)
    if numeral in _FORMAL:
        return _FORMAL[numeral]
    if len(numeral) == 1:
        return _NUMERALS[numeral]
    if numeral[0] == "十":
        return 10 + _NUMERALS.get(numeral[1], 0)
    return 10 * _NUMERALS[numeral[0]] + (_NUMERALS[numeral[2]] if len(numeral) > 2 else 0)


def _best_path(candidates: list[_Candidate]) -> list[_Candidate]:
    """The chain of strictly rising numerals with the best sum: known headings, own lines, room for a body."""
    if len(candidates) > 400:  # an endless enumeration is not an outline
        candidates = [candidate for candidate in candidates if candidate.key][:400]
    best: list[tuple[float, int]] = []
    for place, item in enumerate(candidates):
        own = (3.0 if item.key else 0.4) + (1.5 if item.own_line else 0.0)
        score, origin = own - 0.6 * (item.number - 1), -1
        for earlier in range(place):
            previous = candidates[earlier]
            step = item.number - previous.number
            if step <= 0 or (item.key and item.key == previous.key and item.key != "next_steps"):
                continue
            room = min(item.start - previous.heading_end, 120) / 120 * 0.6
            value = best[earlier][0] + own + room - 0.6 * (step - 1)
            if value > score:
                score, origin = value, earlier
        best.append((score, origin))
    if not best:
        return []
    place = max(range(len(best)), key=lambda index: (best[index][0], candidates[index].start))
    path = []
    while place >= 0:
        path.append(candidates[place])
        place = best[place][1]
    return path[::-1]


def _known(path: list[_Candidate]) -> int:
    return len({item.key for item in path if item.key})


def _bare(text: str, spans: list[tuple[int, int]]) -> list[_Candidate]:
    """Headings that lost their numerals: short lines of their own that the catalogue knows whole."""
    path: list[_Candidate] = []
    seen: set[str] = set()
    position = 0
    while match := _BARE.search(text, position):
        position = max(match.end("rest"), position + 1)
        rest = match["rest"]
        start = match.start("rest")
        if any(a <= start < b for a, b in spans) or re.search(r"\d{3}|[，、：:]$|报告$", rest) or "," in rest:
            continue
        key, also = classify_heading(rest)
        if not key or key in seen or not re.search("情况|概述|措施|事项|问题|打算|附[件表]|概况", rest):
            continue
        seen.add(key)
        path.append(_Candidate(start, len(path) + 1, match.end("rest"), rest, key, also, True))
    return path


def _tile(text: str, path: list[_Candidate], method: str) -> list[Section]:
    sections: list[Section] = []
    end_of_body = len(text)
    signature = _signature(text, path[-1].heading_end if path else 0)
    if signature is not None:
        end_of_body = signature
    if not path or path[0].start > 0:
        until = path[0].start if path else end_of_body
        if text[:until].strip():
            key = "preamble" if path else "unclassified"
            sections.append(Section(key, [], "", 1, "", 0, until, "found", "position", 0.9 if path else 0.3))
    for place, item in enumerate(path):
        start = item.start if sections else 0
        end = path[place + 1].start if place + 1 < len(path) else end_of_body
        body = text[item.heading_end : end].strip(" \t\r\n\u3000\xa0:：。|")
        key, also, how, sure = item.key, list(item.also), method, 0.95 if item.own_line else 0.85
        if not key:
            key, also, sure = _by_body(body, first=place == 0)
            how = "body"
        if not also and key == "problems_improvements" and pattern("sections", "rules_next").search(body):
            also = ["next_steps"]
        sections.append(Section(key, also, item.heading, 1, "", start, end, "found" if body else "empty", how, sure))
    if signature is not None:
        sections.append(Section("signature", [], "", 1, "", signature, len(text), "found", "position", 0.9))
    return sections


def _by_body(body: str, *, first: bool) -> tuple[str, list[str], float]:
    for rule, facts_ in rules("sections", "slogans"):
        if facts_.get("first", False) and not first:
            continue
        if rule.search(body):
            also = []
            if facts_["section"] == "proactive_disclosure":
                also = [
                    name
                    for name in ("requests", "review_litigation")
                    if pattern("sections", "topics", name).search(body)
                ]
            return facts_["section"], also, 0.6
    return "unclassified", [], 0.3


def _signature(text: str, after: int) -> int | None:
    """Start of the closing agency and date, or None; the date must end the text."""
    tail_at = max(after, len(text) - 90)
    found = _SIGNED.search(text, tail_at)
    if found is None:
        return None
    start = found.start("organ") if found["organ"] else found.start("date")
    before = text[tail_at:start]
    if before.strip() and not re.search(r"[。！；\s|]$", before):
        return None
    return start

"""Text of a report → its sections: the outline found in the text (headings.py, outline.py), laid out as a tiling.

`split` gives level 1: the sections tile the text without gap or overlap. `parts` gives level 2 inside 总体情况,
and `lacking` what the outline of the era wants and no heading tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from schemas.agencies import any_of
from schemas.facts import facts, pattern, rules
from schemas.records import Section, Table, as_row
from transforms.identity.dates import DAY, MONTH
from transforms.identity.gazetteer import leading_divisions
from transforms.text.fold import fold
from transforms.text.headings import HEADING_LINE, Candidate, classify, table_zones
from transforms.text.outline import best_outline

__all__ = ["HEADING_LINE", "classify_heading", "lacking", "parts", "section_rows", "split", "topics"]

_SIGNED = re.compile(
    rf"(?P<organ>[^\s。;,]{{2,40}}?)?\s*(?P<date>\(?(?:{DAY}|(?:(?<=\s)|(?<=^)){MONTH})\)?)\s*(?:印发)?\s*$"
)
_CLOSES = re.compile(r"[日号月\d)发]\s*$")
_BODY_LINE = re.compile(rf"\n[ |]*(?P<organ>[\u4e00-\u9fff]{{4,30}}(?:{any_of('closing_ends')}))[ |]*\s*\Z")
_ATTACHED = re.compile(r"\s*(?:\n|^)[ |]*附 ?[件表] ?[一二三四\d]? ?:[^\n。]{0,60}\s*\Z")
_APPENDIX = re.compile(
    r"(?:^|\n|(?<=[。 |]))(?P<rest>[ |]*(?:附 ?[表件][一二三四\d]? ?:?[^\n。,]{0,40}|[^\n。,]{0,30}情况统计表))[ |]*(?=\n|\Z| )"
)
_LEAD = re.compile(
    r"(?m)^[ |]*(?P<name>引 {0,4}言|前 {0,4}言|序 {0,4}言|编制说明)[ |:]*$"
)  # the few names of a preamble
_PART = re.compile(
    r"(?:^|(?<=[\n。;:!? ]))[ ]*(?P<number>\( ?(?P<paren>[一二三四五六七八九十]{1,2}) ?\)[、.]?|(?P<circled>[㈠-㈩])[、.]?"
    r"|(?P<arabic>\d{1,2}) ?[、.](?!\d)|(?P<first>[一二三四五六七八九十])是|第(?P<nth>[一二三四五六七八九十])[,、])"
    r" *(?P<rest>[^\n。;:,!?]{2,34})"
)
_VALUES = {char: value for value, char in enumerate("一二三四五六七八九十", 1)}
_BODYLESS = " \t\r\n\u3000\xa0:：。|】"


def classify_heading(heading: str) -> tuple[str, tuple[str, ...]]:
    """Return `(section, also)` of a heading without its numeral; ("", ()) when no rule knows it."""
    key, also, _ = classify(fold(heading))
    return key, also


def topics(text: str) -> list[str]:
    """Return the topics of an annual report that the text touches, in the catalogue's order."""
    return [name for name in facts("sections")["topics"] if pattern("sections", "topics", name).search(text)]


def split(text: str, tables: list[Table]) -> list[Section]:
    """Return the level-1 sections of a report's text, tiling it; offsets are code points of `text`."""
    if not text:
        return []
    folded = fold(text)
    spans = [(table.start, table.end) for table in tables]
    zones = table_zones(folded, spans)
    kind, chain = best_outline(folded, zones)
    last = next((item for item in chain if item.key == "statistics_appendix"), None)
    if chain and last is None:
        last = _appendix(folded, zones, chain[-1])
        chain = [item for item in chain if last is None or item.start < last.start] + ([last] if last else [])
    return _tile(text, folded, chain, {"han": "numbered", "": "position"}.get(kind, kind), last)


def _appendix(folded: str, zones: list[tuple[int, int]], after: Candidate) -> Candidate | None:
    """The unnumbered line over the statistics that close a report of 2014-2018, if there is one."""
    for match in _APPENDIX.finditer(folded, after.heading_end):
        rest = match["rest"]
        start = match.end("rest") - len(rest.lstrip(" |"))
        end = match.start("rest") + len(rest.rstrip(" |"))
        if any(a <= start < b for a, b in zones):
            continue
        if "统计表" in rest or any(end <= a <= end + 200 for a, _ in zones):
            return Candidate(start, after.number + 1, end, "statistics_appendix", (), True, True, "bare")
    return None


def _tile(text: str, folded: str, chain: list[Candidate], method: str, appendix: Candidate | None) -> list[Section]:
    sections: list[Section] = []
    main_end = appendix.start if appendix is not None and appendix is chain[-1] else len(text)
    floor = chain[-2 if main_end < len(text) else -1].heading_end if len(chain) > (main_end < len(text)) else 0
    signed = _signature(folded, floor, main_end)
    if signed is None and main_end < len(text):
        main_end = len(text)
    body_end = signed if signed is not None else main_end
    first = chain[0].start if chain else body_end
    if text[:first].strip() and chain:
        lead = _LEAD.search(folded, 0, first)
        if lead and folded[: lead.start("name")].strip():
            sections.append(Section("preamble", [], "", 1, "", 0, lead.start("name"), "found", "position", 0.9))
        start = lead.start("name") if sections and lead else 0
        sections.append(
            Section("preamble", [], lead["name"] if lead else "", 1, "", start, first, "found", "position", 0.9)
        )
    elif text[:first].strip():
        sections.append(Section("unclassified", [], "", 1, "", 0, first, "found", "position", 0.3))
    old = not _is_statutory(chain)
    for place, item in enumerate(chain):
        start = item.start if sections else 0
        end = chain[place + 1].start if place + 1 < len(chain) else len(text)
        if signed is not None and start < signed < end:
            end = signed
        body = folded[item.heading_end : end].strip(_BODYLESS)
        sections.append(_section(text, item, (start, end), body, method, first=place == 0, old=old))
        if signed is not None and end == signed:
            stop = chain[place + 1].start if place + 1 < len(chain) else len(text)
            sections.append(Section("signature", [], "", 1, "", signed, stop, "found", "position", 0.9))
    if signed is not None and not chain:
        sections.append(Section("signature", [], "", 1, "", signed, len(text), "found", "position", 0.9))
    return sections


def _is_statutory(chain: list[Candidate]) -> bool:
    """Whether the outline is the one of the formats of 2019 and 2021."""
    wants = facts("sections")["outlines"]["CD"]["wants"]
    return sum(item.key in wants for item in chain) >= len(wants) - 1 and any(
        item.key == "other_matters" for item in chain
    )


def _section(
    text: str, item: Candidate, span: tuple[int, int], body: str, method: str, *, first: bool, old: bool
) -> Section:
    key, also = item.key, list(item.also)
    sure = (0.97 if item.exact else 0.88) - (0.0 if item.own_line else 0.07)
    heading = text[item.start : item.heading_end].lstrip("【")
    if first and key == "organization_capacity" and not item.exact and pattern("sections", "slogan").search(heading):
        key, also = "overview", ["organization_capacity", *also]
    if not key:
        key, also, sure = _by_body(body, first=first)
        method = "body"
    if key == "problems_improvements" and "next_steps" not in also and pattern("sections", "rules_next").search(body):
        also.append("next_steps")
    section = Section(key, also, heading, 1, "", *span, "found" if body else "empty", method, round(sure, 2))
    if key == "overview" and old:
        told = " ".join(part.heading for part in parts(text, section))
        for name in facts("sections")["also_marks"]:
            if name not in also and pattern("sections", "also_marks", name).search(told):
                also.append(name)
    return section


def _by_body(body: str, *, first: bool) -> tuple[str, list[str], float]:
    """Section, also and confidence of a slogan: its body decides."""
    for rule, facts_ in rules("sections", "slogans"):
        if facts_.get("first", False) and not first:
            continue
        if rule.search(body):
            also = []
            if facts_["section"] == "proactive_disclosure":
                names = ("requests", "review_litigation")
                also = [name for name in names if pattern("sections", "topics", name).search(body)]
            return facts_["section"], also, 0.6
    return "unclassified", [], 0.3


def _signature(folded: str, after: int, until: int) -> int | None:
    """Start of the closing agency and date before `until`, or None; the date must end the text."""
    while attached := _ATTACHED.search(folded, max(after, until - 90), until):
        until = attached.start()
    tail_at = max(after, until - 90)
    if not _CLOSES.search(folded, max(tail_at, until - 8), until):
        return _undated(folded[:until], tail_at)
    found = _SIGNED.search(folded[:until], tail_at)
    if found is None:
        return None
    start = found.start("organ") if found["organ"] else found.start("date")
    before = folded[tail_at:start]
    if before.strip() and not re.search(r"[。!;\s|]$", before):
        return None
    return start


def _undated(folded: str, tail_at: int) -> int | None:
    """Start of a last line that is the name of a body with its place and nothing else: a signature without its day."""
    found = _BODY_LINE.search(folded, tail_at)
    chain = leading_divisions(found["organ"]) if found else []
    return found.start("organ") if found and chain and chain[-1].end < len(found["organ"]) else None


def parts(text: str, overview: Section) -> list[Section]:
    """Return the level-2 sections of `overview` (keys ov_*); they do not tile it: its lead belongs to none."""
    folded = fold(text)[overview.start : overview.end]
    kinds: dict[str, list[tuple[int, int, re.Match[str]]]] = {}
    for match in _PART.finditer(folded, len(overview.heading)):
        kind = next(name for name in ("paren", "circled", "arabic", "first", "nth") if match[name])
        mark = match[kind]
        number = int(mark) if mark.isdigit() else _VALUES.get(mark) or ord(mark) - ord("㈠") + 1
        run = kinds.setdefault(kind, [])
        if number == (run[-1][0] + 1 if run else 1):
            run.append((number, match.start("number"), match))
    run = next(
        (kinds[kind] for kind in ("paren", "circled", "arabic", "nth", "first") if len(kinds.get(kind, ())) > 1), []
    )
    found = []
    for place, (_, start, match) in enumerate(run):
        end = run[place + 1][1] if place + 1 < len(run) else len(folded)
        heading = match["rest"].rstrip()
        key = next(
            (facts_["section"] for rule, facts_ in rules("sections", "level2") if rule.search(heading)), "ov_other"
        )
        stop = match.start("rest") + len(heading)
        body = folded[stop:end].strip(_BODYLESS)
        found.append(
            Section(key, [], text[overview.start + start : overview.start + stop], 2, "overview", overview.start + start,
                    overview.start + end, "found" if body else "empty", "numbered", 0.9 if key != "ov_other" else 0.6)
        )  # fmt: skip
    return found


def lacking(sections: Sequence[Section], era: str) -> list[tuple[str, str, str]]:
    """Return `(section, status, parent)` of what the outline of an era has and these sections have not.

    merged: told in the section `parent`, as its heading says; not_found: the law of the era wants it and no
    heading tells it; absent: outlines of the era may have it, this one has not. Nothing for an unknown era.
    """
    outline = facts("sections")["outlines"].get({"A": "AB", "B": "AB", "C": "CD", "D": "CD"}.get(era, era))
    if outline is None:
        return []
    have = {section.section for section in sections}
    hosts = {name: section.section for section in reversed(sections) for name in section.also}
    rows = []
    for key in [*outline["wants"], *outline["may"]]:
        if key not in have:
            status = "merged" if key in hosts else "not_found" if key in outline["wants"] else "absent"
            rows.append((key, status, hosts.get(key, "")))
    return rows


def section_rows(text: str, sections: list[Section], era: str) -> list[dict[str, Any]]:
    """Return the rows of a report: level 1 in order, level 2 behind its parent, then what is lacking.

    Rows of level 1 with offsets tile the text. Rows of level 2 have offsets and share their parent's text. Rows of
    status merged, absent and not_found stand for no stretch of text: they are of level 0 and their offsets are null.
    """
    rows: list[dict[str, Any]] = []
    for section in sections:
        rows.append(as_row(section))
        if section.section == "overview":
            rows += [as_row(part) for part in parts(text, section)]
    for key, status, parent in lacking(sections, era):
        rows.append({"section": key, "also": [], "heading": "", "level": 0, "parent": parent, "start": None,
                     "end": None, "status": status, "method": "outline", "confidence": None})  # fmt: skip
    return rows

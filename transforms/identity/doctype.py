"""Is this page an annual report? A title, an outline, and vetoes that win over both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from schemas.facts import facts, pattern, rules
from schemas.records import Document, Section
from transforms.identity.gazetteer import leading_divisions
from transforms.identity.issuer import organ_at_head
from transforms.identity.title import marked, title_agency
from transforms.text.clean import Cleaned
from transforms.text.sections import topics

_OPENING = 400  # characters of the first lines
MIN_BODY = 150  # Han characters; the shortest genuine reports seen have several hundred
_HAN = re.compile("[\u4e00-\u9fff]+")
_NOTE = re.compile(r"[（(][^）)]{0,30}[）)]")
_TELLING = re.compile(
    "范文|范本|模板|样本|解读|图解|讲话|问答|征求意见|草案|送审"
)  # notes in brackets that say more than （更正）, （含统计表）
_LABEL = re.compile("[【\\[]?([^：:｜|丨】\\]]{1,12})[：:｜|丨】\\]]")  # 视频：, 海报｜, 【…】
_SITE = re.compile("(?:网|门户|平台|政府|局|委|办|厅|镇|乡|街道|中心|专栏)$")
_SENTENCE = re.compile("[。；;]|^[一二三四五六七八九十（(]+[、）)]")


@dataclass(slots=True)
class Verdict:
    """`doc_type` is annual_report, a look-alike of schemas/doc_types.yml, or why there is nothing to read."""

    doc_type: str
    accepted: bool
    flagged: bool
    reasons: list[str] = field(default_factory=list)
    score: float = 0.0


def judge_type(document: Document, cleaned: Cleaned, sections: list[Section], title: str, year: int | None) -> Verdict:
    """Judge one page; `title` is the best title known (in the page, its metas, or the link that led to it)."""
    lookalike, head = look_alike(_heads(document, cleaned, title))
    keys = {section.section for section in sections} - {"preamble", "signature", "unclassified"}
    outline = len(keys)
    if lookalike and not (
        lookalike == "work_summary" and outline >= 4
    ):  # a summary with the outline is one (domain.md 5)
        return Verdict(lookalike, False, False, [f"doc_type_{lookalike}", f"title:{head[:60]}"])
    start = cleaned.text[:_OPENING]
    if opening := _opening(start):
        return Verdict(opening, False, False, [f"doc_type_{opening}", f"opening:{cleaned.text[:60]}"])
    shown = document.page_title if document.page_title else cleaned.text[:60]
    if pattern("doc_types", "not_found", flags=re.I).search(shown) and len(cleaned.text) < 600:
        return Verdict("not_found", False, False, ["soft_404"])
    spoken = topics(cleaned.text)
    summary = lookalike == "work_summary"
    titled = bool(title and (summary or marked(title)))
    score = 3.0 * titled + min(outline, 5) + 2.0 * bool(document.tables and outline) + 0.5 * len(spoken)
    reasons = [f"title:{titled}", f"outline:{outline}", f"topics:{len(spoken)}", f"chars:{len(cleaned.text)}"]
    if summary:
        reasons.insert(0, "work_summary_with_outline")
    more = _unexplained(title) if titled and not summary else ""
    if more:
        reasons.insert(0, f"title_says_more:{more}")
    several = titled and _several(cleaned.text, title)
    if several:
        reasons.insert(0, "several_reports")
    doubtful = bool(more) or several
    if titled and outline >= 3:
        return Verdict("annual_report", True, summary or doubtful, reasons, score)
    if outline < 3 and _listed(document.text) >= 3:
        return Verdict("list_page", False, False, ["list_page", *reasons], score)
    long = _is_long(cleaned.text)
    if titled and long and len(spoken) >= 3 and cleaned.text.count("公开") >= 4:
        return Verdict("annual_report", True, outline < 2 or doubtful, reasons, score)
    if titled and not long:
        kind = "attachment_only" if document.n_links or document.n_image_tables else "no_body"
        return Verdict(kind, False, False, [kind, *reasons], score)
    if not title and year and _is_untitled_report(cleaned.text, outline, spoken, len(sections)):
        return Verdict("annual_report", True, True, ["doc_type_inferred", *reasons], score)
    if title and year and outline >= 5 and document.tables and _statutory(sections):
        return Verdict("annual_report", True, True, ["doc_type_inferred", *reasons], score)
    return Verdict("not_a_report", False, False, ["not_a_report", *reasons], score)


def _opening(start: str) -> str:
    """The look-alike that the first lines speak of, "" for none."""
    for match, rule in rules("doc_types", "openings"):
        if any(hint in start for hint in rule["hint"]) and match.search(start):
            return str(rule["doc_type"])
    return ""


def _statutory(sections: list[Section]) -> bool:
    """Whether the sections are the six of the national format, in their order."""
    wants = list(facts("sections")["outlines"]["CD"]["wants"])
    return [section.section for section in sections if section.section in wants] == wants


def _several(text: str, title: str) -> bool:
    """Whether a page holds the reports of several years or bodies: a second title, and a second first section."""
    if text.count("\n一、") - text.count("\n一、本年") < 2:  # 一、本年新收 is a row of a table
        return False
    return len({*_title_lines(text), "".join(title.split())}) > 1


def _is_long(text: str) -> bool:
    """Whether a text has the Han characters of the shortest report."""
    return any(n >= MIN_BODY for n in accumulate(len(found[0]) for found in _HAN.finditer(text)))


def _listed(text: str) -> int:
    """How many short lines are titles of reports with their year."""
    return len(set(_title_lines(text)))


def _title_lines(text: str) -> Iterator[str]:
    """The short lines that name a report with its year, without blanks."""
    for line in text.split("\n"):
        if len(line) < 70 and ("报" in line and "公开" in line) and re.search(r"20\d\d", line) and marked(line):
            yield "".join(line.split())


def look_alike(heads: list[str]) -> tuple[str, str]:
    """Return the look-alike that one of the titles names, and that title; ("", "") when none does.

    A rule is tried around the words for a report where these stand, else anywhere.
    """
    for head in heads:
        if marked(head) and pattern("doc_types", "part_year").search(head):
            return "statistics_only", head
        parts = _around(head)
        for doc_type, anywhere, before, behind in _vetoes():
            if parts is None:
                fits = anywhere.search(head)
            else:
                fits = (before and before.search(parts[0])) or (behind and behind.search(parts[1]))
            if fits:
                return doc_type, head
    return "", ""


def _around(title: str) -> tuple[str, str] | None:
    """What stands before and behind the words for a report, notes that tell nothing left out; None without them."""
    marks = list(pattern("doc_types", "title").finditer(title))
    if not marks:
        return None
    tail = title[marks[-1].end() :]
    return title[: marks[-1].start()], _NOTE.sub(lambda note: note[0] if _TELLING.search(note[0]) else "", tail)


def _unexplained(title: str) -> str:
    """What a title says besides report, year and bodies: a tail, or a label before the issuer; "" when nothing."""
    parts = _around("".join(title.split()))
    if parts is None:
        return ""
    label = _LABEL.match(parts[0])
    for part in (parts[1], label[1] if label else ""):
        rest = pattern("doc_types", "explained", flags=re.I).sub("", pattern("doc_types", "year").sub("", part))
        if rest.strip("年度") and not (leading_divisions(rest) or organ_at_head(rest) or _SITE.search(rest)):
            return part[:40]
    return ""


_Veto = tuple[str, re.Pattern[str], re.Pattern[str] | None, re.Pattern[str] | None]  # look-alike, match, lead, tail


@cache
def _vetoes() -> list[_Veto]:
    return [
        (rule["doc_type"], match, *(re.compile(rule[name]) if name in rule else None for name in ("lead", "tail")))
        for match, rule in rules("doc_types", "vetoes")
    ]


def _heads(document: Document, cleaned: Cleaned, title: str) -> list[str]:
    """Every title that the page bears; without one, its first lines that look like titles.

    Where the page itself names a report, headings that name none are those of its menus.
    """
    heads = [text for text in (title, document.metas.get("articletitle", ""), document.headline) if text]
    own = (cleaned.title, *heads[1:], document.page_title, document.title_above)
    year = pattern("doc_types", "year")
    # a line of columns (… 政府信息公开年报 …) is no title where a heading names something with its year
    trusted = year.search(title) or (title_agency(title) and not any(year.search(head) for head in heads[1:]))
    if trusted and marked(title) and any(marked(text) for text in own):
        heads = [text for text in heads if marked(text)]
    if not title and year.search(document.page_title):
        heads.append(document.page_title)
    if not title or not document.headline:
        lines = (line.strip(" \t\u3000\xa0|") for line in document.text[:600].split("\n"))
        titles = [line for line in lines if 6 <= len(line) <= 60 and not _SENTENCE.search(line)]
        heads += (
            titles[:2] if not title else [line for line in titles[:2] if pattern("doc_types", "title").search(line)]
        )
    return [re.sub(r"\s+", "", head).partition("。")[0] for head in dict.fromkeys(heads)]


def _is_untitled_report(text: str, outline: int, spoken: list[str], n_sections: int) -> bool:
    if text.count("信息公开") < 5 or len(spoken) < 4:
        return False
    return outline >= 3 or (outline >= 2 and n_sections >= 4)

"""Is this page an annual report? A title, an outline, and vetoes that win over both."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from schemas.facts import pattern, rules
from schemas.records import Document, Section
from transforms.clean import Cleaned
from transforms.sections import topics

MIN_BODY = 150  # Han characters; the shortest genuine reports seen have several hundred
_HAN = re.compile("[\u4e00-\u9fff]")


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
    reasons: list[str] = []
    heads = [text for text in (title, document.metas.get("articletitle", ""), document.headline) if text]
    if not title:  # a look-alike's title is no report title: read the first lines
        heads += [line for line in cleaned.text[:300].split("\n") if 6 <= len(line.strip()) <= 60][:2]
    for head in heads:
        for veto, rule in rules("doc_types", "vetoes"):
            if veto.search(head) and not _names_report_only(head, rule["doc_type"]):
                return Verdict(rule["doc_type"], False, False, [f"doc_type_{rule['doc_type']}", f"title:{head[:60]}"])
    if pattern("doc_types", "not_found", flags=re.I).search(document.page_title) and len(cleaned.text) < 600:
        return Verdict("not_found", False, False, ["soft_404"])
    han = len(_HAN.findall(cleaned.text))
    mark = pattern("doc_types", "title")
    listed = sum(
        1 for line in document.text.split("\n") if len(line) < 70 and mark.search(line) and re.search(r"20\d\d", line)
    )
    keys = [section.section for section in sections if section.section not in ("preamble", "signature", "unclassified")]
    outline = len(set(keys))
    spoken = topics(cleaned.text)
    titled = bool(title and mark.search(title))
    score = 3.0 * titled + min(outline, 5) + 2.0 * bool(document.tables and outline) + 0.5 * len(spoken)
    reasons += [f"title:{titled}", f"outline:{outline}", f"topics:{len(spoken)}", f"chars:{han}"]
    if listed >= 3 and outline < 3:
        return Verdict("list_page", False, False, ["list_page", *reasons], score)
    if titled and outline >= 3:
        return Verdict("annual_report", True, False, reasons, score)
    if titled and han >= MIN_BODY and len(spoken) >= 3 and cleaned.text.count("公开") >= 4:
        return Verdict("annual_report", True, outline < 2, reasons, score)
    if titled and han < MIN_BODY:
        kind = "attachment_only" if document.n_links or document.n_image_tables else "no_body"
        return Verdict(kind, False, False, [kind, *reasons], score)
    if not title and year and _is_untitled_report(cleaned.text, outline, spoken, len(sections)):
        return Verdict("annual_report", True, True, ["doc_type_inferred", *reasons], score)
    return Verdict("not_a_report", False, False, ["not_a_report", *reasons], score)


def _is_untitled_report(text: str, outline: int, spoken: list[str], n_sections: int) -> bool:
    if text.count("信息公开") < 5 or len(spoken) < 4:
        return False
    return outline >= 3 or (outline >= 2 and n_sections >= 4)


def _names_report_only(head: str, doc_type: str) -> bool:
    """A veto word that belongs to the issuer's name (信访局, 目录管理处 …) or to the report's own title is none."""
    if doc_type == "assessment":
        return re.search("(考核|评估|测评)(办|局|中心|委员会)", head) is not None
    if doc_type == "final_accounts":
        return re.search("预算(局|处|中心)", head) is not None
    if doc_type == "university_report":
        return re.search("学年|高校", head) is None and "政府信息公开" in head
    if doc_type == "news":
        return re.search("报告$", head) is not None and re.search("召开|举行|举办", head) is None
    return False

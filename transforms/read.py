"""One capture → one row: decode, clean, judge, attribute, split, tabulate. Pure; one page at a time.

Exactly one answer a capture: a page row (somebody's report for a year), a reject with its reason, or both for a
page of an unofficial host that may copy a report: hijacked, or with an issuer or year that nothing tells.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from schemas.divisions import current_code
from schemas.records import Capture, Document, Figure, Section, as_row
from schemas.registry import Site, owner
from transforms.documents.attachments import UnreadableAttachment, read_attachment
from transforms.documents.decode import Undecodable, decode
from transforms.documents.html import parse_html
from transforms.identity.attribute import Attribution, attribute
from transforms.identity.dates import Published, YearVerdict, before_date, claimed_dates, decide_published, decide_year
from transforms.identity.doctype import Verdict, judge_type
from transforms.identity.hosts import HostVerdict, host_of, judge_host
from transforms.identity.title import choose_title
from transforms.tables.figures import FiguresResult, tabulate
from transforms.tables.narrative import narrative
from transforms.text.clean import Cleaned, clean
from transforms.text.sections import section_rows, split
from transforms.text.traditional import fold_document, is_traditional

MAX_TEXT = 8_000_000  # bytes of a page of text; a report of a ministry with its menus stays below a quarter of it
MAX_MAIN, MAX_LINES = 500_000, 20_000  # code points and lines of a main text; thirty times the longest report
STAGE_VERSION = 2  # raise when a change alters what is read; pages and lake are then rebuilt from raw

_COPIES = ("mirror", "republisher", "unknown")  # whose pages are kept for their text even if nothing tells the issuer
_NOT_STORED = frozenset(("undecided", "evidence", "flags"))  # fields of an Attribution that a row tells otherwise

Row = dict[str, Any]


@dataclass(slots=True)
class Reading:
    """All that was decided about one page."""

    site: Site | None
    document: Document
    cleaned: Cleaned
    printed: str  # the cleaned text as the page prints it; `cleaned` may be folded from traditional characters
    host: HostVerdict
    sections: list[Section]
    title: str
    year: YearVerdict
    published: Published
    verdict: Verdict
    issuer: Attribution
    figures: FiguresResult
    numbers: list[Figure]
    flags: list[str]
    reasons: list[str]

    @property
    def disposition(self) -> str:
        """archive, archive_flagged or reject."""
        if self.reasons:
            return "reject"
        return "archive_flagged" if self.verdict.flagged or self.figures.missing or _grave(self.flags) else "archive"


class Unreadable(ValueError):
    """There is nothing in a capture that could be judged; `reasons` say why, the first in one word."""

    def __init__(self, *reasons: str) -> None:
        super().__init__(": ".join(reasons))
        self.reasons = list(reasons)


def read_capture(capture: Capture) -> tuple[Row | None, Row | None]:
    """Return `(page row, reject row)` of one capture; columns as PAGES and REJECTS of schemas/tables.py."""
    try:
        reading = read_page(capture)
    except Unreadable as error:
        return None, _reject(capture, error.reasons[0], error.reasons, None)
    page = None
    if reading.verdict.accepted and (
        not reading.reasons or reading.host.provenance in _COPIES or reading.host.hijacked
    ):
        page = _page(capture, reading)
    reject = _reject(capture, reading.reasons[0], reading.reasons, reading) if reading.reasons else None
    return page, reject


def read_page(capture: Capture, site: Site | None = None) -> Reading:
    """Decide everything about one page. Raises Unreadable."""
    document, text_flags = _document(capture)
    latest = capture.fetched_at.date() if capture.fetched_at else None
    site = site or owner(capture.url, latest)
    host = judge_host(capture.url, document, site is not None)
    folded = is_traditional(document.text)
    served = document.text
    document = fold_document(document) if folded else document
    cleaned = clean(document)
    printed = "".join(served[start:end] for start, end in cleaned.ranges) if folded else cleaned.text
    sections = split(cleaned.text, cleaned.tables)
    title, title_from = choose_title(document, cleaned.title, capture.anchor)
    signature = next((cleaned.text[s.start : s.end] for s in sections if s.section == "signature"), "")
    claims = claimed_dates(document, cleaned.date_line, cleaned.meta_lines, signature, capture.url)
    year = decide_year(title, cleaned.text, capture.anchor, latest, capture.url, claims)
    published = decide_published(claims, year.year)
    verdict = judge_type(document, cleaned, sections, title, year.year)
    if not verdict.accepted and capture.link == "list":
        verdict = Verdict("list_page", False, False, ["list_page", *verdict.reasons], verdict.score)
    flags = [*text_flags, *cleaned.flags, *(["folded_from_traditional"] if folded else [])]
    reasons: list[str] = []
    issuer = Attribution()
    figures, numbers = FiguresResult(), []
    if verdict.accepted:
        issuer = attribute(document, cleaned, title, before_date(signature), site, capture.url, year.year)
        figures = tabulate(cleaned.text, cleaned.tables, sections, n_images=document.n_image_tables)
        numbers = narrative(cleaned.text, sections, cleaned.tables, year=year.year)
        flags += [*issuer.flags, *figures.flags]
        flags += ["title_missing"] if not title else []
        flags += [reason for reason in verdict.reasons if reason in ("doc_type_inferred", "several_reports")]
        flags += ["year_conflict"] if year.conflict else []
        flags += ["year_inferred"] if year.basis in ("path", "published") else []
        flags += published.flags
        flags += ["publication_date_missing"] if published.on is None else []
        flags += ["no_source_address"] if not capture.url else []
        if year.year is None:
            reasons.append("undecided_year")
        if issuer.undecided:
            reasons.append(issuer.undecided)
    else:
        reasons += verdict.reasons
    flags += [reason for reason in host.reasons if reason == "spam_suspected"]
    if published.forged and host.hijacked:
        host.reasons.append("publication_date_forged")
    if host.hijacked:
        reasons = ["hijacked" if verdict.accepted else reasons[0], *reasons, *host.reasons]
    if title_from not in ("page", ""):
        flags.append(f"title_from_{title_from}")
    return Reading(
        site,
        document,
        cleaned,
        printed,
        host,
        sections,
        title,
        year,
        published,
        verdict,
        issuer,
        figures,
        numbers,
        sorted(set(flags)),
        list(dict.fromkeys(reasons)),
    )


def _document(capture: Capture) -> tuple[Document, tuple[str, ...]]:
    """The Document of a capture by its kind, and flags of its text; raises Unreadable."""
    early = _unreadable(capture)
    if early:
        raise Unreadable(early)
    try:
        if capture.kind not in ("html", "text"):
            return read_attachment(capture.kind, capture.body), ()
        text, _, flags = decode(capture.body, capture.content_type)
    except Undecodable as error:
        raise Unreadable("undecodable", str(error)) from error
    except UnreadableAttachment as error:
        raise Unreadable("unreadable_attachment", str(error)) from error
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    document = parse_html(text) if capture.kind == "html" else Document(text=text, chrome=text)
    lines = document.text.count("\n")
    if len(document.text) > MAX_MAIN or lines > MAX_LINES:
        raise Unreadable("too_large", f"{len(document.text)} characters in {lines} lines of main text")
    return document, flags


def _unreadable(capture: Capture) -> str:
    if capture.refused:
        return capture.refused
    if capture.status != 200:
        return f"http_{capture.status}"
    if not capture.body.strip():
        return "empty_body"
    if capture.kind in ("html", "text") and len(capture.body) > MAX_TEXT:
        return "too_large"
    return ""


def _grave(flags: list[str]) -> bool:
    return bool(
        {"title_missing", "doc_type_inferred", "year_conflict", "year_inferred", "host_region_mismatch"} & set(flags)
    )


def evidence_json(reading: Reading) -> str:
    return json.dumps(
        {
            "doc_type": {
                "decided": reading.verdict.doc_type,
                "score": reading.verdict.score,
                "by": reading.verdict.reasons,
            },
            "year": {"decided": reading.year.year, "basis": reading.year.basis, "by": reading.year.evidence},
            "agency": reading.issuer.evidence,
            "host": {"provenance": reading.host.provenance, "by": reading.host.reasons},
            "published": reading.published.candidates,
        },
        ensure_ascii=False,
        sort_keys=True,
    )


def _where(capture: Capture, host: str) -> Row:
    return {
        "url": capture.url,
        "host": host,
        "fetched_at": capture.fetched_at,
        "warc_key": capture.warc_key,
        "warc_offset": capture.warc_offset,
        "warc_length": capture.warc_length,
        "payload_sha256": capture.payload_sha256,
        "site_id": capture.site_id,
        "family": capture.family,
    }


def _page(capture: Capture, reading: Reading) -> Row:
    issuer, year = reading.issuer, reading.year
    text = reading.printed
    sections = section_rows(reading.cleaned.text, reading.sections, era_by_structure(reading))
    for row in sections:
        row["heading"] = heading_as_printed(reading, row["heading"], row["start"])
    decided = not issuer.undecided and year.year is not None
    title = reading.title
    if not title and decided:
        title = f"{issuer.agency_name.removesuffix('人民政府')}{year.year}年政府信息公开工作年度报告"
    told = {name: getattr(issuer, name) for name in Attribution.__slots__ if name not in _NOT_STORED}
    return {
        **(told if decided else {**told, "agency_id": "", "province": "unknown"}),
        **_where(capture, reading.host.host),
        "year": year.year,
        "title": title,
        "title_inferred": not reading.title,
        "published_on": reading.published.on,
        "published_basis": reading.published.basis,
        "period_start": year.period[0] if year.period else None,
        "period_end": year.period[1] if year.period else None,
        "era_by_structure": era_by_structure(reading),
        "era_by_year": era_by_year(year.year) if year.year else "",
        "n_chars": len(text),
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "provenance": reading.host.provenance,
        "hijacked": reading.host.hijacked,
        "own_site": reading.site is not None
        and current_code(reading.site.division) == issuer.agency_id.partition(":")[0],
        "doc_type": reading.verdict.doc_type,
        "flags": reading.flags,
        "confidence_year": year.confidence,
        "evidence": evidence_json(reading),
        "stage_version": STAGE_VERSION,
        "text": text,
        "sections": sections,
        "figures": [as_row(figure) for figure in [*reading.figures.figures, *reading.numbers]],
    }


def heading_as_printed(reading: Reading, heading: str, start: int | None) -> str:
    """Return a heading in the characters that the page prints; folding keeps every place."""
    at = reading.cleaned.text.find(heading, start) if heading and start is not None else -1
    return reading.printed[at : at + len(heading)] if at >= 0 else heading


def era_by_year(year: int) -> str:
    """Era of the templates by report year: A 2008-2013, B 2014-2018, C 2019-2020, D from 2021."""
    return "A" if year <= 2013 else "B" if year <= 2018 else "C" if year <= 2020 else "D"


def era_by_structure(reading: Reading) -> str:
    """Era told by the tables, else by the outline; "" when neither tells (never taken from the year)."""
    if reading.figures.era_by_structure:
        return str(reading.figures.era_by_structure)
    keys = [section.section for section in reading.sections if section.section not in ("preamble", "signature")]
    if keys[:6] == [
        "overview",
        "proactive_disclosure",
        "requests",
        "review_litigation",
        "problems_improvements",
        "other_matters",
    ]:
        return "CD"
    return "AB" if keys and reading.verdict.accepted else ""


def _reject(capture: Capture, reason: str, reasons: list[str], reading: Reading | None) -> Row:
    host = reading.host.host if reading else host_of(capture.url)
    return {
        **_where(capture, host),
        "reason": reason,
        "reasons": reasons,
        "doc_type": reading.verdict.doc_type if reading else "",
        "title": reading.title if reading else capture.anchor,
        "evidence": evidence_json(reading) if reading else json.dumps({"reasons": reasons}, ensure_ascii=False),
        "fetch_month": capture.fetched_at.strftime("%Y-%m") if capture.fetched_at else "unknown",
        "status": capture.status,
        "stage_version": STAGE_VERSION,
    }


__all__ = ["STAGE_VERSION", "era_by_year", "read_capture", "read_page"]

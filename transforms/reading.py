"""One capture → all that is decided about it, stage by stage: decode, clean, split, judge, attribute, tabulate.

Pure. The stages are separate so that a batch of pages can go through them side by side (see read.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas.facts import facts
from schemas.records import Capture, Document, Figure, Figures, Section
from schemas.registry import Site, owner
from transforms.documents.attachments import UnreadableAttachment, read_attachment
from transforms.documents.decode import Undecodable, decode
from transforms.documents.html import parse_html
from transforms.identity.attribute import Attribution, attribute
from transforms.identity.dates import Published, YearVerdict, before_date, claimed_dates, decide_published, decide_year
from transforms.identity.doctype import Verdict, judge_type
from transforms.identity.hosts import HostVerdict, judge_host
from transforms.identity.title import choose_title
from transforms.tables.figures import FiguresResult, tabulate
from transforms.tables.narrative import narrative
from transforms.text.clean import Cleaned, clean
from transforms.text.sections import split
from transforms.text.traditional import fold_document, is_traditional

MAX_TEXT = 8_000_000  # bytes of a page of text; a report of a ministry with its menus stays below a quarter of it
MAX_MAIN, MAX_LINES = 500_000, 20_000  # code points and lines of a main text; thirty times the longest report


@dataclass(slots=True)
class Reading:
    """All that was decided about one page; every stage fills in its part."""

    capture: Capture
    site: Site | None = None
    cover: Capture | None = None  # the page that an attachment belongs to
    met_again: datetime | None = None  # when a later crawl found the page unchanged
    document: Document = field(default_factory=lambda: Document(""))
    cleaned: Cleaned = field(default_factory=lambda: Cleaned("", [], "", 0, []))
    printed: str = ""  # the cleaned text as the page prints it; `cleaned` may be folded from traditional characters
    host: HostVerdict = field(default_factory=lambda: HostVerdict("", "unknown"))
    sections: list[Section] = field(default_factory=list)
    title: str = ""
    title_from: str = ""
    signature: str = ""
    year: YearVerdict = field(default_factory=YearVerdict)
    published: Published = field(default_factory=Published)
    verdict: Verdict = field(default_factory=lambda: Verdict("", False, False, []))
    issuer: Attribution = field(default_factory=Attribution)
    figures: FiguresResult = field(default_factory=FiguresResult)
    numbers: list[Figure] = field(default_factory=list)  # of the prose
    flags: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

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


def read_page(capture: Capture, site: Site | None = None, cover: Capture | None = None) -> Reading:
    """Decide everything about one page, or about an attachment and its cover as one. Raises Unreadable.

    `cover` is the page that an attachment belongs to: it tells title, date and place, the attachment the report.
    """
    reading = Reading(capture, site, cover)
    for stage in STAGES:
        stage(reading)
    return reading


def _open(reading: Reading) -> None:
    reading.document, text_flags = _document(reading.capture)
    if reading.cover is not None:
        reading.document = _covered(reading.document, reading.cover)
        reading.capture = replace(reading.capture, anchor=reading.cover.anchor or reading.capture.anchor)
    capture = reading.capture
    reading.flags += text_flags
    latest = capture.fetched_at.date() if capture.fetched_at else None
    reading.site = reading.site or owner(capture.url, latest)
    reading.host = judge_host(capture.url, reading.document, reading.site is not None)


def _clean(reading: Reading) -> None:
    served = reading.document.text
    folded = is_traditional(served)
    if folded:
        reading.document = fold_document(reading.document)
    reading.cleaned = cleaned = clean(reading.document)
    reading.printed = "".join(served[start:end] for start, end in cleaned.ranges) if folded else cleaned.text
    reading.flags += [*cleaned.flags, *(["folded_from_traditional"] if folded else [])]


def _split(reading: Reading) -> None:
    text = reading.cleaned.text
    reading.sections = split(text, reading.cleaned.tables)
    reading.signature = next((text[s.start : s.end] for s in reading.sections if s.section == "signature"), "")


def _judge(reading: Reading) -> None:
    """Which kind of document it is, for which year, published when."""
    capture, document, cleaned = reading.capture, reading.document, reading.cleaned
    latest = capture.fetched_at.date() if capture.fetched_at else None
    reading.title, reading.title_from = choose_title(document, cleaned.title, capture.anchor)
    claims = claimed_dates(document, cleaned.date_line, cleaned.meta_lines, reading.signature, capture.url)
    reading.year = decide_year(reading.title, cleaned.text, capture.anchor, latest, capture.url, claims)
    reading.published = decide_published(claims, reading.year.year)
    verdict = judge_type(document, cleaned, reading.sections, reading.title, reading.year.year)
    if not verdict.accepted and capture.link == "list":
        verdict = Verdict("list_page", False, False, ["list_page", *verdict.reasons], verdict.score)
    reading.verdict = verdict


def _attribute(reading: Reading) -> None:
    if reading.verdict.accepted:
        reading.issuer = attribute(
            reading.document, reading.cleaned, reading.title, before_date(reading.signature), reading.site,
            reading.capture.url, reading.year.year,
        )  # fmt: skip


def _tabulate(reading: Reading) -> None:
    if reading.verdict.accepted:
        cleaned, n_images = reading.cleaned, reading.document.n_image_tables
        reading.figures = tabulate(cleaned.text, cleaned.tables, reading.sections, n_images=n_images)


def _narrate(reading: Reading) -> None:
    if reading.verdict.accepted:
        cleaned, year = reading.cleaned, reading.year.year
        reading.numbers = narrative(cleaned.text, reading.sections, cleaned.tables, year=year)


def _settle(reading: Reading) -> None:
    """What all of it comes to: flags, and the reasons against the page."""
    verdict, issuer, year, host, published = (
        reading.verdict,
        reading.issuer,
        reading.year,
        reading.host,
        reading.published,
    )
    flags, reasons = reading.flags, reading.reasons
    if verdict.accepted:
        flags += [*issuer.flags, *reading.figures.flags]
        flags += ["title_missing"] if not reading.title else []
        flags += [reason for reason in verdict.reasons if reason in ("doc_type_inferred", "several_reports")]
        flags += ["year_conflict"] if year.conflict else []
        flags += ["year_inferred"] if year.basis in ("path", "published") else []
        flags += published.flags
        flags += ["publication_date_missing"] if published.on is None else []
        flags += ["no_source_address"] if not reading.capture.url else []
        reasons += ["undecided_year"] if year.year is None else []
        reasons += [issuer.undecided] if issuer.undecided else []
    else:
        reasons += verdict.reasons
    flags += [reason for reason in host.reasons if reason == "spam_suspected"]
    if published.forged and host.hijacked:
        host.reasons.append("publication_date_forged")
    if host.hijacked:
        reasons = ["hijacked" if verdict.accepted else reasons[0], *reasons, *host.reasons]
    if reading.title_from not in ("page", ""):
        flags.append(f"title_from_{reading.title_from}")
    reading.flags, reading.reasons = sorted(set(flags)), list(dict.fromkeys(reasons))


STAGES: tuple[Callable[[Reading], None], ...] = (
    _open, _clean, _split, _judge, _attribute, _tabulate, _narrate, _settle,
)  # fmt: skip


def _document(capture: Capture) -> tuple[Document, tuple[str, ...]]:
    """The Document of a capture by its kind, and flags of its text; raises Unreadable."""
    early = _unreadable(capture)
    if early:
        raise Unreadable(early)
    try:
        if capture.kind not in ("html", "text"):
            return read_attachment(capture.kind, capture.body), ()
        text, _, flags, utf8 = decode(capture.body, capture.content_type)
    except Undecodable as error:
        raise Unreadable("undecodable", str(error)) from error
    except UnreadableAttachment as error:
        raise Unreadable("unreadable_attachment", str(error)) from error
    if b"\r" in capture.body and "\r" in text:  # bytes are looked through much faster
        text, utf8 = text.replace("\r\n", "\n").replace("\r", "\n"), None
    document = parse_html(text, utf8) if capture.kind == "html" else Document(text=text, chrome=text)
    lines = document.text.count("\n")
    if len(document.text) > MAX_MAIN or lines > MAX_LINES:
        raise Unreadable("too_large", f"{len(document.text)} characters in {lines} lines of main text")
    return document, flags


def _covered(document: Document, cover: Capture) -> Document:
    """An attachment's text and tables, with the evidence that stands on the page around its link."""
    try:
        page, _ = _document(cover)
    except Unreadable:  # it says nothing; the attachment speaks for itself
        return document
    return replace(page, text=document.text, tables=document.tables, chrome=f"{page.chrome}\n{page.text}",
                   attachments=[], n_links=0, n_image_tables=0, source_offset=None)  # fmt: skip


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


def all_figures(reading: Reading) -> Figures:
    """Return the figures of a page's tables, and behind them those of its prose."""
    columns = zip(reading.figures.figures.columns(), Figures.of(reading.numbers).columns(), strict=True)
    return Figures(*(tables + prose for tables, prose in columns))


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
    wants = list(facts("sections")["outlines"]["CD"]["wants"])
    if keys[: len(wants)] == wants:
        return "CD"
    return "AB" if keys and reading.verdict.accepted else ""

"""What the archive decides about one page, as one mapping for people and programs to look at."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from schemas.records import Capture, Document
from transforms.identity.hosts import judge_host
from transforms.read import evidence_json
from transforms.reading import (
    Reading,
    Unreadable,
    all_figures,
    era_by_structure,
    era_by_year,
    heading_as_printed,
    read_page,
)
from transforms.text.sections import lacking, parts
from transforms.warc import kind_of

Row = dict[str, Any]


def inspect_page(data: bytes, url: str = "", kind: str = "html") -> Row:
    """Return what the archive decides about one page as one JSON-ready mapping.

    Offsets of sections and figures are code points of the report's text; `source_start` and `source_end` are
    offsets in the page's main text (for kind text: in the file). What cannot be read is a reject with its reasons;
    for kind html the first bytes tell a PDF or Word file.
    """
    kind = kind_of("", data) if kind == "html" else kind
    capture = Capture(url, None, 200, "", data, hashlib.sha256(data).hexdigest(), kind=kind)
    try:
        return _told(read_page(capture))
    except Unreadable as error:
        blank = _told(_blank(capture))
        return {**blank, "doc_type": error.reasons[0], "reasons": error.reasons}


def _blank(capture: Capture) -> Reading:
    """A reading of nothing, for a page of which nothing could be read."""
    return Reading(capture, host=judge_host(capture.url, Document(text="")), reasons=["unreadable"])


def _told(reading: Reading) -> Row:
    issuer, cleaned = reading.issuer, reading.cleaned
    decided = reading.verdict.accepted
    title = reading.title or ""
    return {
        "doc_type": reading.verdict.doc_type,
        "is_annual_report": decided and not reading.host.hijacked,
        "disposition": reading.disposition,
        "title": title,
        "agency_name": issuer.agency_name or None,
        "agency_id": issuer.agency_id or None,
        "agency_level": issuer.agency_level if issuer.agency_id else None,
        "agency_kind": issuer.agency_kind if issuer.agency_id else None,
        "report_scope": issuer.report_scope if issuer.agency_id else None,
        "is_xpcc": issuer.is_xpcc,
        "province": issuer.province if issuer.agency_id else None,
        "province_code": issuer.province_code or None,
        "province_name": issuer.province_name or None,
        "prefecture_code": issuer.prefecture_code or None,
        "prefecture_name": issuer.prefecture_name or None,
        "county_code": issuer.county_code or None,
        "county_name": issuer.county_name or None,
        "year": reading.year.year if decided else None,
        "era_by_structure": era_by_structure(reading) or None,
        "era_by_year": era_by_year(reading.year.year) if decided and reading.year.year else None,
        "published_on": reading.published.on.isoformat()
        if decided and reading.published.on and not reading.host.hijacked
        else None,
        "published_basis": reading.published.basis or None,
        "provenance": reading.host.provenance,
        "hijacked": reading.host.hijacked,
        "flags": reading.flags,
        "reasons": reading.reasons,
        "confidence": {
            "year": reading.year.confidence,
            "agency": issuer.confidence_agency,
            "level": issuer.confidence_level,
        },
        "evidence": json.loads(evidence_json(reading)),
        "n_chars": len(cleaned.text),
        "text": reading.printed if decided else None,
        "sections": [
            {
                "key": section.section,
                "also": section.also,
                "heading": heading_as_printed(reading, section.heading, section.start),
                "start": section.start,
                "end": section.end,
                "status": section.status,
                "method": section.method,
                "confidence": section.confidence,
                "source_start": cleaned.source_offset(section.start),
                "source_end": cleaned.source_offset(section.end, end=True),
            }
            for section in reading.sections
        ]
        if decided
        else [],
        "subsections": [
            {
                "key": part.section,
                "level": 2,
                "parent": part.parent,
                "heading": heading_as_printed(reading, part.heading, part.start),
                "start": part.start,
                "end": part.end,
                "status": part.status,
                "source_start": cleaned.source_offset(part.start),
            }
            for section in reading.sections
            if decided and section.section == "overview"
            for part in parts(cleaned.text, section)
        ],
        "sections_lacking": [
            {"key": key, "status": status, "parent": parent or None}
            for key, status, parent in (lacking(reading.sections, era_by_structure(reading)) if decided else [])
        ],
        "figures": all_figures(reading).rows() if decided else [],
    }

"""Captures → rows: a page row (somebody's report for a year), a reject with its reason, or both.

Both it is for a page of an unofficial host that may copy a report: hijacked, or with an issuer or year that nothing
tells. Pure.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from schemas.divisions import current_code
from schemas.records import Capture
from schemas.registry import RegistryError
from transforms.identity.attribute import Attribution
from transforms.identity.hosts import host_of
from transforms.identity.rosters import DOC_TYPE, listed_bodies
from transforms.reading import (
    STAGES,
    Reading,
    Unreadable,
    all_figures,
    era_by_structure,
    era_by_year,
    heading_as_printed,
    read_page,
)  # fmt: skip
from transforms.text.sections import section_rows

STAGE_VERSION = 4  # raise when a change alters what is read; pages and lake are then rebuilt from raw

_BATCH, _BATCH_BYTES = 32, 4_000_000  # pages that go through a stage together, and bytes after which no more are taken
_COPIES = ("mirror", "republisher", "unknown")  # whose pages are kept for their text even if nothing tells the issuer
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True)
_NOT_STORED = frozenset(("undecided", "evidence", "flags"))  # fields of an Attribution that a row tells otherwise

Row = dict[str, Any]


Answer = tuple[Row | None, Row | None]  # page row, reject row; columns as PAGES and REJECTS of schemas/tables.py


def read_capture(capture: Capture, cover: Capture | None = None) -> Answer:
    """Return `(page row, reject row)` of one capture, with its cover as in `read_page`; errors in reading are raised."""
    try:
        return _answer(read_page(capture, cover=cover))
    except Unreadable as error:
        return None, _unread(capture, error)


def read_batch(pages: Iterable[Reading]) -> Iterator[Answer]:
    """Yield what `read_capture` returns of each, in order; a page whose reading fails is a reject with the error's name.

    A stage does a whole batch before the next one begins: what a stage needs stays in the processor's caches, which
    saves a sixth of the time.
    """
    batch: list[Reading] = []
    size = 0
    for reading in pages:
        batch.append(reading)
        size += len(reading.capture.body)
        if len(batch) >= _BATCH or size > _BATCH_BYTES:
            yield from _together(batch)
            batch, size = [], 0
    yield from _together(batch)


def _together(batch: list[Reading]) -> list[Answer]:
    steps: tuple[Callable[[Reading], Answer | None], ...] = (*STAGES, _answer)
    answers: list[Answer | None] = [None] * len(batch)
    for step in steps:
        for place, reading in enumerate(batch):
            if answers[place] is None:
                try:
                    answers[place] = step(reading)
                except RegistryError:  # no page is to blame, and none may be marked as read
                    raise
                except Unreadable as error:
                    answers[place] = None, _unread(reading.capture, error)
                except Exception as error:  # one page must not stop a run
                    answers[place] = None, failure(reading.capture, "reader_error", error)
    return [answer for answer in answers if answer is not None]


def _unread(capture: Capture, error: Unreadable) -> Row:
    return _reject(capture, error.reasons[0], error.reasons, None)


def failure(capture: Capture, reason: str, error: Exception) -> Row:
    """Return the reject row of a capture, or a file, whose reading failed."""
    said = f"{type(error).__name__}: {error}"[:300]
    return _reject(capture, reason, [reason, said], None) | {"title": "", "evidence": json.dumps({"error": said})}


def _answer(reading: Reading) -> Answer:
    """The rows of a page; one that was met again has the day of that, and is not rejected again."""
    page = None
    if reading.verdict.accepted and (
        not reading.reasons or reading.host.provenance in _COPIES or reading.host.hijacked
    ):
        page = _page(reading.capture, reading)
    if reading.met_again is not None:
        return (page and {**page, "fetched_at": reading.met_again}), None
    reject = _reject(reading.capture, reading.reasons[0], reading.reasons, reading) if reading.reasons else None
    return page, reject


def evidence_json(reading: Reading) -> str:
    """What speaks for each decision; for a page that lists who has to publish, also whom it lists."""
    lists = reading.verdict.doc_type == DOC_TYPE
    listed = {"listed": listed_bodies(reading.document.text)} if lists else {}
    return _JSON.encode(
        listed
        | {
            "doc_type": {
                "decided": reading.verdict.doc_type,
                "score": reading.verdict.score,
                "by": reading.verdict.reasons,
            },
            "year": {"decided": reading.year.year, "basis": reading.year.basis, "by": reading.year.evidence},
            "agency": reading.issuer.evidence,
            "host": {"provenance": reading.host.provenance, "by": reading.host.reasons},
            "published": reading.published.candidates,
        }
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
        "figures": all_figures(reading),
    }


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


__all__ = ["STAGE_VERSION", "era_by_year", "failure", "read_batch", "read_capture", "read_page"]

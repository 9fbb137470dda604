"""Pages of one (province, year) → reports: identity decides what is one, never similarity alone.

A page belongs to the report of its (agency, year, scope). Within one report, official copies that differ in
their figures are editions (revisions); other copies are sources of the edition nearest to them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from schemas.tables import PROVENANCES

Row = dict[str, Any]
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_TRUST = {name: rank for rank, name in enumerate(PROVENANCES)}
_SAME_TEXT = 0.9  # char-5-gram Jaccard above which equal figures mean the same edition


@dataclass(slots=True)
class Edition:
    """One revision of a report: its canonical page and every page that carries it."""

    report_id: str
    revision: int
    is_current: bool
    canonical: Row
    sources: list[tuple[Row, str, float]] = field(default_factory=list)  # page, relation, similarity


def report_id(row: Row) -> str:
    """Return the identity of the report a page carries: agency, year and scope, never an address."""
    return f"{row['agency_id']}:{row['year']}:{row['report_scope']}"


def editions(rows: list[Row]) -> list[Edition]:
    """Group pages into reports and their editions, sorted by report and revision.

    The result does not depend on the order of `rows`. A report that only hijacked pages carry has no edition.
    """
    grouped: dict[str, list[Row]] = {}
    for row in _first_captures(rows):
        grouped.setdefault(report_id(row), []).append(row)
    found: list[Edition] = []
    for identity in sorted(grouped):
        found += _editions_of(identity, grouped[identity])
    return found


def similarity(one: str, other: str) -> float:
    """Return the Jaccard similarity of the texts' character 5-grams, 1.0 for equal texts."""
    if one == other:
        return 1.0
    a, b = ({text[i : i + 5] for i in range(max(1, len(text) - 4))} for text in (one, other))
    return round(len(a & b) / len(a | b), 4)


def _first_captures(rows: list[Row]) -> list[Row]:
    """One row per (address, payload): the earliest capture, so that a re-crawl changes nothing."""
    kept: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=_captured):
        kept.setdefault((row["url"], row["payload_sha256"]), row)
    return list(kept.values())


def _captured(row: Row) -> tuple[datetime, str, int]:
    return (row["fetched_at"] or _NEVER, row["warc_key"], row["warc_offset"])


def _rank(row: Row) -> tuple[Any, ...]:
    """Sort key of the best page first: trust, completeness, the issuer's own site, earliest publication.

    Nothing that a crawl's order could change comes before the address.
    """
    found = sum(1 for section in row["sections"] if section["level"] == 1 and section["status"] == "found")
    values = sum(1 for figure in row["figures"] if figure["state"] == "value")
    published = row["published_on"].isoformat() if row["published_on"] else "9999"
    return (
        _TRUST[row["provenance"]],
        -found,
        -min(values, 400),
        not row["own_site"],
        published,
        -row["n_chars"],
        row["url"],
        *_captured(row),
    )


def _figures(row: Row) -> Counter[tuple[str, str, str, str]]:
    return Counter(
        (figure["table"], figure["row"], figure["column"], str(figure["value"]))
        for figure in row["figures"]
        if figure["state"] == "value"
    )


def _editions_of(identity: str, rows: list[Row]) -> list[Edition]:
    honest = [row for row in rows if not row["hijacked"]]
    if not honest:
        return []
    best_trust = min(_TRUST[row["provenance"]] for row in honest)
    leading = [row for row in honest if _TRUST[row["provenance"]] == best_trust]
    families: list[list[Row]] = []
    for row in sorted(leading, key=_rank):
        home = next((group for group in families if _same_edition(group[0], row)), None)
        if home is None:
            families.append([row])
        else:
            home.append(row)
    families.sort(key=lambda group: (min(_dated(row) for row in group), min(_captured(row) for row in group)))
    found = []
    for number, group in enumerate(families, 1):
        canonical = min(group, key=_rank)
        edition = Edition(identity, number, number == len(families), canonical)
        for row in group:
            score = similarity(canonical["text"], row["text"])
            relation = "canonical" if row is canonical else "exact" if score == 1.0 else "near"
            edition.sources.append((row, relation, score))
        found.append(edition)
    lead = {id(row) for row in leading}
    for row in rows:
        if id(row) in lead:
            continue
        scores = [similarity(edition.canonical["text"], row["text"]) for edition in found]
        place = max(range(len(found)), key=lambda index: (scores[index], index))
        if row["hijacked"]:
            relation = "hijacked"
        elif row["provenance"] in ("mirror", "republisher"):
            relation = "mirror"
        else:
            relation = "exact" if scores[place] == 1.0 else "superseded" if row["provenance"] == "unknown" else "near"
        found[place].sources.append((row, relation, scores[place]))
    for edition in found:
        edition.sources.sort(key=lambda item: (item[1] != "canonical", item[0]["url"], item[0]["payload_sha256"]))
    return found


def _dated(row: Row) -> str:
    return row["published_on"].isoformat() if row["published_on"] else "9999"


def _same_edition(one: Row, other: Row) -> bool:
    if one["text_sha256"] == other["text_sha256"]:
        return True
    return _figures(one) == _figures(other) and similarity(one["text"], other["text"]) >= _SAME_TEXT

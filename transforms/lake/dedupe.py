"""Pages of one (province, year) → reports: identity decides what is one, never similarity alone.

A page belongs to the report of its (agency, year, scope). Within one report, official copies that differ in
substance are editions (revisions); other copies are sources of the edition nearest to them. A hijacked page is a
source at most; where no other copy exists, one that stands undamaged fills the gap until a better one comes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from schemas.tables import PROVENANCES
from transforms.lake.changes import is_beginning, reworded, same_substance
from transforms.lake.mirrors import related, relation, stands_in
from transforms.lake.pagerows import PageRow
from transforms.lake.prose import similarity

Row = dict[str, Any]
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_COPIERS = ("republisher", "mirror")
_TRUST = {name: rank for rank, name in enumerate(PROVENANCES)}
Place = tuple[str, int]  # warc_key and warc_offset of a page


@dataclass(slots=True)
class Edition:
    """One revision of a report: its canonical page and every page that carries it."""

    report_id: str
    revision: int
    is_current: bool
    canonical: PageRow
    sources: list[tuple[Row, str, float]] = field(default_factory=list)  # page, relation, similarity

    @property
    def trusted(self) -> bool:
        """Whether it rests on a page that was not tampered with."""
        return not self.canonical["hijacked"]

    @property
    def addresses(self) -> set[str]:
        """The addresses at which it stood."""
        return {_at(row) for row, _, _ in self.sources} - {""}


def report_id(row: Row) -> str:
    """Return the identity of the report a page carries: agency, year and scope, never an address."""
    return f"{row['agency_id']}:{row['year']}:{row['report_scope']}"


def editions(rows: Sequence[PageRow], claimed: Collection[Place] = ()) -> list[Edition]:
    """Group pages into reports and their editions, sorted by report and revision.

    The result does not depend on the order of `rows`. Pages without an issuer have no edition, nor has a report
    that only damaged hijacked pages carry. `claimed`: hijacked pages that copy another report (relate.py).
    """
    grouped: dict[str, list[PageRow]] = {}
    for row in _first_captures(rows):
        if row["agency_id"]:
            grouped.setdefault(report_id(row), []).append(row)
    found: list[Edition] = []
    for identity in sorted(grouped):
        honest = [row for row in grouped[identity] if not row["hijacked"]]
        if honest:
            found += _editions_of(identity, honest, [row for row in grouped[identity] if row["hijacked"]])
        elif filled := _filled(identity, [row for row in grouped[identity] if place_of(row) not in claimed]):
            found.append(filled)
    return found


def loose_pages(rows: Sequence[PageRow], found: list[Edition]) -> list[PageRow]:
    """Return the pages that no trusted edition has among its sources, in a fixed order."""
    attached = {place_of(row) for edition in found if edition.trusted for row, _, _ in edition.sources}
    return sorted((row for row in _first_captures(rows) if place_of(row) not in attached), key=place_of)


def with_matches(found: list[Edition], sources: list[Row]) -> None:
    """Add to the editions the pages of other keys that copy them; a match with a text that is no more is left out.

    `sources` are rows of match objects (relate.py).
    """
    editions_by = {(edition.report_id, edition.canonical["text_sha256"]): edition for edition in found}
    for source in sources:
        edition = editions_by.get((source["report_id"], source["text_sha256"]))
        if edition is not None:
            fetched = datetime.fromisoformat(source["fetched_at"]) if source["fetched_at"] else None
            page = {**source, "fetched_at": fetched}
            edition.sources = _ordered([*edition.sources, (page, source["relation"], source["similarity"])])


def place_of(row: Row) -> Place:
    """Return where a page's archived bytes are: its identity as a page."""
    return row["warc_key"], row["warc_offset"]


def _first_captures(rows: Sequence[PageRow]) -> list[PageRow]:
    """One row per (address, payload): the earliest capture, which is told when it was `last_seen` unchanged."""
    kept: dict[tuple[str, str], PageRow] = {}
    for row in sorted(rows, key=_captured):
        first = kept.setdefault((row["url"], row["payload_sha256"]), row)
        if first is row or row["fetched_at"] is not None:  # in order of time
            first["last_seen"] = row["fetched_at"]
    return list(kept.values())


def _captured(row: Row) -> tuple[datetime, str, int]:
    return (row["fetched_at"] or _NEVER, row["warc_key"], row["warc_offset"])


def _rank(row: Row) -> tuple[Any, ...]:
    """Sort key of the best page first: trust, completeness, the issuer's own site, earliest publication.

    Nothing that a crawl's order could change comes before the address.
    """
    found = sum(1 for section in row["sections"] if section["level"] == 1 and section["status"] == "found")
    published = row["published_on"].isoformat() if row["published_on"] else "9999"
    return (
        _TRUST[row["provenance"]],
        -found,
        -min(row["n_values"], 400),
        not row["own_site"],
        published,
        -row["n_chars"],
        row["url"],
        *_captured(row),
    )


def _filled(identity: str, rows: list[PageRow]) -> Edition | None:
    """The one edition that hijacked copies of a lost report make, None if none stands undamaged or two contradict.

    They are not trusted enough to tell a correction from a forgery. Damaged copies of it are its sources.
    """
    whole = [row for row in rows if stands_in(row)]
    canonical = min(whole, key=_rank, default=None)
    if canonical is None or not all(same_substance(canonical, row) for row in whole):
        return None
    others = [(row, relation(row), similarity(canonical, row)) for row in rows if row is not canonical]
    sources: list[tuple[Row, str, float]] = [
        (canonical, "canonical", 1.0),
        *(told for told in others if related(told[2])),
    ]
    return Edition(identity, 1, True, canonical, _ordered(sources))


def _editions_of(identity: str, honest: list[PageRow], hijacked: list[PageRow]) -> list[Edition]:
    if len(honest) == 1 and not hijacked:  # as most: nothing to compare
        return [Edition(identity, 1, True, honest[0], [(honest[0], "canonical", 1.0)])]
    best_trust = min(_TRUST[row["provenance"]] for row in honest)
    leading = [row for row in honest if _TRUST[row["provenance"]] == best_trust]
    groups: list[list[PageRow]] = []
    for row in sorted(leading, key=_rank):
        fitting = [group for group in groups if _fits(group, row)]
        if fitting:
            nearest = max(fitting, key=lambda group: similarity(group[0], row)) if len(fitting) > 1 else fitting[0]
            nearest.append(row)
        else:
            groups.append([row])
    found = []
    for number, group in enumerate(_in_order(groups), 1):
        canonical = min(group, key=_rank)
        edition = Edition(identity, number, number == len(groups), canonical)
        for row in group:
            score = similarity(canonical, row)
            kind = "canonical" if row is canonical else "exact" if score == 1.0 else "near"
            edition.sources.append((row, kind, score))
        found.append(edition)
    lead = {id(row) for row in leading}
    for row in [*honest, *hijacked]:
        if id(row) in lead:
            continue
        scores = [similarity(edition.canonical, row) for edition in found]
        place = max(range(len(found)), key=lambda index: (scores[index], index))
        if row["hijacked"] and not related(scores[place]):
            continue  # it bears this report's name over another text
        found[place].sources.append((row, _relation(row, scores[place]), scores[place]))
    for edition in found:
        edition.sources = _ordered(edition.sources)
    return found


def _fits(group: list[PageRow], row: PageRow) -> bool:
    """Whether a page shows the edition of a group, whose first page is the best.

    Copies at other addresses differ in a word and may be cut short; at one address every change is the author's. What
    others than the body itself copied badly is no edition.
    """
    if row["provenance"] in _COPIERS:
        return True
    beside = [other for other in group if _at(row) and _at(other) == _at(row)]
    if any(reworded(other, row) or not same_substance(other, row) for other in beside):
        return False
    if row["provenance"] == "unknown":
        return True
    return same_substance(group[0], row) or (not beside and is_beginning(row, group[0]))


def _in_order(groups: list[list[PageRow]]) -> list[list[PageRow]]:
    """Editions from the first to the current one.

    By printed date and first capture; but those that stood at one address as they were seen there, the last seen one
    last. One whose pages all bear the title of another year is never current beside one whose title is right.
    """
    ordered = sorted(groups, key=lambda group: (
        not all("year_conflict" in row["flags"] for row in group),
        min(_dated(row) for row in group),
        min(_captured(row) for row in group),
    ))  # fmt: skip
    for address in sorted({_at(row) for group in groups for row in group} - {""}):
        met = {}
        for place, group in enumerate(ordered):
            if there := [row["last_seen"] or _NEVER for row in group if _at(row) == address]:
                met[place] = max(there)
        turned = [ordered[place] for place in sorted(met, key=lambda place: (met[place], place))]
        for place, group in zip(sorted(met), turned, strict=True):
            ordered[place] = group
    return ordered


def _relation(row: Row, score: float) -> str:
    """How a page of less trust stands to the edition that it is nearest to."""
    if row["hijacked"] or row["provenance"] in ("mirror", "republisher"):
        return relation(row)
    return "exact" if score == 1.0 else "superseded" if row["provenance"] == "unknown" else "near"


def _ordered(sources: list[tuple[Row, str, float]]) -> list[tuple[Row, str, float]]:
    return sorted(sources, key=lambda item: (item[1] != "canonical", item[0]["url"], item[0]["payload_sha256"]))


def _at(row: Row) -> str:
    """A page's address, the same for both schemes; "" for an import that has none."""
    return str(row["url"]).removeprefix("http://").removeprefix("https://")


def _dated(row: Row) -> str:
    return row["published_on"].isoformat() if row["published_on"] else "9999"

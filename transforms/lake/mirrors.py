"""Pages of hosts that are not official: which report they copy, and when one may stand in for a lost original.

Hijackers mask or replace the issuer's name (domain.md 6, families.md 9), so a copy is known by its prose and its
numbers. What only such a page says is never trusted; what cannot be told from two reports is told of neither.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from schemas.facts import facts
from transforms.lake.prose import Hashes, comparable, prose, shares, shingles

Row = dict[str, Any]
_COPIED = 0.6  # share of the report's prose that a copy holds; templated siblings hold up to 0.79, but other numbers
_WHOLE = 0.85  # the same where there are too few numbers to tell siblings by
_NUMBERS = 0.98  # share of the report's numbers that a copy holds
_FEW = 5  # numbers
_TELLING = 15  # cells of a form that are not zero: no two reports have so many alike by chance
_CLEARLY = 0.002  # how much more of the page the best report must explain than the next
_RELATED = 0.3  # Jaccard: a page that names a report's issuer and year and is less like it is a forgery
_PARTS = 3  # sections that a text needs to be taken for whole
_NUMBER = re.compile(r"(?<!\d)(?!20\d\d年)\d+(?:\.\d+)?")  # a year may be cut out with its 年
_MASK = re.compile(r"\*{2,}|[?\ufffd]{3,}|\[email")


@dataclass(frozen=True, slots=True)
class Print:
    """What a text is compared by: its prose in 5-grams, the numbers of its own prose (dates and telephones are forged
    often), and the cells of its tables that are not zero."""

    grams: Hashes
    numbers: Counter[str]
    cells: Counter[str]


def print_of(row: Row) -> Print:
    """Return the Print of a page row (columns text, sections, figures)."""
    cells = (figure for figure in row["figures"] if figure["form"] != "narrative" and figure["state"] == "value")
    told = Counter(
        f"{cell['table']}.{cell['row']}.{cell['column']}={value}" for cell in cells if (value := float(cell["value"]))
    )
    return Print(shingles(prose(row).text), Counter(_NUMBER.findall(prose(row, own=True).text)), told)


def copied(page: Print, reports: dict[str, Print]) -> list[str]:
    """Return the reports (keys of `reports`) whose text a page copies: one, or all that explain it equally well."""
    held: dict[str, float] = {}
    for name in sorted(reports):
        report = reports[name]
        explained, kept, _ = shares(page.grams, report.grams)
        cells = report.cells if page.cells else Counter[str]()  # a copy that lost its tables has no other ones
        told = report.numbers.total() + cells.total()
        alike = (report.numbers & page.numbers).total() + (cells & page.cells).total()
        if kept >= (_COPIED if told >= _FEW else _WHOLE) and alike >= _NUMBERS * told:
            held[name] = explained
    best = max(held.values(), default=0.0)
    return [name for name, explained in held.items() if best - explained < _CLEARLY]


def related(score: float) -> bool:
    """Whether a page that names a report's issuer and year is like enough to be taken for its copy."""
    return score >= _RELATED


def relation(page: Row) -> str:
    """Return how a page of an unofficial host stands to the report that it copies: hijacked or mirror."""
    return "hijacked" if page["hijacked"] else "mirror"


def may_be_of(page: Row, report: Row) -> bool:
    """Whether a page that copies a report may be told as its copy, whatever issuer it prints.

    A page that names no issuer or a broken one agrees with any body of the same kind. One that names another body
    was forged, or it is the lost report of a sibling that copied its text: it is forged if the report's own name
    still stands in it, or if it has its tables too, which no sibling has (performance.md 1e).
    """
    if page["agency_id"]:
        same = page["agency_id"] == report["agency_id"] or _own_name(report) in page["text"]
        return same or _same_cells(print_of(page).cells, print_of(report).cells)
    printed, name = page["agency_name_printed"] or "", report["agency_name"]
    alike = not printed or printed[-2:] == name[-2:] or printed in name
    return alike or _same_cells(print_of(page).cells, print_of(report).cells)


def tells(one: Print) -> bool:
    """Whether a report says so many numbers that no other one has them all, not that of another year either."""
    return one.numbers.total() + one.cells.total() >= _TELLING


def _same_cells(one: Counter[str], other: Counter[str]) -> bool:
    return one == other and other.total() >= _TELLING


def _own_name(row: Row) -> str:
    """What an issuer's name has to itself: its township or its place."""
    local = str(row["agency_id"].partition(":")[2])
    if row["agency_level"] == "township":
        return re.sub("(?:人民政府|办事处)$", "", local)
    places = (row["county_name"], row["prefecture_name"], row["province_name"], local)
    return str(next(place for place in places if place))


def stands_in(page: Row) -> bool:
    """Whether a hijacked page may stand in for a report of which no better copy exists.

    Only where nothing but its host speaks against it, and title and text both tell issuer and year undamaged:
    injected, masked, spun or transcribed pages never do, nor a compromised official one.
    """
    if not page["hijacked"] or page["provenance"] != "mirror" or not page["agency_id"] or page["title_inferred"]:
        return False
    told = json.loads(page["evidence"])
    listed = facts("mirrors")
    if set(told["host"]["by"]) - set(listed["harmless"]) or set(page["flags"]) & set(listed["damage"]):
        return False
    if told["year"]["basis"] != "title" or f"issuer_title:{page['agency_name_printed']}" not in told["agency"]:
        return False
    body = "\n".join(line for line in comparable(page).split("\n") if line.strip() != page["title"])
    n_parts = sum(section["level"] == 1 and section["status"] == "found" for section in page["sections"])
    told_twice = str(page["year"]) in body and any(
        name in body for name in (page["agency_name_printed"], _own_name(page))
    )
    return told_twice and n_parts >= _PARTS and not _MASK.search(body)

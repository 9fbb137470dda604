"""One answer of the reader against the truth of its page: counts of right and wrong, and each mistake by name."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.labelled.hijackers import TRADITIONAL
from tests.labelled.records import Page, Truth
from transforms.inspection import inspect_page

FIELDS = ("year", "province", "agency_level", "agency_name", "agency_kind", "report_scope", "prefecture_name",
          "county_name", "published_on", "provenance", "hijacked", "era_by_structure")  # fmt: skip
SLACK = 2  # characters by which a boundary may be off
_IGNORED = re.compile(r"[\s\u3000\xa0\u200b\xad|。，：；．！？,:;.!?]+")
_FOLD = str.maketrans("（）", "()") | {traditional: simple for simple, traditional in TRADITIONAL.items()}


@dataclass(frozen=True, slots=True)
class Mistake:
    """One difference between truth and answer."""

    page: str
    field: str
    want: Any
    got: Any


@dataclass(slots=True)
class Tally:
    """Right answers and questions by (measure, group), and the mistakes."""

    right: dict[tuple[str, str], int] = field(default_factory=dict)
    asked: dict[tuple[str, str], int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def count(self, measure: str, page: Page, ok: bool, want: Any = None, got: Any = None) -> None:
        """Count one answer; a wrong one is kept as a mistake."""
        key = (measure, page.group)
        self.asked[key] = self.asked.get(key, 0) + 1
        self.right[key] = self.right.get(key, 0) + ok
        if not ok:
            self.mistakes.append(Mistake(page.id, measure, want, got))

    def share(self, measure: str, group: str = "") -> float | None:
        """Return right over asked of a measure, in one group or in all; None when nothing was asked."""
        asked = sum(n for (name, of), n in self.asked.items() if name == measure and group in ("", of))
        right = sum(n for (name, of), n in self.right.items() if name == measure and group in ("", of))
        return right / asked if asked else None


@dataclass(slots=True)
class Answer:
    """What the reader said, and the report text that its offsets mean."""

    said: Truth
    text: str
    ms: float  # CPU of the one reading, in milliseconds


def answer(page: Page) -> Answer:
    """Read a page."""
    began = time.process_time()
    said = inspect_page(page.data, page.url, page.kind)
    return Answer(said, said["text"] or "", 1000 * (time.process_time() - began))


def fold(text: str) -> str:
    """Return the text as boundaries are compared: without white space, bars and stops, brackets folded."""
    return _IGNORED.sub("", text).translate(_FOLD)


def compare(page: Page, found: Answer, tally: Tally) -> None:
    """Count everything that the truth of the page speaks of."""
    truth, said = page.truth, found.said
    if "is_annual_report" in truth:
        tally.count("report", page, said["is_annual_report"] == truth["is_annual_report"],
                    truth["is_annual_report"], [said["is_annual_report"], *said["reasons"][:3]])  # fmt: skip
    if "disposition" in truth:
        tally.count(
            "disposition", page, said["disposition"] == truth["disposition"], truth["disposition"], said["disposition"]
        )
    if truth.get("hijacked"):
        tally.count("hijacked_rejected", page, said["disposition"] == "reject", "reject", said["disposition"])
    if truth.get("doc_type") and not truth.get("is_annual_report", True) and not truth.get("hijacked"):
        tally.count("doc_type", page, said["doc_type"] == truth["doc_type"], truth["doc_type"], said["doc_type"])
    for name in FIELDS:
        if name in truth:
            _field(page, said, name, tally)
    if "sections" in truth:
        boundaries(page, found, tally)
        _level2(page, found, tally)
    if "cells" in truth:
        cells(page, said, tally)
    for key, (value, qualifier) in truth.get("numbers", {}).items():
        _number(page, said, key, value, qualifier, tally)


def _field(page: Page, said: Truth, name: str, tally: Tally) -> None:
    want, got = page.truth[name], said.get(name)
    undecided = got in (None, "", "unknown") or said["disposition"] == "reject"
    right = undecided if want is None and name in ("year", "province", "agency_name", "agency_level") else got == want
    if name == "agency_name" and got in page.truth.get("agency_also", []):
        right = True
    tally.count(name, page, right, want, got)


def _plain(figure: Truth) -> tuple[str, Decimal | None]:
    try:
        value = None if figure["value"] is None else Decimal(figure["value"])
    except InvalidOperation:
        return "unreadable", None
    return figure["state"], value


def cells(page: Page, said: Truth, tally: Tally) -> None:
    """Count the cells of statutory tables; a table or cell that cannot be known must not have a value."""
    figures = [figure for figure in said["figures"] if figure["table"] != "narrative"]
    got = {(figure["table"], figure["row"], figure["column"]): _plain(figure) for figure in figures}
    for figure in (figure for figure in said["figures"] if figure["table"] == "narrative"):
        line = said["text"][said["text"].rfind("\n", 0, figure["start"]) + 1 : figure["end"]]
        tally.count("narrative_in_prose", page, "\t" not in line, "a sentence", figure["value_printed"])
    for cell in page.truth["cells"]:
        key, want = (cell["table"], cell["row"], cell["column"]), _plain(cell)
        state, value = got.get(key, ("", None))
        if cell["state"] in ("missing_table", "image_table"):
            ok = any(table == key[0] and what[0] == cell["state"] for (table, *_), what in got.items())
            invented = any(table == key[0] and what[1] is not None for (table, *_), what in got.items())
            tally.count(
                "lost_tables", page, ok, [*key, cell["state"]], sorted({w[0] for k, w in got.items() if k[0] == key[0]})
            )
            tally.count("honest_cells", page, not invented, [*key, cell["state"]], "a value")
        elif cell["state"] == "unparsed":
            tally.count("honest_cells", page, value is None, [*key, "unparsed"], str(value))
        else:
            measure = "flat_cells" if page.truth["flat"] else "html_cells"
            tally.count(measure, page, (state, value) == want, [*key, *map(str, want)], [state, str(value)])
            wrong = value is not None and (state, value) != want
            tally.count("cells_not_wrong", page, not wrong, [*key, *map(str, want)], [state, str(value)])


def _number(page: Page, said: Truth, key: str, value: str | None, qualifier: str, tally: Tally) -> None:
    """A stated number must be there as it was stated; what is stated to be none has no value, or zero."""
    want = [(value, qualifier)] if qualifier != "stated_none" else [(None, qualifier), ("0", qualifier)]
    found = [figure for figure in said["figures"] if figure["table"] == "narrative" and figure["row"] == key]
    got = [(figure["value"], figure["qualifier"]) for figure in found]
    right = [item for item in got if item in want]
    tally.count("narrative", page, bool(right), [key, value, qualifier], got)
    if got:
        tally.count("narrative_precise", page, right == got, [key, value, qualifier], got)


def expected_starts(truth: Truth, text: str) -> list[int | None]:
    """Return where each true section starts in a folded text, None where its beginning is not found."""
    places: list[int | None] = []
    at = 0
    for section in truth["sections"]:
        needle = fold(section["start"])[:12]
        found = text.find(needle, at)
        places.append(found if found >= 0 else None)
        if found >= 0:
            # the lead may list the headings; elsewhere only the heading itself is passed over
            at = found + (len(fold(section["heading"])) or section["chars"] * 8 // 10)
    return places


def boundaries(page: Page, found: Answer, tally: Tally) -> None:
    """Count starts of sections by key, and the end of the report, each within SLACK characters."""
    text = fold(found.text)
    got = [
        (section["key"], len(fold(found.text[: section["start"]])), section["heading"])
        for section in found.said["sections"]
        if section.get("level", 1) == 1 and section["start"] is not None
    ]
    want = expected_starts(page.truth, text)
    left = list(got)
    for section, place in zip(page.truth["sections"], want, strict=True):
        hit = next((item for item in left if place is not None and item[0] == section["key"]
                    and abs(item[1] - place) <= SLACK), None)  # fmt: skip
        tally.count("sections_recall", page, hit is not None, [section["key"], section["start"][:12]],
                    _near(got, place, text))  # fmt: skip
        if hit is not None:
            left.remove(hit)
            if section["also"]:
                merged = next(
                    item for item in found.said["sections"] if item["key"] == hit[0] and item["heading"] == hit[2]
                )
                tally.count("also", page, set(section["also"]) <= set(merged["also"]), section["also"], merged["also"])
            tally.count("headings", page, fold(hit[2]) == fold(section["heading"]),
                        section["heading"], hit[2])  # fmt: skip
    for item in got:
        tally.count("sections_precision", page, item not in left, None, [item[0], text[item[1] : item[1] + 14]])
    if page.truth["end"]:
        end = fold(page.truth["end"])
        tally.count("body_end", page, end in text[-len(end) - SLACK :], end, text[-24:])


def _near(got: list[tuple[str, int, str]], place: int | None, text: str) -> Any:
    if place is None:
        return "beginning not in the text"
    return min(((abs(item[1] - place), item[0], text[item[1] : item[1] + 12]) for item in got), default=None)


def _level2(page: Page, found: Answer, tally: Tally) -> None:
    got = [
        (section["key"], fold(found.text[section["start"] : section["start"] + 60])[:12])
        for section in found.said.get("subsections", found.said["sections"])
        if section.get("level", 2 if "subsections" in found.said else 1) == 2 and section["start"] is not None
    ]
    for key, start in page.truth.get("level2", []):
        want = fold(start)[:12]
        ok = any(name == key and begin.startswith(want) for name, begin in got)
        tally.count("level2", page, ok, (key, want), [item for item in got if item[0] == key])

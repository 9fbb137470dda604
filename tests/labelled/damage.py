"""How a damaged page was read: for each thing told right, undecided or wrong, and where right was due."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from tests.labelled.compare import SLACK, Answer, answer, expected_starts, fold
from tests.labelled.mutations import STILL, WHO_WHEN
from tests.labelled.records import Page

NEUTRAL = ("unclassified", "preamble", "signature")
# a paragraph of 总体情况 that stands alone once the headings are lost may be taken for the section of its topic
TOPIC = {
    "ov_proactive": ("proactive_disclosure",),
    "ov_requests": ("requests",),
    "ov_platform": ("proactive_disclosure",),
    "ov_supervision": ("supervision", "organization_capacity"),
}
Outcome = tuple[str, str, str, str]  # page, thing, right | undecided | wrong, what was said


def outcomes(page: Page, found: Answer) -> list[Outcome]:
    """Return one outcome for each thing that the page was asked."""
    return [*_who_when(page, found), *_sections(page, found), *_cells(page, found)]


def _who_when(page: Page, found: Answer) -> list[Outcome]:
    rejected = found.said["disposition"] == "reject"
    told: list[Outcome] = []
    for name in WHO_WHEN:
        got, want = found.said.get(name), page.truth[name]
        right = got == want or (name == "agency_name" and got in page.truth["agency_also"])
        silent = got in (None, "", "unknown")
        told.append(
            (page.id, name, "right" if right else "undecided" if silent or rejected else "wrong", f"{want} / {got}")
        )
    return told


def _sections(page: Page, found: Answer) -> list[Outcome]:
    """A keyed section is wrong where the text at its start belongs to a section of another key."""
    text = fold(found.text)
    places = expected_starts(page.truth, text)
    lost = {part["key"] for at, part in zip(places, page.truth["sections"], strict=True) if at is None}
    bare = not any(part["heading"] for part in page.truth["sections"])
    topics = {fold(start)[:12]: TOPIC.get(key, ()) for key, start in page.truth["level2"]} if bare else {}
    known = [(at, part) for at, part in zip(places, page.truth["sections"], strict=True) if at is not None]
    told: list[Outcome] = []
    for section in found.said["sections"]:
        if section.get("level", 1) != 1 or section["start"] is None or section["key"] in NEUTRAL:
            continue
        start = len(fold(found.text[: section["start"]]))
        around = [(at, part) for at, part in known if at <= start + SLACK]
        if not around:
            continue
        at, part = around[-1]
        right = section["key"] == part["key"] and abs(at - start) <= SLACK
        own_topic = topics.get(text[start : start + 12], ())
        related = section["key"] in (part["key"], *part["also"], *own_topic) or section["key"] in lost
        told.append((page.id, "sections", "right" if right else "undecided" if related else "wrong",
                     f"{part['key']} / {section['key']} {text[start : start + 12]}"))  # fmt: skip
    reached = sum(outcome == "right" for _, _, outcome, _ in told)
    missed = sum(part["key"] not in NEUTRAL for part in page.truth["sections"]) - reached
    return [*told, *[(page.id, "sections", "undecided", "not told")] * max(0, missed - len(told) + reached)]


def _cells(page: Page, found: Answer) -> list[Outcome]:
    got = {(f["table"], f["row"], f["column"]): f for f in found.said["figures"] if f["table"] != "narrative"}
    told: list[Outcome] = []
    for cell in page.truth["cells"]:
        figure = got.get((cell["table"], cell["row"], cell["column"]))
        state, value = (figure["state"], figure["value"]) if figure else ("", None)
        if cell["state"] in ("missing_table", "image_table"):
            continue
        same = state == cell["state"] and (value is None) == (cell["value"] is None)
        same = same and (value is None or Decimal(value) == Decimal(cell["value"]))
        if cell["state"] == "unparsed":
            outcome = "right" if value is None else "wrong"
        else:
            outcome = "right" if same else "undecided" if value is None else "wrong"
        told.append((page.id, "cells", outcome, f"{cell['row']}.{cell['column']} {cell['value']} / {state} {value}"))
    return told


def damage(pages: Sequence[Page]) -> tuple[dict[str, float], list[str], list[Outcome]]:
    """Return the measures (share not wrong; share right where right was due), a table by mutation, the wrong ones."""
    told = [(page.group.removeprefix("mutation "), one) for page in pages for one in outcomes(page, answer(page))]
    counts = Counter((name, thing, outcome) for name, (_, thing, outcome, _) in told)
    due = [(name, one) for name, one in told if one[1] in STILL[name]]
    things = (*WHO_WHEN, "sections", "cells")
    lines = [f"{'damage: right/undecided/wrong':<32}" + "".join(f"{thing:>17}" for thing in things)]
    for name in STILL:
        cells = [
            "/".join(str(counts[name, thing, what]) for what in ("right", "undecided", "wrong")) for thing in things
        ]
        lines.append(f"{name:<32}" + "".join(f"{cell:>17}" for cell in cells))
    wrong = [one for _, one in told if one[2] == "wrong"]
    measures = {}
    for thing in things:
        asked = sum(one[1] == thing for _, one in told)
        owed = [one for _, one in due if one[1] == thing]
        measures[f"damage_{thing}_not_wrong"] = 1 - sum(one[1] == thing for one in wrong) / max(1, asked)
        measures[f"damage_{thing}_right"] = sum(one[2] == "right" for one in owed) / max(1, len(owed))
    return measures, lines, wrong

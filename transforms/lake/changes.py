"""What differs between two copies of one report, and whether it differs in substance.

Copies on two sites differ in layout, blanks and a word here and there; a corrected edition differs in figures, in
numbers of the prose, in whole parts, or is written anew (performance.md 1e). Only the latter is a revision.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from transforms.lake.prose import FRAME, GAP, comparable, prose, shares, shingles

Row = dict[str, Any]
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SENTENCE = re.compile(r"[^。;\n]+")
_PART = 40  # characters of a section that make its presence matter
_REWRITTEN = 0.75  # Jaccard of the prose below which a text is another one
_CONTAINED = 0.9  # share of the shorter prose in the longer one below which a text is another one
_BEGUN = 0.97  # share of a text's prose that stands at the beginning of another one
_ITEM = re.compile(r"(?<![\d.])\d{1,2}[.、)](?=20\d\d年|\D)")  # the number of a list item, which a page may draw or not
_CALLED = re.compile(r"(?<!\d)(?:\d{3,4}-\d{7,8}|1\d{10})(?!\d)")  # a telephone
_UNSAID = re.compile(r"[^\w%]+")
_FREE = ("unclassified", *FRAME)  # sections whose limits depend on the page around them
Cell = tuple[str, str, str]


def changes(before: Row, after: Row, *, one_address: bool = False) -> list[Row]:
    """Return one row for each section and figure that differs between two page rows, in the later one's order.

    Columns as REVISIONS of schemas/tables.py, without report and partition. Layout alone is no difference; of editions
    that stood at `one_address` every other wording is one in substance.
    """
    found = [*_sections(before, after, one_address), *_figures(before, after)]
    return [{"position": position, **row} for position, row in enumerate(found)]


def same_substance(one: Row, other: Row) -> bool:
    """Whether two official copies of one report are one edition: no figure, number or part differs, nor the wording as a whole.

    A table that one of them lacks or shows blank says nothing: a copy may lose it.
    """
    if one["text_sha256"] == other["text_sha256"]:
        return True
    if any(row["material"] for row in changes(one, other)):
        return False
    a, b = (shingles(prose(row).text) for row in (one, other))
    of_one, of_other, jaccard = shares(a, b)
    return max(of_one, of_other) >= _CONTAINED and jaccard >= _REWRITTEN


def is_beginning(part: Row, whole: Row) -> bool:
    """Whether a copy is nothing but the beginning of another one: the first page of an article in several.

    What it shows it shows alike: no number of it differs.
    """
    if any(row["material"] and row["change"] != "added" for row in changes(part, whole)):
        return False
    short, long = (prose(row).text for row in (part, whole))
    return len(short) < _CONTAINED * len(long) and shares(shingles(short), shingles(long[: len(short)]))[0] >= _BEGUN


def reworded(one: Row, other: Row) -> bool:
    """Whether two captures of one address say a thing otherwise: there every word that changed was changed by its author.

    Punctuation and numbers that no reader counts (of list items, telephones) aside.
    """
    if one["text_sha256"] == other["text_sha256"]:
        return False
    old, new = _parts(one), _parts(other)
    return any(
        name[0] not in FRAME and _words(old[name][0]) != _words(new[name][0]) for name in old.keys() & new.keys()
    )


def _sections(before: Row, after: Row, one_address: bool) -> Iterator[Row]:
    old, new = _parts(before), _parts(after)
    elsewhere = {*_FREE, *_told(before), *_told(after), *_tabled(before), *_tabled(after)}
    for name in [*new, *(name for name in old if name not in new)]:
        key, _ = name
        one, other = old.get(name, ("", "")), new.get(name, ("", ""))
        if name in old and name in new and one[0] == other[0]:
            continue
        row = _change("section", name in old, name in new, section=key, heading=other[1] or one[1])
        if row["change"] == "altered":
            row["similarity"] = round(shares(shingles(one[0]), shingles(other[0]))[2], 4)
        row["material"] = (
            key not in FRAME and (_renumbered(one[0], other[0]) or (one_address and _words(one[0]) != _words(other[0])))
            if one[0] and other[0]
            else key not in elsewhere and len(one[0] or other[0]) >= _PART
        )
        yield row


def _parts(row: Row) -> dict[tuple[str, int], tuple[str, str]]:
    """Text (tables, headings, blanks left out) and heading of every section that tiles the text, by key and number."""
    own, found = prose(row), {}
    seen: Counter[str] = Counter()
    for section in row["sections"]:
        if section["level"] != 1 or section["start"] is None:
            continue
        first, last = own.places.searchsorted([section["start"], section["end"]])
        heading = section["heading"] or ""
        text = own.text[first:last].strip(GAP).removeprefix("".join(comparable({"text": heading}).split()))
        found[section["section"], seen[section["section"]]] = (text, heading)
        seen[section["section"]] += 1
    return found


def _tabled(row: Row) -> set[str]:
    """Keys of sections with a table: how much of it is read as prose depends on how a page draws it."""
    cells = [figure["start"] for figure in row["figures"] if figure["form"] != "narrative" and figure["end"]]
    spans = [(section["section"], section["start"], section["end"]) for section in row["sections"] if section["end"]]
    return {key for key, start, end in spans if any(start <= cell < end for cell in cells)}


def _told(row: Row) -> set[str]:
    """Keys that a text tells inside another section: their own heading was given up, not their content."""
    return {key for section in row["sections"] for key in section.get("also") or ()}


def _renumbered(one: str, other: str) -> bool:
    """Whether a sentence stands in both texts with other numbers, and in neither with the same ones."""
    old, new = (Counter(found.strip() for found in _SENTENCE.findall(_plain(text))) for text in (one, other))
    gone, come = (Counter(_NUMBER.sub("0", sentence) for sentence in left) for left in (old - new, new - old))
    return any(_NUMBER.search(sentence) for sentence in gone.keys() & come.keys())


def _plain(text: str) -> str:
    return _CALLED.sub("", _ITEM.sub("", text))


def _words(text: str) -> str:
    return _UNSAID.sub("", _plain(text))


def _figures(before: Row, after: Row) -> Iterator[Row]:
    old, new = _cells(before), _cells(after)
    read = _read(before) & _read(after)
    for cell in [*new, *(cell for cell in old if cell not in new)]:
        one, other = old.get(cell, []), new.get(cell, [])
        if [value for value, _ in one] == [value for value, _ in other]:
            continue
        printed = [" ".join(text for _, text in cells) if cells else None for cells in (one, other)]
        row = _change("figure", bool(one), bool(other), table=cell[0], row=cell[1], column=cell[2])
        telling = [Counter(value for value, _ in cells if value) for cells in (one, other)]
        row["material"] = cell[0] in read and telling[0] != telling[1]
        yield row | {"before": printed[0], "after": printed[1]}


def _cells(row: Row) -> dict[Cell, list[tuple[float | None, str]]]:
    """Number (null for what is none) and print of every figure by its place; several may share one in the prose."""
    found: dict[Cell, list[tuple[float | None, str]]] = {}
    for figure in row["figures"]:
        if figure["state"] in ("missing_table", "image_table"):
            continue
        value = float(figure["value"]) if figure["state"] == "value" and figure["value"] is not None else None
        place = (figure["table"], figure["row"], figure["column"])
        found.setdefault(place, []).append((value, figure["value_printed"] or ""))
    return found


def _read(row: Row) -> set[str]:
    """The tables of which a copy holds any number; the prose counts as one of them."""
    return {figure["table"] for figure in row["figures"] if figure["state"] == "value"} | {"narrative"}


def _change(part: str, was: bool, stands: bool, **named: str) -> Row:
    change = "altered" if was and stands else "added" if stands else "removed"
    empty = dict.fromkeys(("section", "heading", "similarity", "table", "row", "column", "before", "after"))
    return {**empty, "part": part, "change": change, "material": False, **named}

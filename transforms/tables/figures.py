"""Statutory tables → figures: rows by label, values by their order in the row, every cell with its state.

The form (A, B, C or D) is told by the labels, never by the year; C and D columns are different measures and are
never mapped onto each other. Sums are judged only where every cell is a value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from schemas.facts import pattern
from schemas.records import Figure, Section, Table
from transforms.tables.cells import parse_cell, unread
from transforms.tables.flat_tables import read_flat, read_flat_t4, row_tables
from transforms.tables.invariants import check
from transforms.tables.templates import Printed, joined, marks_of, printed_table, read_form
from transforms.text.fold import fold

_TABLES = ("t2", "t3", "t4")
_HOME = {"t2": "proactive_disclosure", "t3": "requests", "t4": "review_litigation"}
_OUTLINE = ("overview", "proactive_disclosure", "requests", "review_litigation", "other_matters")
_T3_FLAT = re.compile(
    r"本\s*年\s*(?:度\s*)?新\s*收\s*(?:到\s*)?政\s*府\s*信\s*息|本\s*年\s*(?:度\s*)?收\s*到\s*政\s*府\s*信\s*息\s*公\s*开\s*申\s*请\s*数"
)
_T3_LAST = re.compile(r"结\s*转\s*(?:到\s*|至\s*)?下\s*(?:一\s*)?年\s*(?:度|继)")
_T4_FLAT = re.compile(r"结\s*果\s*维\s*持")
_T2_FLAT = re.compile(
    r"第\s*二\s*十\s*条\s*第\s*[(]?\s*一|信\s*息\s*内\s*容(?=[\s|]*(?:本\s*年\s*[制新发]|上\s*一\s*年|采\s*购))"
)
_STAT_FLAT = re.compile(r"指\s*标\s*[|\s]*单\s*位|主\s*动\s*公\s*开\s*政\s*府\s*信\s*息\s*数")
_T3_LENGTH = 6000  # characters a flattened table of requests may take
_GAP = 12  # characters, a page number among them, between the parts of a table
_FEWEST = 3  # rows of a statistics form below which a table is something else

__all__ = ["FiguresResult", "parse_cell", "tabulate"]


@dataclass(slots=True)
class FiguresResult:
    """Figures of one report, the form they follow, what is missing, and quality flags."""

    figures: list[Figure] = field(default_factory=list)
    form: str = ""
    era_by_structure: str = ""
    flags: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def tabulate(
    text: str, tables: list[Table], sections: list[Section], *, year: int | None = None, n_images: int = 0
) -> FiguresResult:
    """Return the statutory figures of one report; offsets are code points of `text`.

    `year` serves no decision on the form; it is accepted so that callers state what they know. A statutory
    section without its table gives one figure of state missing_table, never zeros; of state image_table where
    an image stands in its place: in the grid, or `n_images` on a page whose section is bare.
    """
    result = FiguresResult()
    found: dict[str, list[Figure]] = {}
    for table in _merge([printed_table(text, table) for table in tables]):
        _read(table.template.marks, table.figures, found)
    _flat(text, tables, sections, found)
    result.figures = [item for items in found.values() for item in items]
    result.form = result.era_by_structure = _form(result.figures, found)
    forms = {item.form for item in result.figures}
    if "" in forms and result.form:
        for item in result.figures:
            item.form = item.form or result.form
    if {"C", "D"} <= forms | {result.form}:
        result.flags.append("form_hybrid")
    _missing(result, found, sections, tables, n_images)
    result.flags += check(result.figures)
    result.figures.sort(key=lambda item: item.start)
    return result


def _form(figures: list[Figure], found: dict[str, list[Figure]]) -> str:
    """The form all figures tell together: the table of proactive disclosure first, then the rows of requests."""
    if "stat" in found:
        return "B"
    for name in ("t2", "t3"):
        forms = {item.form for item in found.get(name, []) if item.form}
        if forms:
            return "D" if "D" in forms else "C"
    return "A" if "local" in found else "CD" if set(found) & set(_TABLES) else ""


def _read(marks: frozenset[str], figures_of: Callable[..., list[Figure]], found: dict[str, list[Figure]]) -> None:
    """Read one table by the marks it carries (see Template); a table may be several forms drawn as one."""
    if ("t3_more" if "t3" in found else "t3") in marks:
        _add(found, "t3", figures_of("t3"))
    for name in ("t4", "t2"):
        if name in marks:
            _add(found, name, figures_of(name))
    if set(found) & set(_TABLES):
        return
    if "stat" in found:
        _add(found, "stat", figures_of("stat", _last_block(found["stat"])))
        return
    name = "stat" if "stat" in marks else "local"
    if name in marks and name not in found:
        figures = figures_of(name)
        if len({item.row for item in figures}) >= _FEWEST:
            _add(found, name, figures)


def _last_block(figures: list[Figure]) -> str:
    """The block that the last row of a part of the statistics form may go on with."""
    blocks = [item.row for item in figures if item.row in ("review_total", "lit_total", "complaints")]
    return blocks[-1] if blocks else ""


def _add(found: dict[str, list[Figure]], name: str, figures: list[Figure]) -> None:
    """Join the parts in which a page draws one table; of two readings of the same rows the better one is kept."""
    have = found.get(name, [])
    if not figures or not have:
        if figures:
            found[name] = figures
        return
    read = {(item.row, item.column) for item in have if item.state != "unparsed"}
    if any((item.row, item.column) in read for item in figures):  # the same table again, or another year's
        if not _n_read(have):
            found[name] = figures
        return
    new = {(item.row, item.column) for item in figures}
    if not _n_read(figures):
        new -= {(item.row, item.column) for item in have}
        figures = [item for item in figures if (item.row, item.column) in new]
    found[name] = [item for item in have if (item.row, item.column) not in new] + figures


def _better(found: dict[str, list[Figure]], name: str, figures: list[Figure]) -> None:
    """Of two readings of one table keep the one that tells more cells apart."""
    if figures and (name not in found or _n_read(figures) > _n_read(found[name])):
        found[name] = figures


def _n_read(figures: list[Figure]) -> int:
    return sum(item.state != "unparsed" for item in figures)


def _flat(text: str, tables: list[Table], sections: list[Section], found: dict[str, list[Figure]]) -> None:
    """Read what lost its cells, where labels stand in the running text: as rows of bars or tabs, then by labels."""
    wanted = [name for name in _TABLES if not _n_read(found.get(name, []))]
    if not wanted or "stat" in found:
        return
    rows: dict[str, list[Figure]] = {}
    if "|" in text or ("\t" in text and not tables):
        for table in row_tables(text, 0, len(text)):
            if not any(other.start <= table.start < other.end for other in tables):
                words = "".join(fold(text)[table.start : table.end].split())
                _read(marks_of(words), partial(read_form, table, words), rows)
    if not any(item.column == "total" and item.state == "value" for item in rows.get("t3", [])):
        rows.pop("t3", None)  # a column without any value may be one that was lost before it
    for name, figures in rows.items():
        if name not in _TABLES or name in wanted:
            _better(found, name, figures)
    folded = fold(text)
    t3 = _T3_FLAT.search(folded)
    if "t3" in wanted and t3:
        last = _T3_LAST.search(folded, t3.end())
        end = _end_of(sections, last.end() if last and last.end() - t3.start() < _T3_LENGTH else t3.end(), text)
        _better(found, "t3", read_flat(folded, t3.start(), end, "t3", "D"))
    t4 = _T4_FLAT.search(folded, t3.end() if t3 else 0)
    if "t4" in wanted and t4 and "尚未审结" in "".join(folded[t4.start() : t4.start() + 200].split()):
        home = next((section for section in sections if section.start <= t4.start() < section.end), None)
        start = max(home.start if home else 0, t4.start() - 60)
        _better(found, "t4", read_flat_t4(folded, start, min(_end_of(sections, t4.end(), text), t4.end() + 1500)))
    t2 = _T2_FLAT.search(folded)
    if "t2" in wanted and t2:
        end = min(_end_of(sections, t2.end(), text), t3.start() if t3 and t3.start() > t2.end() else len(text))
        words = "".join(folded[t2.start() : end].split())
        form = next((form for form in ("d", "c") if pattern(f"figures/{form}", "marks").search(words)), "")
        if form:
            _better(found, "t2", read_flat(folded, t2.start(), end, "t2", form.upper()))
    stat = None if set(found) & set(_TABLES) else _STAT_FLAT.search(folded)
    if stat:
        figures = read_flat(folded, stat.start(), len(text), "stat", "B")
        if len({item.row for item in figures if item.state != "unparsed"}) >= _FEWEST:
            _better(found, "stat", figures)


def _end_of(sections: list[Section], offset: int, text: str) -> int:
    """End of the level-1 section that holds `offset`, of the text where none does."""
    return next((section.end for section in sections if section.start <= offset < section.end), len(text))


def _missing(
    result: FiguresResult, found: dict[str, list[Figure]], sections: list[Section], tables: list[Table], n_images: int
) -> None:
    """Say of each statutory table that the outline wants and the page lacks that it is missing."""
    statutory = {section.section: section for section in sections}
    if result.form == "B" or sum(key in statutory for key in _OUTLINE) < len(_OUTLINE):
        return
    heading = "".join(statutory["requests"].heading.split())
    if heading and not set(found) & set(_TABLES) and not pattern("figures/cd", "heading").search(heading):
        return  # an older outline of the same topics: no table was ever wanted
    lost = [name for name in _TABLES if name not in found]
    for name in lost:
        home = statutory[_HOME[name]]
        image = (home.status == "empty" and n_images >= len(lost)) or any(
            table.has_image and home.start <= table.start < home.end for table in tables
        )
        state = "image_table" if image else "missing_table"
        result.figures.append(unread(result.form, name, "", "", "", "", (home.start, home.end), state=state))
        result.missing.append(name)
    if result.missing:
        result.flags.append(f"tables_missing:{','.join(result.missing)}")


def _merge(tables: list[Printed]) -> list[Printed]:
    """Join a statutory table that a page split into neighbouring parts."""
    merged: list[Printed] = []
    for table in tables:
        if merged and table.start - merged[-1].end <= _GAP and not table.template.opens:
            merged[-1] = joined(merged[-1], table)
        else:
            merged.append(table)
    return merged

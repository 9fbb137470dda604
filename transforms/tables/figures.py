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
from schemas.records import Figures, Grid, Section, Table
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

    figures: Figures = field(default_factory=Figures)
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
    found: dict[str, Figures] = {}
    for table in _merge([printed_table(text, table) for table in tables]):
        _read(table.template.marks, table.figures, found)
    _flat(text, tables, sections, found)
    for told in found.values():
        result.figures.extend(told)
    result.form = result.era_by_structure = _form(found)
    forms = set(result.figures.form)
    if "" in forms and result.form:
        result.figures.form = [form or result.form for form in result.figures.form]
    if {"C", "D"} <= forms | {result.form}:
        result.flags.append("form_hybrid")
    _missing(result, found, sections, tables, n_images)
    result.flags += check(result.figures)
    result.figures = result.figures.by_place()
    return result


def _form(found: dict[str, Figures]) -> str:
    """The form all figures tell together: the table of proactive disclosure first, then the rows of requests."""
    if "stat" in found:
        return "B"
    for name in ("t2", "t3"):
        forms = set(found[name].form) - {""} if name in found else set()
        if forms:
            return "D" if "D" in forms else "C"
    return "A" if "local" in found else "CD" if set(found) & set(_TABLES) else ""


def _read(marks: frozenset[str], figures_of: Callable[..., Figures], found: dict[str, Figures]) -> None:
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
        if len(set(figures.row)) >= _FEWEST:
            _add(found, name, figures)


def _last_block(figures: Figures) -> str:
    """The block that the last row of a part of the statistics form may go on with."""
    blocks = [row for row in figures.row if row in ("review_total", "lit_total", "complaints")]
    return blocks[-1] if blocks else ""


def _add(found: dict[str, Figures], name: str, figures: Figures) -> None:
    """Join the parts in which a page draws one table; of two readings of the same rows the better one is kept."""
    have = found.get(name)
    if not figures or not have:
        if figures:
            found[name] = figures
        return
    read = {key for key, state in zip(have.keys(), have.state, strict=True) if state != "unparsed"}
    if not read.isdisjoint(figures.keys()):  # the same table again, or another year's
        if not _n_read(have):
            found[name] = figures
        return
    new = set(figures.keys())
    if not _n_read(figures):
        new -= set(have.keys())
        figures = Figures.of(item for item in figures if (item.row, item.column) in new)
    found[name] = Figures.of(item for item in have if (item.row, item.column) not in new)
    found[name].extend(figures)


def _better(found: dict[str, Figures], name: str, figures: Figures) -> None:
    """Of two readings of one table keep the one that tells more cells apart."""
    if figures and (name not in found or _n_read(figures) > _n_read(found[name])):
        found[name] = figures


def _n_read(figures: Figures) -> int:
    return len(figures) - figures.state.count("unparsed")


def _flat(text: str, tables: list[Table], sections: list[Section], found: dict[str, Figures]) -> None:
    """Read what lost its cells, where labels stand in the running text: as rows of bars or tabs, then by labels."""
    wanted = [name for name in _TABLES if name not in found or not _n_read(found[name])]
    if not wanted or "stat" in found:
        return
    rows: dict[str, Figures] = {}
    if "|" in text or ("\t" in text and not tables):
        for table in row_tables(text, 0, len(text)):
            if not any(other.start <= table.start < other.end for other in tables):
                words = "".join(fold(text)[table.start : table.end].split())
                _read(marks_of(words), partial(_as_drawn, table, words), rows)
    if not any(item.column == "total" and item.state == "value" for item in rows.get("t3", ())):
        rows.pop("t3", None)  # a column without any value may be one that was lost before it
    for name, figures in rows.items():
        if name not in _TABLES or name in wanted:
            _better(found, name, figures)
    folded = fold(text)
    t3 = _T3_FLAT.search(folded)
    if "t3" in wanted and t3:
        last = _T3_LAST.search(folded, t3.end())
        end = _end_of(sections, last.end() if last and last.end() - t3.start() < _T3_LENGTH else t3.end(), text)
        _better(found, "t3", Figures.of(read_flat(folded, t3.start(), end, "t3", "D")))
    t4 = _T4_FLAT.search(folded, t3.end() if t3 else 0)
    if "t4" in wanted and t4 and "尚未审结" in "".join(folded[t4.start() : t4.start() + 200].split()):
        home = next((section for section in sections if section.start <= t4.start() < section.end), None)
        start = max(home.start if home else 0, t4.start() - 60)
        end = min(_end_of(sections, t4.end(), text), t4.end() + 1500)
        _better(found, "t4", Figures.of(read_flat_t4(folded, start, end)))
    t2 = _T2_FLAT.search(folded)
    if "t2" in wanted and t2:
        end = min(_end_of(sections, t2.end(), text), t3.start() if t3 and t3.start() > t2.end() else len(text))
        words = "".join(folded[t2.start() : end].split())
        form = next((form for form in ("d", "c") if pattern(f"figures/{form}", "marks").search(words)), "")
        if form:
            _better(found, "t2", Figures.of(read_flat(folded, t2.start(), end, "t2", form.upper())))
    stat = None if set(found) & set(_TABLES) else _STAT_FLAT.search(folded)
    if stat:
        told = read_flat(folded, stat.start(), len(text), "stat", "B")
        if len({item.row for item in told if item.state != "unparsed"}) >= _FEWEST:
            _better(found, "stat", Figures.of(told))


def _as_drawn(table: Grid, words: str, form: str, block: str = "") -> Figures:
    return Figures.of(read_form(table, words, form, block))


def _end_of(sections: list[Section], offset: int, text: str) -> int:
    """End of the level-1 section that holds `offset`, of the text where none does."""
    return next((section.end for section in sections if section.start <= offset < section.end), len(text))


def _missing(
    result: FiguresResult, found: dict[str, Figures], sections: list[Section], tables: list[Table], n_images: int
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
        lacking = unread(result.form, name, "", "", "", "", (home.start, home.end), state=state)
        result.figures.extend(Figures.of([lacking]))
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

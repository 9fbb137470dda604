"""Labelled pages damaged on purpose: the reading stays right or says honestly that it does not know.

A mutation is a change of the written report, of its drawing, or of the finished bytes. `STILL` names what each must
leave right; everything else may become undecided, never wrong.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from functools import cache

from tests.labelled import drawing, outlines
from tests.labelled.hijackers import TRADITIONAL
from tests.labelled.issuers import issuers
from tests.labelled.make import Spec, make, variant
from tests.labelled.records import Page, Part, Report, Sheet, Span, Value
from tests.nation.tables import COLUMNS

WHO_WHEN = ("year", "province", "agency_level", "agency_name")
STILL = {
    "dropped_headings": WHO_WHEN, "shuffled_sections": (*WHO_WHEN, "sections", "cells"), "lost_breaks": (*WHO_WHEN, "sections"),
    "no_headings_no_breaks": WHO_WHEN, "split_tables": (*WHO_WHEN, "sections", "cells"),
    "blanked_cells": (*WHO_WHEN, "sections", "cells"), "cut_column": (*WHO_WHEN, "sections"),
    "extra_column": (*WHO_WHEN, "sections"), "cut_column_text": (*WHO_WHEN, "sections"), "traditional": (), "mojibake": (),
    "masks": ("year",), "truncated": WHO_WHEN, "doubled": WHO_WHEN, "broken_labels": (*WHO_WHEN, "sections", "cells"),
    "total_first": (*WHO_WHEN, "sections"), "missing_row": (*WHO_WHEN, "sections", "cells"),
    "repeated_head": (*WHO_WHEN, "sections", "cells"), "foreign_table": (*WHO_WHEN, "sections", "cells"),
}  # fmt: skip


def bases() -> list[Spec]:
    """Return the ordinary reports that are damaged."""
    pool = [issuer for issuer in issuers() if issuer.kind in ("government", "department") and issuer.level != "central"]
    found = []
    for at in range(12):
        issuer, form = pool[(at * 11 + 2) % len(pool)], "ADBCDC"[at % 6]
        names = list(outlines.free_outlines())
        found.append(Spec(
            f"m{at:02d}", "", issuer, {"A": 2011, "B": 2017, "C": 2020, "D": 2023}[form], form, outline=names[at] if form in "AB" else "0",
            family=("trs", "hanweb", "ucap", "vsb", "gd_post", "lonsun")[at % 6], tables="none" if form == "A" else "html"))  # fmt: skip
    return found


def _dropped(report: Report, rng: random.Random) -> None:
    for part in report.parts:
        part.heading = ""


def _shuffled(report: Report, rng: random.Random) -> None:
    """Middle sections in another order, numbered anew, as authors do who follow no form."""
    fixed = ("preamble", "signature", "statistics_appendix", "overview")
    middle = [part for part in report.parts if part.key not in fixed]
    rng.shuffle(middle)
    order = [part for part in report.parts if part.key in ("preamble", "overview")] + middle
    order += [part for part in report.parts if part.key in ("signature", "statistics_appendix")]
    headed = [part for part in order if part.heading and part.key != "statistics_appendix"]
    for at, part in enumerate(headed):
        part.heading = outlines.numbered(at, part.heading.split("、", 1)[1], "comma")
    report.parts = order


def _t3(report: Report) -> Part | None:
    return next((part for part in report.parts if part.sheet is not None and part.sheet.name == "t3"), None)


def _blanked(report: Report, rng: random.Random) -> None:
    part = _t3(report)
    if part is not None and part.sheet is not None:
        part.sheet = drawing.blanked(part.sheet, rng.sample(sorted(part.sheet.cells), 40))


def _columns(report: Report, redraw: Callable[[list[Span]], list[Span]]) -> None:
    """Change the seven values of every row of the requests, so that no column can be told any more."""
    part = _t3(report)
    if part is None or part.sheet is None:
        return
    sheet, labels = part.sheet, set(part.sheet.labels.values())
    for at, row in enumerate(sheet.grid):
        if len(row) > 7 and row[-8][0] in labels:
            sheet.grid[at] = [*row[:-7], *redraw(row[-7:])]
    unknown = {key: Value("", "unparsed") for key in sheet.cells}
    sheet.cells = unknown


def _cut_column(report: Report, rng: random.Random) -> None:
    gone = rng.randrange(len(COLUMNS) - 1)
    _columns(report, lambda values: [value for at, value in enumerate(values) if at != gone])


def _extra_column(report: Report, rng: random.Random) -> None:
    """A sum of the organisations before the last column, as one wrong template has it: eight values a row."""
    _columns(report, lambda values: [*values[:6], (str(len(values) + 2), 1, 1), values[6]])


def _total_first(report: Report, rng: random.Random) -> None:
    """总计 before the other columns, in head and rows alike: told by the head, or not told."""
    part = _t3(report)
    if part is None or part.sheet is None:
        return
    cells, grid, labels = part.sheet.cells, part.sheet.grid, set(part.sheet.labels.values())
    grid[1] = [grid[1][-1], *grid[1][:-1]]
    for at, row in enumerate(grid):
        if len(row) > 7 and row[-8][0] in labels:
            grid[at] = [*row[:-7], row[-1], *row[-7:-1]]
    part.sheet.cells = cells


def _missing_row(report: Report, rng: random.Random) -> None:
    """Two rows of results left out; the others stand as before, and nothing is put in their place."""
    part = _t3(report)
    if part is None or part.sheet is None:
        return
    sheet = part.sheet
    for key in ("np_repeat", "den_process_info"):
        sheet.grid = [row for row in sheet.grid if sheet.labels[key] not in [text for text, _, _ in row]]
        for column in COLUMNS:
            sheet.cells[key, column] = Value("", "unparsed")
    long = {"三、本年度办理结果": 2, "（三）不予公开": 1, "（五）不予处理": 1}
    sheet.grid = [[(text, wide, high - long.get(text, 0)) for text, wide, high in row] for row in sheet.grid]


def _repeated_head(report: Report, rng: random.Random) -> None:
    """The head printed again where the table goes on over the page."""
    part = _t3(report)
    if part is None or part.sheet is None:
        return
    part.sheet.grid += part.sheet.grid[:3]
    part.sheet.grid += [part.sheet.grid.pop(-4)]


def _foreign_table(report: Report, rng: random.Random) -> None:
    """A table of something else at the head of the report."""
    rows: list[list[Span]] = [
        [("科目", 1, 1), ("预算数", 1, 1), ("决算数", 1, 1)],
        [("基本支出", 1, 1), ("120.5", 1, 1), ("118.2", 1, 1)],
    ]
    report.parts[0].sheet = Sheet("other", report.form, rows, {})


def _bytes(page: Page, name: str, rng: random.Random) -> None:
    text = page.data.decode()
    if name == "traditional":
        text = text.translate(TRADITIONAL)
    elif name == "mojibake":
        text = text.encode().decode("gb18030", "replace")
    elif name == "masks":
        text = re.sub("公开|信息|政府", lambda found: "**" if rng.random() < 0.15 else found[0], text)
    elif name == "truncated":
        text = text[: int(len(text) * 0.7)]
    elif name == "doubled":
        body = re.search("<body>(.*)</body>", text, re.S)
        text = text.replace("</body>", (body[1] if body else "") + "</body>")
    page.data = text.encode()


def _damaged(spec: Spec, name: str) -> Page:
    changes = {
        "dropped_headings": _dropped, "no_headings_no_breaks": _dropped, "shuffled_sections": _shuffled,
        "blanked_cells": _blanked, "cut_column": _cut_column, "cut_column_text": _cut_column, "extra_column": _extra_column,
        "total_first": _total_first, "missing_row": _missing_row, "repeated_head": _repeated_head, "foreign_table": _foreign_table,
    }  # fmt: skip
    spec = variant(spec, id=f"{spec.id}-{name}", group=f"mutation {name}")
    if name in ("lost_breaks", "no_headings_no_breaks"):
        spec = variant(spec, family="text_inline", tables="missing" if spec.form in "CD" else "none")
    elif name == "cut_column_text":
        spec = variant(spec, family="text", tables="pipes")
    elif name in ("split_tables", "broken_labels"):
        spec = variant(spec, tables={"split_tables": "split", "broken_labels": "broken"}[name])
    page = make(spec, changes.get(name))
    _bytes(page, name, random.Random(spec.id))
    return page


def _made() -> Iterator[Page]:
    tabled = ("split_tables", "blanked_cells", "cut_column", "extra_column", "cut_column_text", "broken_labels", "total_first",
              "missing_row", "repeated_head", "foreign_table")  # fmt: skip
    for name in STILL:
        for spec in bases():
            if name not in tabled or spec.form in "CD":
                yield _damaged(spec, name)


@cache
def mutated_pages() -> tuple[Page, ...]:
    """Return every damaged page; its group is `mutation <name>`."""
    return tuple(_made())

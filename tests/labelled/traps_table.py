"""Traps about statutory tables: hybrids, damaged labels, local rows, words in cells, nested and headed tables."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.labelled import drawing, sheets
from tests.labelled.issuers import issuers
from tests.labelled.make import Spec, make
from tests.labelled.records import Page, Report, Sheet, Value

Change = Callable[[Report, random.Random], None]


def _sheet(report: Report, name: str) -> Sheet | None:
    return next((part.sheet for part in report.parts if part.sheet is not None and part.sheet.name == name), None)


def _relabel(name: str, old: str, new: str) -> Change:
    def change(report: Report, rng: random.Random) -> None:
        sheet = _sheet(report, name)
        assert sheet is not None
        sheet.grid = [[(text.replace(old, new), wide, high) for text, wide, high in row] for row in sheet.grid]

    return change


def _set_cell(name: str, row: str, columns: tuple[str, ...], label: str, cell: Value) -> Change:
    def change(report: Report, rng: random.Random) -> None:
        sheet = _sheet(report, name)
        assert sheet is not None
        at = next(i for i, line in enumerate(sheet.grid) if line[0][0] == label)
        drawn = sheet.grid[at]
        sheet.grid[at] = [drawn[0], *[(cell.printed, wide, high) for _, wide, high in drawn[1:]]]
        sheet.cells.update({(row, column): cell for column in columns})

    return change


def _local_row(report: Report, rng: random.Random) -> None:
    """A row of a city's own between the national ones: it has no key and moves nothing."""
    sheet = _sheet(report, "t2")
    assert sheet is not None
    sheet.grid.insert(4, [("其他主动公开文件", 1, 1), ("11", 1, 1), ("2", 1, 1), ("39", 1, 1)])


def _hybrid(report: Report, rng: random.Random) -> None:
    """The block of （一） in the form of 2019, all else in that of 2021: each part keeps its own measures."""
    new, old = _sheet(report, "t2"), sheets.t2_c(random.Random(rng.random()))
    assert new is not None
    head = [[(text, wide, high) for text, wide, high in row] for row in old.grid[:4]]
    new.grid = head + [
        [(text, 5 if wide == 4 else 4 if wide == 3 else wide, high) for text, wide, high in row] for row in new.grid[4:]
    ]
    kept = {key: cell for key, cell in new.cells.items() if key[0] not in ("rules", "normative")}
    taken = {key: cell for key, cell in old.cells.items() if key[0] in ("c_rules", "c_normative")}
    new.cells = taken | kept


def _blank_totals(report: Report, rng: random.Random) -> None:
    """总计 of every row of results left empty: the cells are blank, nothing is summed for the author."""
    part = next(part for part in report.parts if part.sheet is not None and part.sheet.name == "t3")
    assert part.sheet is not None
    rows = [row for row, column in part.sheet.cells if column == "total" and row not in ("new", "carried_in")]
    part.sheet = drawing.blanked(part.sheet, [(row, "total") for row in rows])


def _broken_sum(report: Report, rng: random.Random) -> None:
    """A sum that does not hold stays as it is printed."""
    sheet = _sheet(report, "t3")
    assert sheet is not None
    at = next(i for i, row in enumerate(sheet.grid) if row[0][0].startswith("一、本年新收"))
    sheet.grid[at] = [*sheet.grid[at][:-1], ("987", 1, 1)]
    sheet.cells["new", "total"] = Value("987", "value", "987")


TEXT_CELL = Value("本单位未制作规章", "text")


def _no_totals(report: Report, rng: random.Random) -> None:
    """Reviews and litigation without the columns of totals: nobody sums them up."""
    sheet = _sheet(report, "t4")
    assert sheet is not None
    kept = [number for number in range(15) if number % 5 != 4]
    numbers, kinds = sheet.grid[3], [span for span in sheet.grid[1] if span[2] == 2][:4]
    sheet.grid = [
        [("行政复议", 4, 1), ("行政诉讼", 8, 1)],
        [*kinds, ("未经复议直接起诉", 4, 1), ("复议后起诉", 4, 1)],
        [(text, 1, 1) for text, _, _ in (*kinds, *kinds)],
        [numbers[at] for at in kept],
    ]
    sheet.cells = {key: cell for key, cell in sheet.cells.items() if not key[1].endswith("_total")}


def _upright(report: Report, rng: random.Random) -> None:
    """Reviews and litigation drawn upright, a row for every kind."""
    sheet = _sheet(report, "t4")
    assert sheet is not None
    sheet.grid = [
        [("".join(head), 1, 1), (kind, 1, 1), (value, 1, 1)]
        for head, pairs in drawing.t4_groups(sheet)
        for kind, value in pairs
    ]


REPORT_TRAPS: dict[str, tuple[str, Change]] = {
    "hybrid": ("D", _hybrid),
    "label-half": ("D", _relabel("t2", "本年制发件数", "本年发件")),
    "label-broken": ("D", _relabel("t2", "第（一）项", "第(一项)")),
    "label-spaced": ("C", _relabel("t2", "第二十条第（一）项", "第二十条 第(一)项")),
    "label-short-c": ("C", _relabel("t2", "对外公开总数量", "对外公开数量")),
    "label-help": ("D", _relabel("t2", "行政规范性文件", "行政规范性文件（指现行有效并公开的）")),
    "label-quotes": ("D", _relabel("t3", "“三安全一稳定”", "\"三安全一稳定\"")),
    "label-half-brackets": ("D", _relabel("t3", "（", "(")),
    "label-dots": ("C", _relabel("t3", "1.", "1、")),
    "text-in-cells": ("D", _set_cell("t2", "rules", ("issued", "repealed", "in_force"), "规章", TEXT_CELL)),
    "none-in-cells": ("D", _set_cell("t2", "normative", ("issued", "repealed", "in_force"), "行政规范性文件", Value("无", "none_text"))),
    "local-row": ("D", _local_row),
    "blank-totals": ("C", _blank_totals),
    "broken-sum": ("D", _broken_sum),
    "no-totals": ("D", _no_totals),
    "upright": ("C", _upright),
}  # fmt: skip


def _as_head(html: str) -> str:
    """Header rows as th inside thead."""
    return re.sub(r"<tbody>(<tr>.*?</tr>)(?=<tr>)",
                  lambda found: "<thead>" + found[1].replace("<td", "<th").replace("</td>", "</th>") + "</thead><tbody>", html)  # fmt: skip


def _nested(html: str) -> str:
    """Every table inside a layout table of one cell."""
    return html.replace('<table border="1">', '<table class="layout"><tr><td><table border="1">').replace(
        "</tbody></table>", "</tbody></table></td></tr></table>"
    )


def _padded(html: str) -> str:
    """Numbers wrapped in spans and padded, as word processors leave them."""
    return re.sub(
        r"<p>([\d.,]+)</p>", r'<p class="MsoNormal">&nbsp;<span lang="EN-US"><b>\1</b></span>&nbsp;</p>', html
    )


def _empty_rows(html: str) -> str:
    """Empty rows between the real ones."""
    return html.replace("</tr><tr>", "</tr><tr><td></td></tr><tr>")


def _captions(html: str) -> str:
    """A caption row over each table."""
    return html.replace("<tbody>", "<caption>单位：件</caption><tbody>")


PAGE_TRAPS = {"thead": _as_head, "nested": _nested, "padded": _padded, "empty-rows": _empty_rows, "captions": _captions}


def table_pages() -> list[Page]:
    """Return one page a trap; the changes of HTML are tried on the forms of 2019 and 2021."""
    pool = [issuer for issuer in issuers() if issuer.level in ("county", "prefecture") and issuer.kind == "department"]
    pages = []
    for at, (name, (form, change)) in enumerate(REPORT_TRAPS.items()):
        family = ("trs", "ucap", "hanweb", "vsb", "lonsun")[at % 5]
        spec = Spec(
            f"t-{name}", "trap table", pool[at % len(pool)], 2020 if form == "C" else 2021 + at % 4, form, family=family
        )
        spec.truth.update({"_unjudged": ["era_by_structure"]} if name == "hybrid" else {})
        pages.append(make(spec, change))
    for at, (name, dress) in enumerate(PAGE_TRAPS.items()):
        for form in "CD":
            spec = Spec(f"t-{name}-{form}", "trap table", pool[(at + 20) % len(pool)], 2020 if form == "C" else 2023, form,
                        family=("gd_post", "jpaas", "snowflake")[at % 3], style="p")  # fmt: skip
            page = make(spec)
            page.data = dress(page.data.decode()).encode()
            pages.append(page)
    for at, zero in enumerate(("", "/", "-", "—", "无")):
        spec = Spec(f"t-zero-{at}", "trap table", pool[30 - at], 2022, "D", family="ucap", zero=zero)
        pages.append(make(spec))
    for at, way in enumerate((*drawing.FLAT, "dropped", "labels")):
        for form in "CD":
            zero = "" if way == "dropped" else "0/-无"[at % 4]
            spec = Spec(f"t-flat-{way}-{form}", "trap table flat", pool[(at * 3 + 7) % len(pool)], 2020 if form == "C" else 2024,
                        form, family=("text", "text_loose", "trs")[at % 3], tables=way, zero=zero)  # fmt: skip
            pages.append(make(spec))
    for at, way in enumerate(drawing.MORE):
        spec = Spec(f"t-flat-{way}", "trap table flat", pool[(at * 5 + 2) % len(pool)], 2020 if at % 3 == 2 else 2022,
                    "C" if at % 3 == 2 else "D", family=("text", "text_loose")[at % 2], tables=way)  # fmt: skip
        pages.append(make(spec))
    bare = Spec("t-flat-no-totals", "trap table flat", pool[3], 2023, "D", family="text", tables="lines")
    pages.append(make(bare, _no_totals))
    for at, way in enumerate(drawing.FLAT):
        spec = Spec(
            f"t-stat-{way}", "trap table flat", pool[(at * 2 + 5) % len(pool)], 2015, "B", family="text", tables=way
        )
        pages.append(make(spec))
    return pages

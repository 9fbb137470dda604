"""Statutory tables that lost their cells → figures: anchored by labels in running text.

Pages hand on such tables as pipe or tab rows, one cell a line, one number a line with or without blank lines
between, or all in one line. Between two labels there must stand exactly as many cells as the form has columns,
or the row is unparsed: nothing is filled from left to right.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from schemas.facts import facts
from schemas.records import Cell, Figure, Grid
from transforms.tables.cells import UNITS, figure, parse_cell, unread
from transforms.tables.form_tables import t4_columns, t4_figures
from transforms.tables.forms import Row, anchors, rows

_PAGE_NUMBER = re.compile(r"(?m)^[ |]*[-—–] ?\d{1,3} ?[-—–][ |]*$")
_HELP = re.compile(r"\((?=[^()]{0,80}[\u4e00-\u9fff]{2})[^()]{0,80}\)")
_VALUE = (
    rf"(?P<value>[+\-−减增]?(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?:{UNITS})?(?![、.\d年月日]))"
    r"|(?P<none>/|[-—–]{1,4}|[无零](?![^\s|]))"
)
_TOKEN = re.compile(rf"{_VALUE}|(?P<word>[^\s|/\d+\-—–]+)|(?P<odd>[^\s|])")
_BEFORE_LABEL = re.compile(
    r"(?<![\d.,(])(?P<n>\d{1,3})[\s|]+(?=[(]?[一二三四五六七八九十\d]{1,2}[)、.]|[\u4e00-\u9fff])"
)
_FEWEST_ROWS = 8  # rows whose numbers can be told from values
_WIDE, _MOST_PAGES = 8, 3  # cells of a row with a page's number behind it, and how many such rows a table may have
_LONE = 50  # characters of a line without cells that may stand between the rows of a table
_NOISE = re.compile("[“”\"'、.:;,。()（）]")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the text between a label and the next."""

    row: int  # place in rows()
    start: int  # of the label
    at: int  # end of the label
    end: int


def row_tables(text: str, start: int, end: int) -> list[Grid]:
    """Return pipe or tab rows of `text[start:end]` as tables: each run of neighbouring such lines is one."""
    tables: list[Grid] = []
    grid: list[list[Cell]] = []
    begin = position = start
    for line in text[start:end].split("\n"):
        separator = "|" if line.count("|") >= 1 else "\t"
        stop = position + len(line)
        if separator in line:
            cells = _cells(line, position, separator)
            if not grid:
                begin = position
            if any(set(cell.text) - set("-: ") for cell in cells) or not cells:
                grid.append(cells)
        elif grid and 0 < len(line.strip()) <= _LONE:
            grid.append(_cells(line, position, "|"))  # a label whose cells are gone, or the head of a block
        elif line.strip():
            if len(grid) > 1:
                tables.append(Grid(begin, position, grid, grid))
            grid = []
        position = stop + 1
    if len(grid) > 1:
        tables.append(Grid(begin, end, grid, grid))
    return tables


def _cells(line: str, offset: int, separator: str) -> list[Cell]:
    cells = []
    position = offset
    parts = line.split(separator)
    for place, part in enumerate(parts):
        edge = separator == "|" and place in (0, len(parts) - 1) and not part.strip()
        if not edge:
            lead = len(part) - len(part.lstrip())
            cells.append(Cell(part.strip(), position + lead, position + lead + len(part.strip())))
        position += len(part) + 1
    return cells


def read_flat(folded: str, start: int, end: int, table: str, form: str) -> list[Figure]:
    """Return the figures that labels anchor in `folded[start:end]` for t2, t3 or stat of `form`.

    `folded` is the report's text after `fold`; offsets are those of the report's text.
    """
    items = rows(table, form)
    spans = _spans(folded, start, end, table, form)
    plain = _without_row_numbers(folded, start, end, len(spans))
    if plain is not folded:
        folded = plain
        spans = _spans(folded, start, end, table, form)
    taken = [_tokens(folded, span, items[span.row], table) for span in spans]
    stride = _stride(folded, spans, taken, items)
    paged = table == "t3" and 0 < sum(len(cells or ()) == _WIDE for cells in taken) <= _MOST_PAGES
    readings: list[tuple[Span, Row, list[tuple[int, int]] | None]] = []
    for span, tokens in zip(spans, taken, strict=True):
        row = items[span.row]
        wanted = len(row.columns)
        cells: list[tuple[int, int]] | None = tokens
        if cells is not None and len(cells) != wanted:
            cells = (_slots(folded, span, wanted, stride) or _digits(folded, cells, wanted)
                     or (_without_page_number(folded, cells, wanted) if paged else None))  # fmt: skip
        readings.append((span, row, cells))
    if table == "t3":
        readings = _doubted(folded, readings)
    return [
        item
        for span, row, cells in readings
        for item in _figures(folded, row, table, row.form if table == "t3" else form, span, cells)
    ]


def _without_row_numbers(folded: str, start: int, end: int, n_rows: int) -> str:
    """Blank the numbers of rows: numbers before labels that rise by one from row to row, for most of `n_rows`.

    The last value of a row stands before a label too where that label heads a group; it does not rise.
    """
    numbers = [
        (int(found["n"]), found.start("n"), found.end("n")) for found in _BEFORE_LABEL.finditer(folded, start, end)
    ]
    longest: list[tuple[int, int, int]] = []
    for place in range(len(numbers)):
        rising = [numbers[place]]
        for number in numbers[place + 1 :]:
            if number[0] == rising[-1][0] + 1:
                rising.append(number)
        longest = max(longest, rising, key=len)
    if len(longest) < max(_FEWEST_ROWS, 0.8 * n_rows):
        return folded
    for _, begin, stop in longest:
        folded = folded[:begin] + " " * (stop - begin) + folded[stop:]
    return folded


def _without_page_number(folded: str, cells: list[tuple[int, int]], wanted: int) -> list[tuple[int, int]] | None:
    """Leave out the number of a page behind a row: only where the row's own sum tells it from the cells."""
    if len(cells) != wanted + 1 or not _adds_up(folded, cells[:-1]) or _adds_up(folded, cells[1:]):
        return None
    return cells[:-1]


_Reading = tuple[Span, Row, list[tuple[int, int]] | None]


def _doubted(folded: str, readings: list[_Reading]) -> list[_Reading]:
    """Leave out labels of groups; where the table lost cells or labels, believe only rows whose own sum agrees."""
    others = {row.key for _, row, _ in readings if row.key.startswith("oth_")}
    if len(others) > 1:  # 其他处理 heads a group there
        readings = [reading for reading in readings if reading[1].key != "oth_total"]
        others.discard("oth_total")
    n_rows = len(rows("t3", "C")) - (3 if others == {"oth_total"} else 1)
    if len(readings) >= n_rows and all(cells is not None for _, _, cells in readings):
        return readings
    return [(span, row, cells if cells and _adds_up(folded, cells) else None) for span, row, cells in readings]


def _adds_up(folded: str, cells: list[tuple[int, int]]) -> bool:
    """Whether the last cell is the sum of the others; cells that are no values cannot speak against it."""
    values = [parse_cell(folded[a:b])[1] for a, b in cells]
    if None in values:
        return True
    *parts, total = (Decimal(value or 0) for value in values)
    return sum(parts) == total


def _spans(folded: str, start: int, end: int, table: str, form: str) -> list[Span]:
    """Labels in order, each row once, with the stretch up to the next label or the table's end."""
    items = rows(table, form)
    hits: list[tuple[int, int, int]] = []
    seen: set[str] = set()
    block = ""
    for match in anchors(table, form).finditer(folded, start, end):
        place = int((match.lastgroup or "r0")[1:])
        item = items[place]
        if item.block and item.block != block:
            same = [n for n, other in enumerate(items) if other.match == item.match and other.block == block]
            if not same:
                continue
            place, item = same[0], items[same[0]]
        if item.key in seen:
            hits.append((-1, match.start(), match.end()))
            continue
        seen.add(item.key)
        block = item.key if item.key in ("review_total", "lit_total") else block
        hits.append((place, match.start(), match.end()))
    found = []
    for number, (place, begin, at) in enumerate(hits):
        stop = hits[number + 1][1] if number + 1 < len(hits) else end
        if place >= 0:
            found.append(Span(place, begin, at, stop))
    return found


@cache
def _furniture(table: str) -> re.Pattern[str]:
    """What may stand between two rows of a table and is no cell: group labels and heads."""
    if table == "t3":
        names = facts("figures/cd")["t3_groups"]
        loose = [r"\s*".join(re.escape(char) for char in name.replace("（", "(").replace("）", ")")) for name in names]
        return re.compile("|".join(loose))
    if table == "t2":
        return re.compile(r"(?:第\s*(?:二\s*十\s*条)?[^\n|\d]{0,12}?项|信\s*息\s*内\s*容)[\s\S]*")
    return re.compile(r"[一二三四五六七八九]\s*、[\s\S]*")


def _tokens(folded: str, span: Span, row: Row, table: str) -> list[tuple[int, int]] | None:
    """Ranges of the value cells between a label and the next; None when other words stand there."""
    stretch = folded[span.at : span.end]
    for junk in (_PAGE_NUMBER, _furniture(table), _HELP):
        stretch = junk.sub(lambda found: " " * len(found[0]), stretch)
    values: list[tuple[int, int]] = []
    wanted, unit = len(row.columns), 0
    for token in _TOKEN.finditer(stretch):
        if token["value"] or token["none"]:
            values.append((span.at + token.start(), span.at + token.end()))
            continue
        if len(values) == wanted:
            break  # what follows the last cell
        word = _NOISE.sub("", token["word"] or "")
        if table == "stat" and not values:
            if unit and word and word not in _units():
                break
            unit = span.at + token.end() if word in _units() else unit
        if token["odd"] or (word and (values or not (word in row.label or table == "stat"))):
            return None  # neither the rest of a broken label nor a unit
    if table == "stat" and not values and unit:
        return [(unit, unit)]  # a unit with nothing after it: the cell was printed empty
    return values


@cache
def _units() -> frozenset[str]:
    return frozenset(facts("figures/b")["units"])


def _stride(folded: str, spans: list[Span], taken: list[list[tuple[int, int]] | None], items: tuple[Row, ...]) -> int:
    """Line breaks between neighbouring cells if all complete rows agree, else 0."""
    steps: set[int] = set()
    for span, tokens in zip(spans, taken, strict=True):
        if tokens is None or len(tokens) != len(items[span.row].columns) or len(tokens) < 2:
            continue
        for (_, left), (right, _) in itertools.pairwise(tokens):
            steps.add(folded.count("\n", left, right))
    return steps.pop() if len(steps) == 1 else 0


def _slots(folded: str, span: Span, wanted: int, stride: int) -> list[tuple[int, int]] | None:
    """Cells of a row some of which are empty lines: only where complete rows of the table show the spacing."""
    if not stride:
        return None
    stretch = folded[span.at : span.end]
    first = stretch.find("\n")
    if first < 0 or re.search(r"[\d/]", stretch[:first]):
        return None
    lines = stretch[first:].split("\n")[stride:]  # the label's line and the spacing after it
    position = span.at + first + sum(len(line) + 1 for line in stretch[first:].split("\n")[:stride])
    cells: list[tuple[int, int]] = []
    for place, line in enumerate(lines):
        text = line.strip(" |")
        if place % stride == 0 and len(cells) < wanted:
            if text and parse_cell(text)[0] == "text":
                return None
            begin = position + line.find(text) if text else position
            cells.append((begin, begin + len(text)))
        elif text and parse_cell(text)[0] == "value":
            return None
        position += len(line) + 1
    filled = [cell for cell in cells if cell[1] > cell[0]]
    return cells if len(cells) == wanted and filled and cells[-1][1] > cells[-1][0] else None


def _digits(folded: str, cells: list[tuple[int, int]], wanted: int) -> list[tuple[int, int]] | None:
    """Seven cells run together into seven digits can only be split one way; the row's own sum must agree."""
    if len(cells) != 1 or wanted < 7:
        return None
    begin, end = cells[0]
    text = folded[begin:end]
    if len(text) != wanted or not text.isdigit():
        return None
    group = 7 if wanted == 7 else 5
    for at in range(0, wanted, group):
        *parts, total = (int(char) for char in text[at : at + group])
        if sum(parts) != total:
            return None
    return [(begin + place, begin + place + 1) for place in range(wanted)]


def _figures(
    folded: str, row: Row, table: str, form: str, span: Span, cells: list[tuple[int, int]] | None
) -> list[Figure]:
    label = folded[span.start : span.at].strip()
    place = (span.start, span.at)
    if cells is None or len(cells) != len(row.columns):
        return [unread(form, table, row.key, column, label, unit, place)
                for column, unit in zip(row.columns, row.units, strict=True)]  # fmt: skip
    return [
        figure(form, table, row.key, column, label, folded[a:b], unit, (a, b))
        for column, unit, (a, b) in zip(row.columns, row.units, cells, strict=True)
    ]


def read_flat_t4(folded: str, start: int, end: int) -> list[Figure]:
    """Return the figures of a table of reviews and litigation that lost its cells.

    Each run of numbers belongs to the heads printed since the last one, however the table was drawn: below all
    heads, below those of each group, or one behind each head.
    """
    told = _t4_in_turn(folded, start, end)
    if told:
        return t4_figures(list(told), [Cell(folded[a:b], a, b) for a, b in told.values()], (start, end))
    zone = folded[start:end]
    heads = list(re.finditer(r"总\s*计", zone))
    pending = zone.rfind("尚未审结")
    last = next((head for head in heads if head.start() > pending), None)
    columns = t4_columns("".join(zone[: last.end() if last else len(zone)].split()))
    if last is None:
        return t4_figures(columns, None, (start, end))
    at = start + last.end()
    values: list[tuple[int, int]] = []
    for token in _TOKEN.finditer(_PAGE_NUMBER.sub(lambda found: " " * len(found[0]), folded[at:end])):
        if not (token["value"] or token["none"]):
            break
        values.append((at + token.start(), at + token.end()))
    cells = _digits(folded, values, len(columns)) if len(values) != len(columns) else values
    if cells is None:
        return t4_figures(columns, None, (start + last.start(), at))
    return t4_figures(columns, [Cell(folded[a:b], a, b) for a, b in cells], (at, end))


@cache
def _t4_token() -> re.Pattern[str]:
    """A head of the table (k and its place in the form), the head of a group, a value, or a character of a word."""
    data = facts("figures/cd")
    heads = [f"(?P<k{place}>" + r"\s*".join(name) + ")" for place, name in enumerate(data["t4_heads"])]
    groups = "|".join(r"\s*".join(name) for name in data["t4_group_heads"])
    return re.compile(rf"{'|'.join(heads)}|(?P<group>{groups})|{_VALUE}|(?P<word>[^\s|])")


def _t4_in_turn(folded: str, start: int, end: int) -> dict[str, tuple[int, int]]:
    """Ranges of the values by column; {} where a run of numbers is not as long as that of the heads before it."""
    data = facts("figures/cd")
    kinds, groups = data["t4_kinds"], data["t4_groups"]
    found: dict[str, tuple[int, int]] = {}
    waiting: list[str] = []
    seen: set[str] = set()
    group, filled = 0, 0
    zone = _PAGE_NUMBER.sub(lambda found: " " * len(found[0]), folded[start:end])
    for token in _t4_token().finditer(zone):
        if token["value"] or token["none"]:
            if filled == len(waiting):
                if not found:
                    continue  # a number before the first head
                break
            found[waiting[filled]] = (start + token.start(), start + token.end())
            filled += 1
            continue
        if 0 < filled < len(waiting):
            return {}
        if token["group"]:
            continue
        if token["word"]:
            if filled and group == len(groups) - 1 and len(seen) >= len(kinds) - 1:
                break  # what follows the table
            continue
        if filled == len(waiting):
            waiting, filled = [], 0
        kind = kinds[int((token.lastgroup or "")[1:])]
        if kind in seen:
            group, seen = group + 1, set()
        if group == len(groups):
            return {}
        seen.add(kind)
        waiting.append(f"{groups[group]}_{kind}")
    whole = {f"{name}_{kind}" for name in groups for kind in kinds}
    told = set(found)
    return (
        found if filled == len(waiting) and told in (whole, whole - {f"{name}_{kinds[-1]}" for name in groups}) else {}
    )

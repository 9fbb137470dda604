"""An element of a page → its lines and data tables.

Data tables are drawn cell by cell, from the innermost out; in the text of what is left, which is lines and layout,
each of them is a mark.
"""

from __future__ import annotations

import re
from itertools import chain

from schemas.records import Spans
from transforms.documents.composer import Composer, is_prose
from transforms.documents.page import BREAK, PLACE
from transforms.documents.tree import Page

_SPACE = re.compile(r"[ \t\r\n\f]+")
_FOLD = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u3000-\u9fff\uff00-\uffef])")
_LABEL = 120  # code points; a longer cell beside a table makes both of them layout

_Lifted = tuple[str, list[list[str]], Spans, bool]  # caption, rows, spans, whether it holds an image


def compose(page: Page, main: int) -> Composer:
    """Return the lines and tables of an element of a page."""
    places, lifted = _lift_tables(page, main)
    text = page.marked(main, places, BREAK, PLACE)
    composer = Composer()
    for place, piece in enumerate(text.split(PLACE)):
        if place % 2:
            caption, rows, spans, has_image = lifted[int(piece)]
            composer.line(caption)
            composer.rows(rows, spans, has_image=has_image)
            continue
        for line in piece.split(BREAK):
            composer.line(_line(line))
    return composer


def _lift_tables(page: Page, main: int) -> tuple[dict[int, int], list[_Lifted]]:
    """Every data table under `main`: number by address, and drawn; innermost first, so that what is left is layout."""
    places: dict[int, int] = {}
    lifted: list[_Lifted] = []
    layout: list[int] = []  # tables left, the first of the page last
    end = page.until(main)
    for number in reversed(page.tables):
        if not main < number < end:
            continue
        if layout and layout[-1] < page.until(number):  # layout is left in it, so it is layout too
            layout.append(number)
            continue
        table = _drawn(page, number, places)
        if lifted:
            inner = _inner(table[1], lifted)
            if inner is None:  # layout: its parts are read in their own places
                layout.append(number)
                continue
            if inner:
                table = (table[0], *_unfolded(*table[1:3], inner, lifted), table[3])
        places[page.address(number)] = len(lifted)
        lifted.append(table)
    return places, lifted


def _drawn(page: Page, number: int, places: dict[int, int]) -> _Lifted:
    caption, rows, spans, has_image = page.draw(number, places, BREAK, PLACE)
    if not all(rows):
        rows, spans = _without_empty(rows, spans)
    return _line(caption) if caption else "", rows, spans, has_image


def _without_empty(rows: list[list[str]], spans: Spans) -> tuple[list[list[str]], Spans]:
    """Leave out rows that are nothing but what hangs over from above, which hangs over less then."""
    kept: list[list[str]] = []
    moved: Spans = {}
    for at, row in enumerate(rows):
        if row:
            moved.update({(len(kept), place): spans[at, place] for place in range(len(row)) if (at, place) in spans})
            kept.append(row)
        else:
            moved = {at: (height - (height > len(kept) - at[0]), width) for at, (height, width) in moved.items()}
    return kept, moved


def _inner(rows: list[list[str]], lifted: list[_Lifted]) -> dict[tuple[int, int], int] | None:
    """Which cells of a table hold which lifted table and nothing else; None if the rows are mere layout.

    A table with tables in it is data when most of its rows are short cells side by side.
    """
    inner: dict[tuple[int, int], int] = {}
    if PLACE not in "".join(chain.from_iterable(rows)):
        return inner
    side_by_side = 0
    for at, row in enumerate(rows):
        side_by_side += sum(map(bool, row)) >= 2
        for place, text in enumerate(row):
            if len(text) > _LABEL:
                return None
            if PLACE in text:
                number = text.strip(PLACE)
                held = lifted[int(number)][1] if number.isdigit() else []
                if not held or any(map(is_prose, (text for line in held for text in line))):
                    return None
                inner[at, place] = int(number)
    return inner if len(rows) >= 2 and side_by_side >= 0.6 * len(rows) else None


def _unfolded(
    rows: list[list[str]], spans: Spans, inner: dict[tuple[int, int], int], lifted: list[_Lifted]
) -> tuple[list[list[str]], Spans]:
    """Draw the tables that stand alone in cells as rows of the outer one; the neighbours of such a cell span them."""
    drawn: list[list[str]] = []
    covered: Spans = {}
    for at, row in enumerate(rows):
        held = {place: lifted[inner[at, place]] for place in range(len(row)) if (at, place) in inner}
        first, height = len(drawn), max((len(table[1]) for table in held.values()), default=1)
        drawn += [[] for _ in range(height)]
        for place, text in enumerate(row):
            if place in held:
                _, inside, inner_spans, _ = held[place]
                for number, cells in enumerate(inside):
                    shift = len(drawn[first + number])
                    covered.update({(first + number, shift + k): inner_spans[number, k]
                                    for k in range(len(cells)) if (number, k) in inner_spans})  # fmt: skip
                    drawn[first + number] += cells
                continue
            tall, wide = spans.get((at, place), (1, 1))
            if (tall * height, wide) != (1, 1):
                covered[first, len(drawn[first])] = tall * height, wide
            drawn[first].append(text)
    return drawn, covered


def _line(text: str) -> str:
    text = text.strip(" \t\r\n\f")
    if "\n" in text:
        text = _SPACE.sub(" ", _FOLD.sub("", text))
    return text

"""An element of a page → its lines and data tables.

Every step from Python into the tree costs, so it is asked as little as possible: data tables are lifted out of the
tree cell by cell, line breaks are marked in what is left, and the text of that is read in one call.
"""

from __future__ import annotations

import re
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from schemas.records import Spans
from transforms.documents.composer import Composer, is_prose

MARKS = BREAK, PLACE = "\ufdd0", "\ufdd1"  # non-characters: a line break; a table's place, as <ufdd1>n<ufdd1>
_BLOCKS = (
    "p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd section article header footer blockquote form pre table tr caption "
    "thead tbody tfoot td th center hr fieldset address main nav aside figure br"
).split()
_OWN_BLOCKS = ("ucapcontent",)  # elements that a site family made up
_STANDARD = 1_000  # the parser's numbers of the tags of HTML lie below
_SPACE = re.compile(r"[ \t\r\n\f]+")
_FOLD = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u3000-\u9fff\uff00-\uffef])")
_LABEL = 120  # code points; a longer cell beside a table makes both of them layout

_Lifted = tuple[str, list[list[str]], Spans, bool]  # caption, rows, spans, whether it holds an image


def _numbers(tags: list[str]) -> dict[str, int]:
    """The parser's numbers of tags; each is asked of a document of its own, since many open or close each other."""
    numbers = {}
    for tag in tags:
        home = (
            "<table><tr>"
            if tag in ("td", "th")
            else "<table>"
            if tag in ("tr", "caption") or tag[-4:] in ("head", "body", "foot")
            else ""
        )
        node = LexborHTMLParser(f"{home}<{tag}>").css_first(tag)
        assert node is not None
        numbers[tag] = node.tag_id
    return numbers


_TAGS = _numbers([*_BLOCKS, "img", "sup"])
_BLOCK = frozenset(_TAGS[tag] for tag in _BLOCKS)
_CELL, _ROW = frozenset((_TAGS["td"], _TAGS["th"])), _TAGS["tr"]
_BROKEN = frozenset((_TAGS["br"], _TAGS["sup"]))  # the number of a footnote is no digit of the value
_PARAGRAPH = frozenset(_TAGS[tag] for tag in ("p", "div", "li"))
_IMAGE, _CAPTION, _PRE = _TAGS["img"], _TAGS["caption"], _TAGS["pre"]


def compose(main: LexborNode) -> Composer:
    """Return the lines and tables of an element; the tree is altered."""
    lifted = _lift_tables(main)
    text = _broken(main)
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


def _broken(main: LexborNode) -> str:
    """The text of an element with its line breaks marked."""
    blocks = 0
    for node in list(main.traverse()):
        number = node.tag_id
        if number not in _BLOCK and (number < _STANDARD or node.tag not in _OWN_BLOCKS):
            continue
        blocks += 1
        if number == _PRE:
            for inner in [inner for inner in node.traverse(include_text=True) if inner.is_text_node]:
                inner.replace_with(inner.text(deep=False).replace("\n", BREAK))
        node.insert_before(BREAK)
        node.insert_after(BREAK)
    text = main.text_lexbor() or ""
    return text.replace("\n", BREAK) if blocks <= 1 else text  # a page of plain text


def _lift_tables(main: LexborNode) -> list[_Lifted]:
    """Replace every data table under `main` by its place mark; innermost first, so that what is left is layout."""
    lifted: list[_Lifted] = []
    nodes = [node for node in main.css("table") if node.mem_id != main.mem_id]
    if not nodes:
        return lifted
    nested = len(nodes) > 1 and main.css_first("table table") is not None
    spans = {node.mem_id: (_span(node.attributes.get("rowspan")), _span(node.attributes.get("colspan")))
             for node in main.css("[colspan],[rowspan]")}  # fmt: skip
    for node in reversed(nodes):
        if nested and any(other.mem_id != node.mem_id for other in node.css("table")[:2]):
            continue  # layout is left in it, so it is layout too
        table = _drawn(node, spans)
        if lifted:
            inner = _inner(table[1], lifted)
            if inner is None:  # layout: its parts are read in their own places
                continue
            if inner:
                table = (table[0], *_unfolded(*table[1:3], inner, lifted), table[3])
        node.replace_with(f"{PLACE}{len(lifted)}{PLACE}")
        lifted.append(table)
    return lifted


def _drawn(table: LexborNode, spans_of: dict[int, tuple[int, int]]) -> _Lifted:
    cells: list[list[LexborNode]] = []
    breaks: list[LexborNode] = []
    spoken = has_image = False  # spoken: whether the cell holds a paragraph already
    caption = ""
    for node in table.traverse():
        number = node.tag_id
        if number in _CELL:
            if not cells:
                cells.append([])
            cells[-1].append(node)
            spoken = False
        elif number == _ROW:
            cells.append([])
        elif number in _PARAGRAPH:
            if spoken:
                breaks.append(node)
            spoken = True
        elif number in _BROKEN:
            breaks.append(node)
        elif number == _IMAGE:
            has_image = True
        elif number == _CAPTION:
            caption = _line(node.text())
    for node in breaks:
        node.insert_before(BREAK)
    rows: list[list[str]] = []
    spans: Spans = {}
    for row in cells:
        if not row:  # nothing but what hangs over from above
            spans = {at: (height - (height > len(rows) - at[0]), width) for at, (height, width) in spans.items()}
            continue
        if spans_of:
            spans.update({(len(rows), place): span for place, node in enumerate(row)
                          if (span := spans_of.get(node.mem_id)) is not None})  # fmt: skip
        texts = [node.text_lexbor() or "" for node in row]
        rows.append([text if text.isalnum() else _cell(text) for text in texts])
    return caption, rows, spans, has_image


@lru_cache(256)
def _span(value: str | None) -> int:
    value = (value or "1").strip()
    return max(1, int(value[:6])) if value.isascii() and value[:6].isdigit() else 1


def _inner(rows: list[list[str]], lifted: list[_Lifted]) -> dict[tuple[int, int], int] | None:
    """Which cells of a table hold which lifted table and nothing else; None if the rows are mere layout.

    A table with tables in it is data when most of its rows are short cells side by side.
    """
    inner: dict[tuple[int, int], int] = {}
    if not any(PLACE in text for row in rows for text in row):
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


def _cell(text: str) -> str:
    if BREAK not in text:
        return " ".join(text.split())
    return "\n".join(line for part in text.split(BREAK) if (line := " ".join(part.split())))


def _line(text: str) -> str:
    text = text.strip(" \t\r\n\f")
    if "\n" in text:
        text = _SPACE.sub(" ", _FOLD.sub("", text))
    return text

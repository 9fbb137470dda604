"""HTML → Document: the main content as text with span-expanded tables, and the evidence around it.

The tree is asked as little as possible, since every step from Python into it costs: line breaks are marked in the
tree, tables are lifted out of it, and the text of the rest is then read in one call.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from schemas.facts import facts
from schemas.records import Document
from transforms.documents.around import (
    NUMERAL,
    Named,
    above_report,
    attachments,
    breadcrumb,
    flat,
    head_lines,
    headline,
    index_block,
)
from transforms.documents.grids import Composer, Drawn, unfold

_BREAK, _TABLE = "\ufdd0", "\ufdd1"  # non-characters: a line break, and the place of table n as <ufdd1>n<ufdd1>
_BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd section article header footer blockquote form pre table tr caption "
    "thead tbody tfoot td th center hr fieldset address main nav aside figure ucapcontent br".split()
)
_STRIPPED = "script style noscript iframe object select textarea template svg button del strike".split()
_SPACE = re.compile(r"[ \t\r\n\f]+")
_FOLD = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]*[\r\n][ \t\r\n]*(?=[\u3000-\u9fff\uff00-\uffef])")
_ANY_NUMERAL = re.compile("[一二三四五六七八九十]、")
_MAX_DEPTH = 60
_MANY_TAGS, _MAX_NESTING = 10_000, 1_000  # a parser's work grows with the square of the depth
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_CLOSE_THEMSELVES = frozenset(
    "p li td th tr dt dd option tbody thead tfoot br img input meta link hr col area base wbr param source embed".split()
)


def parse_html(source: str) -> Document:
    """Return the Document of one page; offsets are code points in `Document.text`.

    A layout table is read through; a data table becomes a Table whose rows stand in the text one a line, cells apart
    by tabs. Hidden text, scripts and form fields are no content.
    """
    for mark in (_BREAK, _TABLE, "\0"):
        if mark in source:
            source = source.replace(mark, "")
    if source.count("<") > _MANY_TAGS and _depth(source) > _MAX_NESTING:  # an attack: keep the text, forget the rest
        source = re.sub("<[^>]{0,2000}>", "\n", source)
    tree = LexborHTMLParser(source)
    document = Document(text="")
    for meta in tree.css("meta"):
        attributes = meta.attributes
        name = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        content = (attributes.get("content") or "").strip()
        if name and content:
            document.metas.setdefault(name, content)
    title = tree.css_first("title")
    document.page_title = flat(title.text()) if title else ""
    body = tree.body
    if body is None:
        return document
    tree.strip_tags(_STRIPPED)
    document.hidden = _drop_hidden(body)
    whole = body.text(separator="\n")
    named = _named(body)
    document.headline = headline(named)
    document.breadcrumb = breadcrumb(whole)
    head = head_lines(whole)
    document.index_block = index_block(head)
    document.title_above, document.date_above = above_report(head)
    document.attachments = attachments(body)
    main = _main(body, named, whole, source)
    document.n_links = len(main.css("a"))
    document.n_image_tables = len(main.css("img"))
    composer = _compose(main)
    document.text, document.tables = composer.text(), composer.tables
    document.chrome = whole
    if main.tag != "body":
        main.decompose()
        document.chrome = body.text(separator="\n")
    return document


# ---------------------------------------------------------------------------------------------- main content


def _named(body: LexborNode) -> Named:
    """Elements by `#id`, `.class` and the few telling tags, in the order of the page; one query for all names."""
    named: Named = {}
    for node in body.css("[id],[class],h1,h2,article,ucapcontent"):
        attributes = node.attributes
        for name in _telling(node.tag, attributes.get("id"), attributes.get("class")):
            named.setdefault(name, []).append(node)
    return named


@lru_cache(8192)
def _telling(tag: str | None, name: str | None, classes: str | None) -> tuple[str, ...]:
    """The names of an element that the facts on containers know."""
    names = (tag or "", f"#{name}", *(f".{each}" for each in (classes or "").split()))
    known = (facts("containers")["body"], facts("containers")["headline"])
    return tuple(each for each in names if any(each in listed for listed in known))


def _main(body: LexborNode, named: Named, whole: str, source: str) -> LexborNode:
    """The element that holds the article: a known container that keeps the section numerals and most of the page's
    prose; else what stands between two known comments; else the deepest element that holds them."""
    numerals, weight = _numerals(whole), _weight(whole)
    if not weight:
        return body

    def holds(text: str) -> bool:
        mine = _numerals(text)
        if mine >= numerals:
            return _weight(text) >= (0.3 if len(numerals) >= 3 else 0.5) * weight
        return "一" in mine and len(mine) >= 4 and _weight(text) >= 0.5 * weight

    for name in facts("containers")["body"]:
        for node in named.get(name, ())[:3]:
            if holds("\n" + node.text(separator="\n")):
                return node
    for begin, end in _fences():
        opened = begin.search(source)
        closed = end.search(source, opened.end()) if opened else None
        if opened and closed:
            fenced = LexborHTMLParser(source[opened.end() : closed.start()])
            if fenced.body is not None:
                fenced.strip_tags(_STRIPPED)
                if holds("\n" + fenced.body.text(separator="\n")):
                    _drop_hidden(fenced.body)
                    return fenced.body
    return _descend(body)


def _descend(node: LexborNode) -> LexborNode:
    """Enter the first child that holds all section numerals and 40 % of the punctuation, or 80 % of it, while any."""
    text = node.text()
    for _ in range(_MAX_DEPTH):
        total, marks = _punctuation(text), set(_ANY_NUMERAL.findall(text))
        if not total:
            return node
        for child in node.iter():
            text = child.text()
            share = _punctuation(text) / total
            if share < 0.4 or (child.tag in ("tr", "td", "tbody") and text.count("。") < 3):
                continue
            if share >= 0.8 or (len(marks) >= 3 and set(_ANY_NUMERAL.findall(text)) >= marks):
                break
        else:
            return node
        node = child
    return node


@cache
def _fences() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((re.compile(a, re.I), re.compile(b, re.I)) for a, b in facts("containers")["fences"])


def _numerals(text: str) -> set[str]:
    return set(NUMERAL.findall(text))


def _weight(text: str) -> int:
    return text.count("。") + text.count("，")


def _punctuation(text: str) -> int:
    return text.count("。") + text.count("，") + text.count("、") + text.count("；")


# ---------------------------------------------------------------------------------------------- hidden text


_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|(?:left|top|right|text-indent)\s*:\s*-\d{3,}|(?:height|width)\s*:\s*0(?:px)?\s*;.{0,200}overflow\s*:\s*hidden",
    re.I | re.S,
)
_WHITE = re.compile(r"(?<![-\w])color\s*:\s*(?:#fff(?:fff)?\b|white\b|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))", re.I)


def _drop_hidden(body: LexborNode) -> str:
    """Take out of the tree what no reader sees and return its text: evidence of injected links."""
    hidden = []
    for node in body.css("[style],[hidden],font[color]"):
        attributes = node.attributes
        conceals, white = _style(attributes.get("style") or "")
        white = white or (attributes.get("color") or "").lower() in ("white", "#fff", "#ffffff")
        if conceals or "hidden" in attributes or (white and not _coloured(node)):
            hidden.append(node)
    texts = [node.text()[:2_000] for node in hidden]
    for node in reversed(hidden):  # an inner one goes before its ancestor
        if node.tag not in ("body", "html"):
            node.decompose()
    return "\n".join(texts)


@lru_cache(4096)
def _style(style: str) -> tuple[bool, bool]:
    """Whether a style hides its element, and whether it prints white."""
    style = style[:2_000]
    return _HIDDEN.search(style) is not None, _WHITE.search(style) is not None


def _coloured(node: LexborNode) -> bool:
    """Whether the element or one near around it states a background of its own."""
    above: LexborNode | None = node
    for _ in range(6):
        if above is None or above.tag == "body":
            return False
        attributes = above.attributes
        if "bgcolor" in attributes or "background" in (attributes.get("style") or "") or "background" in attributes:
            return True
        above = above.parent
    return False


# ---------------------------------------------------------------------------------------------- text and tables


def _compose(main: LexborNode) -> Composer:
    tables = _lift_tables(main)
    marked = [node for node in main.traverse() if node.tag in _BLOCKS]
    for node in marked:
        if node.tag == "pre":
            for inner in [inner for inner in node.traverse(include_text=True) if inner.is_text_node]:
                inner.replace_with(inner.text(deep=False).replace("\n", _BREAK))
        node.insert_before(_BREAK)
        node.insert_after(_BREAK)
    text = main.text()
    if len(marked) <= 1:  # a page of plain text
        text = text.replace("\n", _BREAK)
    composer = Composer()
    for place, piece in enumerate(text.split(_TABLE)):
        if place % 2:
            rows, has_image = tables[int(piece)]
            composer.rows(rows, has_image=has_image)
            continue
        for line in piece.split(_BREAK):
            composer.line(_line(line))
    return composer


def _lift_tables(main: LexborNode) -> dict[int, tuple[list[list[Drawn]], bool]]:
    """Replace every data table under `main` by its place mark; innermost first, so that what is left is layout."""
    lifted: dict[int, tuple[list[list[Drawn]], bool]] = {}
    nodes = [node for node in main.css("table") if node.mem_id != main.mem_id]
    nested = len(nodes) > 1 and main.css_first("table table") is not None
    for number, node in reversed(list(enumerate(nodes))):
        if nested and any(other.mem_id != node.mem_id for other in node.css("table")[:2]):
            continue  # layout is left in it, so it is layout too
        rows = _drawn(node)
        inner = _inner(rows, lifted)
        if inner is None:  # layout: its parts are read in their own places
            continue
        has_image = bool(node.css("img"))
        lifted[number] = (unfold(rows, inner) if inner else rows, has_image)
        node.replace_with(f"{_TABLE}{number}{_TABLE}")
    return lifted


def _drawn(table: LexborNode) -> list[list[Drawn]]:
    rows: list[list[LexborNode]] = []
    breaks: list[LexborNode] = []
    spoken = False  # whether the cell holds a paragraph already
    for node in table.traverse():
        tag = node.tag
        if tag == "td" or tag == "th":
            if not rows:
                rows.append([])
            rows[-1].append(node)
            spoken = False
        elif tag == "tr":
            rows.append([])
        elif tag == "br" or tag == "sup":  # the number of a footnote is no digit of the value
            breaks.append(node)
        elif tag == "p" or tag == "div" or tag == "li":
            if spoken:
                breaks.append(node)
            spoken = True
    for node in breaks:
        node.insert_before("\n" + _BREAK)
    spans = {node.mem_id: node.attributes for node in table.css("[colspan],[rowspan]")}
    new = tuple.__new__  # what Drawn(…) comes to, at half its cost
    drawn: list[list[Drawn]] = []
    for row in rows:
        cells: list[Drawn] = []
        for node in row:
            text = node.text()
            text = text if text.isalnum() else _cell(text)
            attributes = spans.get(node.mem_id) if spans else None
            if attributes is None:
                cells.append(new(Drawn, (text, 1, 1)))
            else:
                spans_ = _span(attributes.get("rowspan")), _span(attributes.get("colspan"))
                cells.append(new(Drawn, (text, *spans_)))
        if cells:
            drawn.append(cells)
        else:  # a row that holds nothing but what hangs over from above
            drawn = [[cell._replace(rowspan=cell.rowspan - 1) if cell.rowspan > len(drawn) - place else cell
                      for cell in above] for place, above in enumerate(drawn)]  # fmt: skip
    return drawn


def _inner(
    rows: list[list[Drawn]], lifted: dict[int, tuple[list[list[Drawn]], bool]]
) -> dict[int, list[list[Drawn]]] | None:
    """Tables that stand alone in cells of a data table, by `id` of the cell; None if `rows` are mere layout.

    A table with tables in it is data when most of its rows are short cells side by side.
    """
    inner: dict[int, list[list[Drawn]]] = {}
    if not lifted or not any(_TABLE in cell.text for row in rows for cell in row):
        return inner
    side_by_side = 0
    for row in rows:
        side_by_side += sum(1 for cell in row if cell.text) >= 2
        for cell in row:
            if len(cell.text) > 120:
                return None
            if _TABLE in cell.text:
                number = cell.text.strip(_TABLE)
                held = lifted[int(number)][0] if number.isdigit() else []
                if not held or any(inside.prose for line in held for inside in line):
                    return None
                inner[id(cell)] = held
    return inner if len(rows) >= 2 and side_by_side >= 0.6 * len(rows) else None


@lru_cache(256)
def _span(value: str | None) -> int:
    value = (value or "1").strip()
    return max(1, int(value[:6])) if value.isascii() and value[:6].isdigit() else 1


def _cell(text: str) -> str:
    if _BREAK not in text:
        return " ".join(text.split())
    return "\n".join(line for part in text.split(_BREAK) if (line := " ".join(part.split())))


def _line(text: str) -> str:
    text = text.strip(" \t\r\n\f")
    if "\n" in text:
        text = _SPACE.sub(" ", _FOLD.sub("", text))
    return text


def _depth(source: str) -> int:
    """How deep the elements of a page are nested at most, near enough."""
    depth = deepest = 0
    for slash, name in _TAG.findall(source):
        if name.lower() not in _CLOSE_THEMSELVES:
            depth = max(0, depth - 1) if slash else depth + 1
            deepest = max(deepest, depth)
    return deepest

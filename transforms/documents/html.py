"""HTML → Document: the main content as text with its tables, and the evidence around it."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import unescape

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
from transforms.documents.blocks import MARKS, compose

_STRIPPED = ",".join("script style noscript iframe object select textarea template svg button del strike".split())
_FIELD = re.compile("<textarea[^>]{0,500}>(.*?)</textarea", re.I | re.S)
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
    if len(source) > 3 * _MANY_TAGS and source.count("<") > _MANY_TAGS and _depth(source) > _MAX_NESTING:
        source = re.sub("<[^>]{0,2000}>", "\n", source)  # an attack: keep the text, forget the rest
    tree = LexborHTMLParser(source)
    body = tree.body
    document = Document(text="", metas=_metas(tree))
    title = tree.css_first("title")
    document.page_title = flat(title.text()) if title else ""
    if body is None:
        return document
    held = _strip(body)
    named, document.hidden = _telling_elements(body)
    whole = body.text(separator="\n")
    if any(mark in whole for mark in MARKS):
        return parse_html(re.sub(f"[{''.join(MARKS)}]", "", source))
    if held and not _is_report(whole):  # the report is markup in a form field, for a script to show
        shown = _FIELD.sub(lambda field: f"<div>{unescape(field[1])}</div>", source)
        return parse_html(shown) if shown != source else document
    document.headline = headline(named)
    document.breadcrumb = breadcrumb(whole)
    head = head_lines(whole)
    document.index_block = index_block(head)
    document.title_above, document.date_above = above_report(head)
    document.attachments = attachments(body)
    main, content = _main(body, named, whole, source)
    document.chrome = _around(whole, content, main, body)
    document.n_links, document.n_image_tables = len(main.css("a")), len(main.css("img"))
    composer = compose(main)
    document.text, document.tables = composer.text(), composer.tables
    return document


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.css("meta"):
        attributes = meta.attributes
        name = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        content = (attributes.get("content") or "").strip()
        if name and content:
            metas.setdefault(name, content)
    return metas


def _strip(body: LexborNode) -> bool:
    """Take out of the tree what is no content; return whether one of the form fields held a report."""
    held = False
    for node in reversed(body.css(_STRIPPED)):  # an inner one goes before its ancestor
        held = held or (node.tag == "textarea" and _is_report(node.text()))
        node.decompose()
    return held


def _is_report(text: str) -> bool:
    """Whether a text has the numerals of a report's sections and prose under them."""
    return _weight(text) >= 20 and len(set(_ANY_NUMERAL.findall(text))) >= 4


def _around(whole: str, content: str, main: LexborNode, body: LexborNode) -> str:
    """The text outside the main content; all of it when the page has no more than that."""
    at = whole.find(content) if main.mem_id != body.mem_id else -1
    return whole if at < 0 else f"{whole[:at]}\n{whole[at + len(content) :]}"


# ---------------------------------------------------------------------------------------------- main content


_TAGS_WITH_NAMES = ("h1", "h2", "article", "ucapcontent")
_TELLING = ",".join(("[id],[class],[style],[hidden],font[color]", *_TAGS_WITH_NAMES))


def _telling_elements(body: LexborNode) -> tuple[Named, str]:
    """Elements by `#id`, `.class` and the few telling tags, in the order of the page, and the text that no reader sees.

    What is hidden is taken out of the tree: its text is evidence of injected links. Not so a whole report, which a
    script will show.
    """
    named: Named = {}
    hidden: list[LexborNode] = []
    for node in body.css(_TELLING):  # one query for all
        attributes = node.attributes
        style = attributes.get("style")
        unseen, white = _style(style) if style else (False, False)
        if style is not None and len(attributes) == 1 and not unseen and not white and node.tag not in _TAGS_WITH_NAMES:
            continue  # most of a page pasted from Word
        for name in _names(node.tag, attributes.get("id"), attributes.get("class")):
            named.setdefault(name, []).append(node)
        unseen = unseen or "hidden" in attributes
        white = white or (attributes.get("color") or "").lower() in ("white", "#fff", "#ffffff")
        if (unseen or (white and not _coloured(node))) and node.mem_id != body.mem_id:
            hidden.append(node)
    hidden = [node for node in hidden if not _is_report(node.text(separator="\n"))]
    if not hidden:
        return named, ""
    gone = {inner.mem_id for node in hidden for inner in node.traverse()}
    text = "\n".join(node.text()[:2_000] for node in hidden)
    for node in reversed(hidden):  # an inner one goes before its ancestor
        node.decompose()
    left = {name: [node for node in nodes if node.mem_id not in gone] for name, nodes in named.items()}
    return {name: nodes for name, nodes in left.items() if nodes}, text


@lru_cache(8192)
def _names(tag: str | None, name: str | None, classes: str | None) -> tuple[str, ...]:
    """The names of an element that the facts on containers know."""
    names = (tag or "", f"#{name}", *(f".{each}" for each in (classes or "").split()))
    known = (facts("containers")["body"], facts("containers")["headline"])
    return tuple(each for each in names if any(each in listed for listed in known))


def _main(body: LexborNode, named: Named, whole: str, source: str) -> tuple[LexborNode, str]:
    """The element that holds the article, and its text: a known container that keeps the section numerals and most of
    the page's prose; else what stands between two known comments; else the deepest element that holds them."""
    weight = _weight(whole)
    if not weight:
        return body, whole

    def holds(text: str) -> bool:
        share = _weight(text) / weight
        if share < 0.3:
            return False
        at = whole.find(text)
        others = _numerals(whole[:at] + "\n" + whole[at + len(text) :] if at >= 0 else whole)
        if not others and share >= 0.5:
            return True
        mine = _numerals("\n" + text)
        if mine >= others:
            return share >= (0.3 if len(mine) >= 3 else 0.5)
        return "一" in mine and len(mine) >= 4 and share >= 0.5

    for name in facts("containers")["body"]:
        nodes = named.get(name, ())[:3]
        for node in nodes:
            text = node.text(separator="\n")
            if not holds(text):
                continue
            more = [other.text(separator="\n") for other in nodes if other.mem_id != node.mem_id]
            home = node.parent
            if home is not None and any(_numerals("\n" + other) - _numerals("\n" + text) for other in more):
                return home, home.text(separator="\n")  # the article is spread over several editors' boxes
            return node, text
    for begin, end in _fences():
        opened = begin.search(source)
        closed = end.search(source, opened.end()) if opened else None
        if opened and closed:
            fenced = LexborHTMLParser(source[opened.end() : closed.start()]).body
            if fenced is not None:
                _strip(fenced)
                text = fenced.text(separator="\n")
                if holds(text):
                    _telling_elements(fenced)
                    return fenced, text
    node = _descend(body)
    return node, node.text(separator="\n")


def _descend(node: LexborNode) -> LexborNode:
    """Enter the first child that holds all section numerals and 40 % of the punctuation, or 80 % of it, while any."""
    text = node.text_lexbor() or ""
    for _ in range(_MAX_DEPTH):
        total, marks = _punctuation(text), set(_ANY_NUMERAL.findall(text))
        if not total:
            return node
        for child in node.iter():
            text = child.text_lexbor() or ""
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


def _depth(source: str) -> int:
    """How deep the elements of a page are nested at most, near enough."""
    depth = deepest = 0
    for slash, name in _TAG.findall(source):
        if name.lower() not in _CLOSE_THEMSELVES:
            depth = max(0, depth - 1) if slash else depth + 1
            deepest = max(deepest, depth)
    return deepest

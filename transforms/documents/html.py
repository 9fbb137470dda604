"""HTML → Document: the main content as text with its tables, and the evidence around it."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import unescape

from selectolax.lexbor import LexborHTMLParser

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
from transforms.documents.blocks import compose
from transforms.documents.page import BACKDROP, GROUND, MARKS, SEAM, STYLE, TAG_NAMES, read_tree
from transforms.documents.tree import Page

_FIELD = re.compile("<textarea[^>]{0,500}>(.*?)</textarea", re.I | re.S)
_ANY_NUMERAL = re.compile("[一二三四五六七八九十]、")
_WRITTEN_MARK = re.compile("&#(?:x0{0,9}fdd[0-2]|0{0,9}6497[678])(?![0-9a-f]);?", re.I)
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
    if any(mark in source for mark in MARKS) or _WRITTEN_MARK.search(source):
        source = _WRITTEN_MARK.sub("", re.sub(f"[{''.join(MARKS)}]", "", source))
    tree = LexborHTMLParser(source)
    title = tree.css_first("title")
    document = Document(text="", metas=_metas(tree), page_title=flat(title.text()) if title else "")
    page = read_tree(tree)
    if page is None:
        return document
    named, document.hidden = _telling_elements(page)
    whole = page.whole.replace(SEAM, "\n")
    if any(map(_is_report, page.fields)) and not _is_report(
        whole
    ):  # it is markup in a form field, for a script to show
        shown = _FIELD.sub(lambda field: f"<div>{unescape(field[1])}</div>", source)
        return parse_html(shown) if shown != source else document
    document.headline = headline(page, named)
    document.breadcrumb = breadcrumb(whole)
    head = head_lines(whole)
    document.index_block = index_block(head)
    document.title_above, document.date_above = above_report(head)
    document.attachments = attachments(page)
    home, main = _main(page, named, whole, source)
    if home is page:
        start, end = page.span(main) if main else (0, 0)
    else:
        content = home.lines(main).replace(SEAM, "\n")
        start = whole.find(content)
        end = start + len(content)
    document.chrome = f"{whole[:start]}\n{whole[end:]}" if end > start >= 0 else whole
    end = home.until(main)
    document.n_links = sum(main <= number < end for number, _ in home.links)
    document.n_image_tables = sum(main <= number < end for number in home.images)
    composer = compose(home, main)
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


def _is_report(text: str) -> bool:
    """Whether a text has the numerals of a report's sections and prose under them."""
    return _weight(text) >= 20 and len(set(_ANY_NUMERAL.findall(text))) >= 4


# ---------------------------------------------------------------------------------------------- main content


def _telling_elements(page: Page) -> tuple[Named, str]:
    """Elements by `#id`, `.class` and the few telling tags, in the order of the page, and the text that no reader sees.

    What is hidden is dropped from the page: its text is evidence of injected links. Not so a whole report, which a
    script will show.
    """
    named: Named = {}
    hidden: list[int] = []
    for number, tag, name, classes, style, unseen, color in page.told:
        for each in _names(tag, name, classes):
            named.setdefault(each, []).append(number)
        if not (style or unseen or color):
            continue
        by_style, white = _style(style) if style else (False, False)
        white = white or (color or "").lower() in ("white", "#fff", "#ffffff")
        if (unseen or by_style or (white and not _coloured(page, number))) and number:
            hidden.append(number)
    hidden = [number for number in hidden if not _is_report(page.lines(number))]
    if not hidden:
        return named, ""
    text = "\n".join(page.text(number)[:2_000] for number in hidden)
    page.drop(hidden)
    named = {}
    for number, tag, name, classes, *_ in page.told:
        for each in _names(tag, name, classes):
            named.setdefault(each, []).append(number)
    return named, text


@lru_cache(8192)
def _names(tag: int | str, name: str | None, classes: str | None) -> tuple[str, ...]:
    """The names of an element that the facts on containers know."""
    names = (TAG_NAMES.get(tag, ""), f"#{name}", *(f".{each}" for each in (classes or "").split()))
    known = (facts("containers")["body"], facts("containers")["headline"])
    return tuple(each for each in names if any(each in listed for listed in known))


def _main(page: Page, named: Named, whole: str, source: str) -> tuple[Page, int]:
    """The element that holds the article, and its page: a known container that keeps the section numerals and most of
    the page's prose; else what stands between two known comments; else the deepest element that holds them."""
    weight = _weight(whole)
    if not weight:
        return page, 0

    def holds(text: str, start: int) -> bool:
        share = _weight(text) / weight
        if share < 0.3:
            return False
        others = _numerals(whole[:start] + "\n" + whole[start + len(text) :] if start >= 0 else whole)
        if not others and share >= 0.5:
            return True
        mine = _numerals("\n" + text)
        if mine >= others:
            return share >= (0.3 if len(mine) >= 3 else 0.5)
        return "一" in mine and len(mine) >= 4 and share >= 0.5

    for name in facts("containers")["body"]:
        numbers = named.get(name, ())[:3]
        for number in numbers:
            start, end = page.span(number)
            text = whole[start:end]
            if not holds(text, start):
                continue
            mine = _numerals("\n" + text)
            others = [_numerals("\n" + page.lines(other).replace(SEAM, "\n")) for other in numbers if other != number]
            if number and any(other - mine for other in others):
                return page, page.up(number)  # the article is spread over several editors' boxes
            return page, number
    for begin, end_mark in _fences():
        opened = begin.search(source)
        closed = end_mark.search(source, opened.end()) if opened else None
        fenced = read_tree(LexborHTMLParser(source[opened.end() : closed.start()])) if opened and closed else None
        if fenced is not None:
            text = fenced.whole.replace(SEAM, "\n")
            if holds(text, whole.find(text)):
                _telling_elements(fenced)
                return fenced, 0
    return page, _descend(page)


def _descend(page: Page) -> int:
    """Enter the first child that holds all section numerals and 40 % of the punctuation, or 80 % of it, while any."""
    number, text = 0, page.text(0)
    for _ in range(_MAX_DEPTH):
        total, marks = _punctuation(text), set(_ANY_NUMERAL.findall(text))
        if not total:
            break
        child, end = number + 1, page.until(number)
        while child < end:
            text = page.text(child)
            share = _punctuation(text) / total
            in_table = TAG_NAMES.get(page.tag(child)) in ("tr", "td", "tbody")
            if (
                share >= 0.4
                and not (in_table and text.count("。") < 3)
                and (share >= 0.8 or (len(marks) >= 3 and set(_ANY_NUMERAL.findall(text)) >= marks))
            ):
                break
            child = page.until(child)
        else:
            break
        number = child
    return number


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


def _coloured(page: Page, number: int) -> bool:
    """Whether the element or one near around it states a background of its own."""
    for _ in range(6):
        if number == 0:
            return False
        if any(page.attribute(number, given) is not None for given in (GROUND, BACKDROP)):
            return True
        if "background" in (page.attribute(number, STYLE) or ""):
            return True
        number = page.up(number)
    return False


def _depth(source: str) -> int:
    """How deep the elements of a page are nested at most, near enough."""
    depth = deepest = 0
    for slash, name in _TAG.findall(source):
        if name.lower() not in _CLOSE_THEMSELVES:
            depth = max(0, depth - 1) if slash else depth + 1
            deepest = max(deepest, depth)
    return deepest

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
    above_report,
    attachments,
    breadcrumb,
    head_lines,
    headline,
    index_block,
)
from transforms.documents.blocks import compose
from transforms.documents.composer import flat
from transforms.documents.page import BACKDROP, GROUND, MARKS, SEAM, STYLE, TAG_NAMES, read_head, read_tree
from transforms.documents.tree import Page, survey

_FIELD = re.compile("<textarea[^>]{0,500}>(.*?)</textarea", re.I | re.S)
_ANY_NUMERAL = re.compile("[一二三四五六七八九十]、")
_WRITTEN_MARK = re.compile("&#(?:x0{0,9}fdd[0-2]|0{0,9}6497[678])(?![0-9a-f]);?", re.I)
_MAX_DEPTH = 60
_MANY_TAGS, _MAX_NESTING = 10_000, 1_000  # a parser's work grows with the square of the depth
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_CLOSE_THEMSELVES = frozenset(
    "p li td th tr dt dd option tbody thead tfoot br img input meta link hr col area base wbr param source embed".split()
)


def parse_html(source: str, utf8: bytes | None = None) -> Document:
    """Return the Document of one page; offsets are code points in `Document.text`. `utf8`: the same, if at hand.

    A layout table is read through; a data table becomes a Table whose rows stand in the text one a line, cells apart
    by tabs. Hidden text, scripts and form fields are no content.
    """
    raw = source.encode("utf-8", "replace") if utf8 is None else utf8
    tags, marked = survey(raw)
    if tags > _MANY_TAGS and _depth(source) > _MAX_NESTING:
        source = re.sub("<[^>]{0,2000}>", "\n", source)  # an attack: keep the text, forget the rest
        raw = source.encode("utf-8", "replace")
    if marked and (any(mark in source for mark in MARKS) or _WRITTEN_MARK.search(source)):
        source = _WRITTEN_MARK.sub("", re.sub(f"[{''.join(MARKS)}]", "", source))
        raw = source.encode("utf-8", "replace")
    tree = LexborHTMLParser(raw)
    title, metas = read_head(tree)
    document = Document(text="", metas=metas, page_title=flat(title))
    page = read_tree(tree)
    if page is None:
        return document
    document.hidden = _drop_hidden(page)
    whole = page.whole.replace(SEAM, "\n")
    if any(map(_is_report, page.fields)) and not _is_report(
        whole
    ):  # it is markup in a form field, for a script to show
        shown = _FIELD.sub(lambda field: f"<div>{unescape(field[1])}</div>", source)
        return parse_html(shown) if shown != source else document
    document.headline = headline(page)
    document.breadcrumb = breadcrumb(whole)
    head = head_lines(whole)
    document.index_block = index_block(head)
    document.title_above, document.date_above = above_report(head)
    document.attachments = attachments(page)
    home, main = _main(page, whole, source)
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


def _is_report(text: str) -> bool:
    """Whether a text has the numerals of a report's sections and prose under them."""
    return text.count("。") + text.count("，") >= 20 and len(set(_ANY_NUMERAL.findall(text))) >= 4


# ---------------------------------------------------------------------------------------------- main content


def _drop_hidden(page: Page) -> str:
    """Take out of a page what no reader sees, and return its text: evidence of injected links.

    Not so a whole report, which a script will show.
    """
    hidden = set(page.unseen)
    white = [number for color, numbers in page.colors.items() if color.lower() in _WHITES for number in numbers]
    for style, numbers in page.styles.items():
        unseen, in_white = _style(style)
        hidden.update(numbers if unseen else ())
        white += numbers if in_white else ()
    hidden.update(number for number in white if not _coloured(page, number))
    dropped = [number for number in sorted(hidden) if number and not _is_report(page.lines(number))]
    if not dropped:
        return ""
    text = "\n".join(page.text(number)[:2_000] for number in dropped)
    page.drop(dropped)
    return text


def _main(page: Page, whole: str, source: str) -> tuple[Page, int]:
    """The element that holds the article, and its page: a known container that keeps the section numerals and most of
    the page's prose; else what stands between two known comments; else the deepest element that holds them."""
    weight, _ = page.prose(0)
    if not weight:
        return page, 0
    numerals = [(found.start(1) - 1, found[1]) for found in NUMERAL.finditer("\n" + whole)]

    def inside(start: int, end: int) -> set[str]:
        return {numeral for at, numeral in numerals if start <= at < end}

    def outside(start: int, end: int) -> set[str]:
        return inside(0, start) | inside(end, len(whole))

    for name in facts("containers")["body"]:
        numbers = page.named.get(name, [])[:3]
        for number in numbers:
            span = page.span(number)
            mine = inside(*span)
            if not _tells_report(mine, outside(*span), page.prose(number)[0] / weight):
                continue
            if number and any(inside(*page.span(other)) - mine for other in numbers if other != number):
                return page, page.up(number)  # the article is spread over several editors' boxes
            return page, number
    for begin, end_mark in _fences():
        opened = begin.search(source)
        closed = end_mark.search(source, opened.end()) if opened else None
        fenced = read_tree(LexborHTMLParser(source[opened.end() : closed.start()])) if opened and closed else None
        if fenced is not None:
            text = fenced.whole.replace(SEAM, "\n")
            start = whole.find(text)
            others = outside(start, start + len(text)) if start >= 0 else outside(0, 0)
            if _tells_report(set(NUMERAL.findall("\n" + text)), others, fenced.prose(0)[0] / weight):
                _drop_hidden(fenced)
                return fenced, 0
    return page, _descend(page)


def _tells_report(mine: set[str], others: set[str], share: float) -> bool:
    """Whether an element with these numerals of sections is the article: others stand outside, `share` of the prose in it."""
    if mine >= others:
        return share >= (0.3 if len(mine) >= 3 else 0.5)
    return "一" in mine and len(mine) >= 4 and share >= 0.5


def _descend(page: Page) -> int:
    """Enter the first child that holds all section numerals and 40 % of the punctuation, or 80 % of it, while any."""
    number, (_, total) = 0, page.prose(0)
    for _ in range(_MAX_DEPTH):
        if not total:
            break
        marks: set[str] | None = None
        child, end = number + 1, page.until(number)
        while child < end:
            _, own = page.prose(child)
            if own / total >= 0.4:
                in_table = TAG_NAMES.get(page.tag(child)) in ("tr", "td", "tbody")
                if not (in_table and page.whole.count("。", *page.span(child)) < 3):
                    if own / total >= 0.8:
                        break
                    if marks is None:
                        marks = set(_ANY_NUMERAL.findall(page.text(number)))
                    if len(marks) >= 3 and set(_ANY_NUMERAL.findall(page.text(child))) >= marks:
                        break
            child = page.until(child)
        else:
            break
        number, total = child, own
    return number


@cache
def _fences() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((re.compile(a, re.I), re.compile(b, re.I)) for a, b in facts("containers")["fences"])


# ---------------------------------------------------------------------------------------------- hidden text


_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    r"|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)|(?:left|top|right|text-indent)\s*:\s*-\d{3,}|(?:height|width)\s*:\s*0(?:px)?\s*;.{0,200}overflow\s*:\s*hidden",
    re.I | re.S,
)
_WHITES = ("white", "#fff", "#ffffff")
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

"""HTML → Document: the main content as text with span-expanded tables, and the evidence around it."""

from __future__ import annotations

import re
from functools import cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from schemas.facts import facts
from schemas.records import Cell, Document, Table

_BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 li ul ol dl dt dd section article header footer blockquote form pre table tr "
    "thead tbody tfoot td th center hr fieldset address main nav aside ucapcontent".split()
)
_STRIPPED = "script style noscript iframe object select textarea template svg".split()
_SKIP = frozenset([*_STRIPPED, "head"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(px|pt|em)?\s*(;|$)", re.I)
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HEADING_MARK = re.compile("[一二三四五六七八九十]、")
_INDEX = re.compile(
    r"(索\s*引\s*号|发布机构|发文机关|公开机构|责任部门|信息来源|来\s*源|成文日期|发布日期|发布时间|公开日期|生成日期|发文日期)\s*[:：]\s*(\S{2,40})"
)
_MAX_SPAN, _MAX_DEPTH, _MAX_CELLS = 100, 120, 20_000


def parse_html(source: str) -> Document:
    """Return the Document of one page; offsets are code points in `Document.text`.

    A layout table (nested, or holding prose) is read through; a data table becomes a Table whose rows
    stand in the text one a line, cells separated by tabs.
    """
    tree = LexborHTMLParser(source)
    body = tree.body
    document = Document(text="")
    for meta in tree.css("meta"):
        attributes = meta.attributes
        name = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        content = (attributes.get("content") or "").strip()
        if name and content and name not in document.metas:
            document.metas[name] = content
    title = tree.css_first("title")
    document.page_title = _flat(title.text()) if title else ""
    if body is None:
        return document
    tree.strip_tags(_STRIPPED)
    whole = body.text(separator="\n")
    main = _main(tree, body, whole)
    writer = _Writer()
    writer.walk(main, 0)
    document.text, document.tables = writer.text(), writer.tables
    document.n_links = len(main.css("a"))
    document.n_image_tables = writer.images
    document.chrome = whole
    document.headline = _headline(tree, whole)
    document.breadcrumb = _breadcrumb(whole)
    for found in _INDEX.finditer(whole):
        document.index_block.setdefault(_SPACE.sub("", found[1]), found[2].strip("【】[]|"))
    return document


class _Writer:
    """Collects text while walking the tree, and tables with their cells' offsets."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.tables: list[Table] = []
        self.images = 0

    def text(self) -> str:
        return "".join(self.parts)

    def put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def newline(self) -> None:
        if self.parts and not self.parts[-1].endswith("\n"):
            self.put("\n")

    def walk(self, node: LexborNode, depth: int) -> None:
        if depth > _MAX_DEPTH:  # hostile nesting: keep the text, forget the structure
            self.put(_SPACE.sub(" ", node.text()))
            return
        child = node.child
        while child is not None:
            tag = child.tag
            if tag == "-text":
                text = _SPACE.sub(" ", child.text(deep=False))
                if text != " " or (self.parts and not self.parts[-1].endswith(("\n", " "))):
                    self.put(text.lstrip(" ") if not self.parts or self.parts[-1].endswith("\n") else text)
            elif tag == "br":
                self.newline()
            elif tag == "img":
                self.images += 1
            elif tag in _SKIP or tag is None or tag.startswith("-") or tag == "!doctype" or _hidden(child):
                pass
            elif tag == "table" and _is_data(child):
                self.table(child)
            elif tag in _BLOCKS:
                self.newline()
                self.walk(child, depth + 1)
                self.newline()
            else:
                self.walk(child, depth + 1)
            child = child.next

    def table(self, node: LexborNode) -> None:
        self.newline()
        start, images = self.length, len(node.css("img"))
        grid: list[list[Cell]] = []
        carried: dict[int, tuple[int, Cell]] = {}  # column → (rows left, cell)
        n_cells = 0
        for row in node.css("tr"):
            cells: list[Cell] = []
            column = 0
            first = True
            for cell_node in row.iter():
                if cell_node.tag not in ("td", "th"):
                    continue
                while column in carried:
                    column = _carry(carried, cells, column)
                if not first:
                    self.put("\t")
                first = False
                text = _flat(cell_node.text(separator=" ") if cell_node.css_matches("p") else cell_node.text())
                cell = Cell(text, self.length, self.length + len(text))
                self.put(text)
                colspan, rowspan = _span(cell_node, "colspan"), _span(cell_node, "rowspan")
                n_cells += colspan
                if n_cells > _MAX_CELLS:
                    colspan = rowspan = 1
                for place in range(column, column + colspan):
                    cells.append(cell)
                    if rowspan > 1:
                        carried[place] = (rowspan - 1, cell)
                column += colspan
            while column in carried:
                column = _carry(carried, cells, column)
            grid.append(cells)
            self.put("\n")
        if grid:
            self.tables.append(Table(start, self.length, grid, has_image=images > 0))


def _carry(carried: dict[int, tuple[int, Cell]], cells: list[Cell], column: int) -> int:
    rows, cell = carried[column]
    cells.append(cell)
    if rows == 1:
        del carried[column]
    else:
        carried[column] = (rows - 1, cell)
    return column + 1


def _span(node: LexborNode, name: str) -> int:
    value = node.attributes.get(name)
    if not value or not value.strip().isascii() or not value.strip().isdigit():
        return 1
    return max(1, min(int(value.strip()[:6]), _MAX_SPAN))


def _hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    style = attributes.get("style")
    return bool(style and _HIDDEN.search(style)) or "hidden" in attributes


def _flat(text: str) -> str:
    return _SPACE.sub(" ", text.replace("\xa0", " ")).strip()


def _is_data(node: LexborNode) -> bool:
    if any(inner.mem_id != node.mem_id for inner in node.css("table")):
        return False
    text = node.text()
    if len(text) > 40_000:
        return False
    cells = node.css("td, th")
    if len(cells) < 2:
        return False
    return not any(len(value := cell.text()) > 160 and value.count("。") >= 2 for cell in cells)


@cache
def _containers() -> str:
    return ", ".join(facts("containers")["body"])


def _weight(text: str) -> int:
    return text.count("。") + text.count("，")


def _main(tree: LexborHTMLParser, body: LexborNode, whole: str) -> LexborNode:
    """The element that holds the article: a known container that keeps all section numerals and most of the
    page's prose, the smallest such; else the deepest element that holds them."""
    weight, marks = _weight(whole), set(_HEADING_MARK.findall(whole))
    best: tuple[int, LexborNode] | None = None
    for node in tree.css(_containers())[:40]:
        text = node.text()
        holds_all = _weight(text) >= 0.5 * weight and set(_HEADING_MARK.findall(text)) >= marks
        if holds_all and (best is None or len(text) < best[0]):
            best = (len(text), node)
    if best is not None and weight:
        return best[1]
    node = body
    for _ in range(60):
        total = _punctuation(node.text())
        marks = set(_HEADING_MARK.findall(node.text()))
        for child in node.iter():
            if child.tag in _SKIP or (child.tag in ("tr", "td", "tbody") and not _is_layout_step(child)):
                continue
            text = child.text()
            share = _punctuation(text) / total if total else 0.0
            if (len(marks) >= 3 and share >= 0.4 and set(_HEADING_MARK.findall(text)) >= marks) or share >= 0.8:
                break
        else:
            return node
        node = child
    return node


def _is_layout_step(node: LexborNode) -> bool:
    return node.text().count("。") >= 3


def _punctuation(text: str) -> int:
    return text.count("。") + text.count("，") + text.count("、") + text.count("；")


def _headline(tree: LexborHTMLParser, whole: str) -> str:
    for selector in facts("containers")["headline"]:
        for node in tree.css(selector)[:3]:
            text = _flat(node.text())
            if "公开" in text and 6 <= len(text) <= 80:
                return text
    return ""


def _breadcrumb(whole: str) -> str:
    found = re.search(r"(?:当前位置|所在位置|您的位置)[^\n]{0,160}", whole)
    return found[0] if found else ""

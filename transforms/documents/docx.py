"""Word (.docx) → paragraphs and drawn tables in document order, out of the package's own XML."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from transforms.documents.composer import Drawn

MAX_ENTRIES, MAX_XML, MAX_RATIO = 5_000, 20_000_000, 300  # files of a package, bytes of XML, inflation of one file
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DIGITS = "零一二三四五六七八九"


class UnreadableDocx(ValueError):
    """The package cannot be read; the message says why."""


Block = str | list[list[Drawn]]


def read_docx(data: bytes) -> list[Block]:
    """Return paragraphs and drawn tables in document order; automatic numbers are written out.

    Deleted and hidden text is left out. Raises UnreadableDocx for encrypted, damaged or outsized packages.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            body = _part(package, "word/document.xml")
            numbering = _part(package, "word/numbering.xml", needed=False)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        if isinstance(error, UnreadableDocx):
            raise
        raise UnreadableDocx(f"damaged package: {error}") from error
    root = body.find(f"{_W}body") if body is not None else None
    if root is None:
        raise UnreadableDocx("damaged package: no body")
    return list(_blocks(root, _Numbers(numbering)))


def _part(package: zipfile.ZipFile, name: str, *, needed: bool = True) -> etree._Element | None:
    """One XML file of the package, within the limits; None if it may be missing and is."""
    if len(package.infolist()) > MAX_ENTRIES:
        raise UnreadableDocx(f"too_large: {len(package.infolist())} files in the package")
    try:
        info = package.getinfo(name)
    except KeyError:
        if needed:
            raise UnreadableDocx(f"damaged package: no {name}") from None
        return None
    if info.flag_bits & 1:
        raise UnreadableDocx("encrypted package")
    if info.file_size > MAX_XML or info.file_size > MAX_RATIO * max(info.compress_size, 1_000):
        raise UnreadableDocx(f"too_large: {name} holds {info.file_size} bytes")
    with package.open(info) as stream:
        xml = stream.read(MAX_XML + 1)
    if len(xml) > MAX_XML:
        raise UnreadableDocx(f"too_large: {name}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableDocx(f"damaged package: {name}: {error}") from error


def _blocks(parent: etree._Element, numbers: _Numbers) -> Iterator[Block]:
    for child in parent:
        if child.tag == f"{_W}p":
            if text := numbers.of(child) + _text(child):
                yield text
        elif child.tag == f"{_W}tbl":
            yield _table(child)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml", f"{_W}ins", f"{_W}smartTag"):
            yield from _blocks(child, numbers)


def _text(paragraph: etree._Element) -> str:
    """The visible text of a paragraph; line breaks inside it stay."""
    parts: list[str] = []
    skipped: etree._Element | None = None
    for event, node in etree.iterwalk(paragraph, events=("start", "end")):
        if skipped is not None:
            if event == "end" and node is skipped:
                skipped = None
            continue
        if event == "end":
            continue
        tag = node.tag
        if tag in (f"{_W}del", f"{_W}moveFrom", _FALLBACK) or (tag == f"{_W}r" and _vanished(node)):
            skipped = node
        elif tag == f"{_W}t":
            parts.append(node.text or "")
        elif tag in (f"{_W}br", f"{_W}cr"):
            parts.append("\n")
        elif tag == f"{_W}tab":
            parts.append(" ")
        elif tag == f"{_W}noBreakHyphen":
            parts.append("-")
    return "".join(parts).strip()


def _vanished(run: etree._Element) -> bool:
    mark = run.find(f"{_W}rPr/{_W}vanish")
    return mark is not None and mark.get(f"{_W}val", "1") not in ("0", "false")


def _table(table: etree._Element) -> list[list[Drawn]]:
    """Rows of a table; a cell merged downwards is one cell with its rowspan."""
    rows: list[list[Drawn]] = []
    open_cells: dict[int, tuple[int, int]] = {}  # grid column → (row, place) of the cell that goes on below
    for row_node in table.iterchildren(f"{_W}tr", f"{_W}sdt"):
        for row in [row_node] if row_node.tag == f"{_W}tr" else row_node.iter(f"{_W}tr"):
            cells: list[Drawn] = []
            column = _number(row, "trPr/gridBefore", 0)
            cells += [Drawn("", 1, column)] if column else []
            for cell in row.iter(f"{_W}tc"):
                if next(cell.iterancestors(f"{_W}tr")) is not row:  # of a table inside a cell
                    continue
                width = max(1, _number(cell, "tcPr/gridSpan", 1))
                merge = cell.find(f"{_W}tcPr/{_W}vMerge")
                if merge is not None and merge.get(f"{_W}val", "continue") == "continue" and column in open_cells:
                    above, place = open_cells[column]
                    rows[above][place] = rows[above][place]._replace(rowspan=len(rows) - above + 1)
                else:
                    open_cells.pop(column, None)
                    if merge is not None:
                        open_cells[column] = (len(rows), len(cells))
                    text = "\n".join(line for p in cell.iter(f"{_W}p") if (line := _text(p)))
                    cells.append(Drawn(text, 1, width))
                column += width
            rows.append(cells)
    return rows


def _number(node: etree._Element, path: str, default: int) -> int:
    found = node.find("/".join(_W + name for name in path.split("/")))
    value = found.get(f"{_W}val", "") if found is not None else ""
    return int(value[:4]) if value[:4].isdigit() else default


class _Numbers:
    """The automatic numbers of list paragraphs: Word keeps "一、" out of the text of a numbered heading."""

    def __init__(self, numbering: etree._Element | None) -> None:
        self.levels: dict[tuple[str, int], tuple[str, str, int]] = {}  # (list, level) → format, pattern, start
        self.counts: dict[tuple[str, int], int] = {}
        if numbering is None:
            return
        drawn = {item.get(f"{_W}abstractNumId"): item for item in numbering.iterchildren(f"{_W}abstractNum")}
        for item in numbering.iterchildren(f"{_W}num"):
            link = item.find(f"{_W}abstractNumId")
            for level in drawn.get(link.get(f"{_W}val") if link is not None else None, ()):
                if level.tag != f"{_W}lvl":
                    continue
                value = [
                    (found.get(f"{_W}val", "") if (found := level.find(_W + name)) is not None else "")
                    for name in ("numFmt", "lvlText", "start")
                ]
                start = int(value[2]) if value[2].isdigit() else 1
                self.levels[item.get(f"{_W}numId", ""), int(level.get(f"{_W}ilvl", "0"))] = (value[0], value[1], start)

    def of(self, paragraph: etree._Element) -> str:
        """The number that is drawn before a paragraph, "" if it has none; counts it."""
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is None or not self.levels:
            return ""
        link = properties.find(f"{_W}numId")
        name, level = (link.get(f"{_W}val", "") if link is not None else ""), _number(properties, "ilvl", 0)
        if (name, level) not in self.levels:
            return ""
        start = self.levels[name, level][2]
        self.counts[name, level] = self.counts.get((name, level), start - 1) + 1
        for deeper in range(level + 1, 9):
            self.counts.pop((name, deeper), None)

        def drawn(match: re.Match[str]) -> str:
            at = (name, int(match[1]) - 1)
            style, _, first = self.levels.get(at, ("decimal", "", 1))
            return _written(self.counts.get(at, first), style)

        return re.sub(r"%([1-9])", drawn, self.levels[name, level][1])


def _written(value: int, style: str) -> str:
    if "hinese" in style or style in ("japaneseCounting", "ideographDigital", "taiwaneseCounting"):
        if value < 10:
            return _DIGITS[value]
        tens, ones = divmod(value, 10)
        return ("" if tens == 1 else _DIGITS[tens % 10]) + "十" + (_DIGITS[ones] if ones else "")
    return "" if style in ("bullet", "none") else str(value)

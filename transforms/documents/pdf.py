"""PDF → lines and ruled tables, by the places of characters and rules on each page.

pypdfium2 gives both within some milliseconds a page; what a page draws is put together here, spans included.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pypdfium2

from transforms.documents.composer import Drawn
from transforms.documents.pdf_page import (
    MAX_CHARS,
    NEAR,
    Char,
    Drawings,
    Rule,
    UnreadablePdf,
    chars_of,
    drawings_of,
    merged,
)

MAX_PAGES = 150
_PAGE_NUMBER = re.compile(
    r"[-—–－―·•~\s]{0,6}(?:第\s*)?\d{1,3}\s*(?:页)?(?:\s*[/／,，共]{1,2}\s*\d{1,3}\s*页?)?[-—–－―·•~\s]{0,6}"
)
_LATIN = re.compile("[!-~]")
_FRESH = re.compile("[（(\\d一二三四五六七八九十]")  # how the label of a new row begins


@dataclass(slots=True)
class _Line:
    """Characters that stand side by side; also a whole paragraph once lines are joined."""

    text: str
    left: float
    right: float
    bottom: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(slots=True)
class _Ruled:
    """One ruled table of a page: its vertical and horizontal rules from left to right and from top to bottom."""

    columns: list[Rule]
    rows: list[Rule]
    chars: list[Char] = field(default_factory=list)
    parts: list[_Ruled] = field(default_factory=list)  # what follows on the next pages

    def holds(self, x: float, y: float) -> bool:
        return self.columns[0].at <= x <= self.columns[-1].at and self.rows[-1].at <= y <= self.rows[0].at

    def goes_on(self, below: _Ruled) -> bool:
        """Whether a table at the head of the next page continues this one: as wide, one's columns among the other's."""
        mine = [rule.at for rule in max((self, *self.parts), key=lambda part: len(part.columns)).columns]
        other = [rule.at for rule in below.columns]
        few, many = sorted((mine, other), key=len)
        if abs(few[0] - many[0]) > NEAR or abs(few[-1] - many[-1]) > NEAR:
            return False
        return all(any(abs(at - place) <= NEAR for place in many) for at in few)


Block = str | list[list[Drawn]]


def read_pdf(data: bytes) -> list[Block]:
    """Return paragraphs and drawn tables in reading order; a table that goes on over pages is one.

    Raises UnreadablePdf for encrypted or damaged files, for scans and outlines without a text layer, and for files
    beyond the limits.
    """
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        why = "encrypted" if "password" in str(error).lower() else "damaged"
        raise UnreadablePdf(f"{why} PDF: {error}") from error
    try:
        if len(pdf) > MAX_PAGES:
            raise UnreadablePdf(f"too_large: {len(pdf)} pages")
        pages: list[list[_Line | _Ruled]] = []
        n_chars = n_paths = n_images = n_lost = 0
        for number in range(len(pdf)):
            try:
                page = pdf[number]
                chars = chars_of(page, MAX_CHARS - n_chars)
                n_chars += len(chars)
                drawings = drawings_of(page)
            except pypdfium2.PdfiumError as error:
                raise UnreadablePdf(f"damaged PDF: page {number + 1}: {error}") from error
            n_paths, n_images, n_lost = n_paths + drawings.paths, n_images + drawings.images, n_lost + drawings.lost
            pages.append(_page(chars, drawings))
    finally:
        pdf.close()
    if n_chars < 20 + 5 * len(pages):
        what = "scanned images" if n_images else "outlines only" if n_paths > 200 else "empty pages"
        raise UnreadablePdf(f"no text layer: {what}")
    text = "".join(item.text for page in pages for item in page if isinstance(item, _Line))
    unmapped = sum("\ue000" <= char <= "\uf8ff" or char == "\ufffd" for char in text)
    if unmapped > 0.1 * n_chars:
        raise UnreadablePdf("no text layer: the fonts do not say which characters they draw")
    if n_lost > 0.02 * n_chars:
        raise UnreadablePdf(f"fonts missing: {n_lost} characters of fonts that are neither embedded nor installed")
    return _joined(pages)


# ---------------------------------------------------------------------------------------------- one page


def _page(chars: list[Char], drawings: Drawings) -> list[_Line | _Ruled]:
    """Lines and tables of a page from top to bottom, without its page number."""
    tables = _ruled(drawings.vertical, drawings.horizontal)
    outside: list[Char] = []
    for char in chars:
        x, y = (char.left + char.right) / 2, (char.bottom + char.top) / 2
        home = next((table for table in tables if table.holds(x, y)), None)
        (outside if home is None else home.chars).append(char)
    lines = _lines(outside)
    for place in (-1, 0):
        if lines and _PAGE_NUMBER.fullmatch(lines[place].text):
            lines.pop(place)
    placed: list[tuple[float, _Line | _Ruled]] = [(-line.top, line) for line in lines]
    placed += [(-table.rows[0].at, table) for table in tables if table.chars]
    return [item for _, item in sorted(placed, key=lambda pair: pair[0])]


def _ruled(vertical: list[Rule], horizontal: list[Rule]) -> list[_Ruled]:
    """Tables: sets of stretches of rules that cross one another, with at least two rules either way."""
    across = [(rule.at, *span) for rule in horizontal for span in rule.spans]
    down = [(rule.at, *span) for rule in vertical for span in rule.spans]
    if len(across) * len(down) > 1_000_000:
        return []
    home = list(range(len(across) + len(down)))

    def root(place: int) -> int:
        while home[place] != place:
            home[place] = home[home[place]]
            place = home[place]
        return place

    for i, (y, left, right) in enumerate(across):
        for j, (x, low, high) in enumerate(down):
            if left - NEAR <= x <= right + NEAR and low - NEAR <= y <= high + NEAR:
                home[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]] = {}
    for i, piece in enumerate(across):
        groups.setdefault(root(i), ([], []))[1].append(piece)
    for j, piece in enumerate(down):
        groups.setdefault(root(len(across) + j), ([], []))[0].append(piece)
    tables = []
    for downs, acrosses in groups.values():
        columns, rows = merged(downs), merged(acrosses)[::-1]
        if len(columns) >= 2 and len(rows) >= 2 and len(columns) + len(rows) > 4:
            tables.append(_Ruled(columns, rows))
    return tables


def _drawn(table: _Ruled) -> list[list[Drawn]]:
    """Cells of a ruled table: places of the grid without a rule between them are one cell."""
    xs, ys = [rule.at for rule in table.columns], [-rule.at for rule in table.rows]
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    size: dict[tuple[int, int], tuple[int, int]] = {}
    for row in range(n_rows):
        for column in range(n_columns):
            if (row, column) in owner:
                continue
            y, width = -(ys[row] + ys[row + 1]) / 2, 1
            while (
                column + width < n_columns
                and (row, column + width) not in owner
                and not table.columns[column + width].covers(y)
            ):
                width += 1
            x, height = (xs[column] + xs[column + 1]) / 2, 1
            while row + height < n_rows and not table.rows[row + height].covers(x):
                height += 1
            size[row, column] = (height, width)
            for i in range(row, row + height):
                for j in range(column, column + width):
                    owner.setdefault((i, j), (row, column))
    held: dict[tuple[int, int], list[Char]] = {}
    for char in table.chars:
        column = min(max(bisect_right(xs, (char.left + char.right) / 2) - 1, 0), n_columns - 1)
        row = min(max(bisect_right(ys, -(char.bottom + char.top) / 2) - 1, 0), n_rows - 1)
        held.setdefault(owner[row, column], []).append(char)
    drawn: list[list[Drawn]] = [[] for _ in range(n_rows)]
    for (row, column), (height, width) in size.items():
        text = ""
        for line in _lines(held.get((row, column), [])):
            text = _glued(text, line.text)
        drawn[row].append(Drawn(text, height, width))
    return drawn


def _lines(chars: list[Char]) -> list[_Line]:
    """Lines of characters from top to bottom; a gap makes a space only between Latin letters."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda char: -(char.bottom + char.top)):
        middle = (char.bottom + char.top) / 2
        if lines:
            last = lines[-1]
            tallest = max(last[:8], key=lambda other: other.top - other.bottom)
            if tallest.bottom <= middle <= tallest.top or char.bottom <= (tallest.bottom + tallest.top) / 2 <= char.top:
                last.append(char)
                continue
        lines.append([char])
    made = []
    for line in lines:
        line.sort(key=lambda char: char.left)
        parts, before = [line[0].text], line[0]
        for char in line[1:]:
            gap = char.left - before.right
            latin = before.text.isascii() and char.text.isascii() and not (before.text + char.text).isdigit()
            usual = max(before.right - before.left, char.right - char.left, 1.0)
            if gap > (0.3 * usual if latin else 3 * max(char.top - char.bottom, 4.0)):
                parts.append(" ")
            parts.append(char.text)
            before = char
        tops, bottoms = max(char.top for char in line), min(char.bottom for char in line)
        made.append(_Line("".join(parts), line[0].left, max(char.right for char in line), bottoms, tops))
    return made


def _glued(above: str, below: str) -> str:
    """Two lines of one paragraph or cell as one; only Latin words need a space between."""
    latin = above and below and _LATIN.match(above[-1]) and _LATIN.match(below[0])
    digits = latin and above[-1].isdigit() and below[0].isdigit()
    return f"{above} {below}" if latin and not digits else above + below


# ---------------------------------------------------------------------------------------------- pages together


def _joined(pages: list[list[_Line | _Ruled]]) -> list[Block]:
    """Blocks of the file: running heads dropped, lines joined to paragraphs, tables joined over page ends."""
    heads = Counter(page[0].text for page in pages if page and isinstance(page[0], _Line))
    running = {text for text, n in heads.items() if n >= 3 and n > len(pages) / 2}
    every = [item for page in pages for item in page if isinstance(item, _Line)]
    heights = sorted(line.height for line in every)
    usual = heights[len(heights) // 2] if heights else 10.0
    margins = (_common([line.left for line in every], usual, min), _common([line.right for line in every], usual, max))
    blocks: list[str | _Ruled] = []
    before: _Line | None = None  # the line above, if a line is
    last: _Ruled | None = None  # the table above, if nothing stands between
    for page in pages:
        for place, item in enumerate(page):
            if isinstance(item, _Ruled):
                if last is not None and not before and last.goes_on(item):
                    last.parts.append(item)
                else:
                    last = item
                    blocks.append(item)
                before = None
            elif place == 0 and item.text in running:
                continue
            elif before is not None and isinstance(blocks[-1], str) and _same_paragraph(before, item, margins, usual):
                blocks[-1] = _glued(blocks[-1], item.text)
                before, last = item, None
            else:
                blocks.append(item.text)
                before, last = item, None
    return [block if isinstance(block, str) else _whole(block) for block in blocks]


def _common(places: list[float], usual: float, extreme: Callable[[list[float]], float]) -> float:
    """The outermost place at which at least a tenth of the lines begin or end."""
    rounded = Counter(round(place / usual) for place in places)
    often = [place * usual for place, n in rounded.items() if n >= max(2, len(places) / 10)]
    return extreme(often or places or [0.0])


def _same_paragraph(above: _Line, below: _Line, margins: tuple[float, float], usual: float) -> bool:
    if above.height > 1.2 * usual and abs(above.height - below.height) < 0.15 * above.height:
        return True  # a title over two lines
    full = above.right > margins[1] - 2.2 * usual
    indented = below.left > margins[0] + 1.2 * usual
    return full and not indented


def _whole(table: _Ruled) -> list[list[Drawn]]:
    """Drawn rows of a table with its parts on the next pages, all on the columns of the finest part."""
    parts = [table, *table.parts]
    finest = max(parts, key=lambda part: len(part.columns)).columns
    for part in parts:
        for rule in finest:
            if not any(abs(rule.at - own.at) <= NEAR for own in part.columns):
                part.columns.append(Rule(rule.at))
        part.columns.sort(key=lambda rule: rule.at)
    rows = _drawn(table)
    for part in table.parts:
        _append(rows, _drawn(part))
    return rows


def _append(rows: list[list[Drawn]], below: list[list[Drawn]]) -> None:
    """Add the rows of the next page: without a repeated head, and with a label that was cut made whole."""
    head = 0
    while head < min(len(rows), len(below) - 1) and below[head] == rows[head] and len(below[head]) > 1:
        head += 1
    below = below[head:]
    above = rows[-1]
    if len(below[0]) == len(above):
        spoken = [place for place, cell in enumerate(below[0]) if cell.text]
        first, second = (above[spoken[0]].text, below[0][spoken[0]].text) if len(spoken) == 1 else ("", "")
        if first and not _FRESH.match(second) and not first[-1].isdigit():
            above[spoken[0]] = above[spoken[0]]._replace(text=_glued(first, second))
            below = below[1:]
    rows += below

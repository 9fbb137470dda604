"""What one page of a PDF draws: characters with their places, and straight rules."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pypdfium2
import pypdfium2.raw as pdfium

MAX_CHARS, MAX_RULES = 300_000, 20_000  # characters of a file, segments of a page
NEAR = 3.0  # points within which two rules are one


class UnreadablePdf(ValueError):
    """The file holds no text that can be read; the message says why."""


@dataclass(slots=True)
class Char:
    """One drawn character with its box, in points of the upright page; y grows upwards."""

    text: str
    left: float
    right: float
    bottom: float
    top: float


@dataclass(slots=True)
class Rule:
    """A straight rule: `at` is its fixed coordinate, `spans` the stretches that it covers along the other one."""

    at: float
    spans: list[tuple[float, float]] = field(default_factory=list)

    def covers(self, place: float) -> bool:
        """Whether the rule is drawn at a place along it."""
        return any(begin - NEAR <= place <= end + NEAR for begin, end in self.spans)


def _without_fonts_of_the_machine() -> None:
    """Start PDFium again with no folder of fonts: what a file reads as must not depend on where it is read."""
    nowhere = (ctypes.POINTER(ctypes.c_char) * 1)()  # a list that ends at once
    pdfium.FPDF_DestroyLibrary()
    pdfium.FPDF_InitLibraryWithConfig(pdfium.FPDF_LIBRARY_CONFIG(version=2, m_pUserFontPaths=nowhere))


_without_fonts_of_the_machine()


def _turned(page: pypdfium2.PdfPage) -> Callable[[float, float], tuple[float, float]]:
    """How to turn a point of the page's own space so that the page stands upright."""
    rotation = page.get_rotation()
    if rotation == 90:
        return lambda x, y: (y, -x)
    if rotation == 180:
        return lambda x, y: (-x, -y)
    if rotation == 270:
        return lambda x, y: (-y, x)
    return lambda x, y: (x, y)


def chars_of(page: pypdfium2.PdfPage, room: int) -> list[Char]:
    """Return the visible characters of a page in the file's order, blanks left out; UnreadablePdf beyond `room`."""
    textpage, turn = page.get_textpage(), _turned(page)
    n = textpage.count_chars()
    if n > room:
        raise UnreadablePdf(f"too_large: more than {MAX_CHARS} characters")
    box = pdfium.FS_RECTF()
    found: list[Char] = []
    seen: set[tuple[str, int, int]] = set()
    for place in range(n):
        code = pdfium.FPDFText_GetUnicode(textpage, place)
        text = chr(code) if 32 < code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if not text.strip() or text in "\u200b\ufeff\xad\ufffe":
            continue
        # the font's box: a glyph of a font that is neither embedded nor installed has no box of its own
        if not pdfium.FPDFText_GetLooseCharBox(textpage, place, box):
            continue
        (x0, y0), (x1, y1) = turn(box.left, box.bottom), turn(box.right, box.top)
        key = (text, round(x0), round(y0))
        if key in seen:  # bold drawn twice
            continue
        seen.add(key)
        found.append(Char(text, min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)))
    textpage.close()
    return found


_Segment = tuple[float, float, float, float]
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Drawings:
    """What a page draws beside characters, and how many characters are lost with fonts that are not there."""

    vertical: list[Rule] = field(default_factory=list)
    horizontal: list[Rule] = field(default_factory=list)
    paths: int = 0
    images: int = 0
    lost: int = 0


def drawings_of(page: pypdfium2.PdfPage) -> Drawings:
    """Return the rules of a page and counts of what it draws; rules beyond MAX_RULES segments are not looked at."""
    turn, found = _turned(page), Drawings()
    vertical: list[tuple[float, float, float]] = []
    horizontal: list[tuple[float, float, float]] = []
    n_segments = 0
    objects = ((pdfium.FPDFPage_GetObject(page, i), _IDENTITY) for i in range(pdfium.FPDFPage_CountObjects(page)))
    for item, matrix in _flat(objects):
        kind = pdfium.FPDFPageObj_GetType(item)
        found.images += kind == pdfium.FPDF_PAGEOBJ_IMAGE
        found.lost += kind == pdfium.FPDF_PAGEOBJ_TEXT and _lost(item)
        if kind != pdfium.FPDF_PAGEOBJ_PATH or n_segments > MAX_RULES:
            continue
        found.paths += 1
        n_segments += pdfium.FPDFPath_CountSegments(item)
        for xa, ya, xb, yb in _segments(item, matrix) if n_segments <= MAX_RULES else ():
            (x0, y0), (x1, y1) = turn(xa, ya), turn(xb, yb)
            if abs(x0 - x1) < 1 and abs(y0 - y1) > 4:
                vertical.append(((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
            elif abs(y0 - y1) < 1 and abs(x0 - x1) > 4:
                horizontal.append(((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    found.vertical, found.horizontal = merged(vertical), merged(horizontal)
    return found


def _lost(text: object) -> bool:
    """Whether PDFium passes over a lone character: its font is neither embedded nor installed, so it has no width."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(text, left, bottom, right, top)
    return right.value - left.value < 0.01 and not pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(text))


_IDENTITY: _Matrix = (1, 0, 0, 1, 0, 0)


def _flat(objects: Iterator[tuple[object, _Matrix]], depth: int = 0) -> Iterator[tuple[object, _Matrix]]:
    """Objects of a page with those inside forms, each with the matrix of its forms."""
    for item, matrix in objects:
        if pdfium.FPDFPageObj_GetType(item) != pdfium.FPDF_PAGEOBJ_FORM:
            yield item, matrix
        elif depth < 6:
            inner = _product(_matrix(item), matrix)
            count = pdfium.FPDFFormObj_CountObjects(item)
            yield from _flat(((pdfium.FPDFFormObj_GetObject(item, i), inner) for i in range(count)), depth + 1)


def _matrix(item: object) -> _Matrix:
    values = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, values):
        return _IDENTITY
    return (values.a, values.b, values.c, values.d, values.e, values.f)


def _product(m: _Matrix, n: _Matrix) -> _Matrix:
    """The matrix that applies `m`, then `n`."""
    return (
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    )


def _segments(path: object, outer: _Matrix) -> Iterator[_Segment]:
    """The straight segments of a path in the page's space."""
    a, b, c, d, e, f = _product(_matrix(path), outer)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = here = (0.0, 0.0)
    for place in range(pdfium.FPDFPath_CountSegments(path)):
        segment = pdfium.FPDFPath_GetPathSegment(path, place)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            yield (*here, *point)
        here = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield (*here, *start)
            here = start


def merged(pieces: list[tuple[float, float, float]]) -> list[Rule]:
    """Rules out of pieces `(at, begin, end)`: those in one line are one rule with its stretches."""
    rules: list[Rule] = []
    for at, begin, end in sorted(pieces):
        if rules and at - rules[-1].at <= NEAR:
            rules[-1].spans.append((begin, end))
        else:
            rules.append(Rule(at, [(begin, end)]))
    for rule in rules:
        joined: list[tuple[float, float]] = []
        for begin, end in sorted(rule.spans):
            if joined and begin <= joined[-1][1] + NEAR:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((begin, end))
        rule.spans = joined
    return rules

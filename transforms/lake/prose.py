"""The prose of a report, and its character 5-grams as hashes: what similarity is measured on.

Tables are cut out, since the statutory ones make any two reports alike (performance.md 1e), and so are blanks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.facts import pattern
from transforms.text.fold import fold

Row = dict[str, Any]
Hashes = npt.NDArray[np.uint64]
GAP = "\0"  # between characters that are no neighbours in the report; no 5-gram spans it
_GRAM = 5
_FACTOR, _MIX = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_RATE = np.uint64(60)  # the top four bits: one hash in sixteen is kept in a sketch
_LOW = np.uint64(0xFFFFFFFF)
_ENDS = "。;\n"  # of a sentence
FRAME = ("preamble", "signature")  # addresses, dates, the law that is followed: no text of the report's own


@dataclass(frozen=True, slots=True)
class Prose:
    """Folded text with GAP at every cut; `places[i]` is the offset of its character i in the report's text."""

    text: str
    places: npt.NDArray[np.int32]

    def __len__(self) -> int:
        """Return the number of characters of the prose."""
        return len(self.text) - self.text.count(GAP)


def comparable(row: Row) -> str:
    """Return a row's text in the one spelling that texts are compared in, every offset kept."""
    return fold(row["text"])


def prose(row: Row, own: bool = False) -> Prose:
    """Return the prose of a page row (columns text, sections, figures).

    `own`: without what everyone has, that is the preamble, the signature, headings and the phrases of boilerplate.yml.
    """
    text = comparable(row)
    if not text:
        return Prose("", np.empty(0, np.int32))
    kept = np.ones(len(text), bool)
    for start, end in _tables(row, text):
        kept[start:end] = False
    if own:
        for section in row["sections"]:
            if section["level"] == 1 and section["start"] is not None:
                start, end = section["start"], section["end"]
                if section["section"] not in FRAME:
                    start = text.find(fold(section["heading"]), start, end)
                    end = start + len(section["heading"])
                if start >= 0:
                    kept[start:end] = False
        for found in pattern("boilerplate", "phrases").finditer(text):
            start = max(text.rfind(mark, 0, found.start()) for mark in _ENDS) + 1
            marks = [at + 1 for mark in _ENDS if (at := text.find(mark, found.end())) >= 0]
            kept[start : min(marks, default=len(text))] = False
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    silent = codes <= 0x20
    for found in pattern("hosts", "glosses").finditer(text) if row.get("hijacked") else ():
        silent[found.start() : found.end()] = True  # readings in brackets that a mirror put between the characters
    places = np.flatnonzero(kept & ~silent)
    cut = np.cumsum(~kept)[places]  # characters of one stretch have the same count of cut ones before them
    ends = np.flatnonzero(np.diff(cut)) + 1
    with_gaps = np.insert(codes[places], ends, 0)
    joined = with_gaps.tobytes().decode("utf-32-le", "surrogatepass")
    return Prose(joined, np.insert(places, ends, places[ends]).astype(np.int32))


def _tables(row: Row, text: str) -> list[tuple[int, int]]:
    """The lines of tables: rows of cells, and whatever stands between the first and the last cell of a form."""
    found: list[tuple[int, int]] = []
    for mark, printed in (("\t", row["text"]), ("|", text)):
        hit = printed.find(mark)
        while hit >= 0:
            start, end = text.rfind("\n", 0, hit) + 1, text.find("\n", hit)
            found.append((start, end if end >= 0 else len(text)))
            hit = printed.find(mark, found[-1][1])
    return found + (row["table_spans"] if "table_spans" in row else _spans(row["figures"]))


def _spans(figures: list[Row]) -> list[tuple[int, int]]:
    cells = sorted(
        (figure["table"], figure["start"], figure["end"])
        for figure in figures
        if figure["form"] != "narrative" and figure["start"] is not None and figure["end"] > figure["start"]
    )
    found = []
    for _, group in groupby(cells, key=lambda cell: cell[0]):
        places = list(group)
        found.append((places[0][1], max(end for _, _, end in places)))
    return found


def hashes(text: str) -> Hashes:
    """Return the 64-bit hashes of a text's character 5-grams in order; one hash of the whole for a shorter text."""
    found, whole = grams(text.ljust(_GRAM, GAP), _GRAM)
    return found[whole] if len(text) >= _GRAM else found


def grams(text: str, n: int) -> tuple[Hashes, npt.NDArray[np.bool_]]:
    """Return the 64-bit hashes of a text's character n-grams in order, and which of them have no gap inside."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    rolled = np.zeros(max(len(codes) - n + 1, 0), np.uint64)
    gaps = np.zeros(len(rolled), bool)
    for place in range(n):
        part = codes[place : place + len(rolled)]
        rolled *= _FACTOR
        rolled += part
        gaps |= part == 0
    rolled ^= rolled >> np.uint64(32)
    rolled *= _MIX
    rolled ^= rolled >> np.uint64(29)
    return rolled, ~gaps


def shingles(text: str) -> Hashes:
    """Return the set of a text's 5-gram hashes, sorted."""
    return np.unique(hashes(text))


def sketch(text: str) -> npt.NDArray[np.uint32]:
    """Return the sketch of a text: a sixteenth of its 5-grams, chosen by their hashes alone.

    The same 5-gram is in every sketch or in none. So shares can be told in both directions, of long and short
    texts, and what is common can be left out afterwards, which a MinHash of fixed length does not allow.
    """
    found = hashes(text)
    return np.unique((found[found >> _RATE == 0] & _LOW).astype(np.uint32))


def shares(one: Hashes, other: Hashes) -> tuple[float, float, float]:
    """Return how much of one set is in the other, of the other in the one, and their Jaccard similarity."""
    both = len(np.intersect1d(one, other, assume_unique=True))
    union = len(one) + len(other) - both
    return both / max(len(one), 1), both / max(len(other), 1), both / max(union, 1)


def similarity(one: Row, other: Row) -> float:
    """Return the Jaccard similarity of two rows' texts by character 5-grams, blanks left out, 1.0 for equal texts."""
    if one["text"] == other["text"]:
        return 1.0
    a, b = (shingles("".join(comparable(row).split())) for row in (one, other))
    return round(shares(a, b)[2], 4)

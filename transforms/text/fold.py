"""Text → the same text in one spelling, character for character: what every rule on wording is matched on.

Offsets survive, for each character becomes exactly one: full-width signs and digits become ASCII, the many
blanks become a space (line breaks stay), CJK radicals their characters, traditional characters simplified.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from transforms.text.traditional import characters, simplify_words

INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


@lru_cache(maxsize=64)  # a batch of pages is asked several times
def has_invisible(text: str) -> bool:
    """Return whether a text has characters that nobody sees."""
    return any(char in text for char in INVISIBLE)


@cache
def _table() -> npt.NDArray[np.uint16]:
    table = np.arange(0x10000, dtype=np.uint16)
    for code, simple in characters().items():
        table[code] = ord(simple)
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00), *range(0xFE30, 0xFE70), *range(0xFF01, 0xFFE6)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and "\n" != plain <= "\uffff":
            table[code] = ord(plain)
    for blank in "\t\r\f\v\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + INVISIBLE:
        table[ord(blank)] = 0x20
    for code in range(0x2000, 0x200B):
        table[code] = 0x20
    return table[table]  # a compatibility form of a traditional character takes two steps


@lru_cache(maxsize=512)
def fold(text: str) -> str:
    """Return `text` folded; it has the same length, so offsets in it are offsets in `text`."""
    codes = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
    folded = _table().take(codes).tobytes().decode("utf-16-le", "surrogatepass")
    if len(folded) != len(text):  # halves of a pair that stood one by one were joined
        folded = text.translate({code: int(other) for code, other in enumerate(_table())})
    return simplify_words(folded, text)

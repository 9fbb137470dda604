"""Pages in traditional characters, as government proxies (big5) render simplified originals: folded back for reading.

Folding keeps every offset: one character for one, and words of equal length. What is stored is what was served.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from schemas.facts import facts, pattern
from schemas.records import Document


def is_traditional(text: str) -> bool:
    """Whether a text is written in traditional characters, by those that every report has."""
    return len(pattern("traditional", "marks").findall(text[:2000])) >= int(facts("traditional")["at_least"])


def fold(text: str) -> str:
    """Return the text in simplified characters; its length does not change."""
    text = text.translate(_table())
    for word, simple in facts("traditional")["words"].items():
        text = text.replace(word, simple)
    return text


def fold_document(document: Document) -> Document:
    """Return the document in simplified characters, all offsets kept."""
    return replace(
        document,
        text=fold(document.text),
        page_title=fold(document.page_title),
        headline=fold(document.headline),
        metas={name: fold(value) for name, value in document.metas.items()},
        breadcrumb=fold(document.breadcrumb),
        index_block={fold(name): fold(value) for name, value in document.index_block.items()},
        chrome=fold(document.chrome),
    )


@cache
def _table() -> dict[int, str]:
    """Simplified forms of single characters, asked of OpenCC once; loaded only when such a page comes."""
    from opencc import OpenCC

    han = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {ord(one): other for one, other in zip(han, simple, strict=True) if one != other and len(other) == 1}

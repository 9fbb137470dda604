"""Traditional characters, as government proxies (big5) render simplified originals: told, and written simplified.

Every offset stays: one character for one, and words of equal length. What is stored is what was served.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache

from schemas.facts import facts, pattern
from schemas.records import Document


@lru_cache(maxsize=64)  # a batch of pages is asked twice
def is_traditional(text: str) -> bool:
    """Whether a text is written in traditional characters, by those that every report has."""
    return len(pattern("traditional", "marks").findall(text, 0, 2000)) >= int(facts("traditional")["at_least"])


@cache
def characters() -> dict[int, str]:
    """Return the simplified form of every single character that has another one, asked of OpenCC once."""
    from opencc import OpenCC

    han = [chr(code) for code in range(0x4E00, 0xA000)]
    simple = OpenCC("t2s").convert("\n".join(han)).split("\n")
    kept = facts("traditional")["kept"]
    return {
        ord(one): other
        for one, other in zip(han, simple, strict=True)
        if one != other and one not in kept and len(other) == 1 and other <= "\uffff"
    }


def simplify_words(text: str, printed: str) -> str:
    """Return a text of simplified characters with the words of Taiwan changed, where `printed` shows that it needs it."""
    if any(mark in printed for mark in facts("traditional")["word_marks"]):
        for word, ours in facts("traditional")["words"].items():
            text = text.replace(word, ours)
    return text


def simplify(text: str) -> str:
    """Return the text in simplified characters; its length does not change."""
    return simplify_words(text.translate(characters()), text)


def fold_document(document: Document) -> Document:
    """Return the document in simplified characters, all offsets kept."""
    return replace(
        document,
        text=simplify(document.text),
        page_title=simplify(document.page_title),
        headline=simplify(document.headline),
        title_above=simplify(document.title_above),
        metas={name: simplify(value) for name, value in document.metas.items()},
        breadcrumb=simplify(document.breadcrumb),
        index_block={simplify(name): simplify(value) for name, value in document.index_block.items()},
        chrome=simplify(document.chrome),
    )

"""Pages that list who has to publish a report and whether they did (domain.md 4: 公布情况): a roster, and no report."""

from __future__ import annotations

import re

from schemas.facts import pattern
from transforms.identity.gazetteer import leading_divisions
from transforms.identity.issuer import organ_at_head, relative_word

DOC_TYPE = "publication_status"
_NOTE = re.compile("[（(][^）)]{0,40}[）)]")
_BETWEEN = re.compile(r"[\s|、，,；;：:。（）()]+")
_NUMBERED = re.compile(r"^[\d.．一二三四五六七八九十]{0,4}(?=[^\d.．])")
_SHORTEST, _LONGEST = 3, 30  # characters of a body's name
_MOST = 2_000  # bodies of one list; a county has some hundred


def listed_bodies(text: str) -> list[str]:
    """Return the names of bodies that stand by themselves in a text, each once, in its order and without 市 of 市教育局."""
    found: dict[str, None] = {}
    for piece in _BETWEEN.split(_NOTE.sub(" ", text)):
        name = _NUMBERED.sub("", piece)
        if (
            not _SHORTEST <= len(name) <= _LONGEST
            or pattern("agencies", "no_body").match(name)
            or organ_at_head(name) != name
        ):
            continue
        word = "" if leading_divisions(name) else relative_word(name)
        found[name.removeprefix(word)] = None
        if len(found) >= _MOST:
            break
    return list(found)

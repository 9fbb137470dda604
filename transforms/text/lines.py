"""Text → its lines, each with its place, trimmed and folded: what cleaning decides on."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.text.fold import INVISIBLE, fold, has_invisible

SPACES = " \t\r\n\u3000\xa0" + INVISIBLE
BLANK = SPACES + "|"
_UNSEEN = dict.fromkeys(map(ord, INVISIBLE))


@dataclass(slots=True)
class Line:
    """One line of the page's text with its trimmed range, and the same folded."""

    start: int
    end: int
    text: str  # trimmed of blanks and bars
    plain: str  # folded, without what nobody sees


def lines_of(text: str) -> list[Line]:
    """Return the lines of a text, blank ones too."""
    folded = fold(text)
    hidden = has_invisible(text)
    lines = []
    start = 0
    for raw in text.split("\n"):
        stripped = raw.strip(BLANK)
        begin = start + raw.find(stripped) if stripped else start
        end = begin + len(stripped)
        plain = folded[begin:end]
        if hidden and any(char in stripped for char in INVISIBLE):  # a word stays one for who reads it
            plain = plain_of(stripped)
        lines.append(Line(begin, end, stripped, plain))
        start += len(raw) + 1
    return lines


def plain_of(text: str) -> str:
    """Return a text folded and without the characters that nobody sees; offsets are not kept."""
    return fold(text.translate(_UNSEEN))


def _whole_lines(text: str, dropped: tuple[int, int]) -> bool:
    start, end = dropped
    return (start == 0 or not text[text.rfind("\n", 0, start) + 1 : start].strip(BLANK)) and (
        end >= len(text) or text[end - 1] == "\n" or text[end] == "\n"
    )


def without(lines: list[Line], text: str, dropped: tuple[int, int]) -> list[Line]:
    """Take a range of the text out of its lines; it may cut some of them in two."""
    if _whole_lines(text, dropped):
        return [line for line in lines if line.end <= dropped[0] or line.start >= dropped[1]]
    kept = []
    for line in lines:
        for start, end in ((line.start, min(line.end, dropped[0])), (max(line.start, dropped[1]), line.end)):
            part = text[start:end].strip(BLANK) if start < end else ""
            if part or (not line.text and (line.end <= dropped[0] or line.start >= dropped[1])):
                begin = start + text[start:end].find(part)
                kept.append(Line(begin, begin + len(part), part, fold(part)))
                if part == line.text:
                    break
    return kept

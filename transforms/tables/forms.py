"""The statutory forms as data: which label names which row, in a grid's cell and in running text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from schemas.facts import facts
from transforms.text.fold import fold

_LEAD = re.compile(
    r"^(?:其中:?|[(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)][、.]?|[一二三四五六七八九十]{1,3}[、.:]|\d{1,2}[、.]?|[㈠-㈩①-⑳][、.]?)+"
)
_TAIL = re.compile(r"[(][^()]*[)]?|[、.:;,。]+$")
_QUOTES = re.compile("[“”\"'‘’《》〈〉]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a form: its key, its columns with their units, and how its label is known."""

    key: str
    columns: tuple[str, ...]
    units: tuple[str, ...]
    match: re.Pattern[str]
    whole: bool  # the label is nothing but the match
    number: str  # the label's own numeral, "" where the form has none
    label: str
    block: str  # the row whose block a repeated label belongs to
    form: str

    def fits(self, plain: str) -> bool:
        """Whether a plain label (see `plain_label`) names this row."""
        return bool(self.match.fullmatch(plain) if self.whole else self.match.search(plain))


@cache
def rows(table: str, form: str) -> tuple[Row, ...]:
    """Return the rows of `table` (t2, t3, stat, local) in `form` (A, B, C, D), in order."""
    data = facts("figures/cd" if table == "t3" else f"figures/{form.lower()}")
    found = []
    for row in data.get(table, data.get("rows", [])):
        columns = tuple(data["t3_columns"] if table == "t3" else row.get("columns", ["value"]))
        if table == "t3":
            units = ("件",) * len(columns)
        else:
            units = tuple(row.get("unit") or data["units"][column] for column in columns)
        found.append(
            Row(
                row["key"], columns, units, re.compile(row["match"]), row.get("whole", False), str(row.get("numeral", "")),
                row.get("label", ""), row.get("in", ""), row.get("form", ""),
            )
        )  # fmt: skip
    return tuple(found)


@lru_cache(maxsize=8192)
def plain_label(printed: str) -> str:
    """Return a label without numerals, spaces, quotes and help texts in brackets; "" for what is no label."""
    text = _QUOTES.sub("", "".join(fold(printed).split()))
    if not text or len(text) > 120:
        return ""
    return _TAIL.sub("", _LEAD.sub("", text)).rstrip("、.:;,。")


@lru_cache(maxsize=8192)
def rows_of(printed: str, table: str, form: str) -> tuple[Row, ...]:
    """Return the rows that a printed label may name, the likelier first; empty when it names none."""
    plain = plain_label(printed)
    return tuple(row for row in rows(table, form) if plain and row.fits(plain))


@cache
def anchors(table: str, form: str) -> re.Pattern[str]:
    """Return the pattern that finds the labels of a table in folded running text, spaces and breaks between.

    The group that matched is `r<place of the row in rows()>`; the label's own numeral belongs to the match.
    """
    parts = []
    for place, row in enumerate(rows(table, form)):
        number = rf"(?:[(]?{row.number}[)]?\s*[、.]?\s*)?" if row.number else ""
        if row.whole and table == "t3":  # 其他 and 总计 are words of the head too: only their numeral tells
            number = rf"[(]?\s*{row.number}\s*[)、.]\s*[、.]?\s*"
        elif table in ("stat", "local"):  # numbered differently from place to place
            number = r"(?:(?:\([一二三四五六七八九十\d]\)|[一二三四五六七八九十]\s*、|(?<!\d)\d\s*[、.])\s*)?"
        parts.append(f"(?P<r{place}>{number}(?:{_loose(row.match.pattern)}))")
    return re.compile("|".join(parts))


def _loose(source: str) -> str:
    """Let a label of the catalogue be broken by blanks anywhere between its characters."""
    return re.sub(r"(?<=[\u4e00-\u9fff)?\]])(?=[\u4e00-\u9fff(\[])", r"\\s*", source.lstrip("^"))

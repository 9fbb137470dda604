"""The last lines of a report: which of them are its own, and which are furniture of the page under it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from schemas.agencies import any_of
from schemas.facts import pattern
from transforms.text.headings import HEADING_LINE

CLOSING = 12  # lines at the end among which a signature is looked for
CLOSING_DATE = re.compile(
    r"^.{0,40}年 ?[\d一二三四五六七八九十元正腊]{1,3} ?月 ?([\d一二三四五六七八九十廿卅初]{1,3} ?日)?[)]?$"
    r"|^[(]?20\d\d ?[./-] ?\d{1,2} ?[./-] ?\d{1,2}[)]?$"
)
_SENTENCE = re.compile("[。;?!]")
_ORGAN = re.compile(f"(?:{any_of('closing_ends')})(?:[(](?:盖章|印章|公章|章)[)])?$")
_SHORT = 30  # characters below which a line without a sentence may be furniture


def ends_report(lines: Sequence[str]) -> bool:
    """Return whether the last of the filled, folded `lines` may be the report's own.

    A report may close with anything: a line goes only if a rule for furniture knows it or the line over it. Behind
    the date of the signature it is the other way round: only what a report may say there is kept.
    """
    *before, last = lines
    signed = any(CLOSING_DATE.match(line) and not HEADING_LINE.match(line) for line in before)
    if CLOSING_DATE.match(last):
        return not (signed and last[-1].isdigit())  # a date in digits behind the signature is the page's
    if len(last) >= _SHORT or _SENTENCE.search(last):
        return True
    furniture = pattern("dirt", "end")
    if furniture.search(last) or (before and len(before[-1]) < _SHORT and furniture.search(before[-1])):
        return False
    if not signed:
        return True
    return bool(
        HEADING_LINE.match(before[-1]) or _ORGAN.search(last) or pattern("dirt", "after_signature").search(last)
    )

"""Which year a report covers and when it was published, each with the evidence that decided."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from schemas.records import Document

FIRST_YEAR, LAST_YEAR = 2008, 2100
_HAN_DIGITS = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
    "O": "0",
    "Ｏ": "0",
    "0": "0",
    "o": "0",
}
_HAN_YEAR = re.compile("(二[〇○零OＯo0][〇○零OＯo0一二三][〇○零OＯo0一二三四五六七八九])(?=年)")
_YEAR = re.compile(r"(?<![\d〔\[【第])(20[0-4]\d)(?=\s*年)(?!\s*年\s*来)")
_TITLE_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
_WHOLE_YEAR = re.compile(r"(?:全年|年度)")
_PERIOD = re.compile(
    r"(?:自|从|为|[:：期限])\s*(20\d\d)\s*年?\s*(\d{1,2})\s*月?\s*1\s*日\s*起?\s*[，,]?\s*(?:至|到|—|-|－|～)\s*(20\d\d)\s*年?\s*(\d{1,2})\s*月?\s*(\d{1,2})\s*日"
)
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})(?!\d)")
_HAN_DATE = re.compile(
    "(二[〇○零OＯ][〇○零OＯ一二三][〇○零OＯ一二三四五六七八九])年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_URL_DATE = re.compile(r"(?:t|/)((?:19|20)\d\d)[/-]?(0?[1-9]|1[0-2])[/-]?(0?[1-9]|[12]\d|3[01])(?=[_/.])")
_UNITS = {char: value for value, char in enumerate("一二三四五六七八九", 1)}


@dataclass(slots=True)
class YearVerdict:
    """`year` is None when nothing decides; `evidence` lists every candidate with its source."""

    year: int | None
    basis: str
    confidence: float
    period: tuple[str, str] | None = None
    evidence: list[str] = field(default_factory=list)
    conflict: bool = False


@dataclass(slots=True)
class Published:
    """`on` is the earliest plausible day; `candidates` keep what each source said."""

    on: date | None
    basis: str
    candidates: dict[str, str]
    forged: bool = False


def fold_years(text: str) -> str:
    """Write Chinese-numeral years (二〇一三年, 二O一一年) with digits; the length may change."""
    return _HAN_YEAR.sub(lambda found: "".join(_HAN_DIGITS[char] for char in found[1]), text)


def decide_year(title: str, text: str, anchor: str, latest: date | None) -> YearVerdict:
    """Decide the report year: title, then stated period, then link text, then the body's own mode.

    `latest` is the last day on which the page can have been written (fetch date, or None). Page dates and
    path folders never decide (domain rule: they are re-stamped by migrations).
    """
    evidence: list[str] = []
    limit = latest.year if latest else LAST_YEAR
    period = None
    stated = None
    head = fold_years(text)
    if found := _PERIOD.search(head):
        period = (f"{found[1]}-{int(found[2]):02d}-01", f"{found[3]}-{int(found[4]):02d}-{int(found[5]):02d}")
        if found[1] == found[3]:
            stated = int(found[1])
            evidence.append(f"period:{stated}")
    candidates: list[tuple[str, int, float]] = []
    named = [int(year) for year in _TITLE_YEAR.findall(fold_years(title))]
    if named:
        evidence.append(f"title:{named[-1]}")
        candidates.append(("title", named[-1], 0.97))
    if stated:
        candidates.append(("period", stated, 0.95))
    linked = (
        [int(year) for year in _TITLE_YEAR.findall(fold_years(anchor))] if "公开" in anchor or "年报" in anchor else []
    )
    if linked:
        evidence.append(f"anchor:{linked[-1]}")
        candidates.append(("anchor", linked[-1], 0.9))
    mode, share = _mode(head)
    if mode:
        evidence.append(f"body:{mode}:{share:.2f}")
        candidates.append(("body", mode, 0.6 + 0.3 * share))
    good = [item for item in candidates if FIRST_YEAR <= item[1] <= min(limit, LAST_YEAR)]
    if not good:
        return YearVerdict(None, "", 0.0, period, evidence)
    basis, year, sure = good[0]
    agree = sum(1 for _, other, _ in good if other == year)
    conflict = stated is not None and stated != year
    if agree >= 2:
        sure = min(0.995, sure + 0.02)
    elif conflict or len({other for _, other, _ in good}) > 1:
        sure -= 0.25
    return YearVerdict(year, basis, round(sure, 3), period, evidence, conflict)


def _mode(text: str) -> tuple[int | None, float]:
    """The year that the body speaks of most, the first 400 characters counting threefold."""
    counts: Counter[int] = Counter()
    for found in _YEAR.finditer(text[:20_000]):
        weight = 3 if found.start() < 400 else 1
        if _WHOLE_YEAR.match(text, found.end()) or text[found.end() : found.end() + 2] == "年度":
            weight += 2
        counts[int(found[1])] += weight
    if not counts:
        return None, 0.0
    ranked = counts.most_common(2)
    year, votes = ranked[0]
    share = votes / sum(counts.values())
    return (year, share) if share >= 0.4 and (len(ranked) < 2 or votes > ranked[1][1]) else (None, 0.0)


def decide_published(
    document: Document, date_line: str, meta_lines: list[str], signature: str, url: str, year: int | None
) -> Published:
    """Decide the day of publication: the earliest candidate within [Dec 1 of the year, end of year + 2]."""
    candidates: dict[str, str] = {}

    def put(basis: str, value: str) -> None:
        day = first_date(value)
        if day and basis not in candidates:
            candidates[basis] = day.isoformat()

    for name in ("pubdate", "publishdate", "publish_date", "article:published_time"):
        put("meta", document.metas.get(name, ""))
    for name in ("发布日期", "发布时间", "公开日期", "成文日期", "生成日期", "发文日期"):
        put("index_block", document.index_block.get(name, ""))
    put("page", date_line)
    for line in meta_lines:
        put("page", line)
    put("signed", signature)
    if found := _URL_DATE.search(url):
        put("url", f"{found[1]}-{found[2]}-{found[3]}")
    if year is None:
        return Published(None, "", candidates)
    plausible = [
        (value, basis) for basis, value in candidates.items() if f"{year}-12-01" <= value <= f"{year + 2}-12-31"
    ]
    if not plausible:
        return Published(None, "", candidates, forged=bool(candidates))
    value, basis = min(plausible)
    return Published(date.fromisoformat(value), basis, candidates)


def first_date(text: str) -> date | None:
    """Return the first complete date in the text, None when there is none or it is not a calendar day."""
    for found in _DATE.finditer(text):
        try:
            return date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            continue
    if han := _HAN_DATE.search(text):
        year = "".join(_HAN_DIGITS[char] for char in han[1])
        try:
            return date(int(year), _han_number(han[2]), _han_number(han[3]))
        except ValueError:
            return None
    return None


def _han_number(text: str) -> int:
    """Value of a Chinese numeral below 100, 0 when it is none."""
    tens, ten, ones = text.partition("十")
    return (10 * (_UNITS.get(tens, 1 if not tens else 0)) if ten else _UNITS.get(tens, 0)) + _UNITS.get(ones, 0)

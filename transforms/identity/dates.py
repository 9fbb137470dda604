"""Which year a report covers and when it was published, each with the evidence that decided."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from schemas.records import Document
from transforms.identity.confidence import calibrated

# Patterns begin with their first characters and look behind after them: the engine skips to these many times faster.
FIRST_YEAR, LAST_YEAR = 2008, 2100
_EARLIEST = "10"  # month of a year in which its report can appear at the earliest (2017-12-12 was met)
_HAN_DIGITS = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "○": "0",
    "O": "0",
    "Ｏ": "0",
    "o": "0",
}
_HAN_YEAR = re.compile("(二[〇○零OＯo0][〇○零OＯo0一二三][〇○零OＯo0一二三四五六七八九])(?=年|\\s年)")
_MIXED_YEAR = re.compile(
    "(?<!\\d)([2２][OＯo〇○0０][〇○OＯo0-3０-３][〇○OＯo0-9０-９])(?=\\s?年)"
)  # 2O15年, ２０１８年
# A year that may be the report's: no number of a document, no law, no plan, no day of a calendar.
_YEAR = re.compile(
    r"(20(?<![\d〔\[【第与比较于]20)[0-4]\d)(?=\s*年)(?!\s*年\s*(?:以?来|修订|修正|版|将|起|底前|\d{1,2}\s*月\s*\d{1,2}\s*日\s*(?:《[^》]{2,20}》)?(?:起|公布|颁布|通过|施行|实施|修订)"
    r"|(?:《|新)?(?:条例|修订)|的?(?:新要求|工作要点|工作(?:安排|计划|思路|打算)))"
    r"|\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*$)",
    re.M,
)
# Years of a title, without the day of printing that some titles end with: （2023年1月）.
_TITLE_YEAR = re.compile(
    r"(20(?<![\d〔]20)[0-4]\d)(?!\d|[./]\d)(?!\s*年\s*(?:修订|版|\d{1,2}\s*月(?!\s*\d{1,2}\s*日?\s*(?:起|至|—|-))))(?!〕)"
)
_WHOLE_YEAR = re.compile(r"\s*年\s*(?:全年|度)|\s*年[^。；]{0,6}全年")
_SUBJECT = re.compile("(?:^|[\n。；])\\s{0,3}20\\d\\d\\s?年[，,]")  # 2012年，我乡 …: what the sentence is about
_PERIOD = re.compile(
    r"(20(?<!\d20)\d\d)\s*年?\s*(\d{1,2}?)\s*月?\s*1\s*日?\s*起?\s*[，,]?\s*(?:至|到|—+|－|-+|～|~)\s*"
    r"(?:(20\d\d)\s*年?\s*|当年|同年)?(\d{1,2})\s*月?\s*(\d{2})\s*日"
)
_PATH_YEAR = re.compile(
    r"(?:nb|ndbg|nianbao|gkbg|annual)[\w-]{0,24}/(20\d\d)n?(?:/|$)|fbtime=(20\d\d)(?!\d)|/year/show/[^/]{1,60}/(20\d\d)\.html",
    re.I,
)
# What a report says of itself: 现将沧港镇2021年度政府信息公开工作情况报告如下.
_SELF_STATED = re.compile(
    r"现[将就](?:[^。；\n《]{0,40}?)(20\d\d)\s?年(?:度|全年)?[^。；\n《]{0,12}公开[^。；\n《]{0,12}(?:报告|公布|公告|汇报)"
)
_MONGO = re.compile(r"doc_([0-9a-f]{8})[0-9a-f]{16}(?![0-9a-f])")
_HAN = "〇○零OＯo0一二三四五六七八九十"
# One grammar of days: 2010年3月15日, 2010.3.15, 2010/03/15, 二〇一〇年三月十五日, 2010年元月5号. DAY matches folded text too.
DAY = (
    rf"(?<!\d)(?:(?P<y>(?:19|20)\d\d)\s*[年./-]\s*(?P<m>\d{{1,2}}(?!\d)|元(?=\s*月))\s*[月./-]\s*(?P<d>\d{{1,2}})(?!\d)(?:\s*[日号])?"
    rf"|(?P<hy>[二2][{_HAN}]{{3}})\s*年\s*(?P<hm>[{_HAN}]{{1,3}}|元)\s*月\s*(?P<hd>[{_HAN}]{{1,3}})\s*[日号])"
)
MONTH = rf"(?<!\d)(?:20\d\d|[二2][{_HAN}]{{3}})\s*年\s*(?:\d{{1,2}}|[{_HAN}]{{1,3}}|元)\s*月"  # a month without its day
DATE = re.compile(DAY)
DATE_LINE = re.compile(rf"^[(（]?\s*(?:{DAY}|{MONTH})[\d:\sT]*[)）]?(?:印发)?$")
_COMPACT = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?:\d{6})?(?!\d)")
CLOSING = re.compile(rf"{DAY}|{MONTH}")
_URL_DATE = re.compile(r"(?:t|/)(20\d\d)(?:(\d\d)(\d\d)|[/-](\d{1,2})[/-](\d{1,2})|(\d\d)/(\d\d))(?=[_/.])")
_OFTEN = 2  # times that a text must name a year: one plan for the next and a day stamped anew agree too easily
_UNITS = {char: value for value, char in enumerate("一二三四五六七八九", 1)}


@dataclass(slots=True)
class YearVerdict:
    """`year` is None when nothing decides; `evidence` lists every candidate with its source."""

    year: int | None = None
    basis: str = ""
    confidence: float = 0.0
    period: tuple[str, str] | None = None
    evidence: list[str] = field(default_factory=list)
    conflict: bool = False


@dataclass(slots=True)
class Published:
    """`on` is the earliest plausible day; `candidates` keep what each source said."""

    on: date | None = None
    basis: str = ""
    candidates: dict[str, str] = field(default_factory=dict)
    forged: bool = False
    flags: list[str] = field(default_factory=list)


def fold_years(text: str) -> str:
    """Write years in Chinese numerals or in mixtures (二〇一三年, 二O一一年, 2O15年) with digits; the length stays."""
    text = _HAN_YEAR.sub(_digits, text)
    return _MIXED_YEAR.sub(_digits, text) if "2O" in text or "２" in text or "2〇" in text else text


def _digits(found: re.Match[str]) -> str:
    return "".join(_HAN_DIGITS.get(char) or str(int(char)) for char in found[1])


def decide_year(
    title: str, text: str, anchor: str, latest: date | None, url: str = "", claims: dict[str, str] | None = None
) -> YearVerdict:
    """Decide the report year by domain.md 5: title, stated period, link text, the body's own mode, path, publication.

    `latest` is the last day on which the page can have been written (fetch date, or None); `claims` are the days of
    publication that the page claims (`claimed_dates`). No year after the last of them is taken. Path and publication
    decide only where nothing else does, since migrations re-stamp them.
    """
    evidence: list[str] = []
    days = sorted(day for day in (claims or {}).values() if day >= f"{FIRST_YEAR}-05")
    known = min([day for day in (latest.isoformat() if latest else "", days[-1] if days else "") if day], default="")
    limit = int(known[:4]) if known else LAST_YEAR
    candidates: list[tuple[str, int, float]] = []

    def put(basis: str, year: int | None, sure: float) -> None:
        if year is not None:
            evidence.append(f"{basis}:{year}")
            candidates.append((basis, year, sure))

    head = fold_years(text)
    period = _period(head) or _period(fold_years(title))
    stated = int(period[0][:4]) if period and period[0][:4] == period[1][:4] else None
    put("title", _title_year(title), 0.97)
    put("period", stated, 0.95)
    said = _SELF_STATED.search(head, 0, 1500)
    put("self_stated", int(said[1]) if said else None, 0.93)
    put("anchor", _title_year(anchor) if "公开" in anchor or "年报" in anchor else None, 0.9)
    mode, share = _mode(head)
    put("body", mode, round(0.6 + 0.3 * share, 3))
    good = [item for item in candidates if FIRST_YEAR <= item[1] <= limit]
    if not candidates:
        if path := _PATH_YEAR.search(url):
            put("path", int(path[1] or path[2] or path[3]), 0.6)
        if days and days[0][5:7] <= "06":
            put("published", int(days[0][:4]) - 1, 0.5)
        good = [item for item in candidates if FIRST_YEAR <= item[1] <= limit]
    if not good:
        return YearVerdict(None, "", 0.0, period, evidence)
    early = known != "" and good[0][1] == limit and known[5:7] < _EARLIEST
    if early:  # a year that was not over yet: another one that is told wins, else it is doubtful
        evidence.append(f"before_its_end:{good[0][1]}")
        good = [item for item in good if item[1] < limit] or good
    due = int(days[0][:4]) - 1 if days and days[0][5:7] <= "06" else None
    spoken = due is not None and len(re.findall(rf"{due}\s*年(?![^。；]{{0,8}}将)", head[:20_000])) >= _OFTEN
    corrected = good[0][1] != due and any(item[1] == due and (spoken or item[0] != "body") for item in good[1:])
    if corrected:  # text and day of publication agree against the title: the author forgot to change it
        evidence.append(f"due:{due}")
        good.sort(key=lambda item: item[1] != due)
    basis, year, sure = good[0]
    others = [other for _, other, _ in good[1:]]
    conflict = early or corrected or (stated is not None and FIRST_YEAR <= stated <= limit and stated != year)
    if all(other == year for other in others):
        sure = min(0.995, sure + 0.02 * bool(others))
    elif year not in others:
        sure -= 0.25
    if basis == "body" and due not in (None, year):  # last year's text, or a day stamped anew
        sure -= 0.2
    strength = round(sure, 2)
    evidence.append(f"strength:{strength}")
    return YearVerdict(year, basis, calibrated("year", strength), period, evidence, conflict)


def _title_year(title: str) -> int | None:
    """The year nearest to the words for the report; titles may print a second one (the day of printing, an era)."""
    text = re.sub(r"(?<=\d)\s+(?=\d|年)|(?<=20)\s+", "", fold_years(title))
    found = list(_TITLE_YEAR.finditer(text))
    if not found:
        return None
    mark = text.find("公开")
    return int(min(found, key=lambda item: abs(item.start() - mark))[1]) if mark >= 0 else int(found[-1][1])


def _period(text: str) -> tuple[str, str] | None:
    """The stated period as (first day, last day); signs for year and month may be lost (201711日至20171231日)."""
    for found in _PERIOD.finditer(text[:6000]):
        first, last = int(found[2] or 0), int(found[4])
        if 1 <= first <= 12 and first <= last <= 12 and int(found[5]) in (28, 29, 30, 31):
            return f"{found[1]}-{first:02d}-01", f"{found[3] or found[1]}-{last:02d}-{int(found[5]):02d}"
    return None


def _mode(text: str) -> tuple[int | None, float]:
    """The year that the body speaks of most, the first 400 characters counting threefold, 全年 and 年度 more."""
    counts: Counter[int] = Counter()
    for found in _YEAR.finditer(text[:20_000]):
        weight = 3 if found.start() < 400 else 1
        if _WHOLE_YEAR.match(text, found.end()) or _SUBJECT.search(text, max(found.start() - 3, 0), found.end() + 3):
            weight += 2
        counts[int(found[1])] += weight
    if not counts:
        return None, 0.0
    ranked = counts.most_common(2)
    year, votes = ranked[0]
    share = votes / sum(counts.values())
    return (year, share) if share >= 0.4 and (len(ranked) < 2 or votes > ranked[1][1]) else (None, 0.0)


def claimed_dates(
    document: Document, date_line: str, meta_lines: list[str], signature: str, url: str
) -> dict[str, str]:
    """Return every day (ISO) that the page claims as its publication, by source.

    `created` is the moment that the address itself holds (`doc_<24 hex>`: an object id's first eight digits).
    """
    claims: dict[str, str] = {}

    def put(basis: str, value: str) -> None:
        day = first_date(value) if value and basis not in claims else None
        if day:
            claims[basis] = day.isoformat()

    for name in ("pubdate", "publishdate", "publish_date", "article:published_time"):
        put("meta", _COMPACT.sub(r"\1-\2-\3", document.metas.get(name, "")))
    for name in ("发布日期", "发布时间", "公开日期", "成文日期", "生成日期", "发文日期"):
        put("index_block", document.index_block.get(name, ""))
    put("page", date_line)
    for line in meta_lines:
        put("page", line)
    put("page", document.date_above)
    put("signed", signature)
    if found := _URL_DATE.search(url):
        month, day = found[2] or found[4] or found[6], found[3] or found[5] or found[7]
        put("url", f"{found[1]}-{month}-{day}")
    if found := _MONGO.search(url):
        claims["created"] = datetime.fromtimestamp(int(found[1], 16), UTC).date().isoformat()
    return claims


def decide_published(claims: dict[str, str], year: int | None) -> Published:
    """Decide the day of publication: the earliest claim within [Dec 1 of the report year, end of the second year on].

    A claim outside this window is a re-stamp or a forgery and is said to be one; one that is earlier than the
    creation of the page's own address is kept but flagged.
    """
    if year is None:
        return Published(None, "", claims)
    plausible = [(value, basis) for basis, value in claims.items() if f"{year}-12-01" <= value <= f"{year + 2}-12-31"]
    if not plausible:
        return Published(None, "", claims, bool(claims), ["publication_date_out_of_window"] if claims else [])
    value, basis = min(plausible)
    flags = ["published_before_its_address"] if value < claims.get("created", "") else []
    return Published(date.fromisoformat(value), basis, claims, False, flags)


def first_date(text: str) -> date | None:
    """Return the first complete date in the text, None when there is none or it is not a calendar day."""
    for found in DATE.finditer(text):
        if found["y"]:
            year, month, day = int(found["y"]), 1 if found["m"] == "元" else int(found["m"]), int(found["d"])
        else:
            digits = "".join(_HAN_DIGITS.get(char, char) for char in found["hy"])
            year, month, day = (
                int(digits) if digits.isdigit() else 0,
                _han_number(found["hm"]),
                _han_number(found["hd"]),
            )
        try:
            return date(year, month, day)
        except ValueError:
            continue
    return None


def before_date(signature: str) -> str:
    """Return what stands before the day (or the month) that ends a signature: the issuer's part of it."""
    text = signature.strip()
    found = list(CLOSING.finditer(text))
    return text[: found[-1].start()].strip(" \t\n\u3000\xa0(（,，|") if found else text


def _han_number(text: str) -> int:
    """Value of a Chinese numeral below 100, 0 when it is none."""
    if text == "元":
        return 1
    tens, ten, ones = text.partition("十")
    return (10 * (_UNITS.get(tens, 1 if not tens else 0)) if ten else _UNITS.get(tens, 0)) + _UNITS.get(ones, 0)

"""Who serves a page: official site, proxy, republisher, mirror; and the marks of hijacking, scored.

Content can condemn a page, never make it official (families.md 9: clones copy everything else).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from urllib.parse import unquote, urlsplit

import numpy as np
import numpy.typing as npt

from schemas.facts import facts, pattern
from schemas.portals import portal_code
from schemas.records import Document
from transforms.text.traditional import is_traditional

REJECT_AT = 3
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
_ADDRESS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_GATEWAY = re.compile(r"/whst/\d+/=([a-z0-9.-]+)/")
_GOV = re.compile(r"(?<![\w.-])(?:https?://)?((?:[a-z0-9-]+\.)+gov\.cn)(?![\w.-])")
_SHIFTED = {ord(char): chr(ord(char) + 1) for char in "abcdefghijklmnopqrstuvwxy"} | {ord("z"): "."}
_READING, _OPEN, _ALONE, _FIRST, _SECOND = 1, 2, 4, 8, 16  # kinds of characters that the search begins with
_FOOT = 400  # characters at the end of a text that may be a page's footer
_LONGEST = 6  # characters of the longest hint
_LATIN = re.compile("[A-Za-z]{3,}")


@dataclass(slots=True)
class HostVerdict:
    """`provenance` is one of official, proxy, republisher, mirror, unknown; `hijacked` pages are never trusted."""

    host: str
    provenance: str
    hijacked: bool = False
    reasons: list[str] = field(default_factory=list)
    score: int = 0


@cache
def _official_suffixes() -> tuple[str, ...]:
    return tuple(facts("hosts")["official_suffixes"])


@lru_cache(1024)
def host_of(url: str) -> str:
    """Return the lower-case host of an address, "" when there is none or it cannot be read."""
    try:
        return (urlsplit(url if "//" in url else f"//{url}").hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


@lru_cache(1024)
def is_official(host: str) -> bool:
    """Whether the host lies under an official suffix (whole labels) or on the reviewed list."""
    return host in facts("hosts")["official_hosts"] or (
        _HOST.fullmatch(host) is not None
        and any(host == suffix or host.endswith("." + suffix) for suffix in _official_suffixes())
    )


def gateway_host(url: str) -> str:
    """Return the official host behind a gateway, a bare address that shows its pages to readers with bad eyes, or ""."""
    found = _GATEWAY.search(url)
    host = found[1].translate(_SHIFTED) if found and _ADDRESS.fullmatch(host_of(url)) else ""
    return host if is_official(host) else ""


def judge_host(url: str, document: Document, registered: bool = False) -> HostVerdict:
    """Judge the server of a page by its name alone; judge tampering by points for the page's content.

    A host outside the official suffixes is condemned unless it is `registered` (someone reviewed it) or a known
    republisher, whose pages may fill a gap but are never trusted for dates and figures.
    """
    host = host_of(url)
    provenance = _provenance(url, host)
    reasons = list(_tampering(url, host, provenance, document))
    points = facts("hosts")["points"]
    score = sum(points[reason] for reason in reasons)
    if provenance in ("mirror", "republisher"):
        reasons.insert(0, f"{provenance}_host_not_gov")
    if provenance == "mirror" and not registered:
        score += points["host_not_gov"]
    return HostVerdict(host, provenance, score >= REJECT_AT, reasons, score)


def _provenance(url: str, host: str) -> str:
    listed = facts("hosts")
    if not host:
        return "unknown"
    if _GATEWAY.search(url):
        return "proxy" if gateway_host(url) else "mirror"
    official = is_official(host)
    if any(host.startswith(prefix) for prefix in listed["proxy_prefixes"]) and official:
        return "proxy"
    if any(mark in url for mark in listed["proxy_paths"]):
        return "proxy" if official else "mirror"
    if official:
        return "official"
    if any(host == name or host.endswith("." + name) for name in listed["republishers"]):
        return "republisher"
    return "mirror"


def _tampering(url: str, host: str, provenance: str, document: Document) -> Iterator[str]:
    """The marks of a hijacked page; each is a key of `points`."""
    keywords = document.metas.get("keywords", "")
    text = "\n".join((document.page_title, document.text, document.chrome, document.hidden, keywords))
    foot = document.text[-_FOOT:] + document.chrome
    hinted, glossed = _glance(text)
    if hinted:
        shown = "\n".join((document.page_title, document.hidden, keywords))
        yield from _worded(text.lower(), shown.lower(), provenance)
    if any(number in foot for number in facts("hosts")["forged"]):
        yield "forged_contact"
    if glossed and _glossed(text):
        yield "pinyin_glosses"
    if document.text.count(",,") + document.text.count("??") >= 5:
        yield "doubled_marks"
    if provenance != "proxy" and is_traditional(document.text):
        yield "traditional_text"
    code = document.metas.get("siteidcode", "")[:2]
    served, _ = portal_code(host) if provenance == "official" else ("", False)
    if served and code.isdigit() and code != served[:2]:
        yield "site_code_of_another_region"
    if provenance not in ("mirror", "republisher"):
        return
    claimed = host_of(document.metas.get("sitedomain", ""))
    if claimed and is_official(claimed):
        yield "site_domain_of_another_host"
    if provenance == "mirror" and _GOV.search(text.lower()):
        yield "official_domain_of_another_host"
    if (inner := _GOV.search(unquote(urlsplit(url).query).lower())) and is_official(inner[1]):
        yield "redirect_wrapper"
    if len(document.text) > 400 and len("".join(_LATIN.findall(document.text))) > 0.6 * len(document.text):
        yield "machine_translated"


@cache
def _kinds() -> tuple[npt.NDArray[np.uint8], re.Pattern[bytes]]:
    """What each character may be in a hint or a reading, and where in a row of such kinds either may begin."""
    kinds = np.zeros(0x10000, dtype=np.uint8)

    def mark(chars: Iterable[str], kind: int) -> None:
        kinds[[ord(form) for char in chars for form in {char, char.upper()}]] |= kind

    hints = facts("hosts")["hints"]
    mark((hint for hint in hints if len(hint) == 1), _ALONE)
    mark((hint[0] for hint in hints if len(hint) > 1), _FIRST)
    mark((hint[1] for hint in hints if len(hint) > 1), _SECOND)
    mark("(（", _OPEN)
    kinds[[ord(char) for char in facts("hosts")["reading"]]] |= _READING
    begins, alone, first, second, opens, reading = (
        b"[" + b"".join(b"\\x%02x" % value for value in range(32) if value & kind) + b"]"
        for kind in (_ALONE | _FIRST | _OPEN, _ALONE, _FIRST, _SECOND, _OPEN, _READING)
    )  # one class first: searched fastest
    either = b"(?:(?<=%b)|(?<=%b)(?=%b)|(?P<reading>(?<=%b)(?=%b)))" % (alone, first, second, opens, reading)
    return kinds, re.compile(begins + either)


def _glance(text: str) -> tuple[bool, bool]:
    """Whether any word of the lists, and whether any reading in brackets may stand in a text: one look at all of it."""
    codes = np.frombuffer(text.encode("utf-16-le", "replace"), dtype=np.uint16)
    if len(codes) != len(text):  # characters outside the plane: places would be off
        return True, True
    kinds, begins = _kinds()
    hints = _hints()
    hinted, glossed = any(hint in text for hint in facts("hosts")["hints_anywhere"]), False
    for found in begins.finditer(kinds.take(codes).tobytes()):
        start = found.start()
        glossed = glossed or found["reading"] is not None
        hinted = hinted or text[start : start + _LONGEST].lower().startswith(hints)
    return hinted, glossed


@cache
def _hints() -> tuple[str, ...]:
    return tuple(facts("hosts")["hints"])


def _worded(low: str, shown: str, provenance: str) -> Iterator[str]:
    """The marks that words leave in a lower-cased text; `shown` is its part that only a tamperer writes."""
    if pattern("hosts", "brands").search(low):
        yield "gambling_brand_injection"
    elif found := _advertised(low):
        sure = any(found.values()) or len(found) >= 2 or provenance == "mirror" or _advertised(shown)
        yield "spam_phrases" if sure else "spam_suspected"
    if sum(word in low for word in facts("hosts")["spun"]) >= 2:
        yield "spun_text"


def _glossed(text: str) -> bool:
    """Whether readings in brackets follow Han characters, as in 報(bào): two with tone marks, or five syllables.

    Abbreviations are none: their letters are capitals or no syllable.
    """
    toned, plain = 0, set()
    for found in pattern("hosts", "glosses").finditer(text):
        reading = found[0][1:-1]
        if not "\u4e00" <= text[found.start() - 1 : found.start()] <= "\u9fff":
            continue
        if not reading.isascii():
            toned += 1
        elif len(reading) > 1 and pattern("hosts", "syllable").fullmatch(reading):
            plain.add(reading)
        if toned >= 2 or len(plain) >= 5:
            return True
    return False


@cache
def _phrases() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """All words of advertisement, and those of which one is proof.

    A flat alternation: the engine skips ahead by first characters, which it cannot in nested groups or behind
    assertions.
    """
    listed = facts("hosts")
    trades, weak = (
        "|".join(f"{trade}(?:{listed['advertised_as']})" for trade in listed[name])
        for name in ("trades", "weak_trades")
    )
    sure = f"{listed['phrases']}|{trades}"
    return re.compile(f"{sure}|{listed['weak']}|{weak}"), re.compile(sure)


def _advertised(low: str) -> dict[str, bool]:
    """Words that advertise betting or pornography, and whether one alone proves it; none in a text on fighting it."""
    fought = pattern("hosts", "enforcement")
    words, sure = _phrases()
    return {
        found[0]: sure.match(low, found.start()) is not None
        for found in words.finditer(low)
        if not fought.search(low[max(found.start() - 30, 0) : found.end() + 30])
    }

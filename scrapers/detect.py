"""Which product serves a site? Points for the marks of families.yml in its address, its page and the page's links.

Pure functions; nothing is fetched here. `detect` decides, `propose` (scrapers/propose.py) makes a registry row of it,
`drifted` tells a crawl that a site has left the family the registry gives it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from schemas.facts import facts
from schemas.families import families, threshold
from scrapers.lists import REPORT_TITLE, Row, rows
from scrapers.politeness import same_site

GENERIC = "generic"
MAX_PATH = 2_000  # characters of an address that are looked at: longer ones are made to hurt


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: what was found where (address, page or links), for which family, worth how many points."""

    family: str
    points: int
    where: str
    says: str


@dataclass(frozen=True, slots=True)
class Detection:
    """The family of a site. `certain` by families.md 12: enough points and a clear lead, else it is a guess.

    `family` is `generic` when no family is named. `scores` holds the families that got points, best first.
    """

    url: str
    family: str
    certain: bool
    scores: dict[str, int]
    evidence: tuple[Evidence, ...]
    report_links: tuple[Row, ...] = field(default=())  # links of the page whose text names an annual report


@dataclass(frozen=True, slots=True)
class Finding:
    """A site left its family: what the registry says, what the page says, and why."""

    family: str
    now: str
    url: str
    why: str


def detect(url: str, text: str = "") -> Detection:
    """Return the family of the site that serves `url`, by the address alone or also by the page's source `text`."""
    found = [*_in_address(url), *_in_page(text)]
    links = _own_links(url, text)
    found += _in_links(links)
    scores = _scores(found)
    best, ahead = _leader(scores)
    named = bool(best) and scores[best] >= threshold("named") and ahead >= threshold("lead")
    return Detection(
        url,
        best if named else GENERIC,
        named and scores[best] >= threshold("accept"),
        scores,
        tuple(found),
        tuple(row for row in links if REPORT_TITLE.search(row.title)),
    )


def drifted(family: str, url: str, text: str) -> Finding | None:
    """Tell whether a list page that the registry gives to `family` is of another one by now; None when it is not.

    It is of another family when that one is certain, and of some other product when it links to several annual reports
    and to none as the family would. A page without any mark or report proves nothing, and a `generic` site has no
    family to leave.
    """
    if family == GENERIC:
        return None
    links = _own_links(url, text)
    found = [*_in_page(text), *_in_links(links)]
    scores = _scores(found)
    if scores.get(family) or any(article_family(row.url) == family for row in links):
        return None
    best, ahead = _leader(scores)
    if best and scores[best] >= threshold("accept") and ahead >= threshold("lead"):
        reasons = ", ".join(evidence.says for evidence in found if evidence.family == best)
        return Finding(family, best, url, reasons)
    reports = sum(bool(REPORT_TITLE.search(row.title)) for row in links)
    if reports >= facts("families")["links"]["min_links"]:
        return Finding(
            family, GENERIC, url, f"{reports} links to annual reports, none of them addressed as {family} does"
        )
    return None


def article_family(url: str) -> str:
    """Return the family whose article addresses look like `url`, the one with most points; "" when none does."""
    path = _path(url)
    points = {
        family.name: max(
            (mark.points for mark in family.address if mark.kind == "article" and mark.match.search(path)), default=0
        )
        for family in families().values()
    }
    best, ahead = _leader({name: n for name, n in points.items() if n})
    return best if ahead > 0 else ""


def _in_address(url: str) -> list[Evidence]:
    path = _path(url)
    return [
        Evidence(family.name, mark.points, "address", mark.says)
        for family in families().values()
        for mark in family.address
        if mark.match.search(path)
    ]


def _in_page(text: str) -> list[Evidence]:
    return [
        Evidence(family.name, mark.points, "page", mark.says)
        for family in families().values()
        for mark in family.page
        if mark.match.search(text)
    ]


def _in_links(links: list[Row]) -> list[Evidence]:
    """Points for the family whose articles a page lists: most of the links that look like anyone's articles."""
    rule = facts("families")["links"]
    counts = Counter(name for row in links if (name := article_family(row.url)))
    if not counts:
        return []
    name, n = counts.most_common(1)[0]
    if n < rule["min_links"] or n < rule["share"] * counts.total():
        return []
    return [Evidence(name, rule["points"], "links", f"{n} of {counts.total()} article links")]


def _own_links(url: str, text: str) -> list[Row]:
    host = urlsplit(url).hostname or ""
    return (
        [row for row in rows(text, url) if same_site(urlsplit(row.url).hostname or "", frozenset({host}))]
        if text
        else []
    )


def _scores(found: list[Evidence]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for evidence in found:
        counts[evidence.family] += evidence.points
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _leader(scores: dict[str, int]) -> tuple[str, int]:
    """The family with most points and its lead; `scores` in any order."""
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    if not ranked:
        return "", 0
    return ranked[0][0], ranked[0][1] - (ranked[1][1] if len(ranked) > 1 else 0)


def _path(url: str) -> str:
    parts = urlsplit(url)
    return ((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))[:MAX_PATH]

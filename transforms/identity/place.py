"""Where an issuer belongs: the name it bears, the host that serves it and the places its text speaks of, weighed.

Two signals must agree (domain.md 4.2). What stands in a title or a signature is weighed against the code of the
host (registry, SiteIDCode, portal list, credit code of the index block) and against the text around it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from schemas.divisions import Division, current_code, divisions, today
from schemas.townships import counties_with
from transforms.identity.gazetteer import Match, chain_of, level_of, narrow_by_year, related

NO_COUNTIES = ("441900", "442000", "460400", "620200")  # cities whose towns stand under no county
_STREET_OF = re.compile("^(?:人民)?政府(?=[\u4e00-\u9fff]{2,8}街道)")  # 肥城市人民政府老城街道办事处
_LEVEL_WORDS = {"省": ("province",), "市": ("prefecture", "county", "province"), "县": ("county",), "区": ("county", "province"),
                "自治区": ("province",), "自治州": ("prefecture",), "自治县": ("county",), "自治旗": ("county",),
                "旗": ("county",), "州": ("prefecture",), "盟": ("prefecture",)}  # fmt: skip


@dataclass(slots=True)
class Signals:
    """What is known besides the issuer's own name; codes are current ones, in order of trust."""

    codes: list[tuple[str, str]] = field(default_factory=list)
    spoken: list[Match] = field(default_factory=list)
    year: int | None = None

    def votes(self) -> Counter[str]:
        """How often the text names a place that only one division can be, by current code."""
        counts: Counter[str] = Counter()
        for match in self.spoken:
            rows = {today(row).code for row in narrow_by_year(match.candidates, self.year)}
            if len(rows) == 1:
                counts[rows.pop()] += 1
        return counts

    def inside(self, name: str) -> set[str]:
        """The divisions of this name, by current code, that the text prints directly behind a place they lie in."""
        found: set[str] = set()
        for outer, inner in pairwise(self.spoken):
            if inner.name == name and outer.end == inner.start:
                codes = {today(row).code for row in outer.candidates}
                found.update(code for row in inner.candidates if codes & chain_of(code := today(row).code) - {code})
        return found


@dataclass(slots=True)
class Place:
    """The division that an issuer belongs to, how many signals agree on it, and why; None when undecided."""

    division: Division | None = None
    agreeing: float = 0.0
    flags: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    why_not: str = ""


def place_of_name(chain: Sequence[Match], signals: Signals, official_short: bool = False) -> Place:
    """Settle the place that a body's own name begins with. `chain` is not empty.

    `official_short`: the body's official name holds the bare short name (国家统计局启东调查队), which is then no weak word.
    """
    place = Place()
    last = chain[-1]
    rows = narrow_by_year(last.candidates, signals.year)
    if len(_codes(rows)) > 1:
        rows = _by_outer(rows, chain)
    if len(_codes(rows)) > 1:
        by_text = _codes(_by_votes(rows, signals.votes()))
        rows = _by_codes(rows, signals.codes)
        if len(_codes(rows)) == len(by_text) == 1 and _codes(rows) != by_text and not _known_host(signals):
            place.evidence.append(f"place_conflict:{'/'.join(sorted(_codes(rows) | by_text))}")
            place.why_not = "undecided_place"
            return place
    told_by_text = False
    if len(_codes(rows)) > 1:
        printed = _codes(rows) & signals.inside(last.name)
        if len(printed) == 1:  # 南京市鼓楼区 in so many words, and not just 南京市 somewhere
            rows = [row for row in rows if today(row).code in printed]
        else:
            rows = _by_votes(rows, signals.votes())
            told_by_text = len(_codes(rows)) == 1
    if len(_codes(rows)) > 1 and not last.is_full:
        rows = [row for row in rows if row.level == "province"] or _seat(rows)
    place.evidence.append(f"place_name:{last.name}:{'/'.join(sorted(_codes(rows)))}")
    if len(_codes(rows)) != 1:
        place.why_not = "undecided_place"
        return place
    place.division = rows[0]
    alone = len(_codes(_seat(narrow_by_year(last.candidates, None)))) == 1
    # A county's bare short name is a weak word, and so is a name of several places that only the text settles.
    strong = (
        last.is_full
        or place.division.level == "province"
        or (alone and (official_short or place.division.level != "county"))
    )
    place.agreeing = 0.5 if told_by_text or not (strong or len(chain) > 1) else 1.0
    _agree(place, signals, named=True, told_by_text=told_by_text)
    if place.agreeing < 1.0:
        place.division, place.why_not = None, "undecided_place"
    return place


def place_of_evidence(word: str, signals: Signals) -> Place:
    """Settle the place of a body whose name has none (市教育局, 财政局); `word` is its 省, 市, 县 … or ""."""
    place = Place()
    levels = _LEVEL_WORDS.get(word, ())
    votes = signals.votes()
    for source, code in signals.codes:
        above = [code, *(item for item in chain_of(code) if item != code)]
        fitting = [item for item in above if not word or _fits(item, word, levels)]
        if not fitting and word:
            fitting = [item for item, _ in votes.most_common() if code in chain_of(item) and _fits(item, word, levels)][
                :1
            ]
        if fitting:
            nearest = max(fitting, key=lambda item: len(chain_of(item)))
            place.division = divisions()[nearest]
            place.evidence.append(f"place_{source}:{nearest}")
            break
    if place.division is None:
        ranked = [(code, n) for code, n in votes.most_common() if not word or _fits(code, word, levels)]
        if not word:  # the most precise place of one chain
            ranked.sort(key=lambda item: -item[1] - 0.1 * len(chain_of(item[0])))
        if (
            ranked
            and ranked[0][1] >= 2
            and (len(ranked) == 1 or ranked[0][1] > ranked[1][1] or related(ranked[0][0], ranked[1][0]))
        ):
            place.division = divisions()[ranked[0][0]]
            place.evidence.append(f"place_text:{ranked[0][0]}:{ranked[0][1]}")
            place.flags.append("place_from_text")
            place.agreeing = 1.0
            return place
        place.why_not = "undecided_place"
        return place
    _agree(place, signals, named=False)
    if "place_contradicted_by_text" in place.flags and place.agreeing < 2 and not _known_host(signals):
        return Place(None, 0.0, [], [*place.evidence, "contradicted_by_text"], "undecided_place")
    return place


def place_of_township(town: str, place: Place, signals: Signals) -> Place:
    """Find the county of a township whose name gives none, or confirm the one it gives.

    A township's name is never the only signal: it must lie in the place that something else points to.
    """
    known = counties_with(town)
    if place.division is not None and place.division.level == "county":
        if place.division.code in known:
            place.agreeing += 1
            place.evidence.append(f"township_known:{place.division.code}")
            return place
        if "place_name" in "".join(place.evidence):
            return place
    votes = signals.votes()
    wider = {place.division.code} if place.division is not None else set()
    pointed = wider | {code for _, code in signals.codes} | set(votes)
    inside = [code for code in known if pointed & chain_of(code)]
    if len(inside) > 1:
        closest = [code for code in inside if code in pointed]
        inside = closest if len(closest) == 1 else [code for code in inside if not wider or wider & chain_of(code)]
    if len(inside) == 1 and (not wider or wider & chain_of(inside[0]) or inside[0] in votes):
        chosen = divisions()[inside[0]]
        agreeing = place.agreeing + 1 if place.division is not None else 1.0 + bool(set(votes) & chain_of(chosen.code))
        return Place(chosen, agreeing, place.flags, [*place.evidence, f"township_in:{chosen.code}"])
    if place.division is None or place.division.level == "county" or place.division.code in NO_COUNTIES:
        return place
    counties = [code for code in votes if level_of(code) == "county" and place.division.code in chain_of(code)]
    if len(counties) == 1:
        place.evidence.append(f"county_text:{counties[0]}")
        return Place(divisions()[counties[0]], place.agreeing, place.flags, place.evidence)
    return Place(None, 0.0, place.flags, place.evidence, "undecided_county")


def _known_host(signals: Signals) -> bool:
    """Whether a code comes from a list of hosts, which a page cannot forge, and not from the page alone."""
    return any(source in ("registry", "portal", "portal_domain") for source, _ in signals.codes)


def _codes(rows: list[Division]) -> set[str]:
    return {today(row).code for row in rows}


def _by_outer(rows: list[Division], chain: Sequence[Match]) -> list[Division]:
    """A name that stands behind its prefecture or province means the one inside it."""
    outer = {today(row).code for match in chain[:-1] for row in match.candidates}
    return [row for row in rows if outer & chain_of(today(row).code)] or rows


def _seat(rows: list[Division]) -> list[Division]:
    """Of a prefecture and the county in it that shares its short name (长沙) the prefecture; else all."""
    return [row for row in rows if all(today(row).code in chain_of(today(other).code) for other in rows)] or rows


def _by_codes(rows: list[Division], codes: list[tuple[str, str]]) -> list[Division]:
    """The candidate that the host serves, lies in, or shares its prefecture or province with."""
    for _, host in codes:
        for test in (
            lambda code, host=host: code == host,
            lambda code, host=host: related(code, host),
            lambda code, host=host: code[:4] == host[:4],
            lambda code, host=host: code[:2] == host[:2],
        ):
            fitting = [row for row in rows if test(today(row).code)]
            if len(_codes(fitting)) == 1:
                return fitting
            rows = fitting or rows
    return rows


def _by_votes(rows: list[Division], votes: Counter[str]) -> list[Division]:
    """The candidate whose surroundings the text names."""
    scored = [
        (sum(n for code, n in votes.items() if code != today(row).code and related(code, today(row).code)), row)
        for row in rows
    ]
    best = max(score for score, _ in scored)
    return [row for score, row in scored if score == best] if best else rows


def _fits(code: str, word: str, levels: tuple[str, ...]) -> bool:
    row = divisions()[code]
    return row.level in levels and (row.name.endswith(word) or (word == "区" and row.name.endswith("自治区")))


def _agree(place: Place, signals: Signals, named: bool, told_by_text: bool = False) -> None:
    """Count the signals that speak for the place; note those that speak against it.

    `told_by_text`: the text chose among places of one name, which is no second signal for its choice.
    """
    assert place.division is not None
    code = today(place.division).code
    seen_against = False
    for number, (source, claimed) in enumerate(signals.codes):
        if related(code, claimed) or _goes_on(place.division, claimed):
            place.agreeing += 1.0 if level_of(claimed) != "province" or level_of(code) == "province" else 0.5
        elif number == 0 or claimed[:2] != code[:2]:
            place.evidence.append(f"against_{source}:{claimed}")
            seen_against = seen_against or number == 0
    if seen_against and named:
        place.flags.append("host_region_mismatch")
    votes = signals.votes()
    if not told_by_text and any(
        (related(code, spoken) and level_of(spoken) != "province") or spoken == code for spoken in votes
    ):
        place.agreeing += 1.0
    if not named and not any(related(code, spoken) for spoken in votes) and votes:
        elsewhere = sum(n for spoken, n in votes.items())
        if elsewhere >= 3:
            place.flags.append("place_contradicted_by_text")


def _goes_on(division: Division, claimed: str) -> bool:
    """Whether a code is that of the county which kept the name of a dissolved prefecture (巢湖市, 莱芜区)."""
    known = divisions()
    return (
        division.change == "merged"
        and known[claimed].short == division.short
        and division.successor in chain_of(claimed)
    )


def host_codes(claims: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Bring claimed codes (source, code) to today's codes; unknown ones and 000000 are left out."""
    return [(source, current_code(code)) for source, code in claims if code != "000000" and code in divisions()]


def township_of(rest: str) -> tuple[str, str, str]:
    """Split a leading township or street off the rest of a name: (its name, its kind of office, what follows)."""
    rest = _STREET_OF.sub("", rest)
    found = re.match(
        "([\u4e00-\u9fff]{1,14}?(?:民族乡|街道|地区|镇|乡|苏木))(办事处|人民政府|政府|党政办公室|管理委员会|$)(.*)$",
        rest,
    )
    if found:
        return found[1], found[2], found[3]
    office = re.match("([\u4e00-\u9fff]{2,8}?)(街道办|街办|办事处)$", rest)
    if office and (office[2] == "街道办" or counties_with(office[1] + "街道")):
        return office[1] + "街道", "办事处", ""
    below = re.match(
        "([\u4e00-\u9fff]{1,8}?(?:街道|镇|乡|苏木))(?=[\u4e00-\u9fff]{2,16}(?:局|所|办公室|中心|站|办|队|院|校|学|园)$)(.*)$",
        rest,
    )
    return (below[1], "", below[2]) if below and counties_with(below[1]) else ("", "", rest)

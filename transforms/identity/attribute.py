"""Who reported, and where: evidence from title, index block, metas, signature, text and host, weighed together.

A jurisdiction needs two signals that agree (transforms/identity/place.py); a contradiction is kept in the evidence and
flagged. What nothing decides is said to be undecided, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from schemas.agencies import agency_kind, any_of, full_body, national_body, short_zone, zone_host
from schemas.divisions import Division, ancestors, as_of, by_name, divisions, province_slug, stood_in, today
from schemas.facts import facts
from schemas.portals import portal_code
from schemas.records import Document
from schemas.registry import Site
from transforms.identity.confidence import calibrated
from transforms.identity.gazetteer import find_divisions, leading_divisions
from transforms.identity.hosts import host_of
from transforms.identity.issuer import Issuer, find_issuer
from transforms.identity.place import (
    Place,
    Signals,
    host_codes,
    place_of_evidence,
    place_of_name,
    place_of_township,
    township_of,
)
from transforms.identity.scope import report_scope
from transforms.text.clean import Cleaned
from transforms.text.numerals import spelled

_USCC = re.compile(r"(?<![0-9A-Z])1[12](\d{6})[0-9A-Z]{9}")
_XPCC = re.compile(
    "^(?:新疆生产建设)?(?:兵团)?(?=兵团|第[一二三四五六七八九十]{1,2}师)|^(?:新疆)?(?:生产)?(?:建设)?兵团"
)
_XPCC_DIVISION = re.compile("(第[一二三四五六七八九十]{1,2}师)([\u4e00-\u9fff]{2,4}?市)?")
_SHORT_XPCC = re.compile("^(?=[一二三四五六七八九十]{1,2}师[\u4e00-\u9fff]{2,4}市)")  # 一师阿拉尔市
_REGIMENT = re.compile(
    "^[一二三四五六七八九十百〇零○\\d]{1,5}团|^[\u4e00-\u9fff]{1,6}?(?:团场|[一二三四五六七八九十]?(?:牧|农|种畜|良种|(?<!市))场)$"
)
_REGIMENT_NUMBER = re.compile("^[一二三四五六七八九十百〇零○]{1,5}(?=团)")  # 二十九团, 29团; 一〇四团, 104团
_PREFIX = re.compile(
    "^(?:中华人民共和国|国家税务总局|国家统计局|中国人民银行|国家金融监督管理总局|国家外汇管理局|中国银保监会|中国银监会|中国证监会|"
    "中国证券监督管理委员会|中国银行保险监督管理委员会|国家矿山安全监察局|国家邮政局|财政部|审计署|中共|中国共产党)(?=.)"
)
_SILENT = ("国家税务总局", "国家统计局", "中华人民共和国")  # 桐乡市税务局 is 国家税务总局桐乡市税务局
_BRANCH = re.compile("^(.*(?:局|委员会))([\u4e00-\u9fff]{2,6}?)分局$")
_ZONE = re.compile(f"^.{{0,16}}?(?:{any_of('zone_ends')})(?:管理委员会|管委会)?(?=.)")
_DOWN = {"central": "province", "province": "prefecture", "prefecture": "county", "county": "township"}


@dataclass(slots=True)
class Attribution:
    """The issuer of a report; `undecided` names what is missing and is "" when all is decided."""

    agency_name: str = ""
    agency_name_printed: str = ""
    agency_id: str = ""
    agency_level: str = "other"
    agency_kind: str = "other"
    report_scope: str = "own"
    is_xpcc: bool = False
    province: str = "unknown"
    province_code: str = ""
    province_name: str = ""
    prefecture_code: str = ""
    prefecture_name: str = ""
    county_code: str = ""
    county_name: str = ""
    confidence_agency: float = 0.0
    confidence_level: float = 0.0
    undecided: str = ""
    evidence: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)


def attribute(
    document: Document,
    cleaned: Cleaned,
    title: str,
    signature: str,
    site: Site | None,
    url: str = "",
    year: int | None = None,
) -> Attribution:
    """Decide issuer, level and jurisdiction of one report.

    `signature` is the issuer's part of the signature, without its date; `site` the registry's entry of the host;
    `year` the report year, which tells which of a place's names was meant.
    """
    result = Attribution()
    claims = _claims(document, site, url)
    result.evidence += [f"{source}:{code}" for source, code in claims]
    issuer, others = find_issuer(document, cleaned, title, signature, site)
    if not issuer.name:
        result.undecided = "undecided_agency"
        return result
    issuer = _one_of_several(_completed(issuer, others, result), result)
    result.agency_name_printed = issuer.name
    result.evidence.append(f"issuer_{issuer.source}:{issuer.name}")
    result.report_scope = report_scope(title, issuer.name, cleaned.text[:400], own_level=issuer.own_level)
    if national := national_body(issuer.name):
        return _central(result, national)
    signals = Signals(host_codes(claims), find_divisions(_surroundings(document, cleaned, title)), year)
    _decide(result, issuer, signals)
    return result


def body_by_name(name: str, division: str) -> Attribution:
    """Decide a body known by its full name and the code of the division that it serves, as a report's issuer is.

    For registry rows; `undecided` is not "" when the name does not go with the division.
    """
    result = Attribution(agency_name_printed=name)
    if national := national_body(name):
        return _central(result, national)
    _decide(result, Issuer(name, "registry"), Signals(host_codes([("registry", division)]), [], None))
    return result


def _claims(document: Document, site: Site | None, url: str) -> list[tuple[str, str]]:
    """Division codes that host, metas, index block and address claim, in order of trust."""
    found = []
    if site is not None and site.division:
        found.append(("registry", site.division))
    site_code = document.metas.get("siteidcode", "")
    if re.match(r"\d{6}", site_code):
        found.append(("site_id_code", site_code[:6]))
    code, listed = portal_code(host_of(url)) if url else ("", False)
    if code and listed:
        found.append(("portal", code))
    for value in (*document.index_block.values(), url):
        if credit := _USCC.search(value):
            found.append(("credit_code", credit[1]))
            break
    if code and not listed:
        found.append(("portal_domain", code))
    known = divisions()
    return [(source, code) for source, code in found if code in known]


def _surroundings(document: Document, cleaned: Cleaned, title: str) -> str:
    """The text whose place names count as a signal of their own: the body's ends and the page's frame, less the title."""
    frame = "\n".join(
        (document.page_title, document.metas.get("sitename", ""), document.metas.get("contentsource", ""),
         document.breadcrumb, document.chrome[:400], document.chrome[-400:])
    )  # fmt: skip
    body = cleaned.text[:1200] + "\n" + cleaned.text[-200:]
    return body + "\n" + (frame.replace(title, "") if title else frame)


def _completed(issuer: Issuer, others: Iterator[Issuer], result: Attribution) -> Issuer:
    """Give a name without a place the place of the same body printed elsewhere on the page (signature, index block)."""
    if leading_divisions(issuer.name) or _PREFIX.match(issuer.name) or _XPCC.match(issuer.name):
        return issuer
    body = full_body(issuer.name.removeprefix(issuer.word)) if issuer.word else full_body(issuer.name)
    for other in others:
        chain = leading_divisions(other.name)
        if chain and short_zone(full_body(other.name[chain[-1].end :])) == short_zone(body) and body != "人民政府":
            result.evidence.append(f"completed_by_{other.source}:{other.name}")
            return Issuer(other.name, issuer.source, issuer.own_level)
    return issuer


def _one_of_several(issuer: Issuer, result: Attribution) -> Issuer:
    """Of several bodies take the first; flag it."""
    first, rest = _joined(issuer.name)
    if not re.search("(?:局|办公室|委员会|委|办|政府|院|中心)$", first) or len(rest) < 3:
        return issuer
    result.flags.append("joint_issuers")
    chosen = rest if re.match("中共.*委$", first) else first  # a committee named before the government's own body
    return Issuer(chosen, issuer.source, issuer.own_level, issuer.word)


def _joined(name: str) -> tuple[str, str]:
    """The first body of a name, and what 、 or its place said again (肥城市教育局和肥城市体育局) joins to it."""
    first, mark, rest = name.partition("、")
    if mark:
        return first, rest
    chain = leading_divisions(name)
    again = name.find(name[: chain[-1].end], chain[-1].end) if chain else -1
    if again < 0 or re.search("(?:分局|所|站|大队)$", name):  # a part of the first
        return name, ""
    return name[:again].rstrip("和与及暨"), name[again:]


def _central(result: Attribution, name: str) -> Attribution:
    result.agency_name = name
    result.agency_level, result.agency_kind = "central", agency_kind(name)
    result.province, result.province_code, result.province_name = "central", "000000", "中央"
    result.agency_id = f"000000:{name}"
    _claim(result, 0.95)
    return result


def _decide(result: Attribution, issuer: Issuer, signals: Signals) -> None:
    """Place one issuer that is not national, and name it."""
    name = _SHORT_XPCC.sub("第", issuer.name)
    if seat := _seat_of(name, signals.year):
        return _seated(result, name, *seat)
    if _XPCC.match(name):
        return _xpcc(result, name)
    prefix = found[0] if (found := _PREFIX.match(name)) else ""
    chain = leading_divisions(name[len(prefix) :])
    if chain:
        rest = name[len(prefix) + chain[-1].end :]
        place = place_of_name(chain, signals, bool(prefix))
    else:
        rest = name.removeprefix(issuer.word) if issuer.word else name[len(prefix) :]
        if host := zone_host(rest):
            signals.codes.insert(0, ("zone", host))
        place = place_of_evidence(issuer.word, signals)
    town, office, behind = township_of(rest)
    if town.endswith("地区") and office != "办事处":
        town, behind = "", rest
    if town:
        place = place_of_township(town, place, signals)
    parent = place.division
    if not town and parent is not None and (branch := _BRANCH.match(rest)):
        place = _of_branch(place, branch[2])
    result.evidence += place.evidence
    result.flags += place.flags
    if place.division is None:
        result.undecided = place.why_not
        if agency_kind(rest) == "vertical_agency" and not chain:
            result.evidence.append("vertical_without_division")
        return None
    division = place.division if chain and not town else as_of(place.division, signals.year)
    place_word = chain[-1].name if chain else parent.name if parent is not None and parent is not place.division else ""
    _fill(result, division)
    if town:
        _name_township(result, division, town, behind)
    else:
        _name_body(result, division, name, prefix, place_word, rest)
        if len(chain) > 1 and not chain[-1].is_full and chain[-2].is_full and not prefix:
            result.agency_name = name[: chain[-1].end] + full_body(rest)  # 泉州市石狮生态环境局 is a body of 泉州
    _confidence(result, place.agreeing)
    return None


def _seat_of(name: str, year: int | None) -> tuple[str, str] | None:
    """The body without a division of its own, or the new area that was no district yet, in a name, and its province."""
    for body, province in (*facts("agencies")["seats"].items(), *facts("agencies")["provincial_zones"].items()):
        if body in name and not leading_divisions(name.partition(body)[2]):
            named = [row for row in by_name(body) if row.level == "county"]
            divided = any(stood_in(row, year) if year else not row.valid_to for row in named)
            return None if divided else (body, province)
    return None


def _of_branch(place: Place, word: str) -> Place:
    """A 分局 serves the division its name ends with (梅州市生态环境局梅县分局 → 梅县区)."""
    assert place.division is not None
    inside = {
        today(row).code: today(row) for row in by_name(word) if today(place.division).code in ancestors(today(row).code)
    }
    if len(inside) != 1:
        return place
    served = next(iter(inside.values()))
    return Place(served, place.agreeing, place.flags, [*place.evidence, f"branch_serves:{served.code}"])


def _fill(result: Attribution, division: Division) -> None:
    """Write province, prefecture and county of a division under their names and codes of today."""
    known, stands = divisions(), today(division)
    for row in (stands, *(known[code] for code in ancestors(stands.code))):
        if row.level == "province":
            result.province_code, result.province_name = row.code, row.name
            result.province = province_slug(row.code)
        elif row.level == "prefecture":
            result.prefecture_code, result.prefecture_name = row.code, row.name
        elif row.level == "county":
            result.county_code, result.county_name = row.code, row.name


def _name_township(result: Attribution, division: Division, town: str, behind: str) -> None:
    seat = town + ("办事处" if town.endswith(("街道", "地区")) else "人民政府")
    body = full_body(behind) if behind else ""
    result.agency_level = "township"
    result.agency_kind = agency_kind(body) if body else "government"
    if body in ("办公室", "党政办公室"):
        result.agency_kind = "government_office"
    local = town + body if body and result.agency_kind != "government_office" else seat + body
    result.agency_name = division.name + local
    result.agency_id = f"{today(division).code}:{local}"


def _name_body(result: Attribution, division: Division, name: str, prefix: str, place_word: str, rest: str) -> None:
    """Name a body that is no township; `place_word` is how its place was printed, "" when its name has none."""
    short = place_word or division.name
    rest = re.sub("^(?:本级|[省市县区州旗盟](?=人民政府|政府))", "", rest)
    body = full_body(rest)
    if division.name.endswith(("盟", "地区")):  # a prefecture without a people's government of its own
        body = re.sub("^(?:人民政府|行署|行政公署)", "行政公署", body)
    kept = "" if prefix in _SILENT else prefix
    result.agency_level = "central" if division.code == "000000" else division.level
    result.agency_kind = agency_kind(kept + body)
    zone = _ZONE.match(rest) if result.agency_kind not in ("government", "government_office") else None
    branch = _BRANCH.match(body)
    zone_or_branch = (
        branch or result.agency_kind == "development_zone" or (zone and result.agency_kind != "vertical_agency")
    )
    if result.agency_kind == "development_zone" or zone:
        result.flags.append("level_by_zone_rule")
        result.agency_level = _DOWN[division.level]
    # The 分局 of a prefecture's bureau that serves a county is its bureau there; that of a county's bureau is another.
    local = branch[1] if branch and division.level == "county" and branch[2] in division.name else body
    if result.agency_kind == "development_zone" and not local.endswith("管理委员会"):
        local += "管理委员会"  # a zone and its committee are one body
    if division.change == "merged":  # its code may be another's today
        local = division.name + local
    if prefix:  # 国家税务总局芜湖市镜湖区税务局: the official name holds the whole chain
        result.agency_name = name.removeprefix("中华人民共和国")
    elif zone_or_branch or (result.agency_kind == "vertical_agency" and place_word):
        result.agency_name = re.sub("管委会$", "管理委员会", short + rest)
    else:
        result.agency_name = division.name + body
    result.agency_id = f"{today(division).code}:{_one_spelling(kept + short_zone(local), today(division))}"


def _one_spelling(local: str, division: Division) -> str:
    """What a body is known by in its division of today, however its name was written or what it was called before."""
    local = re.sub("^(?:中共|中国共产党)", "", local)
    local = re.sub("^委(?=机构编制)", "", local)  # an office of the government before 2018, of the committee since
    if not division.name.endswith(("盟", "地区")):  # the prefecture became a city
        local = re.sub("^行政公署", "人民政府", local)
    return local


def _seated(result: Attribution, name: str, body: str, province: str) -> None:
    """Bodies whose place a fact file gives: customs and river commissions (no division of their own), new areas."""
    _fill(result, divisions()[province])
    zone = body in facts("agencies")["provincial_zones"]
    rest = full_body(name[name.index(body) + len(body) :] or "管委会") if zone else ""
    result.agency_kind = (
        ("development_zone" if rest in ("人民政府", "管理委员会") else agency_kind(rest)) if zone else agency_kind(body)
    )
    result.agency_level = "prefecture" if zone else "other"
    result.flags += ["level_by_zone_rule"] if zone else []
    result.agency_name = re.sub("管委会$", "管理委员会", name.removeprefix("中华人民共和国"))
    local = facts("agencies")["zone_names"].get(body, body) + (rest if zone else name.partition(body)[2])
    result.agency_id = f"{province}:{local}"
    result.evidence.append(f"place_seat:{province}")
    _claim(result, 0.9)


def _xpcc(result: Attribution, name: str) -> None:
    """Bodies of the 新疆生产建设兵团: the corps is province level, a 师 prefecture, a 团 township (domain.md 4.1)."""
    result.is_xpcc = True
    _fill(result, divisions()["650000"])
    found = _XPCC_DIVISION.search(name)
    city = facts("agencies")["xpcc"].get(found[1], "") if found else ""
    if city:
        result.county_code, result.county_name = city, divisions()[city].name
    rest = name[found.end() :] if found else re.sub("^(?:新疆)?(?:生产)?(?:建设)?兵团", "", name)
    body = "" if rest in ("", "人民政府") else full_body(rest)
    level = "prefecture" if found else "province"
    town = township_of(rest)[0]
    if _REGIMENT.match(rest) or town:
        level = "township"
    result.agency_level = level
    result.agency_kind = (
        "government" if not body or (level == "township" and (town or rest.endswith("团"))) else agency_kind(body)
    )
    result.agency_name = (name[: len(name) - len(rest)] + (body or rest)) if found else "新疆生产建设兵团" + body
    local = (found[1] if found else "兵团") + _REGIMENT_NUMBER.sub(
        lambda number: str(spelled(number[0]) or number[0]), body
    )
    result.agency_id = f"650000:{local}"
    result.evidence.append(f"place_xpcc:{found[1] if found else '兵团'}")
    _claim(result, 0.9)


def _confidence(result: Attribution, agreeing: float) -> None:
    """Two signals that agree make a jurisdiction certain; one alone is flagged."""
    if agreeing < 2:
        result.flags.append("single_signal_jurisdiction")
    strength = 0.99 if agreeing >= 3 else 0.95 if agreeing >= 2 else 0.85 if agreeing > 1 else 0.75
    if "host_region_mismatch" in result.flags or "place_contradicted_by_text" in result.flags:
        strength = 0.6
    _claim(result, strength)


def _claim(result: Attribution, strength: float) -> None:
    result.evidence.append(f"strength:{strength}")
    result.confidence_agency, result.confidence_level = calibrated("agency", strength), calibrated("level", strength)

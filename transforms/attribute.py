"""Who reported, and where: evidence from title, index block, metas, signature, text and host, weighed together.

A jurisdiction needs a name or a code that the gazetteer knows without doubt; a second signal that agrees raises
the confidence, a contradiction is kept in the evidence. What nothing decides is said to be undecided.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from schemas.agencies import agency_kind, is_national_body, normalise_agency
from schemas.divisions import ancestors, divisions, province_slug
from schemas.facts import pattern
from schemas.records import Document
from schemas.registry import Site
from transforms.clean import Cleaned
from transforms.dates import fold_years
from transforms.gazetteer import Jurisdiction, Match, find_divisions, resolve

_YEAR = re.compile(r"[（(【]?20\d\d\s*(年度|年)?[）)】]?")
_EDGE = re.compile(r"^(关于|公开|公布|发布|[的《“\"、，,:：·\-—|\s])+|(关于|公开|公布|发布|[的》”\"、，,:：·\-—|\s])+$")
_NOTES = re.compile(r"[（(【\[][^）)】\]]{0,12}[）)】\]]")
_RELATIVE = re.compile("^(我|本|该)?(省|市|县|区|州|盟|旗)(?=.{2,}(局|委|办|厅|院|队|站|中心|处|社|会|行|政府|部)$)")
_ORGAN = re.compile(
    r"[\u4e00-\u9fff]{2,30}?(?:人民政府办公[厅室]|人民政府|街道办事处|管理委员会|管委会|委员会|办公[厅室]|政府|局|厅|署|办事处|海关|支队|总队|大队|中心)"
)
_COMPILED = re.compile(r"由([\u4e00-\u9fff]{3,30}?)(?:负责)?(?:编制|编写|起草|组织编)")
_USCC = re.compile(r"(?<![0-9A-Z])1[12](\d{6})[0-9A-Z]{9}")
_XPCC = re.compile("兵团|第[一二三四五六七八九十\\d]{1,3}师|农[一二三四五六七八九十]{1,3}师")
_NO_COUNTIES = ("441900", "442000", "460400", "620200")  # cities whose towns stand under no county
_SYSTEM = re.compile("系统|关区|全省.{0,6}部门|全市.{0,6}部门")
_AGGREGATE = re.compile("综合|汇总|全[市县区省]")


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


def attribute(document: Document, cleaned: Cleaned, title: str, signature: str, site: Site | None) -> Attribution:
    """Decide issuer, level and jurisdiction of one report."""
    result = Attribution()
    codes = _codes(document, site)
    result.evidence += [f"{source}:{code}" for source, code in codes]
    host_code = _agreed(codes)
    name, source = _issuer(document, cleaned, title, signature, site)
    if not name:
        result.undecided = "undecided_agency"
        return result
    result.agency_name_printed = name
    result.evidence.append(f"issuer_{source}:{name}")
    if is_national_body(name):
        return _central(result, name)
    return _place(result, name, host_code, cleaned, document, title)


def title_agency(title: str) -> str:
    """Return what a report title says besides the year and the words for the report: the issuer, or ""."""
    text = fold_years(re.sub(r"\s+", "", title))
    text = _NOTES.sub("", text) if not re.search("[（(]本级", text) else text
    found = list(pattern("doc_types", "title").finditer(text))
    if found:
        before, after = text[: found[-1].start()], text[found[-1].end() :]
        text = before if len(before) >= 3 or not after else before + after
        if text.endswith("人民"):  # 人民政府信息公开: the word 政府 serves twice
            text += "政府"
    text = _YEAR.sub("", text)
    text = re.sub("(年度|上年度)$|^(年度)", "", text)
    return _EDGE.sub("", text)


def _issuer(document: Document, cleaned: Cleaned, title: str, signature: str, site: Site | None) -> tuple[str, str]:
    """The best name of the issuer and the place where it was printed."""
    named = title_agency(title)
    if len(named) >= 2 and not re.fullmatch(
        "(政府|政务|信息|公开|工作|年度|报告|单位|部门|本级|本单位|我局|我镇)+", named
    ):
        return named, "title"
    for source, value in (
        ("signature", signature),
        (
            "index_block",
            next(
                (
                    document.index_block[key]
                    for key in ("发布机构", "发文机关", "公开机构", "责任部门")
                    if key in document.index_block
                ),
                "",
            ),
        ),
        ("compiled_by", found[1] if (found := _COMPILED.search(cleaned.text[:1500])) else ""),
        ("content_source", document.metas.get("contentsource", "")),
        ("registry", site.agency if site and site.agency else ""),
        ("first_sentence", _first_organ(cleaned.text)),
        ("registry_site", site.name if site else ""),
    ):
        organ = _ORGAN.match(re.sub(r"\s+", "", value))
        if organ and not re.match("本|我|各|该", organ[0]):
            return re.sub(r"\s+", "", value) if source in ("signature", "registry") else organ[0], source
    return "", ""


def _first_organ(text: str) -> str:
    """The organ that the first sentences name with its place."""
    head = re.sub(r"[\s]+", "", text[:400])
    for match in find_divisions(head):
        organ = _ORGAN.match(head, match.start)
        if organ and organ.end() <= match.end + 16 and not head.startswith(("自治区", "《"), match.end):
            return organ[0]
    return ""


def _codes(document: Document, site: Site | None) -> list[tuple[str, str]]:
    """Division codes that host and metas claim, in order of trust."""
    found = []
    if site is not None and site.division and site.division != "000000":
        found.append(("registry", site.division))
    site_code = document.metas.get("siteidcode", "")
    if re.match(r"\d{6}", site_code):
        found.append(("site_id_code", site_code[:6]))
    for value in document.index_block.values():
        if code := _USCC.search(value):
            found.append(("credit_code", code[1]))
            break
    known = divisions()
    return [(source, code) for source, code in found if code in known]


def _agreed(codes: list[tuple[str, str]]) -> str | None:
    """The code to trust: the registry's, else one that no other contradicts in its province."""
    if not codes:
        return None
    if codes[0][0] == "registry":
        return codes[0][1]
    return codes[0][1] if len({code[:2] for _, code in codes}) == 1 else None


def _central(result: Attribution, name: str) -> Attribution:
    result.agency_name = normalise_agency(name)
    result.agency_level, result.agency_kind = "central", agency_kind(result.agency_name)
    result.province, result.province_code, result.province_name = "central", "000000", "中央"
    result.agency_id = f"000000:{result.agency_name}"
    result.confidence_agency = result.confidence_level = 0.95
    result.report_scope = "system_aggregate" if _SYSTEM.search(name) else "own"
    return result


def _place(
    result: Attribution, name: str, host_code: str | None, cleaned: Cleaned, document: Document, title: str
) -> Attribution:
    relative = _RELATIVE.match(name)
    rest = name[relative.end() :] if relative else name
    matches = [] if relative else [match for match in find_divisions(name) if match.start == 0 or match.start <= 12]
    matches = _chain(name, matches)
    if not matches and not relative:
        matches = _chain(name, find_divisions(name[:8], shorts=True))
        if matches and re.match("[局委办厅院队镇乡村街区县市旗]", name[matches[-1].end :]):
            matches = []
    context = find_divisions(cleaned.text[:1500])
    named = bool(matches)
    if matches:
        rest = name[matches[-1].end :]
        where = resolve(matches, host_code)
        if where.ambiguous or where.province is None:
            where = resolve([*matches, *context], host_code)
    else:
        if host_code is None:
            where = resolve(context, None)
            if where.province is None or where.ambiguous:
                result.undecided = "undecided_place"
                return result
            result.flags.append("place_from_text")
        else:
            where = resolve([], host_code)
    if where.province is None or (where.ambiguous and named):
        result.undecided = "undecided_place"
        result.evidence += where.evidence
        return result
    rest, township = _township(rest)
    if township and where.county is None and where.prefecture is not None:
        above = where.prefecture.code
        inside = [match for match in context if any(above in ancestors(item.code) for item in match.candidates)]
        counties = {
            item.code
            for match in inside
            for item in match.candidates
            if item.level == "county" and above in ancestors(item.code)
        }
        if len(counties) == 1:
            where = resolve([*matches, *inside], counties.pop())
        elif above not in _NO_COUNTIES:
            result.undecided = "undecided_county"
            return result
    result.evidence += where.evidence
    _fill(result, where, rest, township)
    around = document.chrome.replace(title, "") if title else document.chrome
    context += find_divisions(around[:800] + "\n" + around[-800:])
    _confidence(result, where, named, host_code, context)
    result.is_xpcc = _XPCC.search(name) is not None
    result.report_scope = (
        "system_aggregate" if _SYSTEM.search(rest) else "jurisdiction_aggregate" if _AGGREGATE.match(rest) else "own"
    )
    return result


def _chain(name: str, matches: list[Match]) -> list[Match]:
    """The run of division names at the head of the string, without gaps."""
    run = []
    at = 0
    for match in matches:
        if match.start != at:
            break
        run.append(match)
        at = match.end
    return run


def _township(rest: str) -> tuple[str, str]:
    """Split a leading township or street off the rest of an issuer's name."""
    found = re.match(
        r"([\u4e00-\u9fff]{1,12}?(?:民族乡|街道(?:办事处)?|镇|乡|苏木))(?=$|人民政府|政府|办事处|党政)", rest
    )
    if not found:
        return rest, ""
    return rest[found.end() :], found[1]


def _fill(result: Attribution, where: Jurisdiction, rest: str, township: str) -> None:
    assert where.province is not None
    result.province_code, result.province_name = where.province.code, where.province.name
    result.province = province_slug(where.province.code)
    if where.prefecture is not None:
        result.prefecture_code, result.prefecture_name = where.prefecture.code, where.prefecture.name
    if where.county is not None:
        result.county_code, result.county_name = where.county.code, where.county.name
    division = where.county or where.prefecture or where.province
    rest = re.sub("^(本级|行政公署|行署)", "", rest)
    if township:
        office = "办事处" if township.endswith("街道") else ""
        body = township + office if township.endswith(("街道", "办事处")) else township + "人民政府"
        result.agency_level, result.agency_kind = "township", "government"
        suffix = rest.removeprefix("人民政府").removeprefix("政府").removeprefix("办事处")
        local = body + suffix
        if suffix:
            result.agency_kind = agency_kind(local)
    elif rest in ("", "人民政府", "政府", "人民"):
        local = "人民政府"
        result.agency_level, result.agency_kind = division.level, "government"
    else:
        full = normalise_agency(division.name + rest)
        local = full.removeprefix(division.name)
        result.agency_kind = agency_kind(full)
        result.agency_level = division.level
        if result.agency_kind == "development_zone":
            result.flags.append("level_by_zone_rule")
            result.agency_level = {"province": "prefecture", "prefecture": "county", "county": "township"}[
                division.level
            ]
    result.agency_name = division.name + local
    result.agency_id = f"{division.code}:{local}"


def _confidence(
    result: Attribution, where: Jurisdiction, named: bool, host_code: str | None, context: list[Match]
) -> None:
    """Two signals that agree make a jurisdiction certain; one alone is flagged."""
    division = where.county or where.prefecture or where.province
    assert division is not None
    chain = {division.code, *ancestors(division.code)}
    agreeing = int(named)
    if host_code is not None:
        near = {host_code, *ancestors(host_code)}
        if near & chain - {"000000"}:
            agreeing += 1
        elif named:
            result.flags.append("host_region_mismatch")
            agreeing -= 1
    spoken = {item.code for match in context for item in match.candidates}
    if spoken & chain:
        agreeing += 1
    if agreeing < 2:
        result.flags.append("single_signal_jurisdiction")
    result.confidence_agency = {0: 0.5, 1: 0.75, 2: 0.95}.get(max(agreeing, 0), 0.99)
    result.confidence_level = min(0.99, result.confidence_agency + 0.01)

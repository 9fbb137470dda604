"""Who issued a report, as printed: title, signature, 编制 clause, index block, source, first sentence, registry.

The body wins over metadata, which lies more often (domain.md 4.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from schemas.agencies import any_of, body_starts, full_body, national_body
from schemas.facts import facts
from schemas.records import Document
from schemas.registry import Site
from schemas.townships import counties_with
from transforms.identity.gazetteer import find_divisions, leading_divisions
from transforms.identity.place import township_of
from transforms.identity.title import title_parts
from transforms.text.clean import Cleaned

_ENDS = any_of("organ_ends")
_ORGAN = re.compile(f"[\u4e00-\u9fff]{{2,36}}?(?:{_ENDS})(?![\u4e00-\u9fff])|[\u4e00-\u9fff]{{2,36}}?(?:{_ENDS})")
_WHOLE = re.compile(f"[\u4e00-\u9fff、]{{2,44}}?(?:{_ENDS}|[省市县区州旗盟]|公司|医院|学校|[院站所队会处办])$")
_COMPILED = re.compile(
    "(?:由|系)([\u4e00-\u9fff]{3,36}?)(?:负责|牵头|组织)?(?:(?:根据|按照|依据|依照)[^，,。；;]{0,80}?)?(?:编制|编写|起草|编撰)"
)
_STATED_END = re.compile("20\\d\\d年?(?:度|年度)?(?:政府|政务)信息公开(?:工作)?(?:年度|情况|工作)*报告")
_STATED = re.compile("(?:编制|公布|发布|公开|现将|将|制定|形成|报告|本)?([\u4e00-\u9fff]{3,36}?)" + _STATED_END.pattern)
_SELF = re.compile("^(?:本|我|各|该|其|向|对|按|经|在|报|将|为|以|根据|依照|编制|公布|特此|现将|《)")
_OWN_TOWN = re.compile("^[本我各该其]?(?:乡镇|镇|乡|街道|苏木)")
_ZONE = re.compile(f"^.{{2,12}}?(?:{any_of('zone_ends')})")
_GENERIC = re.compile(
    "^(?:(?:镇|乡|街道|苏木)(?:人民政府|政府|办事处|党政办公室)?|人民政府|政府|办公室|本级|网站|门户网站|政府网站|区?管委会|区?管理委员会|局|委员会)$"
)
_RELATIVE = re.compile(
    "^(自治[区州县旗]|[省市县区州盟旗])(?![场容域间]|民(?![政宗族委防]))(?!政(?!府|务|协|法|数))(?=(?:人民)?政府$|.{2,}(?:局|委|办|厅|院|队|站|中心|处|社|会|行|政府|部|室|公署|所|署)$)"
)  # fmt: skip
_BUREAU_OFFICE = re.compile("(?<=[局厅署院])办公室$")  # signs for its bureau
_XPCC = re.compile("(?:新疆生产建设)?兵团|第[一二三四五六七八九十]{1,2}师")
_SYSTEM_TAIL = re.compile("(?:(?<=[署局厅])(?:海关|税务|气象)系统|系统|(?<!城)关区|全[省市].{0,6}部门)$")
_OF_SYSTEM = re.compile("^全?(.{0,16}(?:气象|税务|地震|邮政管理))(?:部门|系统)$")  # 全省气象部门 speaks by its bureau


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer's name as printed and where; `word` is the 市 of 市教育局, "" when the name is complete."""

    name: str
    source: str
    own_level: bool = False
    word: str = ""


def find_issuer(
    document: Document, cleaned: Cleaned, title: str, signature: str, site: Site | None
) -> tuple[Issuer, Iterator[Issuer]]:
    """Return the best issuer (name "" when none is printed anywhere) and, lazily, the others that were printed."""
    found = _candidates(document, cleaned, title, signature, site)
    best = next(found, None)
    if best is None:
        return Issuer("", ""), found
    if best.source in ("compiled_by", "index_block", "content_source") and _speaks_for_government(
        best.name, cleaned.text
    ):
        best = Issuer(
            re.sub("(?:人民)?政府办公?[厅室]?$", "人民政府", best.name), best.source, best.own_level, best.word
        )
    if best.source in ("signature", "compiled_by", "index_block"):
        best = replace(best, name=_BUREAU_OFFICE.sub("", best.name))
    return best, found


def relative_word(name: str) -> str:
    """The 市 of 市教育局; "" for a name that is complete or has no such word (市场监督管理局)."""
    found = _RELATIVE.match(name)
    return found[1] if found else ""


def organ_at_head(text: str) -> str:
    """The name of a body that a text begins with, "" when it begins with none."""
    found = _ORGAN.match(text)
    return found[0] if found and not _is_sentence(found[0]) else ""


def _is_sentence(name: str, titled: bool = False) -> bool:
    """Whether a string begins like a sentence and with no place or body (本局, 向社会; but 本溪市, 向阳区, 经信局).

    A `titled` name of a township need not be a known one.
    """
    if not _SELF.match(name):
        return False
    town = township_of(name)[0]
    known = name[:2] in body_starts() or leading_divisions(name) or counties_with(town)
    if titled and town and not _OWN_TOWN.match(town):
        return False
    return not known and not (name[0] in "经向" and _ZONE.match(name))


def _candidates(
    document: Document, cleaned: Cleaned, title: str, signature: str, site: Site | None
) -> Iterator[Issuer]:
    named, own = title_parts(title)
    named = _OF_SYSTEM.sub(r"\1局", named)
    named = _SYSTEM_TAIL.sub("", named) or named  # a body that reports for its system is still the body
    if named and (issuer := _whole(named, "title", own)):
        yield issuer
    elif above := _whole(_line_above(document.text, title), "line_above", own):
        yield above
    head = _squeeze(cleaned.text[:1200])
    for source, value in _printed(document, head, signature, site):
        name = _squeeze(value).strip("|【】[]:：,，。.") if value else ""
        if name and (issuer := _whole(name, source, own)):
            yield issuer


def _printed(document: Document, head: str, signature: str, site: Site | None) -> Iterator[tuple[str, str]]:
    """The places besides the title where an issuer may be printed, best first: (source, text)."""
    yield "signature", signature
    if compiled := _COMPILED.search(head):
        yield "compiled_by", compiled[1]
    end = _STATED_END.search(head)  # found many times faster than what may stand before it
    if end and (stated := _STATED.search(head, max(end.start() - 40, 0))):
        yield "stated", _without_lead(stated[1])
    if block := document.index_block:
        yield from (("index_block", block.get(key, "")) for key in facts("agencies")["issuer_labels"])
    yield "content_source", document.metas.get("contentsource", "")
    yield "breadcrumb", _of_breadcrumb(document.breadcrumb)
    yield "registry", site.agency if site else ""
    yield "first_sentence", _first_organ(head[:400])
    yield "site_name", document.metas.get("sitename", "")
    yield "registry_site", site.name if site else ""


def _squeeze(text: str) -> str:
    return "".join(text.split()).replace("\u200b", "").replace("\ufeff", "")


def _line_above(text: str, title: str) -> str:
    """The line over a title that begins with its year: issuer and year are often broken over two lines."""
    at = text.find(title) if title else -1
    lines = [line for raw in text[max(at - 120, 0) : max(at, 0)].split("\n") if (line := raw.strip(" \t\u3000\xa0|#*"))]
    return _squeeze(lines[-1]) if lines and len(lines[-1]) <= 30 else ""


def _whole(name: str, source: str, own: bool) -> Issuer | None:
    """A candidate, when the string can be the name of a body."""
    if not name or len(name) > 60 or _GENERIC.match(name) or _is_sentence(name, source == "title"):
        return None
    if national_body(name):
        return Issuer(name, source, own)
    if source != "title" and not _WHOLE.match(name):
        name = organ_at_head(name)
        if not name or _GENERIC.match(name):
            return None
    chain = leading_divisions(name)
    if chain and chain[-1].end == len(name) and source in ("content_source", "breadcrumb"):
        return None
    word = "" if chain else relative_word(name)
    if (
        not chain
        and not word
        and source == "title"
        and not (_XPCC.match(name) or _WHOLE.match(name) or full_body(name) != name)
    ):
        return None
    return Issuer(name, source, own, word)


def _without_lead(text: str) -> str:
    """Cut words of the sentence off a name found inside it: everything before its first division."""
    for start in range(min(len(text), 16)):
        if leading_divisions(text[start:]):
            return text[start:]
    return ""


def _first_organ(head: str) -> str:
    """The body that the first sentences name with its place."""
    for match in find_divisions(head):
        organ = _ORGAN.match(head, match.start)
        if organ and match.end < organ.end() <= match.end + 18 and not head.startswith("自治区", match.end):
            return organ[0]
    return ""


def _of_breadcrumb(breadcrumb: str) -> str:
    """The last crumb that is the name of a body."""
    crumbs = [_squeeze(crumb) for crumb in re.split("[>》»/→|]", breadcrumb)]
    return next(
        (
            crumb
            for crumb in reversed(crumbs)
            if 3 <= len(crumb) <= 30 and _WHOLE.match(crumb) and leading_divisions(crumb)
        ),
        "",
    )


def _speaks_for_government(name: str, text: str) -> bool:
    """An office that compiled or posted an untitled report speaks for its government unless it speaks of itself."""
    if not re.search("(?:人民)?政府办(?:公[厅室])?$", name):
        return False
    return re.search("我办|本办|办公[厅室]机关|本机关", text[:1500]) is None

"""Reading list pages: the links they show, in HTML, XML, scripts and JSON; what a link's title says."""

from __future__ import annotations

import contextlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import chompjs
from selectolax.lexbor import LexborHTMLParser

# an annual report, or something a reader may take for one
REPORT_TITLE = re.compile(
    r"(信息|政务|政府)公开.{0,12}(年报|年度报告|报告)|公开年报|年度报告|(信息公开|公开).{0,6}总结|^年报$"
)
LOOKALIKE_TITLE = re.compile(r"年报|年度报告|信息公开|政务公开|工作报告|公开指南|公开目录|工作报表|法治政府|工作总结")
# a column of annual reports, and what may lead to one
COLUMN_TITLE = re.compile(
    r"\W{0,3}(?:[^\W\d]{0,12}公开(?:工作)?|(?:机关|部门|单位|乡镇|镇街|街道|区县|县区|县市区|政府|本级|历年|[省市州盟县区旗])*)"
    r"(?:年度?报告|年报)(?:专栏|专题|栏目|目录)?\W{0,3}"
)
HUB_TITLE = re.compile(
    r"(?!.*(?:指南|制度|申请|条例|规定|意见|投诉|标准|培训))"
    r"\W{0,3}[^\W\d]{0,10}(?:政府信息公开|信息公开|政务公开|法定主动公开)[^\W\d]{0,6}\W{0,3}"
)
_SHELF_TITLE = re.compile(r"\W{0,3}20[0-4]\d(?:年度?)?\W{0,3}")
# an issuer, a year, or both, and nothing else
_BARE_TITLE = re.compile(
    r"\W{0,3}(?:[^\W\d]{0,14}(?:局|委|办|室|院|厅|处|队|所|中心|委员会|联合会|协会|政府|街道|乡|镇|区|县|市|旗|社|站|学校|公司))?"
    r"\W{0,3}(?:20[0-4]\d(?:年度?)?)?\W{0,3}"
)
# a class of issuers, as parts of a column are called (families.md 1)
_ISSUERS = re.compile(
    r"(?=.*(?:政府|部门|单位|机关|机构|乡|镇|街道|区县|县区|园区|开发区))(?:[省市州盟县区旗镇乡街]|[本各]?级|本|各|直属?|所属|派出|企?事业"
    r"|人民政府|政府|办公室|部门|单位|机关|机构|街道|办事处|园区|功能区|开发区|[及和与]|\W)+"
)
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)\s*年?(?!\d)")
_HAN_YEAR = re.compile(r"二[〇○零0]([〇○零0一二三四])([〇○零0一二三四五六七八九])年?")
_HAN_DIGITS = {"〇": 0, "○": 0, "零": 0, "0": 0, **{han: n for n, han in enumerate("一二三四五六七八九", 1)}}
_DATE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_SECTIONS = ("总体情况|概述|基本情况", "主动公开", "行政复议", "问题|改进")
_WRAP = re.compile(r"</?(?:script|textarea|template|noscript)[^>]{0,500}>", re.I)
_NEXT = re.compile(r"^\W*(下一?页|下页|后一页|next(?: ?page)?|›|>)\W*$", re.I)
_BAR = re.compile(r"^\W*(\d{1,4}|尾页|末页|最后一页|last)\W*$", re.I)
_ROW_SCRIPT = re.compile(r"[\"']?\b(?:href|url|link)[\"']?\s*:\s*[\"']", re.I)
_URL_KEY = re.compile(r"(?:static_?|doc_?pub_?|post_?|chnl_?doc_?|info|page|link)?_?(?:url|href|link)(?:_?comp)?", re.I)
_TITLE_KEY = re.compile(r"title|name|标题|subject", re.I)
_DATE_KEY = re.compile(r"date|time|publish", re.I)
_MOVED = re.compile(
    r"http-equiv=[\"']?refresh[\"']?[^>]{0,80}?url=[\"']?([^\"'>\s]+)"
    r"|location(?:\.href)?\s*=\s*[\"']([^\"']+)|location\.(?:replace|assign)\(\s*[\"']([^\"']+)",
    re.I,
)
_CHINA = timezone(timedelta(hours=8))
_SHORT = 3000  # characters: a page that only sends its reader on is shorter


@dataclass(frozen=True, slots=True)
class Row:
    """One link on a list page."""

    url: str
    title: str
    date: str


def year_of(title: str) -> int | None:
    """Return the one year a link title names; None when it names none or several."""
    years = {int(year) for year in _YEAR.findall(_DATE.sub(" ", title))}
    years |= {2000 + 10 * _HAN_DIGITS[tens] + _HAN_DIGITS[ones] for tens, ones in _HAN_YEAR.findall(title)}
    return years.pop() if len(years) == 1 else None


def is_shelf(title: str) -> bool:
    """Say whether a link's text is that of a column of annual reports or of a part of one, a year."""
    return bool(_SHELF_TITLE.fullmatch(title) or COLUMN_TITLE.fullmatch(title))


def is_issuers(title: str) -> bool:
    """Say whether a link is called by a class of issuers: 县政府, 县级部门, 乡镇（街道）."""
    return len(title) < 20 and bool(_ISSUERS.fullmatch(title))


def is_bare(title: str) -> bool:
    """Say whether a row is called by its issuer or its year alone, as many lists of reports do."""
    return bool(title) and bool(_BARE_TITLE.fullmatch(title))


def names_report(title: str) -> bool:
    """Say whether a link's text is that of one report: of one year, and not of a column."""
    return bool(REPORT_TITLE.search(title)) and year_of(title) is not None and not is_shelf(title)


def reads_as_report(text: str) -> bool:
    """Say whether a page that should be a list has the sections of a report: a column may be one report and no list."""
    return len(text) > 1000 and all(re.search(words, text) for words in _SECTIONS)


def has_sections(text: str) -> bool:
    """Say whether a page that may be a report or an empty shell has sections of a report: early ones lack some."""
    return sum(bool(re.search(words, text)) for words in _SECTIONS) >= len(_SECTIONS) - 1


def rows(text: str, base: str) -> list[Row]:
    """Return the links of a page in order: its own, then those inside CDATA, scripts and JSON; repeats dropped."""
    found: dict[str, Row] = {}
    data = json_of(text)
    with contextlib.suppress(RecursionError):  # nobody nests that deep in earnest
        for row in _rows(text, base) if data is None else _json_rows(data, base):
            known = found.get(row.url)
            if known is None or (not known.title and row.title):
                found[row.url] = row
    return list(found.values())


def json_of(text: str) -> Any:
    """Return what a JSON answer holds, also one in the brackets of a callback; None for any other text."""
    bare = text.strip().lstrip("\ufeff")
    if not bare.startswith(("{", "[")):
        called = re.fullmatch(r"[\w.$]{1,60}\s*\((.*)\)\s*;?", bare, re.S)
        bare = called[1] if called else ""
    try:
        return json.loads(bare) if bare else None
    except (ValueError, RecursionError):
        return None


def next_link(text: str, base: str) -> str:
    """Return where the link called "next page" leads, "" when there is none."""
    for node in LexborHTMLParser(text).css("a[href]"):
        if _NEXT.match(node.text() or "") or _NEXT.match(node.attributes.get("title") or ""):
            target = _resolve(node.attributes.get("href") or "", base)
            if target and target != base:
                return target
    return ""


def bar_links(text: str, base: str) -> list[str]:
    """Return where the links of a page bar lead: those called by a number or "last page", near the list's address."""
    found = (
        _resolve(node.attributes.get("href") or "", base)
        for node in LexborHTMLParser(text).css("a[href]")
        if _BAR.match(node.text() or "")
    )
    near = urlsplit(base).path.rpartition("/")[0] + "/"  # days of a calendar lead elsewhere
    return list(dict.fromkeys(t for t in found if t and t != base and urlsplit(t).path.startswith(near)))


def sent_on(text: str, base: str) -> list[str]:
    """Return where a page without content of its own leads: its frames, or the address it sends its reader on to."""
    frames = (_resolve(node.attributes.get("src") or "", base) for node in LexborHTMLParser(text).css("frame, iframe"))
    found = [target for target in frames if target]
    if len(text) < _SHORT and (moved := _MOVED.search(text)):
        found.append(_resolve(html.unescape(moved[1] or moved[2] or moved[3]), base))
    return [target for target in dict.fromkeys(found) if target and target != base]


def _rows(text: str, base: str) -> Iterator[Row]:
    outside, inner = _cut_cdata(text)
    tree = LexborHTMLParser(outside)
    scripts = [script.text() or "" for script in tree.css("script, textarea, template, noscript")]
    inner += [script for script in scripts if "<a" in script]
    for node in tree.css("a[href]"):
        target = _resolve(node.attributes.get("href") or "", base)
        if target:
            yield Row(target, _title(node), _date(node))
    for fragment in inner:
        if "<a" in fragment:
            plain = fragment.replace("\\/", "/").replace('\\"', '"').replace("\\'", "'")
            bare = plain.replace("<![CDATA[", " ").replace("]]>", " ")
            yield from _rows(_WRAP.sub(" ", bare), base)
    for script in scripts:
        if _ROW_SCRIPT.search(script):
            yield from _script_rows(script, base)


def _cut_cdata(text: str) -> tuple[str, list[str]]:
    """Part a text from its CDATA sections; by hand, for a pattern takes a square of the time on a broken one."""
    first, *others = text.split("<![CDATA[")
    outside, inside = [first], []
    for part in others:
        within, closed, behind = part.partition("]]>")
        inside += [within] if closed else []
        outside.append(behind)
    return " ".join(outside), inside


def _script_rows(script: str, base: str) -> Iterator[Row]:
    try:
        objects: Any = chompjs.parse_js_objects(script, omitempty=True)
        for found in objects:
            yield from _json_rows(found, base, nameless=False)
    except (ValueError, RecursionError):
        return


def _json_rows(data: Any, base: str, *, nameless: bool = True) -> Iterator[Row]:
    """The rows of JSON: every object that has an address and a title, and the links of HTML inside strings.

    Fields are known by how they are called; systems differ in the rest of the name.
    """
    if isinstance(data, list):
        for item in data:
            yield from _json_rows(item, base, nameless=nameless)
    elif isinstance(data, dict):
        named = ((name, value) for name, value in data.items() if isinstance(value, str) and value.strip())
        addresses = [value for name, value in named if _URL_KEY.fullmatch(name) and "<" not in value]
        target = next(filter(None, (_resolve(value, base) for value in addresses)), "")
        title = _json_title(data)
        if target and (title or nameless):
            yield Row(target, title, _json_date(data))
        for value in data.values():
            yield from _json_rows(value, base, nameless=nameless)
    elif isinstance(data, str) and "<a" in data:
        yield from _rows(data, base)


def _json_title(data: dict[str, Any]) -> str:
    texts = [(name, _plain(value)) for name, value in data.items() if isinstance(value, str)]
    titled = [text for name, text in texts if _TITLE_KEY.search(name) and text]
    told = [text for text in titled or (text for _, text in texts) if REPORT_TITLE.search(text) and len(text) < 120]
    return (told or titled or [""])[0]


def _json_date(data: dict[str, Any]) -> str:
    for name, value in data.items():
        if _DATE_KEY.search(name):
            if match := _DATE.search(str(value)):
                return _iso(match)
            if isinstance(value, int) and 10**9 <= value < 10**13:  # seconds or milliseconds
                return datetime.fromtimestamp(value / (1000 if value >= 10**11 else 1), _CHINA).date().isoformat()
    return ""


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


def _title(node: Any) -> str:
    """The fuller of a link's own text and its title, which systems cut off or fill with something else."""
    shown, told = (" ".join((text or "").split()) for text in (node.text(), node.attributes.get("title")))
    if not shown and not told and (picture := node.css_first("img[alt]")) is not None:
        return " ".join((picture.attributes.get("alt") or "").split())
    return shown if not told or (REPORT_TITLE.search(shown) and not REPORT_TITLE.search(told)) else told


def _resolve(href: str, base: str) -> str:
    href = href.strip().replace("\\", "/")
    if not href or href.lower().startswith(("javascript:", "mailto:", "tel:", "#", "data:", "about:")):
        return ""
    try:
        target = urldefrag(urljoin(base, href)).url
        parts = urlsplit(target)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return ""
        if "@" in parts.netloc:  # credentials in a link are not for us to use
            target = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        return target
    except ValueError:
        return ""


def _date(node: object) -> str:
    parent = getattr(node, "parent", None)
    for _ in range(2):
        if parent is None or parent.tag in ("ul", "ol", "table", "tbody", "body"):
            return ""
        match = _DATE.search(parent.text() or "")
        if match:
            return _iso(match)
        parent = parent.parent
    return ""


def _iso(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"

"""Reading list pages: the links they show, the year a title names, the mark of a report's title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

# an annual report, or something a reader may take for one
REPORT_TITLE = re.compile(
    r"(信息|政务|政府)公开.{0,12}(年报|年度报告|报告)|公开年报|年度报告|(信息公开|公开).{0,6}总结|^年报$"
)
LOOKALIKE_TITLE = re.compile(r"年报|年度报告|信息公开|政务公开|工作报告|公开指南|公开目录|工作报表|法治政府|工作总结")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d)\s*年?(?!\d)")
_HAN_YEAR = re.compile(r"二[〇○零0]([〇○零0一二三四])([〇○零0一二三四五六七八九])年?")
_HAN_DIGITS = {"〇": 0, "○": 0, "零": 0, "0": 0, **{han: n for n, han in enumerate("一二三四五六七八九", 1)}}
_DATE = re.compile(r"(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.S)
_NEXT = re.compile(r"^\s*(下一?页|下页|›|>)\s*>*\s*$")


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


def rows(text: str, base: str) -> list[Row]:
    """Return the links of a page in order: its own, then those inside CDATA and scripts; repeats dropped."""
    found: dict[str, Row] = {}
    for row in _rows(text, base):
        known = found.get(row.url)
        if known is None or (not known.title and row.title):
            found[row.url] = row
    return list(found.values())


def next_link(text: str, base: str) -> str:
    """Return where the link called "next page" leads, "" when there is none."""
    for node in LexborHTMLParser(text).css("a[href]"):
        if _NEXT.match(node.text() or ""):
            target = _resolve(node.attributes.get("href") or "", base)
            if target and target != base:
                return target
    return ""


def _rows(text: str, base: str) -> Iterator[Row]:
    inner = _CDATA.findall(text)
    tree = LexborHTMLParser(_CDATA.sub(" ", text))
    inner += [script.text() for script in tree.css("script") if "<a" in script.text()]
    for node in tree.css("a[href]"):
        target = _resolve(node.attributes.get("href") or "", base)
        if target:
            title = " ".join((node.attributes.get("title") or node.text() or "").split())
            yield Row(target, title, _date(node))
    for fragment in inner:
        if "<a" in fragment:
            plain = fragment.replace("\\/", "/").replace('\\"', '"').replace("\\'", "'")
            yield from _rows(re.sub(r"</?script[^>]*>", " ", _CDATA.sub(r"\1", plain)), base)


def _resolve(href: str, base: str) -> str:
    href = href.strip()
    if not href or href.lower().startswith(("javascript:", "mailto:", "tel:", "#", "data:")):
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
            year, month, day = match.groups()
            return f"{year}-{int(month):02d}-{int(day):02d}"
        parent = parent.parent
    return ""

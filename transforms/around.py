"""What stands around the article of a page and tells whose it is: headline, breadcrumb, index block, attachments."""

from __future__ import annotations

import re
from functools import cache

from selectolax.lexbor import LexborNode

from schemas.facts import facts
from schemas.records import Attachment

NUMERAL = re.compile(
    r"\n[\s\u3000\xa0]{0,20}([一二三四五六七八九十])\s?、"
)  # a section's numeral at the head of a line
_HEAD = 6_000  # code points of a page's text that may stand above the report

Named = dict[str, list[LexborNode]]  # elements by `#id`, `.class` and tag, in the order of the page


def flat(text: str) -> str:
    """Return the text on one line, blanks of any kind as one space."""
    return " ".join(text.split())


_CRUMB = re.compile("(?:当前|所在|您的|现在的?)位置")


def headline(named: Named) -> str:
    """Return the first heading element that speaks of disclosure, "" if there is none."""
    for name in facts("containers")["headline"]:
        for node in named.get(name, ())[:3]:
            text = flat(node.text())
            if "公开" in text and 6 <= len(text) <= 80:
                return text
    return ""


def breadcrumb(whole: str) -> str:
    """Return the line of links that says where in the site the page stands, "" if there is none."""
    found = _CRUMB.search(whole)
    return flat(whole[found.start() : found.start() + 160]) if found else ""


@cache
def _labels() -> tuple[frozenset[str], re.Pattern[str]]:
    names = facts("containers")["index_labels"]
    spaced = "|".join(r"\s{0,4}".join(name) for name in names)
    return frozenset(names), re.compile(rf"({spaced})\s{{0,4}}[:：][\s|]{{0,8}}([^\s:：|]{{2,40}})")


def index_block(whole: str) -> dict[str, str]:
    """The block of 索引号, 发布机构, 成文日期 … above the report: names without spaces → values.

    A value stands after a colon, or in the next cell or line of its label.
    """
    names, stated = _labels()
    block: dict[str, str] = {}
    label = ""
    begin = NUMERAL.search(whole, 0, _HEAD)
    for line in whole[: begin.start() if begin else _HEAD // 2].split("\n"):
        if not line or line.isspace():
            continue
        if label and len(line) <= 60:
            value = "".join(line.split()).strip("【】[]|:：")
            if value and value not in names:
                block.setdefault(label, value[:40])
        label = ""
        if len(line) <= 12:
            name = "".join(line.split()).strip("【】[]|:：")
            if name in names:
                label = name
                continue
        if "：" in line or ":" in line:
            for found in stated.finditer(line[:400]):
                block.setdefault("".join(found[1].split()), found[2].strip("【】[]"))
    return block


def attachments(body: LexborNode) -> list[Attachment]:
    """Links to files that may hold the report itself, in the order of the page, each address once."""
    endings, pages = tuple(facts("containers")["attachment_endings"]), facts("containers")["attachment_pages"]
    found: dict[str, Attachment] = {}
    for node in body.css("a[href]"):
        href = (node.attributes.get("href") or "").strip()[:2_000]
        lowered = href.lower()
        is_file = lowered.partition("?")[0].endswith(endings) or lowered.endswith(endings)
        if is_file or any(page in lowered for page in pages):
            found.setdefault(href, Attachment(href, flat(node.text())[:200]))
    return list(found.values())

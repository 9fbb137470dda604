"""What stands around the article of a page and tells whose it is: headline, breadcrumb, index block, attachments."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from schemas.facts import facts, pattern
from schemas.records import Attachment
from transforms.documents.composer import flat
from transforms.documents.page import TAG_NAMES
from transforms.documents.tree import Page
from transforms.identity.dates import DATE
from transforms.identity.title import title_agency

NUMERAL = re.compile(
    r"\n[\s\u3000\xa0]{0,20}([一二三四五六七八九十])\s?、"
)  # a section's numeral at the head of a line
_HEAD = 6_000  # code points of a page's text that may stand above the report


_PROSE = re.compile("[。；;]|如下|[，,:：]$")
_LABELLED = re.compile("[^:：]{0,6}位置|首页|.{2,6}[:：]")  # crumbs and cells of an index block
_TIMED = re.compile("(?:时间|日期)[^\\d]{0,4}\\d")
_TERM = re.compile("期限|时限|统计|[自从].{4,12}[起至到]|今天是|有效|生效|条例")
_ORGAN = re.compile("(?:政府|办公[厅室]|局|委员会|委|办|处|厅|中心|街道|乡|镇|苏木)$")
_TELLS = re.compile(
    "[报告0-9二]"
)  # a name of a report ends with one of the first two, a day begins with one of the others
_CRUMB = re.compile("(?:当前|所在|您的|现在的?)位置")


def headline(page: Page) -> str:
    """Return the heading element that names a report with its year, else a report, else disclosure; "" if none does.

    Headings of menus are links or stand among them, and name columns of the site (指南, 目录).
    """
    mark, year = pattern("doc_types", "title"), pattern("doc_types", "year")
    best, rank = "", 0
    for name in facts("containers")["headline"]:
        for node in page.named.get(name, ())[:6]:
            text = flat(page.text(node))
            squeezed = text.replace(" ", "")
            if "公开" not in squeezed or not 6 <= len(squeezed) <= 80:
                continue
            marked = mark.search(squeezed) is not None
            worth = 1 + 2 * marked + (marked and year.search(squeezed) is not None)
            if worth > rank and not _in_menu(page, node):
                best, rank = text, worth
        if rank == 4:
            break
    return best


def _in_menu(page: Page, number: int) -> bool:
    """Whether a heading is a link, holds nothing else, or stands in a list of links."""
    link = next((link for link, _ in page.links if number <= link < page.until(number)), None)
    if link is not None and flat(page.text(link)) == flat(page.text(number)):
        return True
    above = number
    for _ in range(4):
        above = page.up(above)
        if above == 0:
            return False
        if TAG_NAMES.get(page.tag(above)) in ("a", "nav", "li"):
            return True
    return False


def breadcrumb(whole: str) -> str:
    """Return the line of links that says where in the site the page stands, "" if there is none."""
    found = _CRUMB.search(whole)
    return flat(whole[found.start() : found.start() + 160]) if found else ""


@cache
def _labels() -> tuple[frozenset[str], re.Pattern[str]]:
    names = facts("containers")["index_labels"]
    spaced = "|".join(r"\s{0,4}".join(name) for name in names)
    return frozenset(names), re.compile(rf"({spaced})\s{{0,4}}[:：][\s|]{{0,8}}([^\s:：|]{{2,40}})")


def head_lines(whole: str) -> list[str]:
    """The lines of a page's text above the first numbered section."""
    begin = NUMERAL.search(whole, 0, _HEAD)
    return whole[: begin.start() if begin else _HEAD // 2].split("\n")


def above_report(head: list[str]) -> tuple[str, str]:
    """The last short line above a report that names it with year or issuer, and the day printed behind that line.

    A title may be broken over two lines; a day before the title counts only behind a label (时间, 日期). Both "" when
    nothing is found.
    """
    mark, year = pattern("doc_types", "title"), pattern("doc_types", "year")
    title = day = before = ""
    for line in head:
        text, tells, marked = _head_line(line[:200])
        if text is None:
            continue
        if not tells:
            before = text
            continue
        found = text if marked else before + text if before and mark.search(before + text) else ""
        if found and not _LABELLED.match(found) and (year.search(found) or title_agency(found)):
            named = found is not text or year.match(text) is None or not before or title_agency(found)
            title, day = (found if named or not _ORGAN.search(before) else before + found), ""
        elif (
            not _TERM.search(text)
            and (dated := DATE.search(line))
            and ((title and not day) or (not title and _TIMED.search(before + text)))
        ):
            day = dated[0]
        before = text if len(text) <= 40 and not marked else ""
    return title, day


@lru_cache(4096)
def _head_line(line: str) -> tuple[str | None, bool, bool]:
    """A line without its blanks, None for a blank one; whether it may tell a report or a day; whether it names a report.

    Of a line that tells neither only what may be a part of the next one is left. Pages of a site share most lines.
    """
    text = "".join(line.split()).strip("|")
    if not text:
        return None, False, False
    if len(text) > 70 or _PROSE.search(text):
        return text if len(text) <= 12 else "", False, False  # a label may stand on a line of its own
    if not _TELLS.search(text):
        return text if len(text) <= 40 else "", False, False
    return text, True, pattern("doc_types", "title").search(text) is not None


def index_block(head: list[str]) -> dict[str, str]:
    """The block of 索引号, 发布机构, 成文日期 … above the report: names without spaces → values.

    A value stands after a colon, or in the next cell or line of its label.
    """
    names, stated = _labels()
    block: dict[str, str] = {}
    label = ""
    for line in head:
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


def attachments(page: Page) -> list[Attachment]:
    """Links to files that may hold the report itself, in the order of the page, each address once."""
    endings, pages = facts("containers")["attachment_endings"], facts("containers")["attachment_pages"]
    printed = "\n".join([href for _, href in page.links if href]).lower()
    if not any(part in printed for part in (*endings, *pages)):
        return []
    found: dict[str, Attachment] = {}
    for number, address in page.links:
        href = (address or "").strip()[:2_000]
        lowered = href.lower()
        ends = lowered.partition("?")[0].endswith(tuple(endings)) or lowered.endswith(tuple(endings))
        if href and (ends or any(part in lowered for part in pages)):
            found.setdefault(href, Attachment(href, flat(page.text(number))[:200]))
    return list(found.values())

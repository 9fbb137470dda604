"""Which title a page has, and what it says: the issuer, and whether only the body at its own level is meant."""

from __future__ import annotations

import re
from functools import lru_cache

from schemas.facts import pattern
from schemas.records import Document
from transforms.identity.dates import fold_years

_YEAR = re.compile(r"[（(【\[]?(?<!\d)(?:20\d\d|2\d0\d\d|20\d)\s*(?:[-—－至~]\s*20\d\d)?\s*(?:年度|年)?[）)】\]]?")
_LABEL = re.compile(r"^(?:【[^】]{0,16}】|\[[^\]]{0,16}\]|〔[^〕]{0,16}〕)+(?=.)")
_NOTE = re.compile(r"[（(【\[〔]([^）)】\]〕]{0,24})[）)】\]〕]")
_ORGAN_END = re.compile("(?:局|厅|委|办|政府|办公室|街道|镇|乡|处|会|院|中心|队|海关|所|站|社|署|苏木)$")
_OWN = re.compile("^(?:本级|本机关|机关本级|局本级|部门本级)$")
_NAME_NOTE = re.compile("更正|修订|修改|补充|定稿|重新|附|图|版|格式|公开|年报|试行|表|含|[0-9a-zA-Z]$")
_EDGE = re.compile(
    '^(?:关于(?:做好)?|公开|公布|发布|印发|报送|上报|呈报|呈送|转发|我们的|[的了《“"、，,:：·.\\-—|/\\s_])+'
    '|(?:关于|公开|公布|发布|印发|编制|报送|(?<!^)全[省市县区州旗盟]|(?<=[局厅委办会院室处])部门|[的《》”"、，,:：·.\\-—|/\\s_])+$'
)
_FILLER = re.compile("^(?:政府|政务|信息|公开|工作|年度|报告|单位|部门|本级|本单位|本机关|本部门|我[省市县区州旗局委办镇乡院厅]|本[省市县区州旗局委办镇乡院厅]|全[省市县区州旗盟])+$")  # fmt: skip
_DOUBLED = re.compile("(.{2,12}?(?:局|委员会|办公室|人民政府|街道|镇|乡|厅))\\1$")
_SPAN = re.compile(r"(?:自|从)?\d{1,2}月\d{1,2}日(?:起|开始)?[至到\-—－~～]\d{1,2}月\d{1,2}日(?:止|期间)?的?")
_LIST_DATE = re.compile(r"[\s\[(（]20\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?[\])）]?$")  # behind an entry of a list
_LEVEL = re.compile("^(.*?)[（(]?(本级|本机关)[）)]?$")


def choose_title(document: Document, own: str, anchor: str) -> tuple[str, str]:
    """Return the title of a page and where it came from; ("", "") when it has none that says what the page is.

    In order: `own` (printed over the text), metas, headline, <title>, index block, the line above the report, the
    `anchor` of the link that led here. One that names a report with its year wins, then one that names a report.
    """
    page_title = document.page_title
    if marked(page_title):
        for separator in ("-", "_", "|", "—", "–"):
            if separator in page_title:
                page_title = next((part.strip() for part in page_title.split(separator) if marked(part)), page_title)
    candidates = [
        ("page", own),
        ("meta", document.metas.get("articletitle", "")),
        ("headline", document.headline),
        ("html_title", page_title),
        ("index_block", document.index_block.get("标题", "") or document.index_block.get("名称", "")),
        ("above", document.title_above),
        ("anchor", anchor),
    ]
    named = [(source, text.strip()) for source, text in candidates if "。" not in text and marked(text)]
    if not named:
        silent = pattern("doc_types", "silent")
        texts = [(source, text.strip()) for source, text in candidates[1:]]
        other = next((item for item in texts if item[1] and not silent.search(item[1])), ("", ""))
        return (other[1], other[0]) if document.metas or document.headline or anchor else ("", "")
    with_year = [item for item in named if pattern("doc_types", "year").search("".join(item[1].split()))]
    best = next((item for item in with_year if not _LIST_DATE.search(item[1])), (with_year or named)[0])
    return best[1], best[0]


@lru_cache(2048)
def marked(text: str) -> bool:
    """Whether a text holds the words for a report; blanks between them do not matter."""
    return bool(text) and pattern("doc_types", "title").search("".join(text.split())) is not None


def title_agency(title: str) -> str:
    """Return what a report title says besides the year and the words for the report: the issuer, or "".

    Order, spaces, line breaks, brackets and doubled words do not matter (domain.md 5).
    """
    return title_parts(title)[0]


@lru_cache(512)
def title_parts(title: str) -> tuple[str, bool]:
    """Return the issuer of a title ("" when it names none) and whether it says 本级 (this level only)."""
    text = fold_years(re.sub(r"[\s\u200b\ufeff]+", "", title))
    text = _LABEL.sub("", text)
    own, noted = False, ""
    for note in _NOTE.finditer(text):
        own = own or _OWN.match(note[1]) is not None
        if _ORGAN_END.search(note[1]) and not _NAME_NOTE.search(note[1]):
            noted = note[1]
    text = _NOTE.sub(lambda note: "" if not pattern("doc_types", "year").search(note[0]) else "/", text)
    name = _around_mark(_YEAR.sub("/", _SPAN.sub("", text)).replace("公开/", "公开").replace("工作/", "工作"))
    if own_level := _LEVEL.match(name):
        own, name = True, own_level[1]
    if not name and noted:
        name = noted
    if doubled := _DOUBLED.search(name):
        name = name[: doubled.start()] + doubled[1]
    return ("" if len(name) < 2 or _FILLER.match(name) else name), own


def _around_mark(text: str) -> str:
    """The text before the words for the report, or behind them when nothing stands before."""
    found = list(pattern("doc_types", "title").finditer(text))
    if not found:
        return _trimmed(text)
    before, after = text[: found[-1].start()], text[found[-1].end() :]
    name = _trimmed(before)
    if name.endswith("人民"):  # 人民政府信息公开: the word 政府 serves twice
        name += "政府"
    return name or _trimmed(re.sub("^的?(通知|公告|公示|函|报告)", "", after))


def _trimmed(text: str) -> str:
    text = re.sub("(?<=/)(年度|上年度|年)|^年度|(年度|上年度)$", "", text).replace("/", "")
    previous = None
    while previous != text:
        previous, text = text, _EDGE.sub("", text)
    return text

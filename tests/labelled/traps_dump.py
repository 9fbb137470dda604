"""Traps of plain text dumps and of printing: encodings, line ends, page numbers, spaced digits, masks, lost 年 and 月."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from tests.labelled.issuers import issuers
from tests.labelled.make import Spec, make
from tests.labelled.records import Issuer, Page

Damage = Callable[[str, random.Random], str]


def _page_numbers(text: str, rng: random.Random) -> str:
    """A page number after every eighteenth line, as a printed document has it."""
    lines = text.split("\n")
    found = []
    for at, line in enumerate(lines, 1):
        found.append(line)
        if at % 18 == 0:
            found += [f"- {at // 18} -", ""]
    return "\n".join(found)


def _spaced_digits(text: str, rng: random.Random) -> str:
    """Spaces round the numbers of the prose, as a PDF gives them."""
    return re.sub(r"(?<=[\u4e00-\u9fff])(\d+)(?=[年月日条件次人])", r" \1 ", text)


def _crlf(text: str, rng: random.Random) -> str:
    return text.replace("\n", "\r\n")


def _menus(text: str, rng: random.Random) -> str:
    """Menus and an empty list header before, links after, as an extractor that keeps everything gives them."""
    head = "首页\n政务公开\n政务服务\n互动交流\n长者模式\n无障碍浏览\n登录 注册\n序号 标题 发文字号 成文日期\n"
    tail = "\n上一篇：部门预算\n下一篇：没有了\n【打印】 【关闭】\n网站地图 联系我们\n版权所有 ICP备00000000号\n网站标识码0000000000"
    return head + text + tail


def _other_years(text: str, rng: random.Random) -> str:
    """The column's list of other years' reports kept above and below the text."""
    title = text.split("\n", 1)[0]
    year = int(re.search(r"20\d\d", title)[0])  # type: ignore[index]
    rows = [
        f"{title.replace(str(year), str(other))} {other + 1}-01-2{other % 9}"
        for other in range(2010, 2025)
        if other != year
    ]
    return "政府信息公开年报\n" + "\n".join(rows[:7]) + "\n" + text + "\n相关文章\n" + "\n".join(rows[7:])


def _narrow(text: str, rng: random.Random) -> str:
    """Full-width brackets, commas and colons made half-width, as in many dumps."""
    return text.translate(str.maketrans("（），：；", "(),:;"))


def _wrapped(text: str, rng: random.Random) -> str:
    """Lines of the prose broken after forty characters."""
    return "\n".join(re.sub(r"([^\n]{40})(?=[^\n]{4})", r"\1\n", line) for line in text.split("\n"))


DAMAGES: dict[str, tuple[Damage, str]] = {
    "page-numbers": (_page_numbers, "lines"), "spaced-digits": (_spaced_digits, "lines"), "crlf": (_crlf, "pipes"),
    "menus": (_menus, "missing"), "narrow": (_narrow, "pipes"), "wrapped": (_wrapped, "missing"),
    "other-years": (_other_years, "missing"),
}  # fmt: skip


def dump_pages() -> list[Page]:
    """Return three reports for each damage, of three eras, and reports in the encodings of text files."""
    pool = [issuer for issuer in issuers() if issuer.level in ("county", "township") and issuer.kind == "government"]
    pages = []
    for at, (name, (damage, tables)) in enumerate(DAMAGES.items()):
        for turn, form in enumerate("ACD"):
            spec = Spec(f"d-{name}-{form}", "trap dump", pool[(at * 9 + turn * 4) % len(pool)], {"A": 2011, "C": 2020, "D": 2023}[form],
                        form, outline="fujian" if form == "A" else "0", family="text", tables="none" if form == "A" else tables)  # fmt: skip
            page = make(spec)
            page.data = damage(page.data.decode(), random.Random(spec.id)).encode()
            pages.append(page)
    for at, encoding in enumerate(("gb18030", "utf-8-sig", "utf-16", "gb18030")):
        spec = Spec(
            f"d-bytes-{at}", "trap dump", pool[at * 5 + 2], 2012 + at, "A", outline="generic2", family="text_loose"
        )
        page = make(spec)
        page.data = page.data.decode().encode(encoding)
        pages.append(page)
    return [*pages, *_short_names()]


def _short_names() -> list[Page]:
    """Townships that print 镇政府 for 镇人民政府, as many titles do."""
    pages = []
    for at, (printed, code) in enumerate((("大埔县三河镇政府", "441422"), ("瓮安县珠藏镇政府", "522725"), ("来凤县三胡乡政府", "422827"),
                                          ("永昌县政府", "620321"), ("西吉县政府办公室", "640422"), ("桐乡市政府办", "330483"))):  # fmt: skip
        full = printed.replace("政府", "人民政府").removesuffix("办公室").removesuffix("办")
        kind, level = ("government", "township" if at < 3 else "county")
        if printed.endswith(("办公室", "办")):
            full, kind = full + "办公室", "government_office"
        issuer = Issuer(printed, full, level, kind, code)
        pages.append(make(Spec(f"d-short-{at}", "trap place text", issuer, 2019 + at, "C" if at < 2 else "D", family=("text", "trs")[at % 2],
                               tables="missing", title="{a}{y}年信息公开工作年度报告")))  # fmt: skip
    return pages

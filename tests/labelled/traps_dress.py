"""Traps of the page around a report: other years beside it, menus of agencies, poor titles, unknown containers, old markup."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.labelled import dress
from tests.labelled.issuers import issuers
from tests.labelled.make import Spec, make
from tests.labelled.records import Page

Change = Callable[[str, Spec], str]


def _other_years(html: str, spec: Spec) -> str:
    """A list of the same agency's reports of other years on both sides of the text."""
    rows = "".join(
        f"<li><a href='./{year}.html'>{spec.issuer.printed}{year}年政府信息公开工作年度报告</a> <span>{year + 1}-01-2{year % 9}</span></li>"
        for year in range(2008, 2025)
        if year != spec.year
    )
    html = html.replace('<div class="main">', f'<div class="left"><ul>{rows}</ul></div><div class="main">', 1)
    return html.replace(
        '<div class="share">', f'<div class="related"><h3>相关信息</h3><ul>{rows}</ul></div><div class="share">', 1
    )


def _neighbours(html: str, spec: Spec) -> str:
    """The pages before and after are reports of other years."""
    before = f"{spec.issuer.printed}{spec.year - 1}年政府信息公开工作年度报告"
    after = f"{spec.issuer.printed}{spec.year + 1}年政府信息公开工作年度报告"
    return html.replace("部门预算公开", before).replace("下一篇：没有了", f"下一篇：<a href='b.html'>{after}</a>")


def _agencies(html: str, spec: Spec) -> str:
    """A menu of all the agencies of the place, and of neighbouring governments."""
    names = (
        "市教育局",
        "市公安局",
        "市民政局",
        "市司法局",
        "市财政局",
        "市水务局",
        "城关镇",
        "和平街道",
        "鼓楼区人民政府",
        "朝阳区人民政府",
    )
    menu = "".join(f"<option value='{at}'>{name}</option>" for at, name in enumerate(names))
    links = "".join(f"<a href='/{at}/'>{name}</a>" for at, name in enumerate(names))
    return html.replace(
        '<div class="header">', f'<div class="units"><select>{menu}</select>{links}</div><div class="header">', 1
    )


def _poor_title(html: str, spec: Spec) -> str:
    """The title element names the column; only the headline names the report."""
    html = re.sub("<title>.*?</title>", "<title>政府信息公开年报_信息公开</title>", html)
    return re.sub('<meta name="ArticleTitle"[^>]*>', "", html)


def _plain_headline(html: str, spec: Spec) -> str:
    return re.sub(r'<h1 class="title">(.*?)</h1>', r'<div class="xl_tit2">\1</div>', html, flags=re.S)


def _unknown_container(html: str, spec: Spec) -> str:
    """Names of elements that no list knows."""
    return re.sub(r'(id|class)="[^"]*"', lambda found: f'{found[1]}="b{len(found[0])}"', html)


def _no_names(html: str, spec: Spec) -> str:
    return re.sub(r""" (id|class)=("[^"]*"|'[^']*')""", "", html)


def _hidden(html: str, spec: Spec) -> str:
    """Text that no visitor sees."""
    decoy = (
        f"<div style='display:none'>{spec.year - 3}年政府信息公开工作年度报告 统计期限自{spec.year - 3}年1月1日起</div>"
    )
    return html.replace('<div class="info">', f'{decoy}<div class="info">', 1)


def _after_text(html: str, spec: Spec) -> str:
    """What editors leave under the text, inside its container."""
    more = ("<p>（此件公开发布）</p><p>责任编辑：信息中心</p>"
            "<p>扫一扫在手机打开当前页</p><p>【打印】　【关闭】</p>")  # fmt: skip
    head, mark, tail = html.rpartition('<div class="share">')
    return (
        re.sub(r"((?:</div>|</form>|</td>|</tr>|</table>|<!--[^>]*-->|\s)+)$", lambda found: more + found[1], head)
        + mark
        + tail
    )


def _scripts(html: str, spec: Spec) -> str:
    """Scripts, styles and comments between the paragraphs."""
    noise = "<script>var y='2015年政府信息公开工作年度报告';document.write('<p>x</p>');</script><!-- 2014年度报告 --><style>p{margin:0}</style>"
    return html.replace("</p>\n<p", f"</p>\n{noise}<p", 3)


def _old_markup(html: str, spec: Spec) -> str:
    """Upper-case tags, unquoted attributes, paragraphs that nothing closes, fonts."""
    html = (
        html.replace("<p>", "<P align=left><FONT size=3>")
        .replace("</p>", "")
        .replace("<div", "<DIV")
        .replace("</div>", "</DIV>")
    )
    return html.replace("<td", "<TD").replace("<tr", "<TR").replace("<table", "<TABLE")


def _word(html: str, spec: Spec) -> str:
    """What a word processor pastes along."""
    xml = "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->"
    html = html.replace(
        "<p>　　", '<p class="MsoNormal" style="text-indent:32.0pt"><span lang="EN-US"><o:p></o:p></span>　　'
    )
    return html.replace("</h1>", f"</h1>{xml}", 1)


def _split_spans(html: str, spec: Spec) -> str:
    """Headings and words cut into spans, numerals apart from their names."""
    html = re.sub(r"　　([一二三四五六七八九十])、", r"　　<span>\1</span><span>、</span>", html)
    return html.replace("政府信息", "<span>政府</span><span>信息</span>")


def _bold_headings(html: str, spec: Spec) -> str:
    return re.sub(r"<p>　　([一二三四五六七八九十]、[^<]{2,40})</p>", r"<h3><strong>\1</strong></h3>", html)


def _list_above(html: str, spec: Spec) -> str:
    """The reports of the years before, each with its day, inside the text's container and above it."""
    rows = "".join(
        f"<li><a href='./{year}.html'>{year}年政府信息公开工作年度报告</a> {year + 1}-01-20</li>"
        for year in range(2008, spec.year)
    )
    return re.sub("<p>　　", f"<ul>{rows}</ul><p>　　", html, count=1)


CHANGES: dict[str, Change] = {
    "other-years": _other_years, "neighbours": _neighbours, "agencies": _agencies, "poor-title": _poor_title,
    "plain-headline": _plain_headline, "unknown-container": _unknown_container, "no-names": _no_names, "hidden": _hidden,
    "after-text": _after_text, "scripts": _scripts, "old-markup": _old_markup, "word": _word, "split-spans": _split_spans,
    "bold-headings": _bold_headings, "list-above": _list_above,
}  # fmt: skip


def dressed_pages() -> list[Page]:
    """Return three reports of three eras under each change, then some under two at once."""
    pool = [
        issuer
        for issuer in issuers()
        if issuer.level in ("county", "prefecture", "township") and issuer.kind != "development_zone"
    ]
    years = {"A": 2012, "B": 2017, "C": 2020, "D": 2023}
    pages = []
    for at, (name, change) in enumerate(CHANGES.items()):
        for turn, form in enumerate(("A", "C", "D")):
            spec = Spec(f"e-{name}-{form}", "trap dress", pool[(at * 7 + turn * 31) % len(pool)], years[form], form,
                        outline="jilin" if form == "A" else str(at % 6), family=dress.FAMILIES[(at + turn) % 10],
                        metas=turn != 1, tables="none" if form == "A" else "html")  # fmt: skip
            page = make(spec)
            page.data = change(page.data.decode(), spec).encode()
            pages.append(page)
    for at, names in enumerate((("other-years", "no-names"), ("other-years", "poor-title"), ("agencies", "unknown-container"),
                                ("neighbours", "after-text"), ("old-markup", "split-spans"))):  # fmt: skip
        for form in "BD":
            spec = Spec(f"e-both-{at}{form}", "trap dress", pool[(at * 13 + 5) % len(pool)], years[form], form,
                        outline="wuhan" if form == "B" else "0", family=dress.FAMILIES[at * 2])  # fmt: skip
            page = make(spec)
            html = page.data.decode()
            for name in names:
                html = CHANGES[name](html, spec)
            page.data = html.encode()
            pages.append(page)
    return pages + _compilations()


def _compilations() -> list[Page]:
    """Two whole reports in one page, of two years or of two bodies: what it says belongs to no single report."""
    towns = [issuer for issuer in issuers() if issuer.level == "township"]
    pages = []
    for at, (one, other) in enumerate((((towns[2], 2020), (towns[2], 2021)), ((towns[4], 2022), (towns[5], 2022)))):
        parts = [
            make(Spec(f"e-part-{at}{turn}", "trap dress", issuer, year, "D" if year > 2020 else "C", family="text",
                      tables="missing", show_date=False)).data.decode()
            for turn, (issuer, year) in enumerate((one, other))
        ]  # fmt: skip
        truth = {"is_annual_report": True, "hijacked": False, "disposition": "archive_flagged", "provenance": "unknown"}
        pages.append(Page(f"e-several-{at}", "trap dress", "\n\n".join(parts).encode(), "", "text", truth))
    return pages

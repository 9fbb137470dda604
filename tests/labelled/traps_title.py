"""Traps about what counts: real reports whose titles hold words of look-alikes, and titles that are hardly there."""

from __future__ import annotations

from tests.labelled import dress
from tests.labelled.issuers import issuers
from tests.labelled.make import Spec, make
from tests.labelled.places import name_of
from tests.labelled.records import Issuer, Page

BODIES_WITH_VETO_WORDS = (  # bodies whose own names say 绩效, 年鉴, 考核, 网站 …
    ("启东市绩效管理办公室", "department", "320681"), ("武冈市年鉴编纂办公室", "department", "430581"),
    ("临邑县预算编审中心", "department", "371424"), ("桐乡市政府网站管理中心", "department", "330483"),
    ("广汉市目标绩效管理办公室", "department", "510681"), ("昌吉市机构编制委员会办公室", "party_joint", "652301"),
    ("乐平市考核评估中心", "department", "360281"), ("兴安县依法行政办公室", "department", "450325"),
    ("西吉县信访局", "department", "640422"), ("巧家县项目规划中心", "department", "530622"),
)  # fmt: skip
WRAPPED = (
    "{a}关于印发{y}年政府信息公开工作年度报告的通知", "关于印发《{a}{y}年政府信息公开工作年度报告》的通知",
    "{a}关于{y}年度政府信息公开工作年度报告的公告", "{a}{y}年政府信息公开工作年度报告（含统计表）",
    "{a}{y}年政府信息公开工作年度报告（更正）", "（{y}年度）{a}政府信息公开工作年度报告",
    "【年度报告】{a}{y}年政府信息公开工作年度报告", "{a}政府信息公开工作年度报告 （{y}年1月1日至12月31日）",
    "{a}{y}年度政府信息公开工作报告（年报）", "{y}年度政府信息公开工作报告——{a}",
)  # fmt: skip


def title_pages() -> list[Page]:
    """Return real reports under difficult titles, then pages that only announce an attached report."""
    pages = []
    for at, (name, kind, code) in enumerate(BODIES_WITH_VETO_WORDS):
        issuer = Issuer(name, name, "county", kind, code)
        form = "ABCD"[at % 4]
        spec = Spec(f"n-veto-{at}", "trap title", issuer, {"A": 2012, "B": 2016, "C": 2019, "D": 2022}[form], form,
                    outline="generic" if form in "AB" else "0", family=dress.FAMILIES[at % 10] if at % 3 else "text",
                    tables="none" if form in "AB" else "html" if at % 3 else "lines")  # fmt: skip
        spec.truth["_unjudged"] = ["agency_kind"]
        pages.append(make(spec))
    pool = [issuer for issuer in issuers() if issuer.level == "county"]
    for at, title in enumerate(WRAPPED):
        form = "ADBC"[at % 4]
        spec = Spec(f"n-wrapped-{at}", "trap title", pool[(at * 7 + 1) % len(pool)], {"A": 2010, "B": 2018, "C": 2020, "D": 2024}[form],
                    form, outline="shanghai" if form in "AB" else "1", family=dress.FAMILIES[(at + 3) % 10],
                    tables="none" if form in "AB" else "html", title=title)  # fmt: skip
        pages.append(make(spec))
    return [*pages, *_attached()]


def _attached() -> list[Page]:
    """The report is in a file that the page links: the page itself must not pass for a read report."""
    pages = []
    for at, (code, suffix) in enumerate((("330483", "pdf"), ("620321", "doc"), ("652301", "docx"), ("371424", "wps"))):
        name, host = name_of(code), dress.host_name(code)
        title = f"{name}人民政府202{at}年政府信息公开工作年度报告"
        body = f'<p>附件：<a href="./P02021012012345678{at}.{suffix}">{title}.{suffix}</a></p>'
        site = dress.Site(host, name + "人民政府", code, name + "人民政府办公室")
        html = dress.render(dress.FAMILIES[at], site, title, body, f"202{at + 1}-01-20")
        truth = {"hijacked": False, "provenance": "official", "is_annual_report": False}
        url = dress.address(host, dress.FAMILIES[at], title, f"202{at + 1}-01-20")
        pages.append(Page(f"n-attached-{at}", "trap attachment", html.encode(), url, "html", truth))
    return pages

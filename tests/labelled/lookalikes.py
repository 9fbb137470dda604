"""Pages that stand where reports stand and are none: every doc_type of the domain, several wordings each.

A line of TITLES is a title; {a} is the issuer, {s} its place, {y} a report year. Some repeat headings and numbers of
a report on purpose.
"""

from __future__ import annotations

import random

from tests.labelled import drawing, dress, outlines, sheets
from tests.labelled.issuers import issuers
from tests.labelled.places import name_of
from tests.labelled.prose import Writer
from tests.labelled.records import Issuer, Page

TITLES = {
    "self_check_report": (
        "{a}关于报送{y}年政府信息公开工作自查报告的报告", "{a}政府信息公开工作自查情况报告", "{a}{y}年政务公开工作自查报告",
        "{a}关于政府信息公开工作检查情况的报告", "{a}关于信息公开自查整改情况的报告",
    ),
    "interpretation": (
        "【文稿解读】{a}{y}年政府信息公开工作年度报告解读", "图解：{a}{y}年政府信息公开工作年度报告",
        "一图读懂{a}{y}年政府信息公开工作年度报告", "关于《{a}{y}年政府信息公开工作年度报告》的解读",
        "{a}{y}年政府信息公开年报解读", "【图解】{y}年{a}政府信息公开年度报告",
    ),
    "publication_status": (
        "{s}{y}年度政府信息公开工作年度报告公布情况", "{s}{y}年政府信息公开工作年度报告发布情况汇总",
        "关于{s}{y}年政府信息公开工作年度报告公布情况的公示",
    ),
    "compile_notice": (
        "{a}关于做好{y}年政府信息公开工作年度报告编制发布工作的通知", "关于编制{y}年度政府信息公开工作年度报告的通知",
        "{a}办公室关于报送{y}年政府信息公开工作年度报告的通知", "关于认真做好{s}{y}年度政府信息公开年度报告编写工作的通知",
    ),
    "format_notice": (
        "国务院办公厅政府信息与政务公开办公室关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知",
        "政府信息公开工作年度报告格式（试行）", "{s}政府信息公开工作年度报告编制提纲",
    ),
    "reporting_rule": (
        "{a}政府信息公开工作年度报告制度", "{s}政府信息公开工作年度报告制度（试行）", "{a}信息公开年度报告编制发布制度",
    ),
    "circular": (
        "关于{y}年{s}政府信息公开工作年度报告编制公布情况的通报", "{s}关于{y}年度政府信息公开工作情况的通报",
        "{a}关于政府信息公开年度报告发布情况的通报",
    ),
    "assessment": (
        "{s}{y}年政府信息公开工作第三方评估报告", "{a}政府信息公开工作考核办法", "{s}{y}年度政务公开工作考核结果",
        "{a}政府信息公开社会评议制度",
    ),
    "guide": ("{a}政府信息公开指南", "{a}信息公开指南（{y}年版）", "{s}依申请公开办理指南"),
    "catalogue": ("{a}政府信息公开目录", "{a}主动公开基本目录", "{s}基层政务公开标准目录"),
    "work_points": ("{s}{y}年政务公开工作要点", "{a}{y}年政府信息公开工作要点", "{a}关于印发{y}年政务公开工作要点的通知"),
    "plan": ("{s}{y}年政务公开工作实施方案", "{a}政府信息公开工作方案", "{a}政务公开工作计划"),
    "statistics_only": (
        "{a}{y}年政府信息公开情况统计表", "{s}{y}年第三季度政府信息公开情况统计", "{a}{y}年上半年政府信息依申请公开数据统计",
        "{s}{y}年依申请公开数据分析", "政府信息公开统计制度",
    ),
    "site_annual_form": (
        "{s}{y}年政府网站工作年度报表", "{a}政府网站工作年度报表（{y}年度）", "{s}{y}年度政府网站监管年度报表",
    ),
    "rule_of_law_report": ("{a}{y}年度法治政府建设年度报告", "{s}{y}年法治政府建设情况报告", "{a}{y}年推进依法行政工作报告"),
    "final_accounts": ("{a}{y}年度部门决算公开", "{a}{y}年部门预算及“三公”经费公开说明"),
    "performance_report": ("{a}{y}年度部门整体支出绩效评价报告", "{a}{y}年绩效自评报告"),
    "yearbook": ("{s}年鉴（{y}）", "{y}年{s}政府工作报告"),
    "university_report": (
        "{s}师范学院{y}-{next}学年信息公开年度报告", "{s}职业技术学院{y}—{next}学年度信息公开工作报告",
    ),
    "work_summary": (
        "{s}{y}年政务公开工作总结",
        "{a}{y}年政府信息公开工作总结",
        "{a}政务公开工作总结（{y}年）",
    ),
    "academic": (
        "政府信息公开年度报告制度研究——以{s}为例",
        "{s}政府信息公开工作年度报告的文本分析",
    ),
    "news": (
        "{s}召开政府信息公开工作推进会", "{a}举办政府信息公开业务培训会", "{s}部署{next}年政府信息公开年度报告编制工作",
    ),
    "sample": ("政府信息公开工作年度报告范文", "xx市xx局20xx年政府信息公开工作年度报告（范本）", "XX县政府信息公开工作年度报告模板"),
}  # fmt: skip
BODY_LINES = {
    "self_check_report": (
        "根据上级通知要求，{a}对照检查内容，认真开展了政府信息公开工作自查，现将自查情况报告如下。",
        "一、基本情况\n按照要求成立了领导小组，制定了工作制度。",
        "二、主动公开情况\n截至目前，主动公开政府信息{proactive}条。",
        "三、依申请公开情况\n截至目前共受理申请{received}件，均已办结。",
        "四、存在的问题及整改措施\n公开内容不够全面，今后将进一步整改。",
    ),
    "compile_notice": (
        "各镇人民政府、各街道办事处，各部门：", "根据《中华人民共和国政府信息公开条例》规定，现就年度报告编制发布工作通知如下。",
        "一、编制内容\n年度报告应当包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议、行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项。",
        "二、发布时间\n各单位应于1月31日前公布。", "三、有关要求\n高度重视，数据准确，按时报送。",
    ),
    "guide": (
        "为方便公民、法人和其他组织获取政府信息，特编制本指南。", "一、主动公开\n公开范围、公开形式、公开时限。",
        "二、依申请公开\n受理机构、申请方式、办理流程、收费标准。", "三、监督方式\n可以向监察机关举报，也可以申请行政复议或者提起行政诉讼。",
    ),
    "news": (
        "1月12日，{s}召开会议，安排部署政府信息公开工作。", "会议通报了上一年度工作情况，全年主动公开政府信息{proactive}条。",
        "会议要求，各单位要提高认识，落实责任，按时完成年度报告编制工作。",
    ),
    "final_accounts": ("第一部分 部门概况", "第二部分 决算表", "第三部分 决算情况说明\n收入总计120.5万元，支出总计120.5万元。", "第四部分 名词解释"),
    "circular": (
        "各有关单位：", "现将年度报告编制公布情况通报如下。", "一、总体情况\n应公布37家，按时公布35家。",
        "二、存在的问题\n个别单位内容不完整，统计数据前后矛盾。", "三、下一步要求\n逐条对照，限期整改。",
    ),
    "academic": (
        "摘 要：政府信息公开年度报告是观察政府透明度的窗口。本文以{s}为例，对历年报告进行文本分析。",
        "关键词：政府信息公开；年度报告；文本分析",
        "一、问题的提出\n《政府信息公开条例》规定了年度报告制度。",
        "二、样本与方法\n共收集报告120份，主动公开信息与依申请公开情况均予编码。",
        "三、结论与建议\n报告的可比性有待提高。",
        "参考文献：［1］政府信息公开条例释义．",
    ),
    "work_summary": (
        "{y}年，{a}认真开展政务公开工作，现将全年工作总结如下。",
        "一、主要做法\n加强领导，健全制度，全年主动公开政府信息{proactive}条。",
        "二、存在的不足\n工作还不够平衡。",
        "三、下一步打算\n进一步深化政务公开。",
    ),
    "generic": (
        "为进一步做好相关工作，结合实际，制定本件。", "一、总体要求\n坚持依法、公正、便民原则。",
        "二、主要任务\n推进重点领域信息公开，规范依申请公开办理，加强解读回应。", "三、保障措施\n加强组织领导，强化监督考核。",
    ),
}  # fmt: skip
# Annual reports of other things, and other papers on information: none is the report, and no doc_type is theirs.
NEAR = (
    "{a}{y}年信访工作年度报告", "{a}{y}年党务公开工作年度报告", "{a}{y}年行政执法年度报告", "{a}{y}年政务新媒体工作年度报告",
    "{a}{y}年安全生产工作年度报告", "{a}{y}年厂务公开工作报告", "{s}中心医院{y}年院务公开工作报告", "{s}第一中学{y}年校务公开工作报告",
    "{a}{y}年环境信息公开情况", "{a}{y}年上半年政务公开工作情况", "{a}关于政府信息公开申请的答复书", "{s}{y}年行政处罚信息公示年度报告",
    "{a}政府信息公开申请表", "{a}政府信息依申请公开流程图", "{a}政府信息公开保密审查制度", "{s}{y}年国民经济和社会发展统计公报",
)  # fmt: skip
PADDING = (
    "各责任单位要明确分管领导和具体承办人员，按照职责分工抓好落实，重要事项及时向办公室报告。",
    "要结合实际细化措施，明确时间节点，做到有部署、有检查、有结果，确保各项要求落到实处。",
    "工作中遇到的新情况、新问题，请及时与办公室联系，由办公室会同有关单位研究解决。",
    "相关文件和资料应当妥善保管，按照档案管理的规定及时归档，任何单位和个人不得擅自更改。",
)
REPEATS = ("interpretation", "statistics_only", "sample", "university_report", "rule_of_law_report")


def lookalikes() -> list[Page]:
    """Return at least eighty pages that are not reports."""
    pages = []
    pool = [issuer for issuer in issuers() if issuer.level in ("county", "prefecture", "township")]
    for doc_type, titles in TITLES.items():
        for at, title in enumerate(titles):
            for twin in (0, 1):
                key = f"l-{doc_type}-{at}{'ab'[twin]}"
                pages.append(_page(key, doc_type, title, random.Random(key).choice(pool)))
    for at, title in enumerate(NEAR):
        page = _page(f"l-near-{at:02d}", "interpretation" if at % 2 else "", title, random.Random(title).choice(pool))
        del page.truth["doc_type"]
        pages.append(page)
    return [*pages, *_told_by_title(), *_lists(), *_status_pages()]


def _told_by_title() -> list[Page]:
    """Look-alikes whose titles lack the word 公开 and stand outside the text, on pages without metas."""
    pages = []
    titles = (
        ("rule_of_law_report", "{a}{y}年法治政府建设年度报告"), ("rule_of_law_report", "{a}关于{y}年依法行政工作情况的年度报告"),
        ("performance_report", "{a}{y}年度绩效管理工作报告"), ("final_accounts", "{a}{y}年度部门决算"),
    )  # fmt: skip
    pool = [issuer for issuer in issuers() if issuer.level == "county"]
    for at, (doc_type, title) in enumerate(titles):
        pages.append(_page(f"l-title-{at}", doc_type, title, pool[at * 9 + 4], family=dress.FAMILIES[at]))
    return pages


def _page(key: str, doc_type: str, title: str, issuer: Issuer, family: str = "") -> Page:
    """A page of one look-alike; with a `family`, in HTML of that family without metas."""
    rng = random.Random(key)
    year = rng.randint(2009, 2024)
    writer = Writer(rng, issuer, year)
    values = {"a": issuer.printed, "s": name_of(issuer.code), **writer.values}
    headline = title.format(**values)
    lines = [
        line for text in BODY_LINES.get(doc_type, BODY_LINES["generic"]) for line in text.format(**values).split("\n")
    ]
    lines += rng.sample(PADDING, rng.randint(2, 4))
    if doc_type in REPEATS:
        lines = _repeating(doc_type, writer)
    html = dress.paragraphs(lines, "p")
    if doc_type in ("statistics_only", "publication_status"):
        sheet = sheets.stat(rng) if doc_type == "statistics_only" else None
        html = drawing.html_table(sheet) if sheet else _roster(values["s"])
    date = f"{year + 1}-01-{rng.randint(10, 28)}"
    truth = {"is_annual_report": False, "doc_type": doc_type, "hijacked": False, "year": None}
    if not family and rng.random() < 0.3:
        text = "\n".join([headline, f"发布时间：{date} 来源：{issuer.printed}", "", *lines])
        return Page(key, "lookalike", text.encode(), "", "text", truth)
    host = dress.host_name(issuer.code)
    bare, family = bool(family), family or rng.choice(dress.FAMILIES)
    site = dress.Site(host, name_of(issuer.code) + "人民政府", issuer.code, issuer.printed)
    page = dress.render(family, site, headline, html, date, metas=not bare, index=not bare)
    return Page(key, "lookalike", page.encode(), dress.address(host, family, key, date), "html", truth)


def _repeating(doc_type: str, writer: Writer) -> list[str]:
    """Headings and numbers of a report, told by something that is none."""
    lines = []
    if doc_type == "interpretation":
        lines = ["近日，{n}发布了{y}年政府信息公开工作年度报告，现对报告主要内容解读如下。".format(**writer.values)]
    names = (
        "概述",
        "主动公开政府信息情况",
        "依申请公开政府信息情况",
        "行政复议、行政诉讼情况",
        "存在的主要问题及改进措施",
    )
    if doc_type == "rule_of_law_report":
        names = ("总体情况", "依法行政情况", "政府信息公开情况", "行政复议、行政应诉情况", "存在的主要问题及改进措施")
    keys = ("overview", "proactive_disclosure", "requests", "review_litigation", "problems_improvements")
    for place, (key, name) in enumerate(zip(keys, names, strict=True)):
        lines += [outlines.numbered(place, name, "comma"), *writer.body(key)]
    if doc_type == "sample":
        lines = [line.replace(writer.issuer.printed, "xx市xx局").replace(str(writer.year), "20xx") for line in lines]
    return lines


def _roster(where: object) -> str:
    rows = "".join(
        f"<tr><td>{at}</td><td>{where}{name}</td><td>已公布</td><td>2024-01-{10 + at}</td></tr>"
        for at, name in enumerate(("财政局", "教育局", "民政局", "水务局", "审计局", "统计局", "司法局"), 1)
    )
    return f"<p>应公布年度报告的单位37家，已全部公布。</p><table><tr><td>序号</td><td>单位</td><td>状态</td><td>日期</td></tr>{rows}</table>"


def _lists() -> list[Page]:
    """Columns and lists of reports, which print titles and no report."""
    pages = []
    for at, code in enumerate(("330483", "620321", "510118", "130900", "500115", "652301")):
        name, host = name_of(code), dress.host_name(code)
        rows = "".join(
            f"<li><a href='./20{y + 1}01/t20{y + 1}0120_{y}.html'>{name}20{y}年政府信息公开工作年度报告</a><span>20{y + 1}-01-20</span></li>"
            for y in range(12, 24)
        )
        body = (
            f"<ul class='list'>{rows}</ul>"
            if at % 2
            else f"<p>序号 标题 发文字号 成文日期</p><ul>{rows}</ul><p>共12条 第1/1页</p>"
        )
        site = dress.Site(host, name + "人民政府", code)
        html = dress.render("trs", site, "政府信息公开年报", body, "2024-01-20", index=False)
        truth = {"is_annual_report": False, "hijacked": False, "year": None}
        pages.append(Page(f"l-list-{at}", "lookalike", html.encode(), f"http://{host}/zwgk/zfxxgknb/", "html", truth))
    return pages


def _status_pages() -> list[Page]:
    """Pages that say that there is nothing here, under a report's address."""
    pages = []
    for at, text in enumerate(("您访问的页面不存在或已删除！", "404 Not Found", "正在跳转，请稍候……")):
        html = f"<html><head><meta charset=utf-8><title>{text}</title></head><body><p>{text}</p><a href='/'>返回首页</a></body></html>"
        truth = {"is_annual_report": False, "hijacked": False, "year": None}
        url = f"http://www.soft-sample.gov.cn/zwgk/zfxxgknb/202101/t20210120_{at}.html"
        pages.append(Page(f"l-status-{at}", "lookalike", html.encode(), url, "html", truth))
    return pages

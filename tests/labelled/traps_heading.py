"""Traps about sections: where headings stand, how they look, what looks like one (domain: section 2)."""

from __future__ import annotations

from tests.labelled import outlines
from tests.labelled.issuers import issuers
from tests.labelled.make import Spec
from tests.labelled.records import Issuer

Rows = tuple[tuple[str, str, str], ...]
SIX = outlines.STATUTORY[0]
ENUMERATION: Rows = (
    ("overview", "一、概述", "{y}年，{n}把信息公开作为转变作风的重要抓手，健全工作机制。"),
    ("proactive_disclosure", "二、主动公开政府信息情况", "全年主动公开政府信息{proactive}条。"),
    ("requests", "三、依申请公开政府信息情况", "{y}年，{w}收到政府信息公开申请{received}件。"),
    ("review_litigation", "四、行政复议和诉讼情况", "没有发生因政府信息公开引起的行政复议和行政诉讼。"),
    ("problems_improvements", "五、存在的问题及改进措施",
     "存在的问题：\n一、思想认识有待提高，个别干部对公开工作重视不够。\n二、依申请公开工作程序有待规范。\n三、公开的内容还不够全面。\n改进措施：\n一、加强学习，提高认识。\n二、完善制度，规范程序。"),
)  # fmt: skip
SAME_NAMES: Rows = (
    ("overview", "一、总体情况",
     "ov_proactive>（一）主动公开政府信息情况。全年主动公开政府信息{proactive}条。\nov_requests>（二）收到和处理政府信息公开申请情况。{y}年，{w}收到政府信息公开申请{received}件。\nov_other>（三）收费情况。没有收取任何费用。\nov_other>（四）行政复议、行政诉讼情况。未发生相关情况。\nov_platform>（五）平台建设。做好专栏维护。\nov_supervision>（六）监督保障。接受社会评议。"),
    ("proactive_disclosure", "二、主动公开政府信息情况", "@"), ("requests", "三、收到和处理政府信息公开申请情况", "@"),
    ("review_litigation", "四、政府信息公开行政复议、行政诉讼情况", "@"),
    ("problems_improvements", "五、存在的主要问题及改进情况", "存在主动公开不够及时、依申请公开答复不够规范等问题，今后将逐项改进。"),
    ("other_matters", "六、其他需要报告的事项", "无其他需要报告的事项。"),
)  # fmt: skip
SLOGANS: Rows = (
    (
        "overview",
        "一、提高思想认识，夯实工作基础",
        "{y}年，{n}成立政府信息公开工作领导小组，健全工作制度，明确专人负责，扎实做好各项基础工作。",
    ),
    (
        "proactive_disclosure",
        "二、突出工作重点，狠抓主动公开",
        "全年主动公开政府信息{proactive}条，利用公开栏、网站等公开载体公布各类信息。",
    ),
    ("problems_improvements", "三、存在的问题和改进措施", "存在公开内容不够全面的问题，下一步将加强改进。"),
)
NUMERAL_LOST: Rows = (
    ("overview", "一、概述", "{y}年，{n}扎实开展信息公开工作。"),
    ("proactive_disclosure", "二、主动公开政府信息情况", "全年主动公开政府信息{proactive}条。"),
    ("review_litigation", "四、行政复议、行政诉讼情况", "没有发生因政府信息公开引起的行政复议和行政诉讼。"),
    ("problems_improvements", "五、存在的主要问题和改进措施", "公开还不够及时，今后将加以改进。"),
)
INTRODUCTION: Rows = (
    ("preamble", "引 言", "根据《条例》规定，{n}编制{y}年度报告，现予公布。"),
    ("overview", "一、概 述", "{y}年，{n}扎实开展信息公开工作。"),
    ("proactive_disclosure", "二、主动公开政府信息的情况：", "全年主动公开政府信息{proactive}条。"),
    ("requests", "三、依申请公开政府信息的情况：", "{y}年，{w}收到政府信息公开申请{received}件。"),
    ("fees", "四、政府信息公开的收费及减免情况：", "没有收取任何费用。"),
    ("review_litigation", "五、行政复议、行政诉讼情况：", "没有发生因政府信息公开引起的行政复议和行政诉讼。"),
    ("problems_improvements", "六、主要问题和改进措施：", "公开还不够及时，今后将加以改进。"),
    ("statistics_appendix", "七、附表", "附表一：主动公开情况统计\n附表二：依申请公开情况统计"),
)
CONTENTS = "根据《条例》规定，现公布政府信息公开工作年度报告，全文目录如下。\n目 录\n" + "\n".join(
    outlines.numbered(at, name, "comma") for at, name in enumerate(SIX)
)
PARTS: dict[str, Rows] = {
    "enumeration": ENUMERATION, "slogans": SLOGANS, "numeral-lost": NUMERAL_LOST, "introduction": INTRODUCTION,
}  # fmt: skip


def specs() -> list[Spec]:
    """Return one report a trap, each as HTML and as text where both occur."""
    pool: list[Issuer] = [issuer for issuer in issuers() if issuer.level in ("county", "township", "prefecture")]
    found: list[Spec] = []

    def add(name: str, year: int, form: str, **rest: object) -> None:
        issuer = pool[(len(found) * 5 + 3) % len(pool)]
        found.append(Spec(f"s-{name}", "trap heading", issuer, year, form, **rest))  # type: ignore[arg-type]

    for name, rows in PARTS.items():
        add(f"{name}-html", 2012, "A", parts=rows, family="trs", signature=False)
        add(f"{name}-text", 2015, "A", parts=rows, family="text", signature=False, show_date=True)
    for family in ("hanweb", "text", "text_nbsp"):
        add(
            f"same-names-{family}",
            2022,
            "D",
            parts=SAME_NAMES,
            family=family,
            tables="lines" if family != "hanweb" else "html",
        )
    for at, form in enumerate("CDD"):  # the whole report in one paragraph, tables gone or flattened
        add(
            f"one-paragraph-{at}",
            2020 + at,
            form,
            family="text_inline",
            tables=("missing", "missing", "spaced")[at],
            level2="ascii",
        )
        add(f"bare-{at}", 2020 + at, form, family=("text", "trs", "text_loose")[at], tables="missing")
        add(f"inline-{at}", 2020 + at, form, family=("trs", "ucap", "vsb")[at], dirt=("inline_headings",))
    for at, name in enumerate(("generic", "jilin", "shandong")):
        add(
            f"inline-old-{at}",
            2010 + 2 * at,
            "A",
            outline=name,
            family=("trs", "ucap", "vsb")[at],
            dirt=("inline_headings",),
        )
        add(f"one-paragraph-old-{at}", 2010 + 2 * at, "A", outline=name, family="text_inline")
    for style in ("bracket", "ascii_bracket", "part", "formal", "arabic", "none", "space_comma", "dot", "wide_dot"):
        add(f"style-{style}-old", 2013, "A", outline="fujian", numbering=style, family="hanweb")
        add(f"style-{style}-new", 2023, "D", numbering=style, family="text", tables="blank_lines",
            level2="arabic" if "bracket" in style else "bracket")  # fmt: skip
    for name in outlines.free_outlines():
        add(
            f"outline-{name}",
            2009 + len(found) % 5,
            "A",
            outline=name,
            family="text" if len(found) % 2 else "gd_post",
            rich=len(found) % 3 > 0,
        )
    add("contents", 2021, "D", family="trs", lead=CONTENTS, tables="html", truth={"_unjudged": ["level2"]})
    add("half-width", 2022, "D", family="trs", dirt=("half_width",))
    add("twice-html", 2014, "A", family="hanweb", dirt=("twice",), signature=False)
    add("twice-text", 2013, "A", family="text", dirt=("twice",), signature=False)
    add(
        "addressee",
        2020,
        "C",
        family="text",
        tables="missing",
        lead="市政府办:\n2020年，本单位认真做好政府信息公开工作，现将有关情况报告如下：",
    )
    return found

"""Traps about the report year and the date of publication (domain: section 5)."""

from __future__ import annotations

from tests.labelled.issuers import issuers
from tests.labelled.make import Spec
from tests.labelled.records import Issuer

PERIODS = (
    "所列数据的统计期限自{y}11日起至{y}1231日止。", "统计时限为{y}1月1日至{y}1231日。", "统计期：{y}年1月1日—{y}年12月31日。",
    "本报告中所列数据的统计期限为{y}年1月1日至12月31日。", "统计期限从{y}年1月1日起，到{y}年12月31日止。",
)  # fmt: skip


def _by_name(name: str) -> Issuer:
    return next(issuer for issuer in issuers() if issuer.name == name)


def specs() -> list[Spec]:
    """Return one report a trap."""
    towns = [issuer for issuer in issuers() if issuer.level == "township"]
    departments = [issuer for issuer in issuers() if issuer.kind == "department" and issuer.level == "county"]
    found: list[Spec] = []

    def add(name: str, issuer: Issuer, year: int, form: str, **rest: object) -> None:
        found.append(Spec(f"y-{name}", "trap year", issuer, year, form, **rest))  # type: ignore[arg-type]

    plain = "{a}政府信息公开工作年度报告"
    for at, (printed, year) in enumerate((("二〇一三", 2013), ("二○○八", 2008), ("二O一一", 2011), ("二〇一〇", 2010),
                                          ("二零一六", 2016), ("二Ｏ一二", 2012), ("二〇二〇", 2020), ("二〇二三", 2023))):  # fmt: skip
        form = "A" if year < 2014 else "B" if year < 2019 else "C" if year < 2021 else "D"
        add(f"words-{at}", towns[at], year, form, title=f"{{a}}{printed}年政府信息公开工作年度报告", family=["text", "trs"][at % 2],
            tables="none" if form == "B" else "html" if at % 2 else "lines")  # fmt: skip
    for at, period in enumerate(PERIODS):
        year = 2010 + 3 * at if at < 3 else 2019 + at
        lead = "根据《中华人民共和国政府信息公开条例》，{n}编制本报告。" + period
        issuer = departments[at]
        add(f"period-{at}", issuer, year, "A" if year < 2014 else "B" if year < 2019 else "D", title=plain, tables="none",
            lead=lead.format(y=year, n=issuer.printed), family=["text", "hanweb", "text_loose", "ucap", "vsb"][at])  # fmt: skip
    add(
        "first-period",
        towns[9],
        2008,
        "A",
        lead="本报告统计期限自2008年5月1日起至2008年12月31日止。",
        title=plain,
        family="text",
    )
    add(
        "body-only",
        towns[10],
        2016,
        "B",
        title=plain,
        tables="none",
        preamble=False,
        family="hanweb",
        date="2017-02-13",
    )
    add("body-only-text", towns[11], 2012, "A", title=plain, preamble=False, show_date=False, signature=False, family="text",
        truth={"published_on": None})  # fmt: skip
    december = {"preamble": False, "date": "2017-12-12", "signature": False}
    add("same-year", _by_name("沧州市气象局"), 2017, "A", title="{a}2017年政务公开工作报告", family="trs", **december)
    add("same-year-2", _by_name("五常市气象局"), 2018, "A", title="{a}2018年政府信息公开工作年度报告", family="ucap",
        preamble=False, date="2018-12-20", signature=False)  # fmt: skip
    for at, (year, date) in enumerate(
        ((2011, "2020-09-28"), (2009, "2015-07-27"), (2012, "2022-03-04"), (2014, "2023-08-21"))
    ):
        add(f"restamped-{at}", departments[5 + at], year, "A", date=date, signature=False, family=["trs", "hanweb", "ucap", "vsb"][at],
            truth={"published_on": None})  # fmt: skip
    add("late", towns[12], 2013, "A", date="2014-12-29", signature=False, family="trs")
    add("backfilled-form", _by_name("巧家县公安局"), 2016, "D", date="2021-11-05", signature=False, family="trs",
        truth={"published_on": None})  # fmt: skip
    add("era-d-lead", towns[13], 2022, "D", title="{a}关于2022年度政府信息公开工作年度报告", date="2023-01-12", family="jpaas",
        lead="根据《中华人民共和国政府信息公开条例》（国务院令第711号，2019年修订）和国办公开办函〔2021〕30号要求，编制2022年度报告。本报告按2021年印发的格式编写，与2020年、2019年的报告口径有所不同。")  # fmt: skip
    add("old-law-lead", departments[9], 2009, "A", family="text", date="2010-03-02",
        lead="根据2007年4月5日公布、2008年5月1日起施行的《政府信息公开条例》（国务院令第492号），特编制2009年度报告。")  # fmt: skip
    add("reused-body", towns[14], 2019, "A", title="{a}2019年政府信息公开工作年度报告", preamble=False, family="ucap", date="2020-01-16",
        parts=(("overview", "一、概述", "2018年，我镇认真开展政府信息公开工作，2018年公开工作取得新进展。"),
               ("proactive_disclosure", "二、主动公开情况", "2018年通过公开栏公布各类事项。"),
               ("requests", "三、依申请公开情况", "本年度未收到政府信息公开申请。"),
               ("problems_improvements", "四、存在的问题及改进情况", "公开的内容还不够丰富，今后将进一步改进。")))  # fmt: skip
    add("many-years", departments[10], 2021, "D", family="gd_post", date="2022-01-18",
        lead="2021年是“十四五”开局之年。对照2020年的工作要点和2022年的新要求，本机关编制2021年度报告，统计期限自2021年1月1日起至2021年12月31日止。")  # fmt: skip
    add("date-only", towns[15], 2020, "A", title=plain, preamble=False, signature=False, family="trs", date="2021-01-20",
        parts=(("overview", "一、概述", "本年度我镇认真开展政府信息公开工作，健全制度，落实责任。"),
               ("proactive_disclosure", "二、主动公开情况", "通过公开栏公布各类事项。"),
               ("requests", "三、依申请公开情况", "未收到政府信息公开申请。"),
               ("problems_improvements", "四、存在的问题及改进情况", "公开的内容还不够丰富，今后将进一步改进。")))  # fmt: skip
    add("undecided", towns[16], 2020, "A", title=plain, preamble=False, signature=False, show_date=False, family="text",
        parts=(("overview", "一、概述", "本年度我镇认真开展政府信息公开工作，健全制度，落实责任。"),
               ("proactive_disclosure", "二、主动公开情况", "通过公开栏公布各类事项。"),
               ("requests", "三、依申请公开情况", "未收到政府信息公开申请。"),
               ("problems_improvements", "四、存在的问题及改进情况", "公开的内容还不够丰富，今后将进一步改进。")),
        truth={"year": None})  # fmt: skip
    add("lost-word", towns[17], 2018, "B", title="{a}2018政府信息公开工作年度报告", tables="none", family="snowflake")
    add("spaced", towns[18], 2017, "B", title="{a}2017 年 度 政府信息公开工作年度报告", tables="none", family="vsb")
    add("doubled", departments[11], 2021, "D", title="2021年度{a}政府信息公开工作年度报告2021年度", family="lonsun")
    add(
        "signed-year",
        departments[12],
        2022,
        "D",
        title="{a}2022年政府信息公开工作年度报告（2023年1月）",
        family="hanweb",
        date="2023-01-17",
    )
    add(
        "announced",
        departments[13],
        2015,
        "B",
        title="{a}关于公布2015年度政府信息公开工作年度报告的公告",
        tables="none",
        family="trs",
    )
    add("cumulative", towns[19], 2011, "A", family="text", date="2012-02-21",
        lead="2008年以来，我镇累计公开政府信息1260条，截至2011年底基本做到应公开尽公开。现将2011年度情况报告如下。")  # fmt: skip
    for at, (printed, year) in enumerate((("2O15", 2015), ("２０１８", 2018), ("2〇12", 2012))):
        add(f"mixed-{at}", departments[15 + at], year, "A" if year < 2014 else "B", tables="none", family=["trs", "text", "vsb"][at],
            title=f"{{a}}{printed}年政府信息公开工作年度报告")  # fmt: skip
    add("span-title", departments[18], 2008, "A", family="hanweb",
        title="{a}关于{y}年5月1日至12月31日政府信息公开工作的年度报告")  # fmt: skip
    add("self-stated", towns[21], 2021, "D", title=plain, family="trs", date="2024-02-02", signature=False,
        lead="2020年10月以来，新一届班子高度重视。与2020年相比，2020年存在的问题得到整改。为保障公众知情权，现将" + towns[21].printed
        + "2021年度政府信息公开工作情况报告如下。", truth={"published_on": "2024-02-02", "_unjudged": ["published_on"]})  # fmt: skip
    add("no-headline", departments[14], 2023, "D", family="trs", dirt=("no_headline",))
    add("no-title-text", towns[20], 2015, "A", family="text", dirt=("no_title",), date="2016-02-01",
        lead="根据《中华人民共和国政府信息公开条例》的规定，现公布" + towns[20].printed + "2015年政府信息公开工作年度报告。统计期限自2015年1月1日起至2015年12月31日止。")  # fmt: skip
    return found

"""Traps about evidence: a bare issuer whose place stands somewhere in the text, a code that only 索引号 holds, scopes."""

from __future__ import annotations

from tests.labelled.make import Spec
from tests.labelled.places import name_of
from tests.labelled.records import Issuer

BARE = "根据《条例》要求，编制本年度报告。统计期限自{y}年1月1日起至{y}年12月31日止。"
WHERE = (  # (printed, full name, level, kind, code, lead, signature, footer)
    ("石桥街道办事处", "简阳市石桥街道办事处", "township", "government", "510185",
     "简阳市石桥街道办事处根据《条例》要求编制本报告。地址：四川省成都市简阳市石桥街道。", "", False),
    ("滨湖镇", "昌吉市滨湖镇人民政府", "township", "government", "652301",
     "根据《条例》要求，新疆昌吉市滨湖镇人民政府编制本报告。", "", True),
    ("三胡乡", "来凤县三胡乡人民政府", "township", "government", "422827", BARE + "在来凤县委、县政府的领导下开展工作。", "来凤县三胡乡人民政府", False),
    ("县水利局", "西吉县水利局", "county", "department", "640422", BARE, "西吉县水利局", True),
    ("市教育局", "凌源市教育局", "county", "department", "211382", "本报告由凌源市教育局编制。联系地址：辽宁省朝阳市凌源市。", "", False),
    ("区审计局", "长寿区审计局", "county", "department", "500115", BARE, "重庆市长寿区审计局", True),
    ("县政府", "永昌县人民政府", "county", "government", "620321", "本年报由永昌县人民政府办公室编制。" + BARE, "永昌县人民政府", True),
    ("州卫生健康委", "恩施土家族苗族自治州卫生健康委员会", "prefecture", "department", "422800",
     "恩施州卫生健康委员会根据《条例》要求编制本报告。", "恩施土家族苗族自治州卫生健康委员会", False),
)  # fmt: skip
CREDIT = (
    ("市水务局", "启东市水务局", "county", "department", "320681"),
    ("县财政局", "仁化县财政局", "county", "department", "440224"),
    ("区统计局", "桥西区统计局", "county", "department", "130104"),
    ("市民政局", "泉州市民政局", "prefecture", "department", "350500"),
)
SCOPES = (  # (issuer, code, level, kind, title, lead, scope)
    ("泉州市人民政府", "350500", "prefecture", "government", "{a}{y}年政府信息公开工作年度报告",
     "本报告由泉州市人民政府综合各县（市、区）人民政府和市直各部门政府信息公开工作年度报告编制而成。", "jurisdiction_aggregate"),
    ("福建省人民政府", "350000", "province", "government", "{a}{y}年全省政府信息公开工作年度报告",
     "本报告综合全省各设区市人民政府和省直各部门的年度报告编制。", "jurisdiction_aggregate"),
    ("海关总署", "000000", "central", "department", "海关总署{y}年海关系统政府信息公开工作年度报告",
     "本报告汇总海关总署及全国海关系统的情况。", "system_aggregate"),
    ("海关总署", "000000", "central", "department", "海关总署{y}年政府信息公开工作年度报告（本级机关）", "本报告反映海关总署机关本级的情况。", "own"),
)  # fmt: skip


def specs() -> list[Spec]:
    """Return the reports of every trap about evidence in the text, in 索引号, and about scope."""
    found = []
    for at, (printed, name, level, kind, code, lead, signature, footer) in enumerate(WHERE):
        year, form = 2015 + at, "BBBBCCDD"[at]
        found.append(Spec(
            f"x-where-{at}", "trap place text", Issuer(printed, name, level, kind, code), year, form, outline=("generic2" if form == "B" else "0"),
            family=("text", "text_loose")[at % 2], tables="none" if form == "B" else "missing", lead=lead.format(y=year),
            signed=signature, signature=bool(signature), dirt=("footer",) if footer else ()))  # fmt: skip
    for at, (printed, name, level, kind, code) in enumerate(CREDIT):
        found.append(Spec(f"x-credit-{at}", "trap place credit", Issuer(printed, name, level, kind, code), 2021 + at, "D",
                          family=("hanweb", "trs", "ucap", "lonsun")[at], metas=False, credit=f"11{code}MB0X1234{at}A",
                          site_name=name_of(code) + "人民政府"))  # fmt: skip
    for at, (name, code, level, kind, title, lead, scope) in enumerate(SCOPES):
        found.append(Spec(f"x-scope-{at}", "trap scope", Issuer(name, name, level, kind, code), 2020 + at, "C" if at == 0 else "D",
                          family="trs", title=title, lead=lead, truth={"report_scope": scope, "_unjudged": ["agency_kind"]}))  # fmt: skip
    return found

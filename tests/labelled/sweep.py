"""Every county of the table once, with one body or township each: short names written out, kinds told, districts under their city."""

from __future__ import annotations

import random

from tests.labelled.make import Spec
from tests.labelled.places import counties, name_of, place
from tests.labelled.records import Issuer

BODIES = """
人社局|人力资源和社会保障局|department
发改局|发展和改革局|department
卫健委|卫生健康委员会|department
住建局|住房和城乡建设局|department
市场监管局|市场监督管理局|department
文旅局|文化和旅游局|department
应急管理局|应急管理局|department
退役军人局|退役军人事务局|department
医保局|医疗保障局|department
城管局|城市管理局|department
自然资源局|自然资源局|department
交通局|交通运输局|department
科技局|科学技术局|department
司法局|司法局|department
民政局|民政局|department
财政局|财政局|department
统计局|统计局|department
信访局|信访局|department
政府办公室|人民政府办公室|government_office
人民政府办公室|人民政府办公室|government_office
气象局|气象局|vertical_agency
消防救援大队|消防救援大队|vertical_agency
烟草专卖局|烟草专卖局|vertical_agency
红十字会|红十字会|authorised_body
供销合作社联合社|供销合作社联合社|authorised_body
残联|残联|authorised_body
图书馆|图书馆|public_institution
疾病预防控制中心|疾病预防控制中心|public_institution
经济开发区管委会|经济开发区管理委员会|development_zone
""".strip().splitlines()
RENAMED = ("370116", "510118", "520281", "330111", "330604", "370812", "540102", "330113")  # under today's name only
TOWNS = (
    "太平镇",
    "和平乡",
    "新华街道",
    "城关镇",
    "东风街道办事处",
    "红旗镇人民政府",
    "长安乡",
    "朝阳街道",
    "中山镇",
    "兴隆镇政府",
)
TITLES = (
    "{a}{y}年政府信息公开工作年度报告",
    "{y}年度{a}政府信息公开工作年度报告",
    "{a}{y}年信息公开工作年报",
    "{a}{y}年度政府信息公开年度报告",
)


def _town(printed: str) -> str:
    stem = printed.removesuffix("人民政府").removesuffix("政府").removesuffix("办事处")
    return stem + ("办事处" if stem.endswith("街道") else "人民政府")


def specs() -> list[Spec]:
    """Return a body's or a township's report for each county of the table, half of them without any page around."""
    found = []
    for at, code in enumerate(counties()):
        rng, county = random.Random(code), name_of(code)
        above = place(code)["prefecture_name"] or {"11": "北京市", "12": "天津市", "31": "上海市", "50": "重庆市"}.get(
            code[:2], ""
        )
        prefix = above + county if county.endswith("区") and above else county
        short, full, kind = BODIES[at % len(BODIES)].split("|")
        also = (county + "残疾人联合会",) if full == "残联" else (prefix + full,)
        level = "township" if kind == "development_zone" else "county"
        town = TOWNS[at % len(TOWNS)]
        which = (at // 2) % 2  # a department of one county, a township of the next
        issuer = (
            Issuer(prefix + short, county + full, level, kind, code, also),
            Issuer(prefix + town, county + _town(town), "township", "government", code),
        )[which]
        year = rng.randint(2021 if code in RENAMED else 2008, 2025)
        form = "A" if year < 2019 else "C" if year < 2021 else "D"
        found.append(Spec(f"v-{code}-{which}", "sweep", issuer, year, form, outline="short" if form == "A" else "0",
                          family=("text", "trs")[(at + which) % 2], tables="missing", title=TITLES[(at + which) % 4],
                          metas=at % 3 > 0, index=at % 2 > 0, preamble=at % 4 > 0))  # fmt: skip
    return found

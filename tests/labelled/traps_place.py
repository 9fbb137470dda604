"""Traps about who reports and where: bare names, shared names, former names, lying metas, scopes, special bodies."""

from __future__ import annotations

from tests.labelled.make import Spec
from tests.labelled.records import Issuer

ZONES = (  # (printed, full name, other full names, level, kind, code of the host, site's name)
    ("净月高新区教育局", "长春市净月高新区教育局", (), "county", "department", "220100", "长春净月高新技术产业开发区"),
    ("仲恺高新区管委会", "惠州市仲恺高新区管理委员会", (), "county", "development_zone", "441300", "仲恺高新区"),
    ("大亚湾经济技术开发区住房和城乡建设局", "惠州市大亚湾经济技术开发区住房和城乡建设局", (), "county", "department", "441300",
     "大亚湾经济技术开发区"),
    ("横琴新区管理委员会", "珠海市横琴新区管理委员会", (), "county", "development_zone", "440400", "横琴新区"),
    ("合肥新站高新技术产业开发区管理委员会", "合肥新站高新技术产业开发区管理委员会", (), "county", "development_zone", "340100", ""),
    ("启东经济开发区管理委员会", "启东经济开发区管理委员会", (), "township", "development_zone", "320681", ""),
    ("大连金普新区管理委员会", "大连金普新区管理委员会", (), "county", "development_zone", "210200", ""),
    ("两江新区管理委员会", "两江新区管理委员会", (), "prefecture", "development_zone", "500000", ""),
)  # fmt: skip
UNDECIDED = {"agency_name": None, "province": None, "agency_level": None, "agency_kind": None, "report_scope": None}
BARE = (  # (printed, full name, level, kind, code): the site tells the place
    ("市教育局", "固原市教育局", "prefecture", "department", "640400"),
    ("市财政局", "桐乡市财政局", "county", "department", "330483"),
    ("县卫生健康局", "临邑县卫生健康局", "county", "department", "371424"),
    ("区民政局", "长寿区民政局", "county", "department", "500115"),
    ("城关镇", "永昌县城关镇人民政府", "township", "government", "620321"),
    ("三河镇", "大埔县三河镇人民政府", "township", "government", "441422"),
    ("鼓楼区", "鼓楼区人民政府", "county", "government", "320106"),
    ("鼓楼区", "鼓楼区人民政府", "county", "government", "350102"),
    ("鼓楼区", "鼓楼区人民政府", "county", "government", "410204"),
    ("鼓楼区", "鼓楼区人民政府", "county", "government", "320302"),
    ("城关区", "城关区人民政府", "county", "government", "620102"),
    ("城关区", "城关区人民政府", "county", "government", "540102"),
    ("西湖区审计局", "西湖区审计局", "county", "department", "360103"),
    ("西湖区审计局", "西湖区审计局", "county", "department", "330106"),
    ("朝阳区水务局", "朝阳区水务局", "county", "department", "220104"),
    ("通州区司法局", "通州区司法局", "county", "department", "320612"),
    ("市中区", "市中区人民政府", "county", "government", "511102"),
    ("桥西区应急管理局", "桥西区应急管理局", "county", "department", "130104"),
    ("省水利厅", "湖北省水利厅", "province", "department", "420000"),
    ("州民政局", "恩施土家族苗族自治州民政局", "prefecture", "department", "422800"),
    ("旗农牧局", "阿巴嘎旗农牧局", "county", "department", "152522"),
    ("区政府办公室", "秀英区人民政府办公室", "county", "government_office", "460105"),
)
NOWHERE = (("市教育局", "department"), ("鼓楼区", "government"), ("城关镇", "government"), ("县财政局", "department"),
           ("朝阳区教育局", "department"), ("城关区", "government"))  # fmt: skip
FORMER = (  # (printed, names that are right, code today, year, judged besides name, province and year)
    (
        "新津县",
        ("新津县人民政府", "新津区人民政府"),
        "510118",
        2017,
        {"agency_level": "county", "prefecture_name": "成都市"},
    ),
    (
        "富阳市",
        ("富阳市人民政府", "富阳区人民政府"),
        "330111",
        2012,
        {"agency_level": "county", "prefecture_name": "杭州市"},
    ),
    (
        "兖州市",
        ("兖州市人民政府", "兖州区人民政府"),
        "370812",
        2011,
        {"agency_level": "county", "prefecture_name": "济宁市"},
    ),
    (
        "上虞市财政局",
        ("上虞市财政局", "上虞区财政局"),
        "330604",
        2012,
        {"agency_level": "county", "prefecture_name": "绍兴市"},
    ),
    ("莱芜市", ("莱芜市人民政府", "莱芜区人民政府"), "370116", 2015, {}),
    (
        "毕节地区",
        ("毕节地区人民政府", "毕节市人民政府", "毕节地区行政公署"),
        "520500",
        2009,
        {"agency_level": "prefecture"},
    ),
    ("崇文区", ("崇文区人民政府", "东城区人民政府"), "110101", 2009, {"agency_level": "county"}),
    ("上海市闸北区", ("闸北区人民政府", "静安区人民政府"), "310106", 2013, {"agency_level": "county"}),
    (
        "哈密地区",
        ("哈密地区人民政府", "哈密地区行政公署", "哈密市人民政府"),
        "650500",
        2013,
        {"agency_level": "prefecture"},
    ),
)
SPECIAL = (  # (printed, full, level, kind, code, other truth, preamble)
    ("新疆生产建设兵团教育局", "新疆生产建设兵团教育局", "province", "department", "650000", {}, ""),
    ("新疆生产建设兵团", "新疆生产建设兵团", "province", "", "650000", {}, ""),
    ("第八师石河子市", "第八师石河子市", "prefecture", "", "650000", {}, "按照兵团部署，第八师石河子市编制本报告。"),
    (
        "中华人民共和国拱北海关",
        "拱北海关",
        "other",
        "vertical_agency",
        "440000",
        {},
        "本报告由拱北海关编制。地址：广东省珠海市九洲大道东。",
    ),
    ("海关总署", "海关总署", "central", "department", "000000", {}, ""),
    (
        "云南滇中新区管理委员会",
        "云南滇中新区管理委员会",
        "prefecture",
        "development_zone",
        "530000",
        {},
        "滇中新区位于云南省昆明市。",
    ),
    (
        "昆明市五华区五华科技产业园管理委员会",
        "五华区五华科技产业园管理委员会",
        "township",
        "development_zone",
        "530102",
        {},
        "",
    ),
    ("泰安市住房公积金管理中心", "泰安市住房公积金管理中心", "prefecture", "public_institution", "370900", {}, ""),
    ("桐乡市第一人民医院", "桐乡市第一人民医院", "county", "public_institution", "330483", {}, ""),
    ("启东市供销合作总社", "启东市供销合作总社", "county", "authorised_body", "320681", {}, ""),
    ("国家税务总局兰州市城关区税务局", "国家税务总局兰州市城关区税务局", "county", "vertical_agency", "620102", {}, ""),
    ("国家统计局启东调查队", "国家统计局启东调查队", "county", "vertical_agency", "320681", {}, ""),
    ("国家税务总局大庆市税务局", "国家税务总局大庆市税务局", "prefecture", "vertical_agency", "230600", {}, ""),
    ("台州市自然资源和规划局黄岩分局", "台州市自然资源和规划局黄岩分局", "county", "department", "331003", {}, ""),
    ("吉林省吉林市船营区", "船营区人民政府", "county", "government", "220204", {}, ""),
    ("湖南省张家界市", "张家界市人民政府", "prefecture", "government", "430800", {}, ""),
    ("甘肃省临夏回族自治州", "临夏回族自治州人民政府", "prefecture", "government", "622900", {}, ""),
    ("海南藏族自治州", "海南藏族自治州人民政府", "prefecture", "government", "632500", {}, ""),
    ("乌海市海南区", "海南区人民政府", "county", "government", "150303", {}, ""),
    (
        "全省气象部门",
        "广东省气象局",
        "province",
        "vertical_agency",
        "440000",
        {"report_scope": "system_aggregate"},
        "本报告由广东省气象局综合全省气象部门的情况编制。",
    ),
    ("石狮市人民政府（本级）", "石狮市人民政府", "county", "government", "350581", {}, ""),
    (
        "沈阳海关关区",
        "沈阳海关",
        "prefecture",
        "vertical_agency",
        "210100",
        {"report_scope": "system_aggregate"},
        "地址：辽宁省沈阳市。",
    ),
)


def specs() -> list[Spec]:
    """Return the reports of every trap about issuer and place."""
    found = [
        *_bare(),
        *_nowhere(),
        *_former(),
        *_special(),
        *_lies(),
        *_conflicts(),
        *_parents(),
        *_zones(),
        *_corps(),
        *_offices(),
    ]
    return found


def _bare() -> list[Spec]:
    families = ("trs", "hanweb", "ucap", "vsb", "gd_post", "lonsun")
    return [
        Spec(f"w-bare-{at:02d}", "trap place bare", Issuer(printed, name, level, kind, code), 2019 + at % 6,
             "C" if at % 6 < 2 else "D", family=families[at % 6])
        for at, (printed, name, level, kind, code) in enumerate(BARE)
    ]  # fmt: skip


def _nowhere() -> list[Spec]:
    """Nothing on the page tells which place is meant: the right answer is to say so."""
    return [
        Spec(f"w-nowhere-{at}", "trap place undecided", Issuer(printed, printed, "county", kind, "330483"), 2021, "D",
             family="text", tables="missing", preamble=False,
             truth=UNDECIDED | {"prefecture_name": None, "county_name": None})
        for at, (printed, kind) in enumerate(NOWHERE)
    ]  # fmt: skip


def _former() -> list[Spec]:
    found = []
    for at, (printed, names, code, year, judged) in enumerate(FORMER):
        kind = "department" if printed.endswith("局") else "government"
        issuer = Issuer(printed, names[0], "county", kind, code, names[1:])
        spec = Spec(f"w-former-{at}", "trap place former", issuer, year, "A" if year < 2014 else "B",
                    family=("trs", "text")[at % 2], tables="none", site_name=printed.removesuffix("财政局") + "人民政府")  # fmt: skip
        dropped = {name: None for name in ("agency_level", "prefecture_name", "county_name") if name not in judged}
        spec.truth.update({"_unjudged": [*dropped], **judged})
        found.append(spec)
    return found


def _special() -> list[Spec]:
    found = []
    for at, (printed, name, level, kind, code, truth, lead) in enumerate(SPECIAL):
        also = (name + "人民政府", "新疆生产建设兵团" + name) if not kind else ()
        issuer = Issuer(printed, name, level, kind, code, also)
        spec = Spec(f"w-special-{at:02d}", "trap place special", issuer, 2020 + at % 4, "C" if at % 4 == 0 else "D",
                    family=("trs", "hanweb", "text_loose", "ucap")[at % 4], lead=lead, site_code="" if level == "other" else None,
                    tables="html" if at % 4 != 2 else "pipes")  # fmt: skip
        spec.truth.update(truth)
        unjudged = [] if kind else ["agency_kind", "prefecture_name", "county_name"]
        if level == "other":
            unjudged += ["prefecture_name", "county_name"]
        spec.truth["_unjudged"] = unjudged
        found.append(spec)
    return found


def _lies() -> list[Spec]:
    """Metas that contradict what title, text and footer say: two signals that agree win."""
    tongxiang = Issuer("桐乡市财政局", "桐乡市财政局", "county", "department", "330483")
    changshou = Issuer("重庆市长寿区", "长寿区人民政府", "county", "government", "500115")
    pingchuan = Issuer(
        "平川区发展和改革局",
        "平川区发展和改革局",
        "county",
        "department",
        "620403",
    )
    ningguo = Issuer("宁国市", "宁国市人民政府", "county", "government", "341881")
    silent = "{y}年政府信息公开工作年度报告"
    return [
        Spec("w-lie-code", "trap place lies", tongxiang, 2020, "C", site_code="621222", family="hanweb"),
        Spec("w-lie-name", "trap place lies", changshou, 2021, "D", site_name="齐齐哈尔市人民政府", family="trs"),
        Spec("w-lie-both", "trap place lies", ningguo, 2022, "D", site_code="341702", family="ucap"),
        Spec("w-old-code", "trap place lies", Issuer("成都市新津区", "新津区人民政府", "county", "government", "510118"), 2021,
             "D", site_code="510132", family="ucap"),
        Spec("w-silent-title", "trap place lies", pingchuan, 2025, "D", title=silent, family="jpaas",
             lead="本报告由白银市平川区发展和改革局编制，统计期限自2025年1月1日起至2025年12月31日止。"),
        Spec("w-silent-signed", "trap place lies", Issuer("永昌县财政局", "永昌县财政局", "county", "department", "620321"), 2014,
             "A", title=silent, family="hanweb", preamble=False, index=False),
        Spec("w-silent-text", "trap place lies", Issuer("昌吉市滨湖镇", "昌吉市滨湖镇人民政府", "township", "government", "652301"),
             2018, "A", title=silent, family="text",
             lead="根据《条例》要求，昌吉市滨湖镇人民政府编制2018年度报告。联系地址：新疆昌吉州昌吉市滨湖镇。"),
        Spec("w-silent-metas", "trap place lies", Issuer("仁化县教育局", "仁化县教育局", "county", "department", "440224"), 2022,
             "D", title=silent, family="gkmlpt", preamble=False, signature=False),
    ]  # fmt: skip


def _conflicts() -> list[Spec]:
    """A bare name, and signals that name different places: nothing agrees, so nothing is decided."""
    found = []
    for at, (printed, kind, code, other) in enumerate(
        (
            ("市财政局", "department", "330483", "凌源市人民政府"),
            ("县水利局", "department", "640422", "仁化县人民政府"),
            ("鼓楼区", "government", "350102", "开封市鼓楼区人民政府"),
            ("城关镇", "government", "620321", "舒城县人民政府"),
        )
    ):
        issuer = Issuer(printed, printed, "county", kind, code)
        found.append(
            Spec(f"w-conflict-{at}", "trap place undecided", issuer, 2022, "D", family=("trs", "ucap", "hanweb", "vsb")[at],
                 site_name=other, dirt=("nameless_host",), truth=UNDECIDED | {"prefecture_name": None, "county_name": None, "_unjudged": ["prefecture_name", "county_name"]})
        )  # fmt: skip
    return found


def _parents() -> list[Spec]:
    """Township and department reports that speak of the government above them all the time."""
    found = []
    for at, (printed, name, level, kind, code) in enumerate((
        ("简阳市石桥街道", "简阳市石桥街道办事处", "township", "government", "510185"),
        ("乐平市镇桥镇", "乐平市镇桥镇人民政府", "township", "government", "360281"),
        ("武冈市邓元泰镇", "武冈市邓元泰镇人民政府", "township", "government", "430581"),
        ("海宁市水利局", "海宁市水利局", "county", "department", "330481"),
        ("阜康市滋泥泉子镇", "阜康市滋泥泉子镇人民政府", "township", "government", "652302"),
        ("涿州市市监局", "涿州市市场监督管理局", "county", "department", "130681"),
    )):  # fmt: skip
        lead = ("在市委、市政府的正确领导下，按照省、市有关要求和全市政务公开工作会议部署，认真落实市人民政府办公室的通知精神。"
                "自治区、州、市三级主管部门给予了大力指导。现将{y}年情况报告如下。")  # fmt: skip
        found.append(Spec(f"w-parent-{at}", "trap place parents", Issuer(printed, name, level, kind, code), 2016 + at, "ABBCDD"[at],
                          lead=lead.format(y=2016 + at), family=("trs", "text", "vsb")[at % 3],
                          tables="none" if "ABBCDD"[at] in "AB" else "html" if at % 3 != 1 else "lines"))  # fmt: skip
    return found


def _zones() -> list[Spec]:
    """Zones whose names hold no division on hosts that no list knows, and others: one tier below their host."""
    found = []
    for at, (printed, name, also, level, kind, code, site) in enumerate(ZONES):
        spec = Spec(f"w-zone-{at}", "trap place zone", Issuer(printed, name, level, kind, code, also), 2020 + at % 3, "CDD"[at % 3],
                    family=("trs", "hanweb", "ucap", "vsb")[at % 4], site_name=site,
                    **({"site_code": "", "dirt": ("nameless_host",)} if site else {}))  # fmt: skip
        found.append(spec)
    return found


def _corps() -> list[Spec]:
    """A division of the corps by its short name; a printed zone that the signature writes in full."""
    first = Issuer("一师阿拉尔市教育局", "第一师阿拉尔市教育局", "prefecture", "department", "650000")
    eighth = Issuer("八师石河子市", "第八师石河子市", "prefecture", "", "650000", ("第八师石河子市人民政府",))
    zone = Issuer("净月高新区财政局", "长春净月高新技术产业开发区财政局", "county", "department", "220100")
    blind = {"_unjudged": ["prefecture_name", "county_name", "agency_kind"]}
    return [
        Spec("w-corps-0", "trap place special", first, 2022, "D", family="trs", truth=dict(blind)),
        Spec("w-corps-1", "trap place special", eighth, 2021, "D", family="ucap", truth=dict(blind)),
        Spec("w-zone-signed", "trap place zone", zone, 2021, "D", family="hanweb", site_code="", dirt=("nameless_host",),
             site_name="净月高新区", signed="长春净月高新技术产业开发区财政局", index=False),
    ]  # fmt: skip


def _offices() -> list[Spec]:
    """The office of a bureau signs for its bureau."""
    issuer = Issuer("永昌县财政局", "永昌县财政局", "county", "department", "620321")
    return [
        Spec("w-office-signed", "trap place text", issuer, 2009, "A", title="{y}年政府信息公开年度报告", family="vsb",
             preamble=False, index=False, metas=False, signed="永昌县财政局办公室"),
    ]  # fmt: skip

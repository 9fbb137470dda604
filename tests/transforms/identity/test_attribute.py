"""Who, where, which level: evidence completes a name, two signals agree, and what nothing decides is not guessed."""

import pytest

from schemas.records import Document
from transforms.identity.attribute import Attribution, attribute
from transforms.text.clean import clean

TAIL = "政府信息公开工作年度报告"
PLAIN = "根据条例的要求编制本报告。\n一、总体情况\n工作平稳。"


def told(title: str, text: str = PLAIN, signature: str = "", url: str = "", year: int = 2021, **fields) -> Attribution:
    document = Document(text, page_title=title, **fields)
    return attribute(document, clean(document), title, signature, None, url, year)


def name_of(printed: str, **evidence) -> Attribution:
    return told(f"{printed}2021年{TAIL}", **evidence)


def code(value: str) -> dict[str, dict[str, str]]:
    return {"metas": {"siteidcode": value + "0009"}}


@pytest.mark.parametrize(
    ("printed", "name", "level", "kind"),
    [
        ("永昌县", "永昌县人民政府", "county", "government"),
        ("凉州区发改局", "凉州区发展和改革局", "county", "department"),
        ("桐乡市人社局", "桐乡市人力资源和社会保障局", "county", "department"),
        ("湘西州教育局", "湘西土家族苗族自治州教育局", "prefecture", "department"),
        ("黔东南州", "黔东南苗族侗族自治州人民政府", "prefecture", "government"),
        ("科右前旗", "科尔沁右翼前旗人民政府", "county", "government"),
        ("锡林郭勒盟", "锡林郭勒盟行政公署", "prefecture", "government"),
        ("永昌县县政府办公室", "永昌县人民政府办公室", "county", "government_office"),
        ("吉林市", "吉林市人民政府", "prefecture", "government"),
        ("海南州财政局", "海南藏族自治州财政局", "prefecture", "department"),
        ("济源市", "济源市人民政府", "county", "government"),
        ("浦东新区教育局", "浦东新区教育局", "county", "department"),
        ("东莞市虎门镇", "东莞市虎门镇人民政府", "township", "government"),
        ("北京市朝阳区十八里店地区办事处", "朝阳区十八里店地区办事处", "township", "government"),
        ("定安县住房和城乡建设局", "定安县住房和城乡建设局", "county", "department"),
        ("长沙市场监督管理局", "长沙市市场监督管理局", "prefecture", "department"),
        ("国家税务总局石家庄市桥西区税务局", "国家税务总局石家庄市桥西区税务局", "county", "vertical_agency"),
        ("国家统计局九江调查队", "国家统计局九江调查队", "prefecture", "vertical_agency"),
        ("中华人民共和国拱北海关", "拱北海关", "other", "vertical_agency"),
        ("海关总署", "海关总署", "central", "department"),
        ("国家卫健委", "国家卫生健康委员会", "central", "department"),
        ("中共永昌县委办公室", "中共永昌县委办公室", "county", "party_joint"),
        ("泰安市住房公积金管理中心", "泰安市住房公积金管理中心", "prefecture", "public_institution"),
        ("广州市国资委", "广州市国有资产监督管理委员会", "prefecture", "department"),
        ("温州高新区管委会", "温州高新区管理委员会", "county", "development_zone"),
        ("五华县工业园区管理委员会", "五华县工业园区管理委员会", "township", "development_zone"),
        ("云南滇中新区管理委员会", "云南滇中新区管理委员会", "prefecture", "development_zone"),
        ("广州开发区财政局", "广州开发区财政局", "county", "department"),
        ("梅州市公安局梅县分局", "梅州市公安局梅县分局", "county", "department"),
        ("新疆生产建设兵团水利局", "新疆生产建设兵团水利局", "province", "department"),
        ("第八师石河子市财政局", "第八师石河子市财政局", "prefecture", "department"),
        ("财政部河北监管局", "财政部河北监管局", "province", "vertical_agency"),
        ("中国人民银行昌吉州中心支行", "中国人民银行昌吉州中心支行", "prefecture", "vertical_agency"),
        ("国家统计局桐乡调查队", "国家统计局桐乡调查队", "county", "vertical_agency"),
        ("泰州医药高新技术产业开发区", "泰州医药高新技术产业开发区", "county", "development_zone"),
        ("平潭综合实验区管委会", "平潭综合实验区管理委员会", "prefecture", "development_zone"),
        ("和县", "和县人民政府", "county", "government"),
        ("桐乡市崇福镇人民政府办公室", "桐乡市崇福镇人民政府办公室", "township", "government_office"),
        ("第七师一二五团", "第七师一二五团", "township", "government"),
        ("石河子市教育局", "石河子市教育局", "county", "department"),
    ],
)
def test_name_level_kind(printed, name, level, kind):
    found = name_of(printed)
    assert (found.agency_name, found.agency_level, found.agency_kind) == (name, level, kind)
    assert found.is_xpcc == (printed.startswith("第") or "兵团" in printed)


@pytest.mark.parametrize(
    ("printed", "site", "name", "place"),
    [
        ("市教育局", "640400", "固原市教育局", ("ningxia", "固原市", "")),
        ("市财政局", "330483", "桐乡市财政局", ("zhejiang", "嘉兴市", "桐乡市")),
        ("市市场监管局", "330483", "桐乡市市场监督管理局", ("zhejiang", "嘉兴市", "桐乡市")),
        ("市场监督管理局", "330483", "桐乡市市场监督管理局", ("zhejiang", "嘉兴市", "桐乡市")),
        ("市民政局", "640400", "固原市民政局", ("ningxia", "固原市", "")),
        ("区人社局", "110108", "海淀区人力资源和社会保障局", ("beijing", "", "海淀区")),
        ("县政府办", "620321", "永昌县人民政府办公室", ("gansu", "金昌市", "永昌县")),
        ("自治区水利厅", "640000", "宁夏回族自治区水利厅", ("ningxia", "", "")),
        ("区政府", "320106", "鼓楼区人民政府", ("jiangsu", "南京市", "鼓楼区")),
        ("省水利厅", "420000", "湖北省水利厅", ("hubei", "", "")),
        ("鼓楼区", "320106", "鼓楼区人民政府", ("jiangsu", "南京市", "鼓楼区")),
        ("鼓楼区", "410204", "鼓楼区人民政府", ("henan", "开封市", "鼓楼区")),
        ("城关镇", "620321", "永昌县城关镇人民政府", ("gansu", "金昌市", "永昌县")),
        ("滨湖镇", "652300", "昌吉市滨湖镇人民政府", ("xinjiang", "昌吉回族自治州", "昌吉市")),
        ("新津区教育局", "510132", "新津区教育局", ("sichuan", "成都市", "新津区")),
        ("市生态环境局梅县分局", "441400", "梅州市生态环境局梅县分局", ("guangdong", "梅州市", "梅县区")),
    ],
)
def test_site_code_completes_a_name(printed, site, name, place):
    found = name_of(printed, **code(site))
    assert found.agency_name == name
    assert (found.province, found.prefecture_name, found.county_name) == place


@pytest.mark.parametrize(
    "printed", ["市教育局", "鼓楼区", "城关镇", "滨湖镇", "县财政局", "朝阳区教育局", "凉州发改局", "通州财政局"]
)
def test_one_weak_signal_decides_nothing(printed):
    found = name_of(printed)
    assert found.undecided in ("undecided_place", "undecided_county") and found.agency_name == ""


@pytest.mark.parametrize(
    "evidence",
    [
        {"signature": "桐乡市财政局"},
        {"text": "本报告由桐乡市财政局根据《中华人民共和国政府信息公开条例》编制。"},
        {"index_block": {"发布机构": "桐乡市财政局"}},
        {"metas": {"contentsource": "桐乡市财政局"}},
        {"breadcrumb": "首页 > 政务公开 > 桐乡市财政局 > 年报"},
        {"text": f"桐乡市财政局2021年{TAIL}，现予公布。"},
    ],
)
def test_issuer_of_an_untitled_report(evidence):
    assert told(f"2021年{TAIL}", **evidence).agency_name == "桐乡市财政局"


def test_body_beats_metadata():
    found = told(
        f"2025年{TAIL}",
        "白银市平川区发展和改革局2025年政府信息公开工作年度报告",
        index_block={"所属机构": "平川区政府办"},
    )
    assert found.agency_name == "平川区发展和改革局"


def test_issuer_over_the_year_line():
    text = f"毕节市\n2014年{TAIL}\n\n{PLAIN}"
    assert told(f"2014年{TAIL}", text, year=2014).agency_name == "毕节市人民政府"


def test_office_that_compiled_speaks_for_its_government():
    text = "本报告由桐乡市人民政府办公室根据条例编制。"
    assert told(f"2021年{TAIL}", text + "全市共公开信息。").agency_name == "桐乡市人民政府"
    assert told(f"2021年{TAIL}", text + "我办共公开信息。").agency_name == "桐乡市人民政府办公室"


def test_signature_completes_a_relative_name():
    assert name_of("市财政局", signature="桐乡市财政局").agency_name == "桐乡市财政局"


def test_the_parent_government_is_not_the_issuer():
    lead = "在市委、市政府的领导下，按照市人民政府办公室的通知，全市公开工作有序开展。"
    assert name_of("海宁市水利局", text=lead).agency_name == "海宁市水利局"


@pytest.mark.parametrize(
    ("printed", "year", "agency_id", "name", "level"),
    [
        ("新津县", 2015, "510118:人民政府", "新津县人民政府", "county"),
        ("新津区", 2021, "510118:人民政府", "新津区人民政府", "county"),
        ("铜仁市", 2009, "520602:人民政府", "铜仁市人民政府", "county"),
        ("铜仁市", 2015, "520600:人民政府", "铜仁市人民政府", "prefecture"),
        ("崇文区", 2009, "110103:崇文区人民政府", "崇文区人民政府", "county"),
        ("东城区", 2009, "110101:人民政府", "东城区人民政府", "county"),
        ("巢湖市", 2009, "341400:巢湖市人民政府", "巢湖市人民政府", "prefecture"),
        ("巢湖市", 2015, "340181:人民政府", "巢湖市人民政府", "county"),
    ],
)
def test_former_places(printed, year, agency_id, name, level):
    """Renamed places keep one identity; merged ones never take that of the place that took them in."""
    found = name_of(printed, year=year)
    assert (found.agency_id, found.agency_name, found.agency_level) == (agency_id, name, level)


def test_full_and_short_names_are_one_agency():
    pairs = [
        ("人社局", "人力资源和社会保障局"),
        ("卫健委", "卫生健康委员会"),
        ("住建局", "住房和城乡建设局"),
        ("政府办", "人民政府办公室"),
    ]
    for short, full in pairs:
        assert name_of("桐乡市" + short).agency_id == name_of("桐乡市" + full).agency_id
    assert name_of("泰州高新区").agency_id == name_of("泰州高新区管委会").agency_id
    assert name_of("桐乡市税务局").agency_id == name_of("国家税务总局桐乡市税务局").agency_id


@pytest.mark.parametrize(
    ("title", "lead", "scope"),
    [
        (f"石狮市（本级）2020年{TAIL}", "", "own"),
        (f"石狮市2020年{TAIL}", "", "own"),
        (f"福建省2020年全省{TAIL}", "", "jurisdiction_aggregate"),
        (f"泉州市2020年{TAIL}", "本报告综合各县（市、区）和各部门年度报告编制。", "jurisdiction_aggregate"),
        (f"海关总署2020年海关系统{TAIL}", "", "system_aggregate"),
        (f"城关区2020年{TAIL}", "兰州市城关区编制。", "own"),
    ],
)
def test_scope(title, lead, scope):
    assert told(title, lead + PLAIN).report_scope == scope


def test_agreement_raises_confidence_and_contradiction_is_flagged():
    alone, agreed = name_of("桐乡市财政局"), name_of("桐乡市财政局", **code("330483"))
    against = name_of("桐乡市财政局", **code("620321"))
    assert "single_signal_jurisdiction" in alone.flags and "single_signal_jurisdiction" not in agreed.flags
    assert against.confidence_agency <= alone.confidence_agency < agreed.confidence_agency
    assert "host_region_mismatch" in against.flags and against.county_name == "桐乡市"
    assert "against_site_id_code:620321" in against.evidence


def test_host_and_credit_code_settle_a_shared_name():
    assert name_of("鼓楼区", url="http://www.njgl.gov.cn/a.html").prefecture_name == "南京市"
    block = {"索引号": "11130104000123456A/2021-001"}
    assert name_of("桥西区", index_block=block).prefecture_name == "石家庄市"
    assert name_of("西湖区", text="本区位于浙江省杭州市。地址：杭州市西湖区文三路。").prefecture_name == "杭州市"


def test_two_bodies_in_one_title():
    found = name_of("永昌县文化和旅游局、永昌县文物局")
    assert found.agency_name == "永昌县文化和旅游局" and "joint_issuers" in found.flags


@pytest.mark.parametrize(("printed", "site", "other"), [
    ("市财政局", "330483", "凌源市"), ("鼓楼区", "350102", "开封市鼓楼区"), ("城关镇", "620321", "舒城县"),
])  # fmt: skip
def test_claims_that_contradict_each_other_decide_nothing(printed, site, other):
    frame = f"{other}人民政府 主办：{other}人民政府 承办：{other}人民政府办公室"
    found = name_of(printed, metas={"siteidcode": site + "0009", "sitename": f"{other}人民政府"}, chrome=frame)
    assert found.undecided == "undecided_place" and not found.agency_name


@pytest.mark.parametrize(
    ("printed", "site", "name", "level"),
    [
        ("本溪市民政局", "210500", "本溪市民政局", "prefecture"),
        ("本溪满族自治县教育局", "210521", "本溪满族自治县教育局", "county"),
        ("将乐县", "350428", "将乐县人民政府", "county"),
        ("向阳区", "230803", "向阳区人民政府", "county"),
        ("向塘镇人民政府", "360121", "南昌县向塘镇人民政府", "township"),
        ("经信局", "330483", "桐乡市经济和信息化局", "county"),
        ("长沙市司法局2021年度部门", "430100", "长沙市司法局", "prefecture"),
        ("泉州市石狮生态环境局", "350581", "泉州市石狮生态环境局", "county"),
        ("杨凌示范区管理委员会", "610000", "杨凌示范区管理委员会", "prefecture"),
    ],
)
def test_names_that_begin_like_a_sentence_or_name_two_places(printed, site, name, level):
    answer = name_of(printed, **code(site))
    assert (answer.undecided, answer.agency_name, answer.agency_level) == ("", name, level)


@pytest.mark.parametrize("printed", ["本局", "我市", "各乡镇人民政府", "本镇人民政府", "向社会"])
def test_words_for_oneself_are_no_name(printed):
    assert name_of(printed, **code("330483")).undecided == "undecided_agency"


@pytest.mark.parametrize(
    ("printed", "year", "county"),
    [("巢湖市居巢区", 2009, "340181"), ("巢湖市庐江县", 2009, "340124"), ("莱芜市钢城区", 2013, "370117")],
)
def test_counties_of_a_dissolved_prefecture(printed, year, county):
    answer = told(f"{printed}{year}年{TAIL}", year=year)
    assert (answer.agency_level, answer.county_code) == ("county", county)


def test_a_dissolved_prefecture_agrees_with_the_county_that_kept_its_name():
    answer = told(f"莱芜市2015年{TAIL}", year=2015, url="http://www.laiwu.gov.cn/1.html")
    assert answer.agency_level == "prefecture" and "host_region_mismatch" not in answer.flags


def test_a_weather_service_reports_for_its_system():
    answer = told(f"2022年全省气象部门{TAIL}", "湖南省气象部门公开信息。\n湖南省气象局\n", "湖南省气象局", year=2022)
    assert (answer.agency_name, answer.report_scope, answer.agency_kind) == (
        "湖南省气象局", "system_aggregate", "vertical_agency")  # fmt: skip


def test_a_farm_of_the_corps_is_a_township():
    answer = name_of("第十三师新星市红星一场")
    assert (answer.agency_level, answer.is_xpcc, answer.county_code) == ("township", True, "659011")


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("桐乡市融媒体中心", "public_institution"),
        ("桐乡市公路养护中心", "public_institution"),
        ("国家矿山安全监察局山西局", "vertical_agency"),
        ("中国银行保险监督管理委员会温州监管分局", "vertical_agency"),
        ("中国人民银行长沙中心支行", "vertical_agency"),
    ],
)
def test_kinds(printed, kind):
    answer = name_of(printed)
    assert (answer.undecided, answer.agency_kind) == ("", kind)


ONE_BODY = [  # spellings of one body each
    ("昌吉市国税局", "昌吉市国家税务局"),
    ("第二师二十九团", "第二师29团"),
    ("第十二师一〇四团", "第十二师104团"),
    ("肥城市老城街道办事处", "肥城市人民政府老城街道办事处", "肥城市老城街办", "肥城市老城办事处"),
    ("肥城市编办", "肥城市委编办", "中共肥城市委机构编制委员会办公室", "肥城市机构编制委员会办公室"),
    ("肥城市公安局交警大队", "肥城市公安局交通警察大队"),
    ("肥城市人民政府办", "肥城市人民政府办公室"),
    ("肥城市民族宗教局", "肥城市民族宗教事务局"),
    ("肥城市卫生与健康局", "肥城市卫健局", "肥城市卫生健康局机关"),
    ("肥城市教育局", "肥城市教育局和肥城市体育局", "肥城市教育局 肥城市体育局", "肥城市教育局与肥城市体育局"),
]


@pytest.mark.parametrize("spellings", ONE_BODY)
def test_spellings_of_one_body(spellings):
    assert len({name_of(printed).agency_id for printed in spellings}) == 1
    assert "" not in {name_of(printed).agency_id for printed in spellings}


def test_a_prefecture_that_became_a_city_is_governed_by_one_body():
    assert told(f"毕节地区行政公署2010年{TAIL}", year=2010).agency_id == name_of("毕节市人民政府").agency_id
    assert name_of("锡林郭勒盟行政公署").agency_id == "152500:行政公署"


def test_a_part_of_a_county_bureau_is_not_the_bureau():
    bodies = ["公安局", "公安局城南分局", "市场监督管理局", "市场监督管理局高新区分局", "自然资源局三工镇分局"]
    assert len({name_of("昌吉市" + body).agency_id for body in bodies}) == len(bodies)
    assert name_of("梅州市公安局梅县分局", **code("441400")).agency_id == "441403:公安局"


@pytest.mark.parametrize(
    ("printed", "level"),
    [
        ("北京市规划和自然资源委员会朝阳分局", "county"),
        ("肥城市王庄镇卫生院", "township"),
        ("肥城市王庄镇中心小学", "township"),
        ("肥城市第一中学", "county"),
    ],
)
def test_levels_of_parts_and_institutions(printed, level):
    assert name_of(printed).agency_level == level


@pytest.mark.parametrize(
    ("title", "lead", "scope"),
    [
        ("昌吉市2020年", "本年度报告由昌吉市人民政府办公室根据各乡镇（街道）、市直各部门年度报告汇总编制而成。", "jurisdiction_aggregate"),
        ("昌吉市2020年", "本报告由昌吉市人民政府办公室按照条例编制。", "own"),
        ("昌吉市（汇总）2020年", "", "jurisdiction_aggregate"),
        ("昌吉市（含镇街、部门）2020年", "", "jurisdiction_aggregate"),
        ("昌吉市（含附表）2020年", "", "own"),
        ("锡林郭勒盟全盟2020年", "", "jurisdiction_aggregate"),
        ("全州县 教育局2020年", "", "own"),
        ("2020年天全县 城厢镇人民政府", "", "own"),
    ],
)  # fmt: skip
def test_scope_by_notes_and_by_what_the_lead_says(title, lead, scope):
    found = told(title + TAIL, f"{lead}\n一、总体情况\n工作平稳。", year=2020)
    assert found.report_scope == scope
    assert "全盟" not in found.agency_name


def test_a_city_that_the_text_happens_to_name_places_no_district():
    visited = PLAIN + "与对口协作的开封市开展交流2次，开封市来访1次。"
    assert name_of("鼓楼区商务局", text=visited).undecided == "undecided_place"
    for evidence in (
        {"text": PLAIN + "\n开封市鼓楼区商务局"},
        {"text": PLAIN + "地址：开封市鼓楼区人民路18号。"},
        {"chrome": "主办：开封市鼓楼区鼓楼区人民政府"},
    ):
        assert name_of("鼓楼区商务局", **evidence).county_code == "410204"

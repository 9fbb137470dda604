"""Headings of all eras, and the traps between them."""

import pytest

from schemas.facts import facts
from schemas.records import Table
from transforms.text.sections import classify_heading, lacking, parts, section_rows, split


def keys(text, tables=()):
    sections = split(text, list(tables))
    assert "".join(text[s.start : s.end] for s in sections) == text  # they tile the text
    return [s.section for s in sections]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("概 述", "overview"),
        ("政府信息公开工作基本情况", "overview"),
        ("基本工作情况", "overview"),
        ("政府信息主动公开工作总体情况", "overview"),
        ("总体情况及《要点》落实情况", "overview"),
        ("主动公开政府信息的情况", "proactive_disclosure"),
        ("行政机关主动公开政府信息情况", "proactive_disclosure"),
        ("公文类政府信息基本情况", "proactive_disclosure"),
        ("政府信息基本情况", "proactive_disclosure"),
        ("依申请公开政府信息和不予公开政府信息的情况", "requests"),
        ("政府信息公开申请的办理情况", "requests"),
        ("收到和处理政府信息公开申请情况", "requests"),
        ("政府信息公开申请办理及收费与减免情况", "requests"),
        ("依申请信息公开收费及减免情况", "fees"),
        ("人员和收支情况", "fees"),
        ("依申请公开信息收取的费用", "fees"),
        ("政府信息公开支出与收费情况", "fees"),
        ("因政府信息公开申请行政复议、提起行政诉讼的情况", "review_litigation"),
        ("复议、诉讼和申诉的情况", "review_litigation"),
        ("行政复议诉讼和举报投诉情况", "review_litigation"),
        ("存在的主要问题及改进情况", "problems_improvements"),
        ("存在问题及下步打算", "problems_improvements"),
        ("工作中存在的不足和改进措施", "problems_improvements"),
        ("2022年工作思路", "next_steps"),
        ("其他需报告的事项", "other_matters"),
        ("需要说明的事项", "other_matters"),
        ("其他需要说明的事项与附表", "other_matters"),
        ("回应解读情况", "interpretation_response"),
        ("机构建设、保障经费和培训会议情况", "organization_capacity"),
        ("组织领导和制度建设情况", "organization_capacity"),
        ("保密审查及监督检查情况", "supervision"),
        ("重点领域政府信息公开工作情况", "key_areas"),
        ("人大建议和政协提案办理结果公开情况", "proposals"),
        ("咨询处理情况", "consultation"),
        ("指标统计附表", "statistics_appendix"),
        ("我县的名优特产", ""),
    ],
)
def test_variants(heading, key):
    assert classify_heading(heading)[0] == key


@pytest.mark.parametrize(
    ("key", "name"), [(key, name) for key, names in facts("sections")["variants"].items() for name in names]
)
def test_every_wording_of_the_catalogue(key, name):
    assert classify_heading(name)[0] == key
    assert classify_heading(" ".join(name) + "：")[0] == key
    assert classify_heading(name.replace("情况", "的情况"))[0] == key


@pytest.mark.parametrize(
    ("heading", "key", "also"),
    [
        ("政府信息公开申请办理及收费与减免情况", "requests", ("fees",)),
        ("政府信息依申请公开情况及相关行政复议、诉讼情况", "requests", ("review_litigation",)),
        ("政府信息公开的人员、收费及减免情况", "fees", ("organization_capacity",)),
        ("依申请公开、不予公开及咨询政府信息情况", "requests", ("consultation",)),
    ],
)
def test_merged_headings(heading, key, also):
    assert classify_heading(heading) == (key, also)


STATUTORY = [
    "overview",
    "proactive_disclosure",
    "requests",
    "review_litigation",
    "problems_improvements",
    "other_matters",
]


def test_bare_statutory_headings_are_empty_not_lost():
    text = (
        "一、总体情况\n工作平稳。\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n"
        "四、政府信息公开行政复议、行政诉讼情况\n五、存在的主要问题及改进情况\n仍有不足。\n六、其他需要报告的事项\n无"
    )
    assert keys(text) == STATUTORY
    assert [s.status for s in split(text, [])] == ["found", "empty", "empty", "empty", "found", "found"]


def test_one_line_body():
    text = (
        "根据条例编制本报告。 一、总体情况 我局认真工作。 二、主动公开政府信息情况 公开12条。 三、收到和处理政府信息公开申请情况 未收到。 "
        "四、政府信息公开行政复议、行政诉讼情况 无。 五、存在的主要问题及改进情况 尚有不足。 六、其他需要报告的事项 无。 某某局 2021年1月20日"
    )
    assert keys(text) == ["preamble", *STATUTORY, "signature"]


def test_row_labels_in_flattened_tables_are_not_headings():
    text = (
        "一、总体情况\n好。\n二、主动公开政府信息情况\n见表。\n三、收到和处理政府信息公开申请情况\n"
        "一、本年新收政府信息公开申请数量\n1\n二、上年结转政府信息公开申请数量\n0\n三、本年度办理结果\n(一)予以公开\n1\n四、结转下年度继续办理\n0\n"
        "四、政府信息公开行政复议、行政诉讼情况\n无\n五、存在的主要问题及改进情况\n有。\n六、其他需要报告的事项\n无。"
    )
    assert keys(text) == STATUTORY


def test_headings_inside_tables_are_not_headings():
    text = "一、总体情况\n好。\n三、本年办结\t1\n二、主动公开情况\n有。\n三、依申请公开情况\n无。"
    start = text.index("三、本年办结")
    table = Table(start, start + len("三、本年办结\t1\n"))
    assert keys(text, [table]) == ["overview", "proactive_disclosure", "requests"]


def test_list_of_names_in_the_preamble_and_enumeration_inside_a_section():
    text = (
        "本报告由概述、主动公开情况、依申请公开情况等部分组成。\n一、概述\n好。\n二、主动公开情况\n有。\n三、依申请公开情况\n无。\n"
        "四、存在的问题\n一、认识不足。\n二、人员不足。"
    )
    assert keys(text) == ["preamble", "overview", "proactive_disclosure", "requests", "problems_improvements"]


def test_missing_numeral_and_swapped_order():
    text = "一、概述\n好。\n二、主动公开情况\n有。\n四、收费及减免情况\n无。\n五、存在的主要问题和改进措施\n有。\n六、行政复议和诉讼情况\n无。"
    assert keys(text) == [
        "overview",
        "proactive_disclosure",
        "fees",
        "problems_improvements",
        "review_litigation",
    ]


def test_bracketed_level_one():
    text = "（一）概述\n好。\n（二）主动公开情况\n有。\n（三）依申请公开情况\n无。\n（四）收费情况\n无。"
    assert keys(text) == ["overview", "proactive_disclosure", "requests", "fees"]


def test_level_two_names_that_equal_level_one_names():
    text = (
        "一、总体情况\n（一）主动公开情况\n有。\n（二）依申请公开情况\n无。\n（三）收费情况\n无。\n二、主动公开政府信息情况\n有。\n"
        "三、收到和处理政府信息公开申请情况\n无。\n四、政府信息公开行政复议、行政诉讼情况\n无。\n五、存在的主要问题及改进情况\n有。\n六、其他需要报告的事项\n无。"
    )
    assert keys(text) == STATUTORY


def test_headings_without_numerals():
    text = "概述\n我局工作平稳。\n主动公开情况\n公开信息10条。\n依申请公开情况\n没有收到申请。\n存在的主要问题及改进措施\n人员不足。"
    assert keys(text) == ["overview", "proactive_disclosure", "requests", "problems_improvements"]


def test_prose_alone_is_unclassified():
    assert keys("我局一是加强学习。二是加强宣传。") == ["unclassified"]
    assert split("", []) == []


SIX = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
       "存在的主要问题及改进情况", "其他需要报告的事项")  # fmt: skip
HAN = "一二三四五六"


@pytest.mark.parametrize(
    "mark",
    ["{han}、", "{han}.", "{han}．", "{han},", "{han} 、", "（{han}）", "({han})", "第{han}部分 ", "{formal}、", "{arabic}、", "{arabic}.", "　\xa0{han}、\u200b", ""],
)  # fmt: skip
@pytest.mark.parametrize("after", ["\n", "：\n", "。"])
def test_numerals(mark, after):
    if after == "。" and not mark:
        pytest.skip("a name and a full stop are a sentence")
    lines = []
    for place, name in enumerate(SIX):
        number = mark.format(han=HAN[place], formal="壹贰叁肆伍陆"[place], arabic=place + 1)
        lines.append(f"{number}{name}{after}本年度工作平稳有序，认真落实条例要求。")
    assert keys("\n".join(lines)) == STATUTORY


def test_one_paragraph_without_marks_behind_the_headings():
    text = "按条例编制。" + "".join(f"{HAN[place]}、{name}2020年我局认真工作。" for place, name in enumerate(SIX))
    assert keys(text) == ["preamble", *STATUTORY]


def test_traditional_characters_and_taiwan_wording():
    text = "一、總體情況\n好。\n二、主動公開政府資訊情況\n有。\n三、收到和處理政府資訊公開申請情況\n無。\n四、政府資訊公開行政複議、行政訴訟情況\n無。\n五、存在的主要問題及改進情況\n有。\n六、其他需要報告的事項\n無。"
    assert keys(text) == STATUTORY


def test_table_of_contents():
    names = [f"{HAN[place]}、{name}" for place, name in enumerate(SIX)]
    text = (
        "\n".join(names)
        + "\n根据条例编制。\n"
        + "\n".join(f"{name}\n本年度工作平稳有序，认真落实条例要求。" for name in names)
    )
    assert keys(text) == ["preamble", *STATUTORY]


def test_list_with_numerals_inside_the_preamble():
    text = "全文包括：一、概述；二、主动公开情况；三、依申请公开情况；四、存在的问题。\n一、概述\n好。\n二、主动公开情况\n有。\n三、依申请公开情况\n无。\n四、存在的问题\n有。"
    assert keys(text) == ["preamble", "overview", "proactive_disclosure", "requests", "problems_improvements"]


def test_doubled_numeral_and_heading_that_lost_it():
    text = "一、概述\n好。\n二、主动公开情况\n有。\n三、依申请公开情况\n无。\n三、收费及减免情况\n无。\n复议、诉讼情况\n无。\n五、存在的问题及改进情况\n有。"
    assert keys(text) == [
        "overview",
        "proactive_disclosure",
        "requests",
        "fees",
        "review_litigation",
        "problems_improvements",
    ]


def test_known_names_in_an_enumeration_inside_a_section():
    text = (
        "一、概述\n好。\n二、主动公开情况\n有。\n三、依申请公开情况\n无。\n四、存在的问题：\n一、组织领导有待加强\n说明。\n二、制度建设不足\n说明。\n"
        "三、监督检查不够\n说明。\n五、其他需要报告的事项\n无。"
    )
    assert keys(text) == ["overview", "proactive_disclosure", "requests", "problems_improvements", "other_matters"]


def test_level_two_inside_the_overview():
    text = (
        "一、总体情况\n本年情况如下。\n（一）主动公开方面。公开12条。\n（二）依申请公开办理情况。无。\n（三）政府信息管理。规范。\n（四）平台建设情况。好。\n"
        "（五）监督保障：到位。\n（六）教育培训。两次。\n"
        + "\n".join(f"{HAN[place]}、{name}\n无。" for place, name in enumerate(SIX) if place)
    )
    overview = split(text, [])[0]
    found = parts(text, overview)
    assert [part.section for part in found] == [
        "ov_proactive", "ov_requests", "ov_info_management", "ov_platform", "ov_supervision", "ov_other",
    ]  # fmt: skip
    assert all(part.parent == "overview" and part.level == 2 for part in found)
    assert text[found[0].start : found[0].end].startswith("（一）主动公开方面") and found[-1].end == overview.end


def test_what_is_lacking():
    text = (
        "一、概述\n好。\n二、主动公开情况\n有。\n三、政府信息公开申请办理及收费与减免情况\n无。\n四、存在的问题\n有。"
    )
    sections = split(text, [])
    told = {key: (status, parent) for key, status, parent in lacking(sections, "A")}
    assert told == {
        "fees": ("merged", "requests"),
        "review_litigation": ("not_found", ""),
        "other_matters": ("absent", ""),
    }
    assert lacking(sections, "") == []


def test_rows_of_level_one_join_to_the_text():
    text = "按条例编制。\n一、总体情况\n（一）主动公开。好。\n（二）平台建设。好。\n二、主动公开政府信息情况\n见表。\n三、收到和处理政府信息公开申请情况\n无。"
    rows = section_rows(text, split(text, []), "D")
    tiles = [row for row in rows if row["level"] == 1 and row["start"] is not None]
    assert "".join(text[row["start"] : row["end"]] for row in tiles) == text
    assert [row["section"] for row in rows if row["status"] == "not_found"] == [
        "review_litigation",
        "problems_improvements",
        "other_matters",
    ]


@pytest.mark.parametrize(
    "day",
    [
        "二〇一〇年三月十五日",
        "二O一O年三月十五日",
        "2010-03-15",
        "2010.3.15",
        "2010年3月15号",
        "二〇一〇年元月",
        "2010年3月15日印发",
    ],
)
def test_a_signature_ends_with_any_day(day):
    text = f"一、概述\n工作平稳。\n二、主动公开政府信息情况\n公开120条。\n平江县教育局\n{day}"
    assert keys(text)[-1] == "signature"
    assert text[split(text, [])[-1].start :] == f"平江县教育局\n{day}"
    assert keys(text[: -len(f"平江县教育局\n{day}")] + "另有要求的除外，截至2010年3月")[-1] != "signature"


def test_parts_of_one_section_never_become_the_outline():
    parts_ = "（一）主动公开情况\n工作有序。\n（二）依申请公开情况\n有序。\n（三）监督保障情况\n有序。\n"
    text = f"一、领导重视，机构健全\n{parts_}二、内容全面，形式多样\n主动公开信息3条。\n三、受理及时，答复规范\n收到申请2件。\n五、存在的主要问题\n有。"
    assert keys(text) == ["overview", "proactive_disclosure", "requests", "problems_improvements"]


def test_headings_in_brackets_and_a_slogan_over_the_whole():
    assert keys("【一、总体情况】\n好。\n【二、主动公开政府信息情况】\n好。") == ["overview", "proactive_disclosure"]
    text = "一、统一思想，加强组织领导\n好。\n二、主动公开政府信息情况\n好。\n三、依申请公开政府信息情况\n无。"
    assert keys(text) == ["overview", "proactive_disclosure", "requests"]


@pytest.mark.parametrize(
    "name", ["其他需要报告的有关事项", "其他需要报告的情况", "其他应当报告的事项", "需要说明的其他情况"]
)
def test_wordings_of_other_matters(name):
    assert classify_heading(name)[0] == "other_matters"


@pytest.mark.parametrize("name", ["办理政府信息公开申请情况", "政府信息公开申请收到和处理情况", "申请公开情况"])
def test_wordings_of_requests(name):
    assert classify_heading(name)[0] == "requests"


NAMES = [
    "总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况", "其他需要报告的事项",
]  # fmt: skip
TEXT = "2020年，全市认真贯彻条例，工作平稳有序。"


@pytest.mark.parametrize(
    "numerals",
    [
        ["一、", "二、", "三、", "四、", "（五）", "（六）"],
        ["一、", "二、", "3、", "4、", "五、", "六、"],
        [f"{numeral}、\n" for numeral in "一二三四五六"],  # a break behind the numeral
    ],
)
def test_headings_with_odd_numerals(numerals):
    text = "\n".join(f"{numeral}{name}\n{TEXT}" for numeral, name in zip(numerals, NAMES, strict=True))
    assert keys(text) == STATUTORY


def test_a_heading_that_a_break_cuts_in_two():
    text = "\n".join(f"{n}、{name[:6]}\n{name[6:]}\n{TEXT}" for n, name in zip("一二三四五六", NAMES, strict=True))
    assert keys(text) == STATUTORY
    found = split(text, [])[2]
    assert found.heading == "三、收到和处理政\n府信息公开申请情况"


@pytest.mark.parametrize(
    "behind", [" 本机关全年未向申请人收取信息处理费，没有其他事项", "（一）收费。未收取信息处理费"]
)
def test_text_that_goes_on_behind_a_heading(behind):
    lines = [f"{n}、{name}\n{TEXT}" for n, name in zip("一二三四五", NAMES[:5], strict=True)]
    text = "\n".join([*lines, f"六、{NAMES[5]}{behind}"])
    assert keys(text) == STATUTORY and split(text, [])[-1].heading == "六、其他需要报告的事项"


def test_the_attachments_belong_to_the_signature():
    lines = [f"{n}、{name}\n{TEXT}" for n, name in zip("一二三四五六", NAMES, strict=True)]
    text = "\n".join([*lines, "某市财政局", "2021年1月20日", "附件：年度报告.pdf"])
    assert keys(text) == [*STATUTORY, "signature"]
    assert text[split(text, [])[-1].start :].startswith("某市财政局")


def test_a_last_line_that_is_a_body_with_its_place_is_a_signature_without_its_day():
    text = "一、概述\n工作平稳。\n二、主动公开政府信息情况\n公开120条。\n泰安市岱岳区教育局"
    assert text[split(text, [])[-1].start :] == "泰安市岱岳区教育局" and keys(text)[-1] == "signature"
    for last in ("教育局", "及时报送泰安市岱岳区教育局", "泰安市岱岳区"):
        assert keys(text.replace("泰安市岱岳区教育局", last))[-1] != "signature"

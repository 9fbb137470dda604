"""Stated numbers with their hedges; a stated none is no zero."""

import pytest

from schemas.records import Section, Table
from transforms.tables.narrative import narrative


def said(text: str) -> list[tuple[str, str | None, str, str]]:
    return [(f.row, f.value, f.qualifier, f.state) for f in narrative(text, [])]


@pytest.mark.parametrize(
    ("text", "key", "value", "qualifier"),
    [
        ("全年主动公开政府信息310条。", "proactive_total", "310", ""),
        ("共公开各类信息1,083条。", "proactive_total", "1083", ""),
        ("全县主动公开政府信息3860余条。", "proactive_total", "3860", "about"),
        ("主动公开政府信息约2.3万条。", "proactive_total", "23000", "about"),
        ("截至2013年12月，累计主动公开信息500条。", "proactive_total", "500", "cumulative"),
        ("全年累计主动公开信息500条。", "proactive_total", "500", ""),
        ("其中通过政府网站公开信息101条。", "by_website", "101", ""),
        ("微信公众号发布信息20条。", "by_wechat", "20", ""),
        ("政务微博发布信息7条。", "by_weibo", "7", ""),
        ("其他形式公开209条。", "by_other", "209", ""),
        ("公开栏33条。", "bulletin_board_items", "33", ""),
        ("收到政府信息公开申请8件。", "req_received", "8", ""),
        ("共受理政府信息公开申请100多件次。", "req_received", "100", "about"),
        ("2020年，依申请公开3件。", "req_received", "3", ""),
        ("收到申请0件。", "req_received", "0", ""),
        ("收到申请5件，其中网上申请3件。", "req_online", "3", ""),
        ("收到申请5件，其中当面申请1件。", "req_in_person", "1", ""),
        ("对收到的申请，答复5件。", "req_answered", "5", ""),
        ("收到申请4件，均已按时答复。", "req_answered", "4", ""),
        ("被申请行政复议2件。", "review_total", "2", ""),
        ("发生行政诉讼1件。", "lit_total", "1", ""),
        ("制发规范性文件6件。", "normative_docs_issued", "6", ""),
        ("举办政府信息公开培训班2期。", "trainings", "2", ""),
        ("组织培训2次，培训人员120人次。", "trainees", "120", ""),
        ("收到举报3件。", "complaints", "3", ""),
    ],
)  # fmt: skip
def test_a_number_and_its_hedge(text, key, value, qualifier):
    assert (key, value, qualifier, "value") in said(text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("2016年没有受理政府信息公开申请情况。", "req_received"), ("未收到公民、法人或者其他组织提出的政府信息公开申请。", "req_received"),
        ("没有对公民、法人和其他组织收取依申请信息公开的任何费用。", "fees"), ("依申请公开没有收费。", "fees"),
        ("未发生行政复议和诉讼案件。", "review_litigation"), ("全年为零投诉。", "complaints"),
    ],
)  # fmt: skip
def test_a_stated_none_has_no_value(text, key):
    assert (key, None, "stated_none", "none_text") in said(text)


@pytest.mark.parametrize(
    "text",
    ["办理人大代表建议9件、政协委员提案6件。", "没有因政府信息公开申请行政复议。", "也没有减免费用的情况。", "相同信息计1条，共3处。", "国办发〔2014〕32号。"],
)  # fmt: skip
def test_what_speaks_of_something_else(text):
    assert not [item for item in said(text) if item[0] in ("proactive_total", "req_received", "req_answered", "fees")]


def test_offsets_and_tables():
    text = "全年主动公开政府信息31 0条。\n主动公开信息数\t主动公开信息7条\n收到申请２件。"
    table = Table(text.index("主动公开信息数"), text.index("收到"))
    found = narrative(text, [Section("overview", [], "", 1, "", 0, len(text), "found", "", 1.0)], [table])
    assert [(f.row, f.value, text[f.start : f.end]) for f in found if f.row == "req_received"] == [
        ("req_received", "2", "２件")
    ]
    assert not [f for f in found if f.value == "7"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("因信息公开申请行政复议1件、提起行政诉讼0件。", {"review_total": "1", "lit_total": "0"}),
        ("行政复议案件5件（维持3件），行政诉讼案件2件。", {"review_total": "5", "lit_total": "2"}),
        ("全年办理行政诉讼案件56件，其中涉及政府信息公开的2件。", {}),
        ("去年主动公开信息312条，今年主动公开信息428条。", {"proactive_total": "428"}),
        ("2017年公开信息640条，2018年公开信息702条。", {"proactive_total": "702"}),
        ("计划2024年公开政府信息不少于500条。", {}),
        ("力争明年主动公开政府信息突破1000条。", {}),
        ("按照要求主动公开政府信息50条。", {"proactive_total": "50"}),
        ("收取罚款2.5万元。", {}),
        ("共收取检索、复制费326.5元。", {"fees": "326.5"}),
        ("主动公开政府信息 2 318 条。", {"proactive_total": "2318"}),
        ("主动公开政府信息 12 31 条。", {}),
        ("主动公开政府信息共一千二百条。", {"proactive_total": "1200"}),
        ("收到政府信息公开申请二十三件。", {"req_received": "23"}),
        ("网站、微信共发布信息1860条。", {}),
    ],
)
def test_the_nearest_noun_decides_and_goals_and_other_years_are_no_counts(text, numbers):
    assert {row: value for row, value, _, state in said(text) if state == "value"} == numbers


def test_a_number_of_a_year_before_the_report_s_is_left_out():
    assert narrative("2017年收到申请28件。", [], year=2018) == []
    assert [f.value for f in narrative("2018年收到申请28件。", [], year=2018)] == ["28"]


def test_labels_of_the_forms_state_no_absence():
    labels = "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理\t0\n尚未审结\t总计\t未经复议直接起诉\t复议后起诉\n"
    text = "一、总体情况\n" + labels + "六、其他需要报告的事项\n本年度未收取信息处理费。\n"
    start = text.index(labels)
    for tables in ([Table(start, start + len(labels), {})], []):  # drawn as a table, and one that lost its cells
        [figure] = narrative(text, [], tables)
        assert (figure.row, figure.state, figure.value_printed) == ("fees", "none_text", "未收取信息处理费")

"""Statutory tables in every dress: exactly the printed cells, or unparsed; never a wrong value."""

import pytest

from schemas.records import Section, Table
from transforms.tables.cells import parse_cell
from transforms.tables.figures import tabulate

COLUMNS = ["natural_person", "enterprise", "research", "public_interest", "legal_services", "other_org", "total"]
LABELS = {
    "new": "一、本年新收政府信息公开申请数量", "carried_in": "二、上年结转政府信息公开申请数量", "granted": "（一）予以公开",
    "partial": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", "den_state_secret": "1.属于国家秘密",
    "den_law_forbids": "2.其他法律行政法规禁止公开", "den_security_stability": "3.危及“三安全一稳定”",
    "den_third_party": "4.保护第三方合法权益", "den_internal_affairs": "5.属于三类内部事务信息",
    "den_process_info": "6.属于四类过程性信息", "den_enforcement_file": "7.属于行政执法案卷",
    "den_admin_query": "8.属于行政查询事项", "una_not_held": "1.本机关不掌握相关政府信息",
    "una_must_create": "2.没有现成信息需要另行制作", "una_still_unclear": "3.补正后申请内容仍不明确",
    "np_petition": "1.信访举报投诉类申请", "np_repeat": "2.重复申请", "np_publication": "3.要求提供公开出版物",
    "np_mass": "4.无正当理由大量反复申请", "np_confirm_reissue": "5.要求行政机关确认或重新出具已获取信息",
    "oth_not_corrected": "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "oth_fee_unpaid": "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "oth_other": "3.其他",
    "result_total": "（七）总计", "carried_out": "四、结转下年度继续办理",
}  # fmt: skip
GROUPS = {
    "den_state_secret": "（三）不予公开",
    "una_not_held": "（四）无法提供",
    "np_petition": "（五）不予处理",
    "oth_not_corrected": "（六）其他处理",
}
NUMBERS = {key: ["0"] * 7 for key in LABELS}
NUMBERS |= {
    "new": ["3", "1", "0", "0", "0", "0", "4"], "granted": ["2", "0", "0", "0", "0", "0", "2"],
    "den_law_forbids": ["0", "1", "0", "0", "0", "0", "1"], "result_total": ["2", "1", "0", "0", "0", "0", "3"],
    "carried_out": ["1", "0", "0", "0", "0", "0", "1"],
}  # fmt: skip


def grid(rows: list[list[str]], at: int = 0) -> Table:
    """A table whose rows stand one a line, cells separated by tabs."""
    return Table(at, at + sum(len(text) + 1 for row in rows for text in row))


def t3_rows(numbers: dict[str, list[str]] = NUMBERS) -> list[list[str]]:
    return [["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]] + [
        [LABELS[key], *values] for key, values in numbers.items()
    ]


def values(result, table: str) -> dict[tuple[str, str], tuple[str, str | None]]:
    return {(f.row, f.column): (f.state, f.value) for f in result.figures if f.table == table}


def read_rows(rows: list[list[str]]):
    return tabulate(text_of(rows), [grid(rows)], [])


def text_of(rows: list[list[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in rows)


def flat_t3(joined: dict[str, str], between: str) -> str:
    lines = [
        "三、收到和处理政府信息公开申请情况",
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
        "自然人",
        "总计",
    ]
    for key, cells in joined.items():
        if key == "granted":
            lines.append("三、本年度办理结果")
        lines += [GROUPS[key]] if key in GROUPS else []
        lines.append(LABELS[key] + between + cells)
    return "\n".join([*lines, "四、政府信息公开行政复议、行政诉讼情况"])


@pytest.mark.parametrize(
    ("printed", "state", "value", "unit"),
    [
        ("12", "value", "12", ""), ("０", "value", "0", ""), ("1,036", "value", "1036", ""), ("251000元", "value", "251000", "元"),
        ("0.37万元", "value", "0.37", "万元"), ("+2", "value", "2", ""), ("减3", "value", "-3", ""), ("增5", "value", "5", ""),
        ("-1", "value", "-1", ""), ("－8", "value", "-8", ""), ("", "blank", None, ""), ("\xa0", "blank", None, ""),
        ("-", "dash", None, ""), ("——", "dash", None, ""), ("/", "slash", None, ""), ("无", "none_text", None, ""),
        ("本单位未制作规章", "text", None, ""), ("3 | 3", "text", None, ""), ("零", "value", "0", ""), ("430 . 66", "value", "430.66", ""),
    ],
)  # fmt: skip
def test_states_of_a_cell(printed, state, value, unit):
    assert parse_cell(printed) == (state, value, unit)


def test_grid_with_its_sums():
    result = read_rows(t3_rows())
    cells = values(result, "t3")
    assert len(cells) == 175 and cells["new", "natural_person"] == ("value", "3")
    assert result.form == "D" and not result.flags
    verdicts = {(f.row, f.column): f.rule_ok for f in result.figures}
    assert verdicts["result_total", "enterprise"] is True and verdicts["new", "total"] is True
    assert verdicts["granted", "enterprise"] is None  # closes no sum


def test_a_broken_sum_is_flagged_and_changes_nothing():
    rows = t3_rows(NUMBERS | {"new": ["9", "1", "0", "0", "0", "0", "4"]})
    result = read_rows(rows)
    assert result.flags == ["sum_failed:t3:I1", "sum_failed:t3:I3"]
    assert values(result, "t3")["new", "natural_person"] == ("value", "9")


def test_blank_cells_make_no_verdict():
    rows = t3_rows(NUMBERS | {"result_total": ["2", "1", "0", "0", "0", "0", ""]})
    result = read_rows(rows)
    assert values(result, "t3")["result_total", "total"] == ("blank", None) and not result.flags


def test_a_value_cell_drawn_over_two_columns_says_nothing_about_each():
    rows = t3_rows()
    del rows[1][2]
    table = grid(rows)
    table.spans = {(place, 0): (1, 3) for place in range(len(rows))} | {(1, 1): (1, 2)}
    cells = values(tabulate(text_of(rows), [table], []), "t3")
    assert cells["new", "natural_person"] == cells["new", "enterprise"] == ("unparsed", None)
    assert cells["new", "total"] == ("value", "4") and cells["granted", "total"] == ("value", "2")


def test_form_c_has_one_row_of_other_handling():
    numbers = {key: cells for key, cells in NUMBERS.items() if not key.startswith("oth_")}
    rows = t3_rows(numbers)
    rows.insert(-2, ["（六）其他处理", *["0"] * 7])
    result = read_rows(rows)
    assert result.form == "C" and values(result, "t3")["oth_total", "total"] == ("value", "0") and not result.flags


@pytest.mark.parametrize("between", ["\n", "\n\n", " ", " | "])
def test_flattened_rows(between):
    glue = between if between.strip() else ("\n" if between == "\n" else between)
    text = flat_t3({key: glue.join(cells) for key, cells in NUMBERS.items()}, glue)
    cells = values(tabulate(text, [], []), "t3")
    assert len(cells) == 175
    assert all(
        cells[key, column] == ("value", number)
        for key in NUMBERS
        for column, number in zip(COLUMNS, NUMBERS[key], strict=True)
    )


def test_the_whole_table_in_one_line():
    text = flat_t3({key: " ".join(cells) for key, cells in NUMBERS.items()}, " ").replace("\n", " ")
    cells = values(tabulate(text, [], []), "t3")
    assert cells["new", "total"] == ("value", "4") and cells["oth_other", "total"] == ("value", "0")
    assert all(state == "value" for state, _ in cells.values())


def test_numbers_glued_to_labels_and_numerals():
    text = flat_t3({key: " ".join(cells) for key, cells in NUMBERS.items()}, "").replace("\n", "")
    cells = values(tabulate(text, [], []), "t3")
    assert cells["den_law_forbids", "enterprise"] == ("value", "1") and cells["den_state_secret", "total"] == (
        "value",
        "0",
    )


def test_dropped_cells_are_never_filled_from_left_to_right():
    numbers = {key: " ".join(cells) for key, cells in NUMBERS.items()} | {
        "new": "3 4",
        "granted": "2 2",
        "carried_out": "",
    }
    cells = values(tabulate(flat_t3(numbers, " "), [], []), "t3")
    for key in ("new", "granted", "carried_out"):
        assert {cells[key, column] for column in COLUMNS} == {("unparsed", None)}
    assert cells["den_law_forbids", "enterprise"] == ("value", "1")


def test_empty_lines_are_cells_only_where_full_rows_show_the_spacing():
    numbers = {key: "\n".join(cells) for key, cells in NUMBERS.items()} | {"granted": "2\n\n\n\n\n\n2"}
    cells = values(tabulate(flat_t3(numbers, "\n"), [], []), "t3")
    assert cells["granted", "natural_person"] == ("value", "2") and cells["granted", "research"] == ("blank", None)
    loose = {key: "\n\n".join(cells) for key, cells in NUMBERS.items()} | {"granted": "2\n\n2"}
    cells = values(tabulate(flat_t3(loose, "\n\n"), [], []), "t3")
    assert {cells["granted", column] for column in COLUMNS} == {("unparsed", None)}


def test_labels_broken_over_lines_and_page_numbers():
    text = flat_t3({key: " ".join(cells) for key, cells in NUMBERS.items()}, " ")
    text = text.replace("政府信息公开申请数量 3", "政府信息公\n开申请数量 3").replace("\n2.重复", "\n- 4 -\n2.重\n复")
    cells = values(tabulate(text, [], []), "t3")
    assert cells["new", "natural_person"] == ("value", "3") and cells["np_petition", "total"] == ("value", "0")
    assert cells["np_repeat", "total"] == ("value", "0")


def test_form_c_and_d_are_never_mapped_onto_each_other():
    c = [["第二十条第（一）项"], ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"], ["规章", "0", "0", "1"],
         ["规范性文件", "3", "2", "9"], ["信息内容", "采购项目数量", "采购总金额"], ["政府集中采购", "2", "0.37万元"]]  # fmt: skip
    result = read_rows(c)
    assert result.form == "C" and values(result, "t2")["c_normative", "public_total"] == ("value", "9")
    amount = next(f for f in result.figures if f.column == "amount")
    assert (amount.value, amount.unit) == ("0.37", "万元")
    d = [["第二十条第（一）项"], ["信息内容", "本年发件", "本年废止件数", "现行有效件"], ["规章", "0", "0", "1"], ["行政规范性文件", "3", "2", "9"],
         ["第二十条第（五）项"], ["信息内容", "本年处理决定数量"], ["行政许可", "12", "", ""], ["其他主动公开文件", "7"]]  # fmt: skip
    cells = values(read_rows(d), "t2")
    assert cells["normative", "in_force"] == ("value", "9") and cells["licence", "decisions"] == ("value", "12")
    assert not any(row.startswith("c_") for row, _ in cells)


def test_a_hybrid_is_read_block_by_block():
    rows = [["第（一）项"], ["信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量"], ["规章", "0", "0", "1"],
            ["第（五）项"], ["信息内容", "本年处理决定数量"], ["行政许可", "12"]]  # fmt: skip
    result = read_rows(rows)
    assert values(result, "t2") == {
        ("c_rules", "made"): ("value", "0"), ("c_rules", "newly_public"): ("value", "0"),
        ("c_rules", "public_total"): ("value", "1"), ("licence", "decisions"): ("value", "12"),
    }  # fmt: skip
    assert "form_hybrid" in result.flags


def test_reviews_and_litigation():
    head = [["行政复议", "行政诉讼"], ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3]
    numbers = ["1", "0", "0", "0", "1", *["0"] * 10]
    cells = values(read_rows([*head, numbers]), "t4")
    assert len(cells) == 15 and cells["", "review_upheld"] == ("value", "1")
    assert {state for state, _ in values(read_rows([*head, ["1", "1"]]), "t4").values()} == {"unparsed"}
    text = (
        "四、政府信息公开行政复议、行政诉讼情况\n行政复议\n行政诉讼\n未经复议直接起诉\n复议后起诉\n"
        + "结果维持\n结果纠正\n其他结果\n尚未审结\n总计\n" * 3
    )
    flat = values(tabulate(text + "\n".join(numbers) + "\n五、存在的主要问题", [], []), "t4")
    assert flat == cells
    lost = values(tabulate(text + "\n".join(numbers[:14]) + "\n五、存在的主要问题", [], []), "t4")
    assert {state for state, _ in lost.values()} == {"unparsed"}


STAT = [
    ["统计指标", "单位", "统计数"], ["一、主动公开情况", "—", ""], ["（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", "310"],
    ["其中：主动公开规范性文件数", "条", "2"], ["三、依申请公开情况", "", ""], ["（一）收到申请数", "件", "3"], ["1.当面申请数", "件", "1"],
    ["2.传真申请数", "件", "0"], ["3.网络申请数", "件", "2"], ["4.信函申请数", "件", "1"], ["四、行政复议数量", "件", "1"],
    ["（一）维持具体行政行为数", "件", "1"], ["（二）被依法纠错数", "件", "0"], ["（三）其他情形数", "件", "0"],
    ["五、行政诉讼数量", "件", "0"], ["（一）维持具体行政行为或者驳回原告诉讼请求数", "件", "0"], ["（二）被依法纠错数", "件", "0"],
    ["（三）其他情形数", "件", "/"], ["七、依申请公开信息收取的费用", "万元", "0.5"], ["（三）接受培训人员数", "人次", ""],
]  # fmt: skip


@pytest.mark.parametrize("how", ["grid", "lines", "pipes", "spaces"])
def test_statistics_form_of_2014(how):
    if how == "grid":
        result = read_rows(STAT)
    else:
        between = {"lines": "\n", "pipes": " | ", "spaces": " "}[how]
        text = "\n".join(between.join(cell for cell in row if cell or how == "pipes") for row in STAT)
        result = tabulate(text, [], [])
    cells = {row: cell for (row, _), cell in values(result, "stat").items()}
    assert result.form == "B" and cells["proactive_total"] == ("value", "310") and cells["fees_wan"] == ("value", "0.5")
    assert cells["review_upheld"] == ("value", "1") and cells["lit_upheld"] == ("value", "0")
    assert cells["lit_other"] == ("slash", None) and cells["trainees"] == ("blank", None)
    assert result.flags == ["sum_failed:stat:req_received"]


def test_local_statistics_of_the_early_years_keep_their_columns():
    rows = [["指标名称", "单位", "本年", "历年累计"], ["主动公开信息数", "条", "12", "80"], ["全文电子化数", "条", "12", "80"], ["申请总数", "条", "1", "4"], ["其中：当面申请数", "条", "0", "-"]]  # fmt: skip
    result = read_rows(rows)
    assert result.form == "A" and values(result, "local")["a_proactive_total", "all_years"] == ("value", "80")
    assert values(result, "local")["a_req_in_person", "all_years"] == ("dash", None)


OUTLINE = (
    "overview",
    "proactive_disclosure",
    "requests",
    "review_litigation",
    "problems_improvements",
    "other_matters",
)


def test_lost_tables_are_missing_or_images_never_zero():
    sections = [
        Section(key, [], "三、收到和处理政府信息公开申请情况", 1, "", place * 10, place * 10 + 10, "empty", "", 1.0)
        for place, key in enumerate(OUTLINE)
    ]
    for n_images, state in ((0, "missing_table"), (3, "image_table")):
        result = tabulate("x" * 60, [], sections, n_images=n_images)
        assert [(f.table, f.state, f.value) for f in result.figures] == [(t, state, None) for t in ("t2", "t3", "t4")]


def test_columns_stand_where_the_head_says():
    rows = [[row[0], row[-1], *row[1:-1]] for row in t3_rows()]
    assert values(read_rows(rows), "t3") == values(read_rows(t3_rows()), "t3")
    block = [["信息内容", "现行有效件数", "本年制发件数", "本年废止件数"], ["行政规范性文件", "25", "2", "1"]]
    got = values(read_rows(block), "t2")
    assert [got["normative", name][1] for name in ("issued", "repealed", "in_force")] == ["2", "1", "25"]


def test_a_table_in_parts_is_joined_and_another_one_is_not():
    rows = t3_rows()
    parts, text = [], ""
    for part in (rows[:10], [rows[0], *rows[10:]], [rows[0], *[[row[0], *["9"] * 7] for row in rows[1:5]]]):
        parts.append(grid(part, len(text)))
        text += "\n".join("\t".join(row) for row in part) + "\n" + "这一段文字把表格的各个部分隔开。" + "\n"
    assert values(tabulate(text, parts, []), "t3") == values(read_rows(rows), "t3")


@pytest.mark.parametrize(
    ("key", "label"),
    [
        ("new", "一、本年度新收政府信息公开申请数量"), ("new", "一、本年收到政府信息公开申请数量"), ("carried_in", "二、上年度结转政府信息公开申请数量"),
        ("den_law_forbids", "2.其他法律、行政法规禁止公开"), ("den_state_secret", "1.涉及国家秘密"), ("den_security_stability", "3.危及三个安全一稳定"),
        ("una_not_held", "1.本行政机关不掌握相关政府信息"), ("np_petition", "1.信访、举报、投诉类申请"), ("np_mass", "4.无正当理由、大量反复申请"),
        ("result_total", "（七）合计"), ("carried_out", "四、结转下一年度继续办理"),
    ],
)  # fmt: skip
def test_small_damage_to_a_label_loses_no_row(key, label):
    rows = [[label if row[0] == LABELS[key] else row[0], *row[1:]] for row in t3_rows()]
    assert values(read_rows(rows), "t3") == values(read_rows(t3_rows()), "t3")


def test_two_numbers_in_one_cell_are_text():
    assert [parse_cell(printed)[0] for printed in ("3 4", "3\n4", "1 234")] == ["text"] * 3


def test_numbers_of_rows_are_no_values():
    labels = ("主动公开政府信息数", "主动公开规范性文件数", "制发规范性文件总数", "政府公报公开政府信息数", "政府网站公开政府信息数",
              "政务微博公开政府信息数", "政务微信公开政府信息数", "其他方式公开政府信息数", "收到申请数")  # fmt: skip
    rows = [
        f"{place}\n{label}\n条\n" + ("" if place == 4 else f"{place * 100}\n") for place, label in enumerate(labels, 1)
    ]
    got = values(tabulate("统计指标\n单位\n统计数\n" + "".join(rows), [], []), "stat")
    assert got["proactive_total", "value"] == ("value", "100") and got["by_website", "value"] == ("value", "500")
    assert got["by_gazette", "value"][1] is None


def test_reviews_and_litigation_below_each_other():
    rows = [["类别", "结果维持", "结果纠正", "其他结果", "尚未审结", "总计"], ["行政复议", "0", "2", "2", "0", "4"],
            ["未经复议直接起诉", "0", "0", "1", "0", "1"], ["复议后起诉", "3", "0", "0", "0", "3"]]  # fmt: skip
    got = values(read_rows(rows), "t4")
    assert (
        got["", "review_total"][1] == "4"
        and got["", "lit_direct_other"][1] == "1"
        and got["", "lit_after_total"][1] == "3"
    )

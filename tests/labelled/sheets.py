"""The statutory tables of eras B, C and D: what their cells say, and their drawing as a grid of spanned cells."""

from __future__ import annotations

import random

from tests.labelled.records import Sheet, Span, Value
from tests.nation.tables import COLUMNS, T3_OTHER, T3_ROWS, t3_numbers

T4_GROUPS = ("review", "lit_direct", "lit_after")
T4_PARTS = ("upheld", "corrected", "other", "pending", "total")
STAT = """
|一、主动公开情况|-
proactive_total|（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）|条
proactive_normative_docs|其中：主动公开规范性文件数|条
normative_docs_issued|制发规范性文件总数|件
|（二）通过不同渠道和方式公开政府信息的情况|-
by_gazette|1．政府公报公开政府信息数|条
by_website|2．政府网站公开政府信息数|条
by_weibo|3．政务微博公开政府信息数|条
by_wechat|4．政务微信公开政府信息数|条
by_other|5．其他方式公开政府信息数|条
|二、回应解读情况|-
responses_total|（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）|次
|（二）通过不同渠道和方式回应解读的情况|-
press_conferences|1．参加或举办新闻发布会总次数|次
press_conferences_by_head|其中：主要负责同志参加新闻发布会次数|次
online_interviews|2．政府网站在线访谈次数|次
online_interviews_by_head|其中：主要负责同志参加政府网站在线访谈次数|次
policy_interpretations|3．政策解读稿件发布数|篇
responses_social|4．微博微信回应事件数|次
responses_other|5．其他方式回应事件数|次
|三、依申请公开情况|-
req_received|（一）收到申请数|件
req_in_person|1．当面申请数|件
req_fax|2．传真申请数|件
req_online|3．网络申请数|件
req_letter|4．信函申请数|件
req_closed|（二）申请办结数|件
req_closed_on_time|1．按时办结数|件
req_closed_extended|2．延期办结数|件
req_answered|（三）申请答复数|件
ans_already_public|1．属于已主动公开范围数|件
ans_granted|2．同意公开答复数|件
ans_partial|3．同意部分公开答复数|件
ans_refused|4．不同意公开答复数|件
ref_state_secret|其中：涉及国家秘密|件
ref_trade_secret|涉及商业秘密|件
ref_privacy|涉及个人隐私|件
ref_security_stability|危及国家安全、公共安全、经济安全和社会稳定|件
ref_not_gov_info|不是《条例》所指政府信息|件
ref_other_law|法律法规规定的其他情形|件
ans_not_this_agency|5．不属于本行政机关公开数|件
ans_not_exist|6．申请信息不存在数|件
ans_asked_to_amend|7．告知作出更改补充数|件
ans_other_channel|8．告知通过其他途径办理数|件
review_total|四、行政复议数量|件
review_upheld|（一）维持具体行政行为数|件
review_corrected|（二）被依法纠错数|件
review_other|（三）其他情形数|件
lit_total|五、行政诉讼数量|件
lit_upheld|（一）维持具体行政行为或者驳回原告诉讼请求数|件
lit_corrected|（二）被依法纠错数|件
lit_other|（三）其他情形数|件
complaints|六、举报投诉数量|件
fees_wan|七、依申请公开信息收取的费用|万元
|八、机构建设和保障经费情况|-
dedicated_units|（一）政府信息公开工作专门机构数|个
reading_points|（二）设置政府信息公开查阅点数|个
staff|（三）从事政府信息公开工作人员数|人
staff_full_time|1．专职人员数（不包括政府公报及政府网站工作人员数）|人
staff_part_time|2．兼职人员数|人
budget_wan|（四）政府信息公开专项经费（不包括用于政府公报编辑管理及政府网站建设维护等方面的经费）|万元
|九、政府信息公开会议和培训情况|-
meetings|（一）召开政府信息公开工作会议或专题会议数|次
trainings|（二）举办各类培训班数|次
trainees|（三）接受培训人员数|人次
"""


def number(value: int, *, sign: str = "", comma: bool = False) -> Value:
    """Return a printed whole number; `sign` is printed before it (减 and - mean below zero)."""
    printed = f"{value:,}" if comma else str(value)
    return Value(sign + printed, "value", str(-value if sign in ("减", "-") and value else value))


ZEROS = {
    "0": Value("0", "value", "0"), "/": Value("/", "slash"), "-": Value("-", "dash"), "—": Value("—", "dash"),
    "无": Value("无", "none_text"), "": Value("", "blank"),
}  # fmt: skip


def _zeros(rng: random.Random, style: str) -> Value:
    return ZEROS[rng.choice(["0", "0", style]) if style else style]


def t3(rng: random.Random, form: str, *, zero: str = "0", busy: bool = True) -> Sheet:
    """Return the table of requests on ten grid columns; a zero is drawn as `zero` says."""
    numbers = t3_numbers(rng, form, busy)
    cells = {
        (row, column): number(value, comma=value > 999) if value else ZEROS[zero]
        for row, values in numbers.items()
        for column, value in zip(COLUMNS, values, strict=True)
    }

    def values(key: str) -> list[Span]:
        return [(cells[key, column].printed, 1, 1) for column in COLUMNS]

    size = 19 + len(T3_OTHER[form])
    grid: list[list[Span]] = [
        [("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3), ("申请人情况", 7, 1)],
        [("自然人", 1, 2), ("法人或其他组织", 5, 1), ("总计", 1, 2)],
        [(name, 1, 1) for name in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")],
        [(T3_ROWS[0][1], 3, 1), *values("new")],
        [(T3_ROWS[1][1], 3, 1), *values("carried_in")],
    ]
    groups = [("", T3_ROWS[2:4]), ("（三）不予公开", T3_ROWS[4:12]), ("（四）无法提供", T3_ROWS[12:15]),
              ("（五）不予处理", T3_ROWS[15:20])]  # fmt: skip
    groups.append(("（六）其他处理", T3_OTHER["D"]) if form == "D" else ("", T3_OTHER["C"]))
    for name, members in groups:
        for at, (key, label) in enumerate(members):
            head: list[Span] = [("三、本年度办理结果", 1, size)] if key == "granted" else []
            group: list[Span] = [(name, 1, len(members))] if name and at == 0 else []
            grid.append([*head, *group, (label, 1 if name else 2, 1), *values(key)])
    grid.append([("（七）总计", 2, 1), *values("result_total")])
    grid.append([("四、结转下年度继续办理", 3, 1), *values("carried_out")])
    labels = dict(
        [*T3_ROWS, *T3_OTHER[form], ("result_total", "（七）总计"), ("carried_out", "四、结转下年度继续办理")]
    )
    return Sheet("t3", form, grid, cells, labels)


def t4(rng: random.Random, form: str, *, zero: str = "0", busy: bool = True) -> Sheet:
    """Return the table of review and litigation: one data row of fifteen values."""
    cells: dict[tuple[str, str], Value] = {}
    for group in T4_GROUPS:
        parts = [rng.choice([0, 0, 1, 2, 14]) if busy else 0 for _ in range(4)]
        for part, value in zip(T4_PARTS, [*parts, sum(parts)], strict=True):
            cells["", f"{group}_{part}"] = number(value) if value else ZEROS[zero]
    kinds = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    grid: list[list[Span]] = [
        [("行政复议", 5, 1), ("行政诉讼", 10, 1)],
        [*((kind, 1, 2) for kind in kinds), ("未经复议直接起诉", 5, 1), ("复议后起诉", 5, 1)],
        [(kind, 1, 1) for kind in (*kinds, *kinds)],
        [(value.printed, 1, 1) for value in cells.values()],
    ]
    return Sheet("t4", form, grid, cells)


def t2_d(rng: random.Random, *, zero: str = "0", town: bool = False) -> Sheet:
    """Return the table of proactive disclosure of the form of 2021."""
    cells: dict[tuple[str, str], Value] = {}

    def put(row: str, columns: tuple[str, ...], top: int) -> list[Span]:
        for column in columns:
            value = rng.randint(0, top)
            cells[row, column] = number(value, comma=value > 999) if value else ZEROS[zero]
        return [(cells[row, column].printed, 1, 1) for column in columns]

    three, one = ("issued", "repealed", "in_force"), ("decisions",)
    grid: list[list[Span]] = [
        [("第二十条第（一）项", 4, 1)],
        [(name, 1, 1) for name in ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")],
        [("规章", 1, 1), *put("rules", three, 0)],
        [("行政规范性文件", 1, 1), *put("normative", three, 0 if town else 30)],
        [("第二十条第（五）项", 4, 1)],
        [("信息内容", 1, 1), ("本年处理决定数量", 3, 1)],
        [("行政许可", 1, 1), (put("licence", one, 4500)[0][0], 3, 1)],
        [("第二十条第（六）项", 4, 1)],
        [("信息内容", 1, 1), ("本年处理决定数量", 3, 1)],
        [("行政处罚", 1, 1), (put("penalty", one, 90)[0][0], 3, 1)],
        [("行政强制", 1, 1), (put("coercion", one, 9)[0][0], 3, 1)],
        [("第二十条第（八）项", 4, 1)],
        [("信息内容", 1, 1), ("本年收费金额（单位：万元）", 3, 1)],
    ]
    fee = f"{rng.randint(0, 99)}.{rng.randint(1, 9)}"
    cells["fee", "amount_wan"] = rng.choice([Value(fee, "value", fee), ZEROS[zero]])
    grid.append([("行政事业性收费", 1, 1), (cells["fee", "amount_wan"].printed, 3, 1)])
    return Sheet("t2", "D", grid, cells)


def t2_c(rng: random.Random, *, zero: str = "0") -> Sheet:
    """Return the table of proactive disclosure of the form of 2019: four logical on five grid columns."""
    cells: dict[tuple[str, str], Value] = {}

    def put(row: str, columns: tuple[str, ...], spans: tuple[int, ...]) -> list[Span]:
        drawn: list[Span] = []
        for column, span in zip(columns, spans, strict=True):
            value = rng.choice([0, 1, 3, 7, 12, 36, 208, 1036])
            cell = number(value) if value else ZEROS[zero]
            if column == "items_change" and value:
                cell = number(value, sign=rng.choice(["+", "-", "减", "增", ""]))
            if column == "amount":
                cell = rng.choice([Value("251000元", "value", "251000"), Value("0.37万元", "value", "0.37"),
                                   Value("1462.5", "value", "1462.5"), ZEROS[zero]])  # fmt: skip
            cells[row, column] = cell
            drawn.append((cell.printed, span, 1))
        return drawn

    made, items = ("made", "newly_public", "public_total"), ("items_prev", "items_change", "decisions")
    grid: list[list[Span]] = [
        [("第二十条第（一）项", 5, 1)],
        [("信息内容", 1, 1), ("本年新制作数量", 1, 1), ("本年新公开数量", 2, 1), ("对外公开总数量", 1, 1)],
        [("规章", 1, 1), *put("c_rules", made, (1, 2, 1))],
        [("规范性文件", 1, 1), *put("c_normative", made, (1, 2, 1))],
    ]
    for article, members in (
        ("第二十条第（五）项", (("行政许可", "c_licence"), ("其他对外管理服务事项", "c_other_service"))),
        ("第二十条第（六）项", (("行政处罚", "c_penalty"), ("行政强制", "c_coercion"))),
    ):
        grid.append([(article, 5, 1)])
        grid.append([("信息内容", 1, 1), ("上一年项目数量", 1, 1), ("本年增/减", 2, 1), ("处理决定数量", 1, 1)])
        grid += [[(label, 1, 1), *put(key, items, (2, 1, 1))] for label, key in members]
    grid += [
        [("第二十条第（八）项", 5, 1)],
        [("信息内容", 1, 1), ("上一年项目数量", 2, 1), ("本年增/减", 2, 1)],
        [("行政事业性收费", 1, 1), *put("c_fee", items[:2], (2, 2))],
        [("第二十条第（九）项", 5, 1)],
        [("信息内容", 1, 1), ("采购项目数量", 2, 1), ("采购总金额", 2, 1)],
        [("政府集中采购", 1, 1), *put("c_procurement", ("items", "amount"), (2, 2))],
    ]
    return Sheet("t2", "C", grid, cells)


def stat(rng: random.Random, *, zero: str = "0", header: str = "统计指标") -> Sheet:
    """Return the statistics form of 2014-2018; group rows hold no value."""
    cells: dict[tuple[str, str], Value] = {}
    grid: list[list[Span]] = [[(name, 1, 1) for name in (header, "单位", "统计数")]]
    for line in STAT.strip().splitlines():
        key, label, unit = line.split("|")
        printed = ""
        if key:
            value = rng.choice([0, 0, 1, 2, 5, 17, 63, 310])
            cell = number(value) if value else ZEROS[zero]
            if key == "budget_wan" and value:
                cell = Value(f"{value}.5", "value", f"{value}.5")
            cells[key, "value"] = cell
            printed = cell.printed
        grid.append([(label, 1, 1), (unit, 1, 1), (printed, 1, 1)])
    return Sheet("stat", "B", grid, cells)


def statutory(rng: random.Random, form: str, *, zero: str = "0", town: bool = False) -> dict[str, Sheet]:
    """Return the three tables of a report of form C or D by the section they stand in."""
    first = t2_d(rng, zero=zero, town=town) if form == "D" else t2_c(rng, zero=zero)
    busy = not town or rng.random() < 0.4
    return {
        "proactive_disclosure": first,
        "requests": t3(rng, form, zero=zero, busy=busy),
        "review_litigation": t4(rng, form, zero=zero, busy=busy),
    }

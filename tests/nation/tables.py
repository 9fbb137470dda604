"""Statutory tables of the sample reports: numbers drawn from a seed so that the form's own sums hold."""

from __future__ import annotations

import random

T3_ROWS = [
    ("new", "一、本年新收政府信息公开申请数量"), ("carried_in", "二、上年结转政府信息公开申请数量"),
    ("granted", "（一）予以公开"), ("partial", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"),
    ("den_state_secret", "1.属于国家秘密"), ("den_law_forbids", "2.其他法律行政法规禁止公开"),
    ("den_security_stability", "3.危及“三安全一稳定”"), ("den_third_party", "4.保护第三方合法权益"),
    ("den_internal_affairs", "5.属于三类内部事务信息"), ("den_process_info", "6.属于四类过程性信息"),
    ("den_enforcement_file", "7.属于行政执法案卷"), ("den_admin_query", "8.属于行政查询事项"),
    ("una_not_held", "1.本机关不掌握相关政府信息"), ("una_must_create", "2.没有现成信息需要另行制作"),
    ("una_still_unclear", "3.补正后申请内容仍不明确"), ("np_petition", "1.信访举报投诉类申请"), ("np_repeat", "2.重复申请"),
    ("np_publication", "3.要求提供公开出版物"), ("np_mass", "4.无正当理由大量反复申请"),
    ("np_confirm_reissue", "5.要求行政机关确认或重新出具已获取信息"),
]  # fmt: skip
T3_OTHER = {
    "C": [("oth_total", "（六）其他处理")],
    "D": [
        ("oth_not_corrected", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
        ("oth_fee_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"), ("oth_other", "3.其他"),
    ],
}  # fmt: skip
COLUMNS = ["natural_person", "enterprise", "research", "public_interest", "legal_services", "other_org", "total"]
Numbers = dict[str, list[int]]


def t3_numbers(rng: random.Random, form: str, busy: bool) -> Numbers:
    """Return seven values a row; columns and rows obey I1-I3."""
    results = [key for key, _ in T3_ROWS[2:]] + [key for key, _ in T3_OTHER[form]]
    rows: Numbers = {key: [0] * 6 for key in ("new", "carried_in", *results, "result_total", "carried_out")}
    for column in range(6):
        for key in results:
            if busy and rng.random() < 0.25:
                rows[key][column] = rng.randint(1, 9)
        total = sum(rows[key][column] for key in results)
        rows["result_total"][column] = total
        rows["carried_out"][column] = rng.randint(0, 2) if busy else 0
        rows["carried_in"][column] = min(total, rng.randint(0, 1)) if busy else 0
        rows["new"][column] = total + rows["carried_out"][column] - rows["carried_in"][column]
    for values in rows.values():
        values.append(sum(values))
    return rows


def _td(text: object, colspan: int = 1, rowspan: int = 1) -> str:
    spans = (f' colspan="{colspan}"' if colspan > 1 else "") + (f' rowspan="{rowspan}"' if rowspan > 1 else "")
    return f"<td{spans}><p>{text}</p></td>"


def t3_html(numbers: Numbers, form: str, blank: str = "0") -> str:
    """Draw the table of requests on ten grid columns; zeros are printed as `blank`."""

    def cells(key: str) -> str:
        return "".join(_td(value if value else blank) for value in numbers[key])

    groups = [
        ("", T3_ROWS[2:4]),
        ("（三）不予公开", T3_ROWS[4:12]),
        ("（四）无法提供", T3_ROWS[12:15]),
        ("（五）不予处理", T3_ROWS[15:20]),
    ]
    n_results = 18 + len(T3_OTHER[form]) + 1
    rows = [
        _td("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3) + _td("申请人情况", 7),
        _td("自然人", 1, 2) + _td("法人或其他组织", 5) + _td("总计", 1, 2),
        "".join(_td(name) for name in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")),
        _td(T3_ROWS[0][1], 3) + cells("new"),
        _td(T3_ROWS[1][1], 3) + cells("carried_in"),
    ]
    first = _td("三、本年度办理结果", 1, n_results)
    for name, members in groups:
        for place, (key, label) in enumerate(members):
            head = first
            first = ""
            if name:
                rows.append(head + (_td(name, 1, len(members)) if place == 0 else "") + _td(label) + cells(key))
            else:
                rows.append(head + _td(label, 2) + cells(key))
    if form == "C":
        rows.append(_td("（六）其他处理", 2) + cells("oth_total"))
    else:
        for place, (key, label) in enumerate(T3_OTHER["D"]):
            rows.append((_td("（六）其他处理", 1, 3) if place == 0 else "") + _td(label) + cells(key))
    rows += [_td("（七）总计", 2) + cells("result_total"), _td("四、结转下年度继续办理", 3) + cells("carried_out")]
    return "<table border=1>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def t2_html(rng: random.Random, form: str) -> tuple[str, dict[str, str]]:
    """Draw the table of proactive disclosure; return it with its cells by `row.column`."""
    truth: dict[str, str] = {}

    def put(row: str, columns: list[str], top: int) -> list[str]:
        values = [str(rng.randint(0, top)) for _ in columns]
        truth.update({f"{row}.{column}": value for column, value in zip(columns, values, strict=True)})
        return values

    rows: list[str] = []
    if form == "D":
        for title, head, members in (
            ("第二十条第（一）项", ["本年制发件数", "本年废止件数", "现行有效件数"],
             [("规章", "rules", 0), ("行政规范性文件", "normative", 30)]),
        ):  # fmt: skip
            rows += [_td(title, 4), _td("信息内容") + "".join(map(_td, head))]
            for label, key, top in members:
                rows.append(
                    _td(label) + "".join(_td(value) for value in put(key, ["issued", "repealed", "in_force"], top))
                )
        for title, members in (
            ("第二十条第（五）项", [("行政许可", "licence")]),
            ("第二十条第（六）项", [("行政处罚", "penalty"), ("行政强制", "coercion")]),
        ):
            rows += [_td(title, 4), _td("信息内容") + _td("本年处理决定数量", 3)]
            rows += [_td(label) + _td(put(key, ["decisions"], 900)[0], 3) for label, key in members]
        rows += [_td("第二十条第（八）项", 4), _td("信息内容") + _td("本年收费金额（单位：万元）", 3)]
        truth["fee.amount_wan"] = f"{rng.randint(0, 99)}.5"
        rows.append(_td("行政事业性收费") + _td(truth["fee.amount_wan"], 3))
    else:
        rows += [
            _td("第二十条第（一）项", 5),
            _td("信息内容") + _td("本年新制作数量") + _td("本年新公开数量", 2) + _td("对外公开总数量"),
        ]
        for label, key in (("规章", "c_rules"), ("规范性文件", "c_normative")):
            a, b, c = put(key, ["made", "newly_public", "public_total"], 20)
            rows.append(_td(label) + _td(a) + _td(b, 2) + _td(c))
        for title, members in (
            ("第二十条第（五）项", [("行政许可", "c_licence"), ("其他对外管理服务事项", "c_other_service")]),
            ("第二十条第（六）项", [("行政处罚", "c_penalty"), ("行政强制", "c_coercion")]),
        ):
            rows += [_td(title, 5), _td("信息内容") + _td("上一年项目数量") + _td("本年增/减", 2) + _td("处理决定数量")]
            for label, key in members:
                a, b, c = put(key, ["items_prev", "items_change", "decisions"], 90)
                rows.append(_td(label) + _td(a, 2) + _td(f"+{b}") + _td(c))
        rows += [_td("第二十条第（八）项", 5), _td("信息内容") + _td("上一年项目数量", 2) + _td("本年增/减", 2)]
        a, b = put("c_fee", ["items_prev", "items_change"], 9)
        rows.append(_td("行政事业性收费") + _td(a, 2) + _td(f"-{b}", 2))
        truth["c_fee.items_change"] = f"-{b}" if b != "0" else "0"
        rows += [_td("第二十条第（九）项", 5), _td("信息内容") + _td("采购项目数量", 2) + _td("采购总金额", 2)]
        truth |= {"c_procurement.items": "3", "c_procurement.amount": "251000"}
        rows.append(_td("政府集中采购") + _td("3", 2) + _td("251000元", 2))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>", truth


def t4_html(rng: random.Random) -> tuple[str, dict[str, str]]:
    """Draw the table of reviews and litigation; return it with its cells."""
    kinds, values, truth = ("upheld", "corrected", "other", "pending"), [], {}
    for group in ("review", "lit_direct", "lit_after"):
        parts = [rng.choice([0, 0, 0, 1, 2]) for _ in kinds]
        for kind, value in zip((*kinds, "total"), (*parts, sum(parts)), strict=True):
            truth[f"{group}_{kind}"] = str(value)
            values.append(value)
    names = "".join(_td(name) for name in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"))
    head = (
        f"<tr>{_td('行政复议', 5)}{_td('行政诉讼', 10)}</tr><tr>"
        + "".join(_td(name, 1, 2) for name in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"))
        + f"{_td('未经复议直接起诉', 5)}{_td('复议后起诉', 5)}</tr><tr>{names}{names}</tr>"
    )
    return f"<table>{head}<tr>{''.join(map(_td, values))}</tr></table>", truth


STAT = [
    ("proactive_total", "（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条"),
    ("proactive_normative_docs", "其中：主动公开规范性文件数", "条"), ("normative_docs_issued", "制发规范性文件总数", "件"),
    ("by_website", "2.政府网站公开政府信息数", "条"), ("by_weibo", "3.政务微博公开政府信息数", "条"),
    ("policy_interpretations", "3.政策解读稿件发布数", "篇"), ("req_received", "（一）收到申请数", "件"),
    ("req_in_person", "1.当面申请数", "件"), ("req_online", "3.网络申请数", "件"), ("req_closed", "（二）申请办结数", "件"),
    ("req_answered", "（三）申请答复数", "件"), ("ans_granted", "2.同意公开答复数", "件"),
    ("review_total", "四、行政复议数量", "件"), ("lit_total", "五、行政诉讼数量", "件"), ("complaints", "六、举报投诉数量", "件"),
    ("fees_wan", "七、依申请公开信息收取的费用", "万元"), ("staff_full_time", "1.专职人员数（不包括政府公报及政府网站工作人员数）", "人"),
    ("meetings", "（一）召开政府信息公开工作会议或专题会议数", "次"), ("trainees", "（三）接受培训人员数", "人次"),
]  # fmt: skip


def stat_html(rng: random.Random) -> tuple[str, dict[str, str]]:
    """Draw the statistics form of 2014-2018; return it with its cells."""
    truth = {key: str(rng.randint(0, 60)) for key, _, _ in STAT}
    rows = [f"<tr>{_td('统计指标')}{_td('单位')}{_td('统计数')}</tr>"]
    rows += [f"<tr>{_td(label)}{_td(unit)}{_td(truth[key])}</tr>" for key, label, unit in STAT]
    return "<table>" + "".join(rows) + "</table>", truth

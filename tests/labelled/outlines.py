"""Outlines of the eras as provinces wrote them (domain: section 2), and the ways of numbering headings.

A line is `name: key heading; key heading …`; `key+also` merges. The statutory outlines are six variants of the six.
"""

from __future__ import annotations

from functools import cache

FREE = """
generic: overview 概述; proactive_disclosure 主动公开政府信息情况; requests 依申请公开政府信息情况; fees 政府信息公开的收费及减免情况; review_litigation 因政府信息公开申请行政复议、提起行政诉讼的情况; problems_improvements 政府信息公开工作存在的主要问题及改进情况
generic2: overview 基本情况; proactive_disclosure 主动公开情况; requests 依申请公开办理情况; fees 收费和减免情况; review_litigation 行政复议和诉讼情况; problems_improvements 存在的问题及改进情况
shanghai: overview 概述; proactive_disclosure 主动公开政府信息的情况; requests 依申请公开和不予公开政府信息的情况; consultation 咨询处理情况; review_litigation 复议、诉讼和申诉的情况; problems_improvements 主要问题和改进措施
beijing: overview 概述; proactive_disclosure 政府信息主动公开情况; requests 政府信息依申请公开情况; fees+organization_capacity 人员和收支情况; consultation 咨询情况; review_litigation 行政复议和行政诉讼情况; problems_improvements 主要问题和改进措施
fujian: overview 政府信息公开工作基本情况; proactive_disclosure 主动公开政府信息情况; requests 政府信息依申请公开办理情况; fees 收费及减免情况; review_litigation 行政复议、行政诉讼情况; problems_improvements 存在的主要问题和改进措施; other_matters 需要说明的事项
jilin: overview 基本工作情况; proactive_disclosure 主动公开情况; interpretation_response 回应解读情况; requests 依申请公开情况; review_litigation 行政复议诉讼和举报投诉情况; organization_capacity 机构建设、保障经费和培训会议情况; problems_improvements 存在问题及工作打算
shandong: overview 概述; organization_capacity 组织领导和制度建设情况; proactive_disclosure 主动公开政府信息以及公开平台建设情况; requests 政府信息公开申请的办理情况; fees 政府信息公开收费及减免情况; review_litigation 因政府信息公开申请行政复议、提起行政诉讼的情况; supervision 保密审查及监督检查情况; problems_improvements 存在的主要问题及改进措施; other_matters 需要说明的事项
shanxi: overview 概述; proactive_disclosure 政府信息基本情况; requests 依申请公开政府信息受理情况; consultation 政府信息公开咨询处理情况; review_litigation 行政复议、行政诉讼情况; fees 政府支出和收费情况; problems_improvements 主要问题和改进措施
liaoning: overview 基本情况; key_areas 重点工作落实情况; proactive_disclosure 主动公开情况; requests 依申请公开情况; review_litigation 复议、诉讼情况; problems_improvements 工作中存在的不足和改进措施
wuhan: key_areas 重点领域政府信息公开工作情况; proactive_disclosure 主动公开情况; interpretation_response 发布解读、回应社会关切以及互动交流情况; requests 依申请公开情况; review_litigation 政府信息公开复议、诉讼情况; organization_capacity 机构建设和保障经费情况; supervision 政务公开保密情况; problems_improvements 存在问题及下步打算
proposals: overview 情况概述; proactive_disclosure 行政机关主动公开政府信息情况; proposals 人大建议和政协提案办理结果公开情况; requests 行政机关收到和处理政府信息公开申请情况; review_litigation 因政府信息公开工作被申请行政复议、提起行政诉讼情况; problems_improvements 政府信息公开工作存在的主要问题及改进情况
merged_fees: overview 政府信息公开概况; proactive_disclosure 政府信息主动公开情况; requests+fees 政府信息公开申请办理及收费与减免情况; review_litigation 申请行政复议和提起行政诉讼情况; problems_improvements 工作存在的主要问题和改进措施
merged_review: overview 概述; proactive_disclosure 主动公开情况; requests+review_litigation 政府信息依申请公开情况及相关行政复议、诉讼情况; problems_improvements 主要问题和改进措施
problems_first: overview 概述; proactive_disclosure 主动公开政府信息情况; requests 依申请公开政府信息办理情况; problems_improvements 存在的问题及改进情况; review_litigation 行政复议、行政诉讼情况; fees 收费及减免情况
split_problems: overview 工作基本情况; proactive_disclosure 主动公开情况; requests 依申请公开情况; fees 收费及减免情况; review_litigation 复议、诉讼情况; problems_improvements 存在的主要问题; next_steps 下一步工作打算
thoughts: overview 主要工作概述; proactive_disclosure 公文类政府信息基本情况; requests 依申请公开政府信息的情况; fees 依申请公开信息收取的费用; review_litigation 政府信息公开类行政复议、行政诉讼情况; problems_improvements 存在的主要问题和改进情况; next_steps 下步打算
hot: overview 总体情况; interpretation_response 重点热点信息公开情况; proactive_disclosure 主动公开情况; requests 依申请公开政府信息和不予公开政府信息的情况; fees 政府信息公开相关费用情况; review_litigation 政府信息公开行政复议行政诉讼情况; organization_capacity 政府信息公开机构人员及经费情况; problems_improvements 存在的问题及改进情况
complaints: overview 信息公开总体情况; proactive_disclosure 主动公开政府信息的情况; requests+consultation 依申请公开、不予公开及咨询政府信息情况; review_litigation 因政府信息公开申请投诉举报、行政复议、提起行政诉讼的情况; fees 政府信息公开支出与收费情况; problems_improvements 政府信息公开工作存在的主要问题及改进措施; other_matters 其他相关工作情况
points: overview 政府信息公开工作要点落实情况; proactive_disclosure 主动公开政府信息情况; requests 依申请公开政府信息情况; review_litigation 行政复议、诉讼情况; organization_capacity 政府信息公开会议和培训情况; problems_improvements 存在问题、下步工作计划
capacity: overview 政府信息公开总体工作情况; organization_capacity 政府信息公开工作机构、人员情况; proactive_disclosure 主动公开情况; requests 依申请公开情况; fees+organization_capacity 政府信息公开的人员、收费及减免情况; review_litigation 行政复议、行政诉讼情况; problems_improvements 主要问题和改进措施
short: overview 概述; proactive_disclosure 主动公开情况; requests 依申请公开情况; problems_improvements 存在的不足和改进措施
ab_concept: overview 政府信息公开工作的基本概况; organization_capacity 制度建设与队伍建设情况; proactive_disclosure 主动公开政府信息情况; requests 政府信息依申请公开办理情况; fees 依申请信息公开收费及减免情况; review_litigation 申请行政复议、提起行政诉讼和申诉的情况; problems_improvements 主要问题和改进措施
"""
STATUTORY = (
    ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
     "存在的主要问题及改进情况", "其他需要报告的事项"),
    ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
     "存在的主要问题及改进情况", "其他需报告的事项"),
    ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议行政诉讼情况",
     "政府信息公开工作存在的主要问题及改进情况", "其他需要报告事项"),
    ("概述", "行政机关主动公开政府信息的情况", "行政机关收到和处理政府信息公开申请的情况",
     "因政府信息公开工作被申请行政复议、提起行政诉讼的情况", "存在的主要问题和改进措施", "其他需要报告的事项"),
    ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议和行政诉讼情况",
     "存在的主要问题及改进情况", "需要说明的事项"),
    ("基本情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议及行政诉讼情况",
     "存在的问题及改进情况", "其他需要报告的事项"),
)  # fmt: skip
SIX = ("overview", "proactive_disclosure", "requests", "review_litigation", "problems_improvements", "other_matters")
NUMERALS = "一二三四五六七八九十"
FORMAL = "壹贰叁肆伍陆柒捌玖拾"
NUMBERING = ("comma", "dot", "wide_dot", "space_comma", "bracket", "ascii_bracket", "part", "formal", "arabic", "none")


@cache
def free_outlines() -> dict[str, list[tuple[str, tuple[str, ...], str]]]:
    """Return the outlines of 2008-2018 by name: rows of (key, also, heading without its numeral)."""
    found = {}
    for line in FREE.strip().splitlines():
        name, rows = line.split(": ", 1)
        found[name] = [
            (key.split("+")[0], tuple(key.split("+")[1:]), heading)
            for key, heading in (row.strip().split(" ", 1) for row in rows.split(";"))
        ]
    return found


def numbered(place: int, heading: str, style: str) -> str:
    """Return the heading with the numeral of its place (from 0) in one of the NUMBERING styles."""
    numeral = NUMERALS[place]
    return {
        "comma": f"{numeral}、{heading}", "dot": f"{numeral}.{heading}", "wide_dot": f"{numeral}．{heading}",
        "space_comma": f"{numeral} 、{heading}", "bracket": f"（{numeral}）{heading}",
        "ascii_bracket": f"({numeral}){heading}", "part": f"第{numeral}部分 {heading}",
        "formal": f"{FORMAL[place]}、{heading}", "arabic": f"{place + 1}、{heading}", "none": heading,
    }[style]  # fmt: skip

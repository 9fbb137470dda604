"""Bodies of the sample reports: four template eras with regional outlines, sentences of our own invention."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.nation import tables

OUTLINES = {
    "A1": [("overview", "概述"), ("proactive_disclosure", "主动公开政府信息的情况"), ("requests", "依申请公开政府信息的情况"),
           ("fees", "政府信息公开的收费及减免情况"), ("review_litigation", "因政府信息公开申请行政复议、提起行政诉讼的情况"),
           ("problems_improvements", "政府信息公开工作存在的主要问题及改进措施")],
    "A2": [("overview", "概 述"), ("organization_capacity", "组织领导和制度建设情况"), ("proactive_disclosure", "政府信息主动公开情况"),
           ("requests", "政府信息公开申请的办理情况"), ("fees", "收费及减免情况"), ("review_litigation", "复议、诉讼情况"),
           ("supervision", "保密审查及监督检查情况"), ("problems_improvements", "主要问题和改进措施"), ("other_matters", "需要说明的事项")],
    "B1": [("overview", "基本工作情况"), ("proactive_disclosure", "主动公开情况"), ("interpretation_response", "回应解读情况"),
           ("requests", "依申请公开情况"), ("review_litigation", "行政复议诉讼和举报投诉情况"),
           ("organization_capacity", "机构建设、保障经费和培训会议情况"), ("problems_improvements", "存在问题及工作打算")],
    "B2": [("overview", "概述"), ("key_areas", "重点领域政府信息公开工作情况"), ("proactive_disclosure", "主动公开政府信息情况"),
           ("requests", "依申请公开政府信息办理情况"), ("fees", "收费和减免情况"), ("review_litigation", "行政复议、行政诉讼情况"),
           ("problems_improvements", "存在的主要问题和改进措施")],
    "CD": [("overview", "总体情况"), ("proactive_disclosure", "主动公开政府信息情况"), ("requests", "收到和处理政府信息公开申请情况"),
           ("review_litigation", "政府信息公开行政复议、行政诉讼情况"), ("problems_improvements", "存在的主要问题及改进情况"),
           ("other_matters", "其他需要报告的事项")],
}  # fmt: skip
HAN = "一二三四五六七八九十"
SAY = {
    "overview": ["{y}年，{n}按照条例要求，把信息公开当作日常工作来抓，明确一名负责人分管，各科室指定一名联络员，每季度核对一次公开清单。",
                 "全年修订内部流程{a}项，整理历史文件{b}份，对发布栏目逐一核对，发现的差错当周改正。",
                 "在便民大厅设立查阅点，配备目录册和查询终端，接待查阅群众{b}人次。"],
    "proactive_disclosure": ["{y}年共主动公开政府信息{c}条，其中通过政府网站公开信息{b}条，其余通过公开栏和广播发布。",
                             "公开内容涉及财政资金、民生项目、人事任免和应急预警，更新时间一般不超过五个工作日。"],
    "requests": ["全年收到政府信息公开申请{a}件，均在规定期限内答复，没有超期情形。", "申请人多关心土地征收和补助发放，答复时附上了查询方法。"],
    "fees": ["{y}年，依申请公开没有收取任何费用。"],
    "review_litigation": ["{y}年未发生因政府信息公开引起的行政复议和行政诉讼。"],
    "problems_improvements": ["一是个别栏目更新偏慢；二是解读形式较单一；三是兼职人员变动频繁。",
                              "下一步将细化目录，安排两次集中学习，请群众代表评议公开效果。"],
    "other_matters": ["没有其他需要报告的事项。"],
    "organization_capacity": ["由办公室牵头，配备兼职人员{a}名，召开专题会议{a}次，培训{b}人次，所需经费列入年度预算。"],
    "supervision": ["发布前逐件核对密级，年中和年末各检查一次，情况在内部通报。"],
    "interpretation_response": ["围绕群众关心的供水、供暖等话题发布说明{a}篇，回应留言{b}条。"],
    "key_areas": ["公开了救助标准、危房改造名单和食品抽检结果，逐项注明经办人。"],
}  # fmt: skip


@dataclass(slots=True)
class Body:
    """HTML of one report with the truth of its parts."""

    html: str
    sections: list[list[str]] = field(default_factory=list)  # [key, heading]
    t2: dict[str, str] = field(default_factory=dict)
    t3: dict[str, list[int]] = field(default_factory=dict)
    t4: dict[str, str] = field(default_factory=dict)
    stat: dict[str, str] = field(default_factory=dict)
    form: str = ""
    blank: str = "0"


def body(seed: str, name: str, year: int, *, stat: bool = True, change: int = 0, twin: str = "") -> Body:
    """Compose one report. `twin` fixes the sentences' seed, so that siblings share a template; `change`
    alters one figure for a corrected edition."""
    rng, numbers = random.Random(twin or seed), random.Random(seed)
    form = "A" if year <= 2013 else "B" if year <= 2018 else "C" if year <= 2020 else "D"
    outline = "CD" if form in "CD" else form + rng.choice("12")
    values = {
        "y": year,
        "n": name,
        "a": numbers.randint(2, 9),
        "b": numbers.randint(11, 300),
        "c": numbers.randint(301, 4000) + change,
    }
    result = Body("", form=form)
    parts = [f"<p>　　根据《中华人民共和国政府信息公开条例》和上级有关部署，编制{name}{year}年政府信息公开工作年度报告。"
             f"本报告中所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。</p>"]  # fmt: skip
    result.sections.append(["preamble", ""])
    for place, (key, title) in enumerate(OUTLINES[outline]):
        heading = f"{HAN[place]}、{title}"
        result.sections.append([key, heading])
        parts.append(f"<p><strong>{heading}</strong></p>")
        if form in "CD" and key == "proactive_disclosure":
            html, result.t2 = tables.t2_html(numbers, form)
            parts.append(html)
        elif form in "CD" and key == "requests":
            result.t3 = tables.t3_numbers(numbers, form, busy=numbers.random() < 0.7)
            if change:
                for row in ("new", "granted", "result_total"):
                    result.t3[row][0] += change
                    result.t3[row][6] += change
            result.blank = numbers.choice(["0", "0", "0", "&nbsp;", "/", "-"])
            parts.append(tables.t3_html(result.t3, form, result.blank))
        elif form in "CD" and key == "review_litigation":
            html, result.t4 = tables.t4_html(numbers)
            parts.append(html)
        else:
            said = SAY[key] if key not in ("overview",) else rng.sample(SAY[key], len(SAY[key]))
            for number, sentence in enumerate(said):
                mark = f"（{HAN[number]}）" if len(said) > 1 and key == "overview" else ""
                parts.append(f"<p>　　{mark}{sentence.format(**values)}</p>")
    if form == "B" and stat:
        html, result.stat = tables.stat_html(numbers)
        parts.append("<p>附表：政府信息公开情况统计表</p>" + html)
        result.sections.append(["statistics_appendix", "附表：政府信息公开情况统计表"])
    result.html = "\n".join(parts)
    return result

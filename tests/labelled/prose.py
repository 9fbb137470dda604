"""Sentences of invented reports by section key; {w} 我局…, {n} the issuer, {y} the year, other names are numbers.

A paragraph that states a number which the narrative figures must find names it: {proactive}, {website}, {received}.
"""

from __future__ import annotations

import random

from tests.labelled.records import Issuer, Part

BODIES: dict[str, tuple[str, ...]] = {
    "overview": (
        "{y}年，{n}坚持以公开为常态、不公开为例外，围绕中心工作和群众关切，稳步推进政府信息公开各项工作。",
        "一年来，{w}认真落实上级关于政务公开的部署，把信息公开纳入重要议事日程，主要领导亲自过问，分管领导具体抓，办公室明确专人负责日常事务。",
        "{w}调整充实了政府信息公开工作领导小组，完善了信息发布审查、依申请办理和责任追究等制度，做到有人管、有章循。",
        "结合机构改革后的职责变化，{w}重新梳理公开事项，编制更新了公开指南和公开目录，并在网站醒目位置发布。",
        "全年组织业务培训{small}次，参训人员{mid}人次，工作人员依法公开的意识有了明显提高。",
    ),
    "proactive_disclosure": (
        "全年主动公开政府信息{proactive}条，其中网站发布信息{website}条，内容涉及机构职能、规划计划、财政资金、民生保障等方面。",
        "在公开形式上，除门户网站外，还利用公告栏、办事大厅电子屏、宣传手册等方式方便群众查阅。",
        "对涉及群众切身利益的补助发放、项目安排、招考录用等事项，做到事前告知、事中公布、事后公示。",
        "财政预决算和“三公”经费信息按规定时间公布，并附文字说明。",
        "规范性文件自印发之日起二十个工作日内公布，政策文件与解读材料同步起草、同步发布。",
    ),
    "requests": (
        "{y}年，{w}收到政府信息公开申请{received}件，均在法定期限内答复，没有超期办理的情形。",
        "申请人主要通过网络和信函提出申请，内容集中在征地补偿、房屋登记和行政处罚等方面。",
        "受理窗口设在办公室，公布了联系电话和邮寄地址，对口头咨询的群众当场说明办理办法。",
    ),
    "requests_none": (
        "{y}年，{w}未收到政府信息公开申请。",
        "本年度没有收到公民、法人或者其他组织提出的政府信息公开申请。",
        "{y}年{w}没有受理过政府信息公开申请。",
    ),
    "fees": (
        "本年度依申请提供政府信息未收取任何费用，也没有减免费用的情况。",
        "{y}年{w}没有收取检索、复制、邮寄等费用。",
    ),
    "review_litigation": (
        "{y}年，{w}没有发生因政府信息公开引起的行政复议和行政诉讼。",
        "本年度未发生因信息公开被申请行政复议、提起行政诉讼的情况。",
    ),
    "problems_improvements": (
        "存在的问题：一些科室对公开工作重视不够，报送信息不够及时；公开内容与群众期盼还有差距；解读形式比较单一。",
        "改进措施：进一步细化公开目录，压实科室责任；丰富图表、音视频等解读形式；加强业务培训和日常检查。",
        "下一步，{w}将围绕年度重点任务，补短板、强弱项，推动信息公开工作再上新台阶。",
    ),
    "next_steps": ("{next}年，{w}将继续健全制度，扩大公开范围，提高办理质量。",),
    "other_matters": ("{w}{y}年度没有收取信息处理费，无其他需要报告的事项。", "无。", "本年度没有其他需要报告的事项。"),
    "interpretation_response": (
        "围绕群众关注的热点问题，{w}通过网站在线访谈、微信推送等形式作出说明，发布解读稿件{small}篇。",
        "对网民留言及时转办、限期回复，回复情况向社会公开。",
    ),
    "organization_capacity": (
        "{w}设专门工作机构{one}个，配备专兼职人员{small}名，工作经费列入部门预算予以保障。",
        "召开专题会议{small}次，举办培训班{one}期，参加培训{mid}人次。",
    ),
    "supervision": (
        "严格执行先审查、后公开的程序，落实保密审查责任，全年未发生泄密事件。",
        "将公开工作列入年度考核，开展日常督查。",
    ),
    "key_areas": ("围绕公共资源配置、重大建设项目、社会公益事业等重点领域，细化公开事项，明确责任科室和公开时限。",),
    "proposals": ("办理人大代表建议{small}件、政协委员提案{small2}件，除涉密内容外，办理结果均在网站公布。",),
    "consultation": ("全年接受现场咨询{mid}人次、电话咨询{mid2}人次，均给予耐心解答。",),
    "unclassified": ("{w}结合实际开展了形式多样的宣传活动，得到了群众的好评。",),
}
# Second-level headings of free outlines; some bear the names of first-level ones on purpose.
SUBS: dict[str, tuple[tuple[str, str], ...]] = {
    "overview": (
        ("加强组织领导", "成立由主要负责人任组长的领导小组，形成一级抓一级、层层抓落实的工作格局。"),
        (
            "健全工作制度",
            "先后制定主动公开、依申请公开、保密审查、责任追究等制度，一是明确职责，二是规范流程，三是严格奖惩。",
        ),
        (
            "主动公开情况",
            "按照国办发〔{last}〕{mid}号等文件要求，对照《条例》第九条至第十二条的规定，梳理公开事项，做到应公开尽公开。",
        ),
        ("强化教育培训", "与{last}年相比，培训次数明显增加，干部职工的公开意识有了新的提高。"),
        ("监督检查情况", "对{next}年要办的事项提前谋划；自2008年5月1日《条例》施行以来，没有出现责任追究的情形。"),
    ),
    "proactive_disclosure": (
        ("公开的主要内容", "包括：1.机构职能类信息；2.政策法规类信息；3.规划计划类信息；4.业务工作类信息。"),
        ("公开的主要形式", "一、二级栏目设置合理，网站、公开栏、查阅点三位一体，方便群众获取信息。"),
        ("重点领域信息公开情况", "围绕财政资金、保障性住房、食品药品安全等领域，按季度更新内容。"),
    ),
    "requests": (
        ("申请受理情况", "在办公室设立受理点，公布了受理电话。"),
        ("收费情况", "没有发生收费的情形。"),
        ("答复情况", "按照《条例》第二十一条的规定分别作出答复。"),
    ),
    "problems_improvements": (
        ("存在的主要问题", "一是公开意识有待增强；二是信息更新不够及时；三是解读回应还不够主动。"),
        ("下一步工作打算", "第一，完善制度；第二，突出重点；第三，加强队伍建设。"),
    ),
}
FIRST: dict[str, tuple[str, ...]] = {  # other ways of the first sentence, with its numbers
    "proactive_disclosure": (
        BODIES["proactive_disclosure"][0],
        "{y}年，{w}通过各种渠道主动公开政府信息共{proactive}条。",
        "全年共主动公开各类政府信息{proactive}余条，较上年有所增加。",
        "截至{y}年底，累计主动公开政府信息{proactive}条。",
        "本年度主动公开信息约{proactive}条，通过门户网站发布政府信息{website}条。",
    ),
    "requests": (
        BODIES["requests"][0],
        "全年共受理政府信息公开申请{received}件，其中网络申请占多数，全部按期答复。",
        "{w}共收到公民、法人和其他组织的政府信息公开申请{received}件，答复率100%。",
        "本年度收到依申请公开政府信息申请{received}件，已全部办结。",
    ),
}
OVERVIEW_CD = (
    ("ov_proactive", ("主动公开情况", "主动公开政府信息情况", "主动公开", "主动公开方面"),
     "全年主动公开政府信息{proactive}条，其中网站发布信息{website}条，及时发布规划、财政、民生等领域信息。"),
    ("ov_requests", ("依申请公开情况", "依申请公开办理情况", "依申请公开", "依申请公开方面"),
     "{y}年，{w}收到政府信息公开申请{received}件，均按期办结并答复。"),
    ("ov_info_management", ("政府信息管理情况", "规范政府信息管理工作情况", "政府信息管理", "政府信息管理方面"),
     "严格落实信息发布审核制度，对存量文件逐件清理，确保公开内容准确、规范。"),
    ("ov_platform", ("政府信息公开平台建设情况", "公开平台建设情况", "平台建设", "平台建设方面"),
     "优化网站公开专栏的栏目设置，完善检索功能，配合做好政务新媒体的日常维护。"),
    ("ov_supervision", ("监督保障情况", "监督保障", "监督保障方面"),
     "明确分管领导和工作机构，将公开工作纳入考核，接受社会评议，没有发生责任追究的情形。"),
)  # fmt: skip
PREAMBLES = (
    "本报告根据《中华人民共和国政府信息公开条例》（以下简称《条例》）和上级有关要求，由{n}编制。报告包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议、行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项等六个部分。所列数据的统计期限自{y}年1月1日起至{y}年12月31日止。如对本报告有疑问，请与{n}办公室联系。",
    "按照《中华人民共和国政府信息公开条例》规定，现公布{n}{y}年政府信息公开工作年度报告。本报告中所列数据统计期限为{y}年1月1日至{y}年12月31日。",
    "根据《条例》要求，结合{y}年工作实际，{n}编制了本年度报告，现予公布，欢迎监督。",
    "为保障公民、法人和其他组织依法获取政府信息，{n}对{y}年信息公开工作进行了全面总结，形成本报告。报告的电子版可在本机关门户网站下载。",
)
PREAMBLES_AB = (
    "根据《中华人民共和国政府信息公开条例》的规定，特编制本年度报告。全文由概述、主动公开政府信息情况、依申请公开情况、收费及减免情况、行政复议和行政诉讼情况、存在的主要问题及改进措施等部分组成。数据统计期限为{y}年1月1日至12月31日。联系单位：{n}。",
    "本年度报告由{n}根据《政府信息公开条例》编制，统计时段为{y}年1月1日至{y}年12月31日，可在本级政府网站查阅。",
    "{y}年，{n}在上级的正确领导下，认真贯彻《政府信息公开条例》，现将全年工作情况报告如下：",
)


def pronoun(issuer: Issuer) -> str:
    """Return how the issuer speaks of itself."""
    for end, word in (("街道办事处", "本街道"), ("镇人民政府", "我镇"), ("乡人民政府", "我乡"), ("苏木人民政府", "我苏木"),
                      ("省人民政府", "我省"), ("县人民政府", "我县"), ("区人民政府", "我区"), ("州人民政府", "我州"),
                      ("市人民政府", "我市"), ("旗人民政府", "我旗"), ("厅", "我厅"), ("局", "我局"), ("队", "我队"),
                      ("委员会", "我委")):  # fmt: skip
        if issuer.name.endswith(end):
            return word
    return "本机关"


class Writer:
    """Fills sentences for one issuer and year; remembers the numbers that it stated."""

    def __init__(self, rng: random.Random, issuer: Issuer, year: int) -> None:
        self.rng = rng
        self.issuer = issuer
        self.year = year
        self.values: dict[str, int | str] = {
            "y": year, "next": year + 1, "last": year - 1, "n": issuer.printed, "w": pronoun(issuer), "small": rng.randint(2, 9),
            "small2": rng.randint(2, 9), "mid": rng.randint(20, 160), "mid2": rng.randint(20, 160),
            "one": rng.choice([1, 1, 2]), "proactive": rng.randint(60, 3900), "website": rng.randint(20, 50),
            "received": rng.randint(1, 48),
        }  # fmt: skip
        self.numbers: dict[str, tuple[str | None, str]] = {}
        self.sub = ""  # how second-level headings of a free outline are numbered; "" for none

    def fill(self, sentence: str) -> str:
        """Return the sentence with its numbers, noting those that count as figures."""
        for name, key in (("proactive", "proactive_total"), ("website", "by_website"), ("received", "req_received")):
            if "{" + name + "}" in sentence:
                about = "{" + name + "}余" in sentence or "约{" + name + "}" in sentence
                qualifier = "about" if about else "cumulative" if "累计" in sentence else ""
                self.numbers[key] = (str(self.values[name]), qualifier)
        return sentence.format(**self.values)

    def preamble(self, form: str) -> str:
        """Return the unnumbered lead."""
        return self.fill(self.rng.choice(PREAMBLES if form in "CD" else PREAMBLES_AB))

    def body(self, key: str, *, rich: bool = True) -> list[str]:
        """Return one to four paragraphs for a section."""
        pool = BODIES.get("requests_none" if key == "requests" and not rich else key, BODIES["unclassified"])
        if key in ("problems_improvements",):
            chosen = list(pool[: self.rng.choice([2, 3])])
        elif key in ("fees", "review_litigation", "other_matters", "requests_none"):
            chosen = [self.rng.choice(pool)]
        else:
            chosen = [
                self.rng.choice(FIRST.get(key, pool[:1])),
                *self.rng.sample(pool[1:], self.rng.randint(0, len(pool) - 1)),
            ]
        filled = [self.fill(sentence) for sentence in chosen]
        if self.sub and key in SUBS and rich and self.rng.random() < 0.5:
            chosen_subs = sorted(self.rng.sample(range(len(SUBS[key])), self.rng.randint(2, len(SUBS[key]))))
            for at, which in enumerate(chosen_subs):
                name, sentence = SUBS[key][which]
                mark = f"（{'一二三四五'[at]}）" if self.sub == "bracket" else f"{at + 1}．"
                text = self.fill(sentence)
                filled += [f"{mark}{name}", text] if self.rng.random() < 0.5 else [f"{mark}{name}。{text}"]
        if key == "fees":
            self.numbers["fees"] = ("0", "stated_none")
        if key == "review_litigation":
            self.numbers["review_litigation"] = ("0", "stated_none")
        if key == "requests" and not rich:
            filled = [self.fill(self.rng.choice(pool))]
            self.numbers["req_received"] = ("0", "stated_none")
        return filled

    def overview_cd(self, heading: str, style: str) -> Part:
        """Return 总体情况 of the statutory outline; `style` of its level 2: bracket, arabic, circled, none."""
        names = {"bracket": "（一）（二）（三）（四）（五）", "ascii": "(一)(二)(三)(四)(五)", "circled": "㈠㈡㈢㈣㈤"}
        part = Part("overview", heading, [self.fill(BODIES["overview"][0])])
        for at, (key, labels, sentence) in enumerate(OVERVIEW_CD):
            marks = names.get(style, "")
            size = 1 if style == "circled" else 3
            mark = marks[at * size : at * size + size] if marks else f"{at + 1}."
            text = self.fill(sentence)
            if style == "none":
                part.paragraphs.append(text)
                continue
            paragraph = f"{mark}{self.rng.choice(labels)}。{text}"
            part.paragraphs.append(paragraph)
            part.level2.append((key, paragraph))
        return part

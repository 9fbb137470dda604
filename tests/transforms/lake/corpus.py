"""Labelled copies of reports: harder than two pages alike. Every page says which report and edition it carries.

Renamed agencies, moved sites, mirrors in three ways, masked and forged names, corrected tables and numbers, re-dated
posts, lost originals, text copied from siblings and from last year. All sentences are of our own invention.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import schemas
from schemas.divisions import Division, by_name, divisions
from tests.nation import tables

TOWNS = Path(schemas.__file__).with_name("townships.csv")

BRAND = "乐鱼体育app"
SPAM = "<p>澳门新葡京官方网站在线开户，真人百家乐平台注册送彩金，老虎机试玩平台下载。</p>" * 4
WHO = "本镇 各科室 办公室 公开专班 分管负责人 信息员队伍 档案室 法制科 便民中心 督查组".split()
HOW = "按季度 逐条 集中 分批 会同有关单位 依照清单 结合年度任务 邀请群众代表 在月初 对照标准".split()
DID = "核对了 补充了 整理了 公布了 更新了 归档了 解释了 复查了 汇编了 撤换了".split()
WHAT = ("供水管网改造进度 农房修缮补助名单 道路养护合同 林地流转登记 学位分配结果 食堂采购清单 河道清淤台账 就业培训课表 土地复垦验收单 养老床位余量 "
        "公交线路调整方案 招标代理名录 旧改住户意见 冬季供热价格 疫苗接种安排 农机补贴公示 防汛物资储备 古树名木档案 集市摊位租金 救助金发放表").split()  # fmt: skip
SO = "群众来电明显减少 办事窗口少跑一趟 当月差错全部改正 答复时间缩短两天 网上留言逐条有回音 查询次数比上年增加 村组反映良好 没有出现超期".split()
HEADS = ["一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况",
         "五、存在的主要问题及改进情况", "六、其他需要报告的事项"]  # fmt: skip


def sentences(rng: random.Random, n: int) -> list[str]:
    """`n` sentences, one in two with a number."""
    made = []
    for _ in range(n):
        number = f"{rng.randint(2, 980)}" if rng.random() < 0.5 else ""
        count = f"{number}{rng.choice('份项件条次')}" if number else ""
        made.append(f"{rng.choice(WHO)}{rng.choice(HOW)}{rng.choice(DID)}{rng.choice(WHAT)}{count}，{rng.choice(SO)}。")
    return made


@dataclass(frozen=True)
class Text:
    """A report before it is drawn: who, when, its sentences by section, its tables."""

    agency: str
    year: int
    overview: tuple[str, ...]
    problems: tuple[str, ...]
    forms: tuple[str, ...]
    signed: str

    def html(self) -> str:
        """The article, in the outline of FY2021 and later."""
        opening = f"根据《中华人民共和国政府信息公开条例》，现公布{self.agency}{self.year}年政府信息公开工作年度报告。"
        t2, t3, t4 = self.forms
        parts = [f"<p>{opening}</p>", f"<p>{HEADS[0]}</p>", *(f"<p>{line}</p>" for line in self.overview)]
        parts += [f"<p>{HEADS[1]}</p>{t2}<p>{HEADS[2]}</p>{t3}<p>{HEADS[3]}</p>{t4}<p>{HEADS[4]}</p>"]
        parts += [*(f"<p>{line}</p>" for line in self.problems), f"<p>{HEADS[5]}</p><p>无其他需要报告的事项。</p>"]
        return "".join([*parts, f"<p>{self.agency}</p><p>{self.signed}</p>"])


def written(agency: str, year: int, seed: str, busy: bool = True) -> Text:
    """A report of its own."""
    rng = random.Random(seed)
    forms = (
        tables.t2_html(rng, "D")[0],
        tables.t3_html(tables.t3_numbers(rng, "D", busy), "D"),
        tables.t4_html(rng)[0],
    )
    signed = f"{year + 1}年1月{rng.randint(5, 28)}日"
    return Text(agency, year, tuple(sentences(rng, 14)), tuple(sentences(rng, 7)), forms, signed)


@dataclass
class Page:
    """One page with its label; `report` is "" where no report may be made of it, `edition` counts from 1."""

    url: str
    html: str
    fetched_at: datetime
    report: str
    edition: int
    relation: str  # canonical or copy, mirror, hijacked, "" (rejected only)


@dataclass
class Corpus:
    """Pages, the reports that must come of them, and the pairs of reports that share text."""

    pages: list[Page] = field(default_factory=list)
    reports: dict[str, int] = field(default_factory=dict)  # label: number of editions
    shared: set[frozenset[str]] = field(default_factory=set)

    def add(self, text: Text, host: str, report: str, relation: str, **how: object) -> Page:
        """Draw a text on a host as a page of a report's edition."""
        edition = int(how.pop("edition", 1))
        html = page(text, host, **how)
        number = len(self.pages)
        moment = datetime(2023, 3, 1, tzinfo=UTC) + timedelta(hours=number)
        made = Page(f"http://{host}/zfxxgk/{text.year + 1}/t{number:07d}.html", html, moment, report, edition, relation)
        self.pages.append(made)
        if relation in ("canonical", "copy"):
            self.reports[report] = max(edition, self.reports.get(report, 0))
        return made


def page(
    text: Text, host: str, title: str = "", date: str = "", menu: str = "", extra: str = "", site: str = ""
) -> str:
    """A whole page: frame, title line, article. `menu` is what a moved site shows around it."""
    title = title or f"{text.agency}{text.year}年政府信息公开工作年度报告"
    date = date or f"{text.year + 1}-01-{10 + len(text.agency) % 15}"
    meta = f'<meta name="SiteName" content="{site}"><meta name="SiteIDCode" content="">' if site else ""
    return (
        f'<html><head><meta charset="utf-8"><title>{title}</title>{meta}</head><body><div>{menu or "首页 政务公开 政府信息公开年报"}</div>'
        f'<h1>{title}</h1><div>发布时间：{date}</div><div class="TRS_Editor">{text.html()}{extra}</div>'
        f"<div>主办：{site or host}</div></body></html>"
    )


def masked(text: Text, with_what: str = BRAND) -> Text:
    """The same with every name of the place and the body replaced, as hijackers do."""
    return replace(text, agency=with_what)


def touched(text: Text, rng: random.Random) -> Text:
    """A copy with a word or two typed anew, no number changed."""
    lines = list(text.overview)
    place = next(n for n, line in enumerate(lines) if not re.search(r"\d", line))
    lines[place] = lines[place].replace("，", ",").replace("了", "好了", 1)
    return replace(text, overview=tuple(lines), problems=(*text.problems[:-1], text.problems[-1] + "特此报告。"))


def corpus() -> Corpus:
    """Make the corpus; the same every time."""
    made, rng = Corpus(), random.Random(11)
    counties = [
        row
        for row in divisions().values()
        if row.level == "county" and len(by_name(row.name)) == 1 and not row.valid_to
    ]
    for number, row in enumerate(rng.sample(counties, 48)):
        host = f"www.c{number}.gov.cn"
        _CASES[number % len(_CASES)](made, row, host, number)
    return made


def _site(row: Division) -> str:
    return f"{row.name}人民政府"


def _moved(made: Corpus, row: Division, host: str, number: int) -> None:
    """The site moved: the same report under two hosts and three templates, dated anew, typed anew."""
    agency, label = f"{row.name}人民政府", f"{row.code}:gov:2022"
    text = written(agency, 2022, label)
    made.add(text, host, label, "canonical", site=_site(row))
    made.add(
        text, f"zwgk.{host}", label, "copy", site=_site(row), menu="长者模式 无障碍 索引号 " * 9, date="2023-06-30"
    )
    made.add(touched(text, random.Random(number)), host, label, "copy", site=_site(row), date="2023-02-20")
    signed = replace(text, signed="2023年8月1日")
    made.add(signed, f"old.{host}", label, "copy", site=_site(row), date="2023-08-01")


def _corrected(made: Corpus, row: Division, host: str, number: int) -> None:
    """First a table is corrected, then a number of the prose; the first edition is posted again on the old site."""
    agency, label = f"{row.name}财政局", f"{row.code}:财政局:2023"
    first = written(agency, 2023, label)
    other = written(agency, 2023, label + "again")
    second = replace(first, forms=(first.forms[0], other.forms[1], first.forms[2]))
    line = next(n for n, line in enumerate(second.overview) if re.search(r"\d", line))
    lines = list(second.overview)
    lines[line] = re.sub(r"\d+", lambda found: str(int(found[0]) + 7), lines[line])
    third = replace(second, overview=tuple(lines))
    dates = {1: "2024-01-12", 2: "2024-03-05", 3: "2024-05-20"}
    for edition, text in enumerate((first, second, third), 1):
        relation = "canonical" if edition == 1 else "copy"
        made.add(text, host, label, relation, site=_site(row), date=dates[edition], edition=edition)
    made.add(first, f"old.{host}", label, "copy", site=_site(row), date="2024-06-01", edition=1)


def _mirrored(made: Corpus, row: Division, host: str, number: int) -> None:
    """Three mirrors: as it is, with the issuer masked, with another issuer's name."""
    agency, label = f"{row.name}教育局", f"{row.code}:教育局:2021"
    text = written(agency, 2021, label)
    made.add(text, host, label, "canonical", site=_site(row))
    made.add(text, f"www.m{number}.com", label, "hijacked", site=_site(row))
    made.add(masked(text), f"www.n{number}.com", label, "hijacked", title=f"{BRAND}2021年政府信息公开工作年度报告")
    plain = masked(text, "****")
    made.add(plain, f"www.p{number}.net", label, "hijacked", title="****2021年政府信息公开工作年度报告")
    other = next(name for name in ("平遥县", "仙居县") if name != row.name)
    forged = masked(text, f"{other}教育局")
    made.add(forged, f"www.q{number}.com", label, "hijacked", title=f"{other}教育局2021年政府信息公开工作年度报告")


def _lost(made: Corpus, row: Division, host: str, number: int) -> None:
    """The original is gone: an undamaged mirror fills the gap, an injected or masked one does not."""
    agency, label = f"{row.name}水利局", f"{row.code}:水利局:2020"
    text = written(agency, 2022, label)
    made.add(text, f"www.g{number}.com", label, "fills", site=_site(row), extra=f"<p>{row.name}欢迎您。</p>")
    lost = written(f"{row.name}审计局", 2022, label + "x")
    made.add(lost, f"www.h{number}.com", "", "", extra=SPAM, site=_site(row))
    made.add(masked(lost), f"www.i{number}.com", "", "", title=f"{BRAND}2022年政府信息公开工作年度报告")


def _siblings(made: Corpus, row: Division, host: str, number: int) -> None:
    """Townships that copy each other to the last figure, one of them also its report of the year before."""
    lines = TOWNS.read_text(encoding="utf-8").split("\n")
    named = next((line for line in lines if line.startswith(row.code)), "")
    towns = [name for name in named[8:].split("|") if name.endswith(("镇", "乡")) and len(name) == 3][:4]
    text = written("本镇", 2023, f"{row.code}:template", busy=False)
    labels = []
    for town in towns:
        agency, label = f"{row.name}{town}人民政府", f"{row.code}:{town}:2023"
        made.add(replace(text, agency=agency), host, label, "canonical", site=_site(row))
        labels.append(label)
    if towns:
        label = f"{row.code}:{towns[0]}:2022"
        agency = f"{row.name}{towns[0]}人民政府"
        made.add(replace(text, agency=agency, year=2022), host, label, "canonical", site=_site(row))
        labels.append(label)
    made.shared |= {frozenset((one, other)) for one in labels for other in labels if one != other}


def _spelled(made: Corpus, row: Division, host: str, number: int) -> None:
    """One body under its short and its full name, in a table of contents of its own; and a report of the whole county."""
    label = f"{row.code}:人社局:2023"
    text = written(f"{row.name}人力资源和社会保障局", 2023, label)
    made.add(text, host, label, "canonical", site=_site(row))
    made.add(replace(text, agency=f"{row.name}人社局"), f"rsj.{host}", label, "copy", site=_site(row))
    own, whole = f"{row.code}:gov:2023:own", f"{row.code}:gov:2023:all"
    made.add(written(f"{row.name}人民政府", 2023, own), host, own, "canonical", site=_site(row))
    both = written(f"{row.name}人民政府", 2023, whole)
    word = row.name[-1]
    made.add(both, host, whole, "canonical", site=_site(row), title=f"{row.name}2023年全{word}政府信息公开工作年度报告")


_CASES = (_moved, _corrected, _mirrored, _lost, _siblings, _spelled)

"""What every skin is made of: reports with titles, rows and pages in shuffled dress, and a server of them."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from schemas.registry import Column, Site, load_sites
from tests.scrapers.walk import Answer

ISSUERS = (
    "青石镇",
    "县财政局",
    "白柳街道办事处",
    "教育局",
    "县人民政府",
    "水务局",
    "发展和改革局",
    "云桥乡人民政府",
    "卫健委",
    "统计局",
)
TITLES = (
    "{a}{y}年政府信息公开工作年度报告", "{y}年度{a}政府信息公开年报", "{a}政府信息公开工作年度报告（{y}年）", "{a}{y}年信息公开年度报告",
    "【{a}】{y}年政府信息公开年度报告", "{a}政府信息公开工作年度报告", "{y}年{a}政府信息公开工作总结",
)  # fmt: skip
MENU = ("首页", "要闻动态", "政务服务", "互动交流", "通知公告", "领导之窗", "走进本县")
Service = Callable[[dict[str, str], str], str | dict[str, Any] | None]


def letters(rng: random.Random, length: int = 6) -> str:
    return "".join(rng.choice(string.ascii_lowercase) for _ in range(length))


def digits(rng: random.Random, length: int) -> str:
    return str(rng.randint(10 ** (length - 1), 10**length - 1))


def hexes(rng: random.Random, length: int = 32) -> str:
    return "".join(rng.choice("0123456789abcdef") for _ in range(length))


@dataclass(slots=True)
class Report:
    """One wanted page."""

    title: str
    year: int
    date: str
    path: str = ""


@dataclass(slots=True)
class Skin:
    """One invented site: what it serves by path, by service, and which pages a crawl must bring."""

    family: str
    rng: random.Random
    column: str = ""  # path of the registry's column; without one, the home page is all that is known
    host: str = ""
    grammar: str = ""
    pages: dict[str, Answer] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    wanted: set[str] = field(default_factory=set)
    lists: int = 0  # list pages that a careful reader opens
    reports: list[Report] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.host = self.host or f"{self.rng.choice(['www.', '', 'xxgk.'])}{letters(self.rng)}.gov.cn"

    def invent(self, count: int, path: Callable[[Report], str]) -> list[Report]:
        """Invent reports, newest first, each with the page that serves it."""
        made = []
        for place in range(count):
            year = 2025 - place * 17 // count
            date = f"{year + 1}-0{self.rng.randint(1, 3)}-{self.rng.randint(10, 28)}"
            issuer = ISSUERS[place % len(ISSUERS)]
            report = Report(self.rng.choice(TITLES).format(a=issuer, y=year), year, date)
            report.path = path(report)
            self.add(report.path, f"<h1>{report.title}</h1><p>正文</p>")
            self.wanted.add(report.path)
            made.append(report)
        self.reports += made
        return made

    def add(self, path: str, body: str, kind: str = "text/html; charset=utf-8", status: int = 200) -> None:
        self.pages[path] = (status, kind, body.encode())

    def list_page(self, path: str, body: str) -> None:
        """Serve a list page within the site's menus; count it as one that is needed."""
        self.add(path, self.dress(body))
        self.lists += 1

    def dress(self, body: str) -> str:
        menu = "".join(
            f"<li>{self.link(f'/{letters(self.rng, 4)}{place}/', name)}</li>" for place, name in enumerate(MENU)
        )
        foot = self.link("http://www.gov.cn/", "中国政府网") + self.link(
            f"http://{letters(self.rng)}.com/", "2020年政府信息公开年报"
        )
        return f"<!DOCTYPE html><html><head><title>年报</title></head><body><ul>{menu}</ul>{body}<div>{foot}</div></body></html>"

    def link(self, href: str, text: str, title: str = "") -> str:
        """A link whose attributes stand in any order, in any quotes."""
        attributes = [("href", href), ("target", "_blank"), ("class", letters(self.rng, 3))] + [
            ("title", title)
        ] * bool(title)
        self.rng.shuffle(attributes)
        mark = self.rng.choice("\"'")
        return f"<a {' '.join(f'{n}={mark}{v}{mark}' for n, v in attributes)}>{text}</a>"

    def row(self, report: Report, href: str = "") -> str:
        """A row of a list: the title cut off with the whole in an attribute, or whole; the date before or behind."""
        cut = self.rng.random() < 0.5
        link = self.link(
            href or report.path, report.title[:8] + "…" if cut else report.title, report.title if cut else ""
        )
        return self.rng.choice(["<li>{a}<span>{d}</span></li>", "<li><i>{d}</i>{a}</li>", "<tr><td>{a}</td><td>[{d}]</td></tr>"]).format(a=link, d=report.date)  # fmt: skip

    def rows(self, reports: list[Report]) -> str:
        return "<ul>" + "".join(map(self.row, reports)) + "</ul>"

    def site(self) -> Site:
        """The registry's row."""
        columns = (Column(f"http://{self.host}{self.column}"),) if self.column else ()
        return replace(next(iter(load_sites().values())), host=self.host, path="/", family=self.family, columns=columns,
                       min_reports=1, grammar=self.grammar)  # fmt: skip

    def serve(self, url: str, method: str, body: str) -> Answer:
        parts = urlsplit(url)
        whole = parts.path + (f"?{parts.query}" if parts.query else "")
        for path, service in self.services.items():
            if parts.path == path:
                answer = service({n: v[0] for n, v in parse_qs(parts.query, keep_blank_values=True).items()}, body)
                if isinstance(answer, dict):
                    return 200, "application/json", json.dumps(answer, ensure_ascii=False).encode()
                return (404, "text/html", b"") if answer is None else (200, "text/html; charset=utf-8", answer.encode())
        return self.pages.get(whole) or (404, "text/html", "页面不存在".encode())


def parts_of(reports: list[Report], size: int) -> list[list[Report]]:
    """Cut reports into the pages of a list."""
    return [reports[start : start + size] for start in range(0, len(reports), size)]


class FamilyLists(dict[str, str]):
    """A column of every family, and how an article in it is addressed."""

    def article(self, family: str) -> Callable[[Report], str]:
        shape = _ARTICLES[family]
        return lambda report: shape.format(
            ym=report.date[:4] + report.date[5:7],
            d=report.date.replace("-", ""),
            n=report.year,
            h=f"{report.year:032x}",
        )


FAMILY_LISTS = FamilyLists(
    trs_wcm="/nb/", ucap="/x/nb/list.shtml", hanweb="/col/col77/index.html", vsb="/x/nb.htm", guangdong="/x/nb/",
    lonsun="/public/column/5?type=4&action=list", showlist="/XxgkAnnualReport/showList/5/page_1.html", generic="/x/nb/",
)  # fmt: skip
_ARTICLES = {
    "trs_wcm": "/nb/{ym}/t{d}_{n}.html", "ucap": "/x/nb/{ym}/{h}.shtml", "hanweb": "/art/{n}/1/5/art_77_{n}.html", "vsb": "/info/1234/{n}.htm",
    "guangdong": "/x/nb/content/post_{n}.html", "lonsun": "/public/5/{n}.html", "showlist": "/XxgkAnnualReport/show/{n}.html",
    "generic": "/x/nb/{d}/{n}.html",
}  # fmt: skip

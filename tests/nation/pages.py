"""Every page of the sample nation by (host, path), and what the archive must make of it."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from typing import Any

from schemas.divisions import by_name, slug_to_code
from tests.nation.facts import SITES, Agency, NationSite
from tests.nation.texts import Body, body

Truth = dict[str, Any]
LOOKALIKES = (
    ("政府信息公开指南", "guide"), ("关于报送2019年政府信息公开工作自查报告的报告", "self_check_report"),
    ("2019年政务公开工作要点", "work_points"), ("2019年政府网站工作年度报表", "site_annual_form"),
    ("2019年度政府信息公开工作年度报告公布情况", "publication_status"), ("【图解】2019年政府信息公开工作年度报告解读", "interpretation"),
)  # fmt: skip
BRAND = "pg电子平台"


@dataclass(slots=True)
class Item:
    """One row of a list: the article behind it."""

    title: str
    path: str
    date: str
    html: str
    truth: Truth


@dataclass(slots=True)
class Nation:
    """Served pages and truth."""

    pages: dict[tuple[str, str], bytes] = field(default_factory=dict)
    items: dict[str, list[Item]] = field(default_factory=dict)
    truth: list[Truth] = field(default_factory=list)


def nation() -> Nation:
    """Build the whole nation; the same every time."""
    result = Nation()
    for site in SITES:
        items = [_report(site, agency, year) for agency in site.agencies for year in agency.years]
        if "corrected" in site.extras:
            first = next(item for item in items if item.truth["year"] == 2021)
            items.append(_report(site, site.agencies[0], 2021, change=5))
            first.truth["revision"] = 1
            items[-1].truth["revision"] = 2
        if "lookalikes" in site.extras:
            items += [_lookalike(site, title, kind, place) for place, (title, kind) in enumerate(LOOKALIKES)]
        if "soft404" in site.extras:
            items.append(_soft404(site))
        if "copies" in site.extras:
            items.append(_copy(site, result.items["s-tongxiang"], "桐乡市人民政府", 2020, "exact"))
        if "clone" in site.extras:
            items += [_clone(site, item) for item in result.items["s-guyuan"] if item.truth["kind"] == "report"]
        if "reprint" in site.extras:
            items.append(_copy(site, result.items["s-changji"], "昌吉市人民政府", 2016, "mirror"))
        items.sort(key=lambda item: (item.date, item.path), reverse=True)
        result.items[site.site_id] = items
        for item in items:
            result.pages[site.host, item.path] = page(site, item.title, item.date, item.html)
            result.truth.append(item.truth)
        welcome = (
            "<p>欢迎访问样本网站。</p>"
            if site.column
            else '<p><a href="/zwgk/">政务公开</a> <a href="/fw/">办事</a></p>'
        )
        result.pages[site.host, "/"] = page(site, site.name, "", welcome)
    result.truth.sort(key=lambda row: row["url"])
    return result


def _path(site: NationSite, key: str, date: str) -> str:
    digest = hashlib.sha256(f"{site.site_id}:{key}".encode()).hexdigest()
    number, (year, month, day) = int(digest[:8], 16) % 9_000_000 + 1_000_000, date.split("-")
    if "servlet" in site.extras:
        return site.column.format(year=key.split(":")[1])
    if site.family in OTHERS or "units" in site.extras:
        return _other_path(site, number, digest, date)
    if site.family == "hanweb":
        column = site.column.split("/col")[2].split("/")[0]
        return f"/art/{year}/{int(month)}/{int(day)}/art_{column}_{number}.html"
    base = site.column.rpartition("/")[0]
    if site.family == "ucap":
        return f"{base}/{year}{month}/{digest[:32]}.shtml"
    return f"{base}/{year}{month}/t{year}{month}{day}_{number}.html"


OTHERS = ("vsb", "guangdong", "lonsun", "showlist", "generic")


def _other_path(site: NationSite, number: int, digest: str, date: str) -> str:
    """Addresses of articles in the families beside the three largest, and in JPaaS."""
    year, month, day = date.split("-")
    if "module" in site.extras:
        return f"/info/egovinfo/1193/xxgkcontent/yx0{number % 90 + 10}-/{year}-{month}{day}{number % 900 + 100}.htm"
    if "platform" in site.extras:
        return f"/gkmlpt/content/{number // 10**6}/{number // 1000}/post_{number}.html"
    if "units" in site.extras:
        return f"{site.column}art/{year}/art_{digest[:32]}.html"
    return {
        "vsb": f"/info/1648/{number}.htm", "guangdong": f"{site.column}content/post_{number}.html",
        "lonsun": f"/public/6598771/{number}.html", "showlist": f"/XxgkAnnualReport/show/{number}.html",
        "generic": f"/gk/zfxxgk/gknb/{year}/{number}.htm" if site.grammar else f"/zfxxgk/zfxxgknb/szf/{number}.shtml",
    }[site.family]  # fmt: skip


def _report(site: NationSite, agency: Agency, year: int, *, change: int = 0) -> Item:
    seed = f"{agency.name}:{year}"
    rng = random.Random(seed)
    written = body(seed, agency.name, year, change=change, stat=agency.level != "township",
                   twin=f"{site.site_id}:{year}" if "twins" in site.extras and agency.level == "township" else "")  # fmt: skip
    date = f"{year + 1}-{'03' if change else '01'}-{rng.randint(10, 28):02d}"
    title = rng.choice(
        ["{a}{y}年政府信息公开工作年度报告", "{y}年{a}政府信息公开工作年度报告", "{a}{y}年度政府信息公开年度报告"]
    )
    title = title.format(a=agency.printed, y=year) + ("（更正）" if change else "")
    html = written.html
    sections = written.sections
    if "printed_twice" in site.extras and year == 2015:
        html = f"{html}\n<p align=center>{title}</p>\n{html}"
    path = _path(site, f"{seed}:{change}", date)
    truth = _truth(site, path, "report", agency.name, agency, year, date, written)
    truth["sections"] = sections
    return Item(title, path, date, html, truth)


def _truth(
    site: NationSite, path: str, kind: str, name: str, agency: Agency, year: int, date: str, written: Body
) -> Truth:
    province, prefecture, county = site.place
    return {
        "url": f"http://{site.host}{path}", "host": site.host, "charset": site.charset, "kind": kind,
        "doc_type": "annual_report", "agency_name": name, "agency_kind": agency.kind, "level": agency.level,
        "province": province, "prefecture_name": prefecture, "county_name": county, "year": year, "published_on": date,
        "form": written.form, "t2": written.t2, "t3": written.t3, "t4": written.t4, "stat": written.stat,
        "blank": written.blank, "relation": "canonical",
    }  # fmt: skip


def _lookalike(site: NationSite, title: str, kind: str, place: int) -> Item:
    date = f"2020-02-{10 + place:02d}"
    path = _path(site, title, date)
    text = ("<p>　　为方便公众获取信息，现将有关事项说明如下。一、主动公开；二、依申请公开；三、监督方式。请按规定程序办理。</p>"
            "<p>　　各单位应当认真对照检查，发现问题及时整改，并将政府信息公开情况汇总后报送办公室备查。</p>")  # fmt: skip
    truth = {"url": f"http://{site.host}{path}", "host": site.host, "kind": "lookalike", "doc_type": kind}
    return Item(title, path, date, text * 3, truth)


def _soft404(site: NationSite) -> Item:
    date = "2014-01-20"
    path = _path(site, "soft404", date)
    truth = {"url": f"http://{site.host}{path}", "host": site.host, "kind": "soft404", "doc_type": "not_a_report"}
    return Item("固原市2013年政府信息公开工作年度报告", path, date, "", truth)


def _copy(site: NationSite, items: list[Item], name: str, year: int, relation: str) -> Item:
    source = next(item for item in items if item.truth["kind"] == "report" and item.truth["agency_name"] == name
                  and item.truth["year"] == year)  # fmt: skip
    path = _path(site, source.path, source.date)
    truth = {**source.truth, "url": f"http://{site.host}{path}", "host": site.host, "kind": "copy", "relation": relation,
             "charset": site.charset}  # fmt: skip
    return Item(source.title, path, source.date, source.html, truth)


def _clone(site: NationSite, source: Item) -> Item:
    html = source.html.replace("<p>　　", f"<p>{BRAND}", 1).replace("公开", "公(gong)开(kai)", 4)
    truth = {
        **source.truth,
        "url": f"http://{site.host}{source.path}",
        "host": site.host,
        "kind": "hijacked",
        "relation": "hijacked",
    }
    return Item(source.title, source.path, "2024-09-23", html, truth)


def page(site: NationSite, title: str, date: str, html: str) -> bytes:
    """Dress an article as its family dresses it: metas, menus, crumbs, meta bar, footer."""
    code = site.division if site.division != "000000" else "bm1700"
    if site.division == "510118":
        code = "510132"  # site codes outlive renames
    head = (f"<meta charset=\"{'gb2312' if site.charset != 'utf-8' else 'utf-8'}\"><title>{title}-{site.name}</title>"
            f'<meta name="SiteName" content="{site.name}"><meta name="SiteDomain" content="{site.host}">'
            f'<meta name="SiteIDCode" content="{code}0009">')  # fmt: skip
    if date:
        head += f'<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{date} 10:20">'
        head += f'<meta name="ContentSource" content="{site.name}">'
    box = {"trs_wcm": '<div class="TRS_Editor">{}</div>', "ucap": '<div id="UCAP-CONTENT">{}</div>',
           "vsb": '<div id="vsb_content_500"><div class="v_news_content">{}</div></div>',
           "guangdong": '<div class="article-content">{}</div>', "lonsun": '<div class="j-fontContent">{}</div>',
           "showlist": '<div class="content">{}</div>', "generic": '<div id="zoom">{}</div>',
           "hanweb": '<div id="zoom"><!--<$[信息内容]>begin-->{}<!--<$[信息内容]>end--></div>'}[site.family]  # fmt: skip
    menu = "".join(
        f'<li><a href="/m{number}/">{name}</a></li>'
        for number, name in enumerate(["首页", "要闻", "政务服务", "互动"] * 6)
    )
    text = (
        f"<!DOCTYPE html><html><head>{head}<style>.a{{color:#333}}</style><script>var a=1;</script></head><body>"
        f'<div class="nav"><ul>{menu}</ul></div><div class="crumb">当前位置：<a href="/">首页</a> &gt; 政务公开 &gt; 年报</div>'
        f'<div class="main"><h1>{title}</h1><div class="bar">发布时间：{date} 来源：{site.name} 【字体：大 中 小】【打印】</div>'
        f"{box.format(html)}</div><div class=share>分享到</div><div class=foot>主办：{site.name} 样ICP备00000000号 网站标识码"
        "<!-- invented sample page --></div></body></html>"
    )
    return text.encode(site.charset, "xmlcharrefreplace")


def _where(site: NationSite) -> dict[str, Any]:
    columns = {"columns": [{"url": f"http://{site.host}{site.column}", "covers": "any"}]} if site.column else {}
    return columns | ({"grammar": site.grammar} if site.grammar else {})


def registry_rows() -> dict[str, list[dict[str, Any]]]:
    """The registry of the sample sites, by province."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for site in SITES:
        entry = {
            "site_id": site.site_id, "host": site.host, "path": "/", "name": site.name, "division": site.division,
            "level": site.level, "family": site.family, **_where(site),
            "expect": {"min_reports": 1}, "basis": "invented for the sample nation", "checked_on": "2026-11-24", "delay": 1.0,
        }  # fmt: skip
        rows.setdefault(site.place[0], []).append(entry)
    return rows


def known_places() -> bool:
    """Whether every place named above is a place of the gazetteer."""
    return all(slug_to_code(site.place[0]) and all(by_name(name) for name in site.place[1:] if name) for site in SITES)

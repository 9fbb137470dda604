"""The list pages of the sample sites, answered as each family answers: static folders, numbered templates, services."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.nation.facts import NationSite
from tests.nation.pages import Item, page

Query = dict[str, list[str]]
Answer = tuple[bytes, str] | None
FENCED = "/zwgk/zfxxgknb/internal/"  # robots.txt forbids it; a list links there all the same


def _rows(items: list[Item]) -> str:
    return "".join(
        f'<li><a href="{item.path}" title="{item.title}">{item.title}</a><span>{item.date}</span></li>'
        for item in items
    )


def _list(site: NationSite, inner: str) -> bytes:
    return page(site, "政府信息公开年报", "", f"<ul class=list>{inner}</ul>")


def _pages(site: NationSite, items: list[Item]) -> int:
    return max(1, -(-len(items) // site.per_page))


def _numbered(path: str, base: str, first: str, ext: str) -> int | None:
    """Page number from 1 of `<base><first>[_n].<ext>`, None when the path is another."""
    if path in (base, f"{base}{first}.{ext}"):
        return 0
    head, tail = f"{base}{first}_", f".{ext}"
    number = path.removeprefix(head).removesuffix(tail)
    return int(number) if path.startswith(head) and path.endswith(tail) and number.isdigit() else None


def _trs(site: NationSite, items: list[Item], path: str, query: Query) -> Answer:
    number = _numbered(path, site.column, "index", "html")
    total = _pages(site, items)
    if number is None or number >= total:
        return None
    rows = _rows(items[number * site.per_page : (number + 1) * site.per_page]).replace(
        f'href="{site.column}', 'href="./'
    )
    if site.column in FENCED:
        rows += f'<li><a href="{FENCED}202001/t20200101_1.html">内部2019年政府信息公开工作年度报告</a></li>'
    return _list(site, f'{rows}<script>createPageHTML({total}, {number}, "index", "html");</script>'), ""


def _ucap(site: NationSite, items: list[Item], path: str, query: Query) -> Answer:
    if "search" in site.extras:
        return _search(site, items, path, query)
    base = site.column.rpartition("/")[0] + "/"
    number = _numbered(path, base, "list", "shtml")
    total = _pages(site, items)
    if number is None:
        return None
    at = max(number, 1) - 1
    if "endless" in site.extras:  # past the end this site shows its last page again and promises more
        rows = _rows(items[min(at, total - 1) * site.per_page :][: site.per_page])
        return _list(
            site, f"{rows}<script>createPageHTML('box', {at + 3}, {at + 1}, 'list', 'shtml', 999);</script>"
        ), ""
    if at >= total:
        return None
    rows = _rows(items[at * site.per_page : (at + 1) * site.per_page])
    return _list(site, f"{rows}<div>共{total}页</div>"), ""


def _hanweb(site: NationSite, items: list[Item], path: str, query: Query) -> Answer:
    if "servlet" in site.extras:  # a year without a report gives an empty shell
        return (page(site, "政府信息公开年报", "", ""), "") if path == site.column.partition("?")[0] else None
    if "units" in site.extras:
        return _units(site, items, path, query)
    column = site.column.split("/col")[2].split("/")[0]
    records = "".join(f"<record><![CDATA[{_rows([item])}]]></record>" for item in items[: site.per_page])
    if path == site.column:
        return _list(
            site,
            f"<script>var p={{webid:1,columnid:{column},unitid:77,webname:'x',perPage:{site.per_page},totalRecord:{len(items)}}};</script>"
            f'<script type="text/xml"><datastore><recordset>{records}</recordset></datastore></script>',
        ), ""
    if path == "/module/web/jpage/dataproxy.jsp":
        start, end = (int(query.get(name, ["0"])[0]) for name in ("startrecord", "endrecord"))
        rows = "".join(f"<record><![CDATA[{_rows([item])}]]></record>" for item in items[start - 1 : end])
        text = f"<datastore><totalrecord>{len(items)}</totalrecord><recordset>{rows}</recordset></datastore>"
        return text.encode(), "text/xml; charset=utf-8"
    return None


def _json(value: object) -> Answer:
    return json.dumps(value, ensure_ascii=False).encode(), "application/json;charset=utf-8"


def _cut(site: NationSite, items: list[Item], number: int) -> list[Item]:
    return items[(number - 1) * site.per_page : number * site.per_page]


def _search(site: NationSite, items: list[Item], path: str, query: Query) -> Answer:
    """UCAP: an empty column whose script asks the search service."""
    service = "/common/search/5b7a3c1e9d2f4a6b8c0d1e2f3a4b5c6d"
    if path == service:
        rows = [{"title": item.title, "url": item.path, "publishedTimeStr": f"{item.date} 09:00:00"}
                for item in _cut(site, items, int(query["page"][0]))]  # fmt: skip
        return _json({"data": {"total": len(items), "results": rows}})
    script = f"<script>$.get('{service}?_isAgg=true&_isJson=true&_pageSize={site.per_page}&_template=index&page=' + page, show)</script>"
    return (_list(site, script), "") if path == site.column else None


def _units(site: NationSite, items: list[Item], path: str, query: Query) -> Answer:
    """JPaaS: a column built of units."""
    service = "/api-gateway/jpaas-publish-server/front/page/build/unit"
    if path == service:
        page_number = json.loads(query["paramJson"][0]).get("pageNo")
        return (
            _json({"data": {"html": _rows(_cut(site, items, page_number)), "totalCount": len(items)}})
            if page_number
            else None
        )
    data = "{'parseType':'bulidstatic','webId':'a1','tplSetId':'b2','pageType':'column','tagId':'列表','pageId':'c3'}"
    return (_list(site, f'<div id="u" querydata="{data}" url="{service}"></div>'), "") if path == site.column else None


def _vsb(site: NationSite, items: list[Item], path: str, query: Query) -> Answer:
    """Numbers that run backwards; the disclosure module, by department."""
    if "module" in site.extras:
        code, number = query.get("dpcode", [""])[0], int(query.get("ainfolist77p", ["1"])[0])
        held = {"all": items[::2], "slj": items[1::2]}.get(code, [])
        if path != site.column.partition("?")[0] or query.get("sccode") != ["zfxxgknb"]:
            return None
        here = site.column.replace("&", "&amp;")
        links = "".join(
            f'<a href="{here.replace("dpcode=all", f"dpcode={other}")}">{name}</a>'
            for other, name in (("all", "政府"), ("slj", "水利局"))
        )
        if number < _pages(site, held):
            links += f'<a href="{here.replace("dpcode=all", f"dpcode={code}")}&amp;ainfolist77t=9&amp;ainfolist77p={number + 1}&amp;ainfolist77c=2">下页</a>'
        return _list(site, f"<div id=ainfolist77>{_rows(_cut(site, held, number))}</div>{links}"), ""
    base, total = site.column.removesuffix(".htm"), _pages(site, items)
    left = path.removeprefix(f"{base}/").removesuffix(".htm")
    number = 1 if path == site.column else total + 1 - int(left) if left.isdigit() else 0
    if not 1 <= number <= total:
        return None
    bar = f'<a href="{base}/{total - number}.htm">下页</a>' if number < total else ""
    rows = _rows(_cut(site, items, number)).replace(
        'href="/info/1648/', 'href="/content.jsp?urltype=news.NewsContentUrl&amp;wbtreeid=1648&amp;wbnewsid=', 1
    )
    rows = rows.replace('.htm"', '"', 1) if "content.jsp" in rows else rows
    side = "".join(f'<a href="/info/1011/{n}.htm">全县工作会议召开</a>' for n in range(70001, 70009))
    return _list(site, f"{rows}<div>{number}/{total}页 {bar}</div><div class=side>{side}</div>"), ""


def _guangdong(site: NationSite, items: list[Item], path: str, query: Query) -> Answer:
    """Portals with `index_n`; the directory platform."""
    if "platform" in site.extras:
        if path == "/gkmlpt/api/all/4711":
            rows: list[dict[str, object]] = [
                {
                    "id": n,
                    "title": i.title,
                    "url": f"http://{site.host}{i.path}",
                    "type": "normal",
                    "create_time": 1700000000,
                }
                for n, i in enumerate(items)
            ]
            rows.append(
                {"id": 0, "title": "2023年年报", "type": "url", "url": "http://other-sample.example.com/x.html"}
            )
            return _json({"total": len(rows), "classify": {"id": 4711, "post_count": 99}, "articles": rows})
        tree = '[{"id":1,"name":"机构","children":[]},{"id":2,"name":"政府信息公开","children":[{"id":4711,"name":"政府信息公开年报","children":[]}]}]'
        return (
            (_list(site, f"<script>window._CONFIG = {{SID: 766001, TREE: {tree}}};</script>"), "")
            if path == site.column
            else None
        )
    number = _numbered(path, site.column, "index", "html")
    if number is None or max(number, 1) > _pages(site, items) or number == 1:
        return None
    number = max(number, 1)
    here = _cut(site, items, number)
    twin = f'<a href="{here[0].path.replace("/content/post_", "/mcontent/mpost_")}">手机版</a>'
    bar = (
        f'<a class=next href="{site.column}index_{number + 1}.html">下一页</a>' if number < _pages(site, items) else ""
    )
    return _list(site, _rows(here) + twin + bar), ""


def _lonsun(site: NationSite, items: list[Item], path: str, query: Query) -> Answer:
    """An issuer's column filled by the label service."""
    if path == "/site/label/8888":
        number = int(query["pageIndex"][0])
        return (
            f"<ul>{_rows(_cut(site, items, number))}</ul><div>共{_pages(site, items)}页</div>".encode(),
            "text/html; charset=utf-8",
        )
    script = "<script>$.get('/site/label/8888?IsAjax=1&labelName=publicInfoList&organId=6598771&type=4&catId=7711&pageSize=4&pageIndex=1', fill)</script>"
    return (_list(site, script), "") if path == site.column.partition("?")[0] else None


def _showlist(site: NationSite, items: list[Item], path: str, query: Query) -> Answer:
    """Page numbers in the path."""
    text = path.removeprefix("/XxgkAnnualReport/showList/21/page_").removesuffix(".html")
    total = _pages(site, items)
    if not text.isdigit() or not 1 <= int(text) <= total:
        return None
    other = '<a href="/XxgkContent/show/812345.html">县政府召开会议</a><a href="/XxgkContent/showList/21/page_1.html">政策文件</a>'
    return _list(site, f"{_rows(_cut(site, items, int(text)))}<div>共 {total} 页</div>{other}"), ""


def _generic(site: NationSite, items: list[Item], path: str, query: Query) -> Answer:
    """A list by arguments; a site that is found from its home page."""
    total = _pages(site, items)
    if site.column:
        number = int(query.get("cur_page", ["1"])[0])
        found = path == site.column.partition("?")[0] and number <= total
        return (
            (_list(site, f"{_rows(_cut(site, items, number))}<div class=page_list>共 {number}/{total} 页</div>"), "")
            if found
            else None
        )
    if path == "/zwgk/":
        return page(
            site,
            "政务公开",
            "",
            '<a href="/zfxxgk/zn.shtml">政府信息公开指南</a><a href="/zfxxgk/zfxxgknb/index.shtml">政府信息公开年报</a>',
        ), ""
    number = _numbered(path, "/zfxxgk/zfxxgknb/", "index", "shtml")
    if number is None or max(number, 1) > total:
        return None
    bar = "".join(f'<a href="index{f"_{n}" if n > 1 else ""}.shtml">{n}</a>' for n in range(1, total + 1))
    return _list(site, _rows(_cut(site, items, max(number, 1))) + bar), ""


LISTS: dict[str, Callable[[NationSite, list[Item], str, Query], Answer]] = {
    "trs_wcm": _trs, "hanweb": _hanweb, "ucap": _ucap, "vsb": _vsb, "guangdong": _guangdong, "lonsun": _lonsun,
    "showlist": _showlist, "generic": _generic,
}  # fmt: skip

"""Second skins of the three largest families."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import parse_qs

from tests.scrapers.skins.made import Report, Skin, digits, hexes, letters, parts_of


def _ymd(report: Report) -> str:
    return report.date.replace("-", "")


def trs_claims_too_much(rng: random.Random) -> Skin:
    """`createPage` with records before pages, more pages claimed than there are, articles without dates, year folders."""
    skin = Skin("trs_wcm", rng, f"/{letters(rng)}/xxgknb_{digits(rng, 5)}/")
    reports = skin.invent(23, lambda r: f"{skin.column}{r.date[:4]}{r.date[5:7]}/t{digits(rng, 7)}.shtml")
    older = skin.invent(4, lambda r: f"{skin.column}2019n/t{_ymd(r)}_{digits(rng, 6)}.shtml")
    pages = parts_of(reports, 8)
    for number, part in enumerate(pages):
        name = f"index_{number}.shtml" if number else ""
        body = "".join(skin.row(r, "./" + r.path.removeprefix(skin.column)) for r in part)
        call = f"createPageHTML({len(reports)}, {len(pages) + 3}, {number}, 'index', 'shtml');"
        skin.list_page(skin.column + name, f"{body}{skin.link('./2019n/', '2019年')}<script>{call}</script>")
    skin.list_page(f"{skin.column}2019n/", skin.rows(older))
    return skin


def trs_counted(rng: random.Random) -> Skin:
    """`list_N.html` counted by a variable; mobile twins beside the pages; reports filed under other columns."""
    base = f"/{letters(rng)}/{letters(rng)}/"
    skin = Skin("trs_wcm", rng, f"{base}list.html")
    reports = skin.invent(17, lambda r: f"{base}{_ymd(r)[:6]}/t{_ymd(r)}_{digits(rng, 7)}.html")
    elsewhere = Report(
        "县审计局2013年政府信息公开工作年度报告", 2013, "2014-01-20", f"/tzgg/201401/t20140120_{digits(rng, 6)}.html"
    )
    skin.add(elsewhere.path, "<h1>年报</h1>")
    skin.wanted.add(elsewhere.path)
    pages = parts_of([*reports, elsewhere], 6)
    for number, part in enumerate(pages):
        twin = skin.link(part[0].path.replace(".html", "_wap.html"), "手机版")
        script = f"<script>var currentPage = {number}; var countPage = {len(pages)}//共几页\n</script>"
        skin.list_page(f"{base}list_{number}.html" if number else skin.column, skin.rows(part) + twin + script)
    return skin


def trs_told(rng: random.Random) -> Skin:
    """`countPage` in a folder whose files do not end in html, as the script writes them or as the links show."""
    ext, written = rng.choice(["shtml", "htm"]), rng.random() < 0.5
    skin = Skin("trs_wcm", rng, f"/{letters(rng)}/zfxxgknb/")
    reports = skin.invent(16, lambda r: f"{skin.column}{_ymd(r)[:6]}/t{_ymd(r)}_{digits(rng, 7)}.{ext}")
    pages = parts_of(reports, 6)
    for number, part in enumerate(pages):
        name = f'"."+"{ext}' if written else f".{ext}"
        script = f"""<script>var currentPage = {number};//所在页从0开始\nvar nextPage = currentPage+1\nvar countPage = {len(pages)}//共多少页
          document.write("<a href=\\"index"+"_" + nextPage + {name}\\">下一页</a>");</script>"""
        skin.list_page(skin.column + (f"index_{number}.{ext}" if number else ""), skin.rows(part) + script)
    return skin


def trs_service(rng: random.Random) -> Skin:
    """A column that is filled by the list service; names of its fields differ by tenant."""
    skin = Skin("trs_wcm", rng, f"/{letters(rng)}/zfxxgknb/")
    channel, field = digits(rng, 5), f"f_{digits(rng, 12)}"
    reports = skin.invent(25, lambda r: f"{skin.column}{_ymd(r)[:6]}/t{_ymd(r)}_{digits(rng, 7)}.html")
    script = f"""<script>var channelId = '{channel}'; function load(page) {{ $.ajax({{ type: 'post', url: '/irs/front/list',
      contentType: 'application/json', data: JSON.stringify({{ pageSize: 10, tenantId: 21, tableName: 't_{digits(rng, 9)}', pageNo: page,
      customFilter: {{ operator: 'and', properties: [{{ property: 'channel_id', operator: 'eq', value: channelId }}] }} }}),
      success: function (d) {{ draw(d.data.list) }} }}) }}</script>"""

    def service(query: dict[str, str], body: str) -> dict[str, Any] | None:
        asked = json.loads(body or "{}")
        if not asked or asked["customFilter"]["properties"][0]["value"] != channel:
            return None
        part = reports[(asked["pageNo"] - 1) * 10 :][:10]
        rows = [{field: r.title, "save_time": r.date, "doc_pub_url": f"http://{skin.host}{r.path}"} for r in part]
        return {"code": 200, "data": {"list": rows, "pager": {"total": len(reports), "pageNo": asked["pageNo"]}}}

    skin.services["/irs/front/list"] = service
    skin.list_page(skin.column, f"<div id=list></div>{script}")
    skin.lists += 3
    return skin


def _records(skin: Skin, reports: list[Report]) -> str:
    return "".join(f"<record><![CDATA[{skin.row(r)}]]></record>" for r in reports)


def hanweb_groups(rng: random.Random) -> Skin:
    """XML in a script whose next group is an opaque link, to be followed as it stands."""
    number = digits(rng, 10)
    skin = Skin("hanweb", rng, f"/col/col{number}/index.html")
    reports = skin.invent(
        31, lambda r: f"/art/{r.date[:4]}/{int(r.date[5:7])}/{int(r.date[8:])}/art_{number}_{digits(rng, 7)}.html"
    )
    blob = hexes(rng, 20)

    def group(start: int) -> str:
        more = f"/module/web/jpage/dataproxy.jsp?page={start // 12 + 2}&amp;unitid={blob}&amp;columnid={hexes(rng, 8)}"
        following = f'<nextgroup><![CDATA[<a href="{more}"></a>]]></nextgroup>' if start + 12 < len(reports) else ""
        return f"<datastore>{following}<recordset>{_records(skin, reports[start : start + 12])}</recordset></datastore>"

    skin.services["/module/web/jpage/dataproxy.jsp"] = lambda query, body: (
        group(12 * (int(query["page"]) - 1)) if query.get("unitid") == blob else None
    )
    skin.list_page(skin.column, f'<script type="text/xml">{group(0)}</script>')
    skin.lists += 2
    return skin


def hanweb_one_screen(rng: random.Random) -> Skin:
    """An old proxy that answers one screen whatever is asked; articles of another column in the menu."""
    number, unit = digits(rng, 5), digits(rng, 6)
    skin = Skin("hanweb", rng, f"/col/col{number}/index.html")
    reports = skin.invent(
        22, lambda r: f"/art/{r.date[:4]}/{int(r.date[5:7])}/{int(r.date[8:])}/art_{number}_{digits(rng, 6)}.html"
    )
    hot = "".join(
        skin.link(f"/art/2024/5/{day}/art_77_{digits(rng, 5)}.html", "我县召开工作会议") for day in range(1, 9)
    )

    def proxy(query: dict[str, str], body: str) -> str | None:
        if query.get("unitid") != unit or query.get("columnid") != number:
            return None
        part = reports[int(query["startrecord"]) - 1 :][:6]
        return f"<datastore><totalrecord>{len(reports)}</totalrecord><recordset>{_records(skin, part)}</recordset></datastore>"

    skin.services["/module/jslib/jquery/jpage/dataproxy.jsp"] = proxy
    script = (f"<script>$('#{unit}').jpage({{proxyUrl: '/module/jslib/jquery/jpage/dataproxy.jsp', perPage: 6, unitid: '{unit}',"
              f" totalRecord: {len(reports)}, webid: 1, columnid: '{number}', webname: 'x'}})</script>")  # fmt: skip
    skin.list_page(
        skin.column,
        f"{hot}<script type='text/xml'><datastore><recordset>{_records(skin, reports[:6])}</recordset></datastore></script>{script}",
    )
    skin.lists += 3
    return skin


def hanweb_units(rng: random.Random, beside: tuple[str, ...] = ()) -> Skin:
    """A JPaaS column built of units; without a page number in their arguments they answer nothing.

    Units `beside` the list show the same link whichever page is asked for.
    """
    column = f"/{letters(rng, 3)}/zwgk/{letters(rng)}/"
    skin = Skin("hanweb", rng, column)
    reports = skin.invent(28, lambda r: f"{column}art/{r.date[:4]}/art_{hexes(rng)}.html")
    page_id = hexes(rng)
    data = {"parseType": "bulidstatic", "webId": hexes(rng), "tplSetId": hexes(rng), "pageType": "column", "tagId": "列表区",
            "editType": "null", "pageId": page_id}  # fmt: skip
    path = "/api-gateway/jpaas-publish-server/front/page/build/unit"

    def unit(query: dict[str, str], body: str) -> dict[str, Any] | None:
        page = json.loads(query.get("paramJson", "{}")).get("pageNo")
        if page is None or query.get("pageId") != page_id:
            return None
        if query["tagId"] in beside:
            return {"success": True, "data": {"html": skin.link("/zwgk/", "更多")}}
        part = reports[(page - 1) * 15 :][:15]
        return {"success": True, "data": {"html": skin.rows(part), "total": len(reports)}}

    skin.services[path] = unit
    units = []
    for place in (*beside, "列表区"):
        items = list((data | {"tagId": place}).items())
        rng.shuffle(items)
        query_data = "{" + ",".join(f"'{name}':'{value}'" for name, value in items) + "}"
        attributes = [f'url="{path}"', f'querydata="{query_data}"', f'id="u{len(units)}"']
        rng.shuffle(attributes)
        units.append(f"<script {' '.join(attributes)}></script>")
    rng.shuffle(units)
    skin.list_page(column, "".join(units))
    skin.lists += 2
    return skin


def hanweb_many_units(rng: random.Random) -> Skin:
    """More units on the page than may be asked for; the list's is among them."""
    return hanweb_units(rng, ("头部", "导航", "面包屑", "搜索", "左侧菜单", "友情链接", "底部"))


def hanweb_servlet(rng: random.Random) -> Skin:
    """The annual-report servlet: one page a year, some without a report."""
    area = digits(rng, 17) + rng.choice("XWPB")
    skin = Skin("hanweb", rng, f"/module/xxgk/xxgkAnnualReport.jsp?fbtime={{year}}&area={area}")
    years = [year for year in range(2008, 2027) if rng.random() < 0.8]
    outline = "".join(
        f"<p>{part}</p>" for part in ("一、概述", "二、主动公开情况", "三、行政复议情况", "四、存在的问题")
    )
    skin.services["/module/xxgk/xxgkAnnualReport.jsp"] = lambda query, body: (
        skin.dress(f"<h1>{query['fbtime']}年年报</h1>{outline}" if int(query["fbtime"]) in years else "暂无内容")
        if query.get("area") == area
        else None
    )
    skin.wanted = {skin.column.replace("{year}", str(year)) for year in years}
    skin.lists = 19 - len(years)
    return skin


def hanweb_catalogue(rng: random.Random) -> Skin:
    """A catalogue whose rows come from a posted form."""
    number = digits(rng, 5)
    skin = Skin("hanweb", rng, f"/col/col{number}/index.html")
    reports = skin.invent(
        19, lambda r: f"/art/{r.date[:4]}/{int(r.date[5:7])}/{int(r.date[8:])}/art_{number}_{digits(rng, 6)}.html"
    )

    def search(query: dict[str, str], body: str) -> str | None:
        asked = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
        if asked.get("divid") != f"div{number}" or asked.get("infotypeId") != "D001":
            return None
        page = int(asked["currpage"])
        table = "".join(
            f"<tr class=tr_main_value_odd><td>{skin.row(r)}</td></tr>" for r in reports[(page - 1) * 10 :][:10]
        )
        return f"<table>{table}</table><div>共 <b>2</b> 页</div>"

    skin.services["/module/xxgk/search.jsp"] = search
    fields = [
        "<input name=infotypeId value=D001>",
        "<input type=hidden value='' name=vc_title>",
        "<input name='currpage' value='1'>",
    ]
    rng.shuffle(fields)
    skin.list_page(skin.column, f"<form method=post action='/module/xxgk/search.jsp'>{''.join(fields)}</form>")
    skin.lists += 2
    return skin


def issuers_beside(rng: random.Random) -> Skin:
    """Columns of classes of issuers side by side, as tabs that every one of them shows, below a menu of departments."""
    family, start = rng.choice(["hanweb", "ucap"]), rng.randint(1000, 9000)
    codes = {str(start + place): name for place, name in enumerate(("县政府", "县级部门", "乡镇（街道）"))}
    page = {"hanweb": "/col/col{c}/index.html", "ucap": "/xy/c10{c}/zfxxgk_gknbz.shtml"}[family]
    shape = {"hanweb": "/art/{y}/1/15/art_{c}_{n}.html", "ucap": "/xy/c10{c}/{y}01/{h}.shtml"}[family]
    skin = Skin(family, rng, page.format(c=start))
    tabs = skin.link(page.format(c=start + 50), "部门动态") + skin.link(page.format(c=start + 60), "政府工作报告")
    tabs += "".join(skin.link(page.format(c=code), name) for code, name in codes.items())
    for code in codes:
        reports = skin.invent(
            6, lambda r, code=code: shape.format(c=code, y=r.date[:4], n=digits(rng, 6), h=hexes(rng))
        )
        skin.list_page(page.format(c=code), f"<div>{tabs}</div>{skin.rows(reports)}")
    return skin


def ucap_new_product(rng: random.Random) -> Skin:
    """`pc/list.html` with articles under `pc/content`; pages told of, not linked."""
    base = f"/{letters(rng)}/c{digits(rng, 6)}/pc/"
    skin = Skin("ucap", rng, f"{base}list.html")
    reports = skin.invent(21, lambda r: f"{base}content/content_{digits(rng, 19)}.html")
    pages = parts_of(reports, 9)
    for number, part in enumerate(pages, 1):
        name = f"list_{number}.html" if number > 1 else "list.html"
        skin.list_page(base + name, f"{skin.rows(part)}<div class=page>共<em>{len(pages)}</em>页</div>")
    return skin


def ucap_template(rng: random.Random) -> Skin:
    """An annual-report template with a pager call, articles as Heilongjiang addresses them."""
    base = f"/{letters(rng)}/c{digits(rng, 6)}/"
    skin = Skin("ucap", rng, f"{base}zfxxgklby_nb.shtml")
    reports = skin.invent(26, lambda r: f"{base}{_ymd(r)[:6]}/c{digits(rng, 2)}_{digits(rng, 6)}.shtml")
    pages = parts_of(reports, 9)
    for number, part in enumerate(pages, 1):
        name = f"zfxxgklby_nb_{number}" if number > 1 else "zfxxgklby_nb"
        call = f"createPageHTML('page_div',{len(pages)}, {number},'zfxxgklby_nb','shtml',{len(reports)});"
        skin.list_page(f"{base}{name}.shtml", f"{skin.rows(part)}<script>{call}</script>")
    return skin


def ucap_numbered_template(rng: random.Random) -> Skin:
    """A template whose name ends in a number of its own, told by the pager's call or by what the page says it is."""
    base, called = f"/{letters(rng)}/c{digits(rng, 6)}/", rng.random() < 0.5
    name = f"{letters(rng)}_list_{rng.randint(2, 9)}"
    skin = Skin("ucap", rng, f"{base}{name}.shtml")
    reports = skin.invent(22, lambda r: f"{base}{_ymd(r)[:6]}/{hexes(rng)}.shtml")
    pages = parts_of(reports, 6)
    for number, part in enumerate(pages, 1):
        call = f"<script>createPageHTML('page_div',{len(pages)},{number},'{name}','shtml',{len(reports)});</script>"
        path = f"{base}{name}{f'_{number}' if number > 1 else ''}.shtml"
        skin.list_page(path, skin.rows(part) + (call if called else f"<p>第 {number}/{len(pages)} 页</p>"))
    return skin


def ucap_search(rng: random.Random) -> Skin:
    """A column that is filled by the search service, its address put together in a script."""
    base, channel = f"/{letters(rng)}/zfxxgknb/", hexes(rng)
    skin = Skin("ucap", rng, f"{base}xxgk_list.shtml")
    reports = skin.invent(33, lambda r: f"{base}{_ymd(r)[:6]}/{hexes(rng)}.shtml")
    path = f"/common/search/{channel}"

    def search(query: dict[str, str], body: str) -> dict[str, Any]:
        part = reports[(int(query["page"]) - 1) * 20 :][:20]
        rows = [
            {"publishedTimeStr": f"{r.date} 10:00:00", "title": r.title, "url": r.path, "domainMetaList": []}
            for r in part
        ]
        return {"data": {"results": rows, "total": len(reports), "page": int(query["page"])}}

    skin.services[path] = search
    script = f"<script>var cid = '{channel}'; $.get('/common/search/' + cid + '?_isAgg=true&_isJson=true&_pageSize=20&_template=index&page=' + page, show)</script>"
    skin.list_page(skin.column, script)
    skin.lists += 2
    return skin


def ucap_posted(rng: random.Random) -> Skin:
    """A column that is filled by a posted form, fields in capitals."""
    base, channel = f"/{letters(rng)}/{letters(rng)}/", hexes(rng)
    skin = Skin("ucap", rng, f"{base}nav_list.shtml")
    reports = skin.invent(16, lambda r: f"{base}{_ymd(r)[:6]}/{hexes(rng)}.shtml")

    def service(query: dict[str, str], body: str) -> dict[str, Any]:
        page = int(parse_qs(body)["currentPage"][0])
        rows = [
            {"TITLE": r.title, "URL_COMP": r.path, "PUBLISHED_TIME_FORMATED": r.date}
            for r in reports[(page - 1) * 10 :][:10]
        ]
        return {"data": {"page": {"allRow": len(reports), "list": rows}}}

    skin.services[f"/u/search/list/{channel}"] = service
    script = f"""<script>function go(n) {{ $.ajax({{ type: "POST", url: "/u/search/list/{channel}",
      data: {{ keywords: "", currentPage: n, number: 10 }}, dataType: "json", success: fill }}) }} go(1)</script>"""
    skin.list_page(skin.column, script)
    skin.lists += 2
    return skin


SKINS = (trs_claims_too_much, trs_counted, trs_told, trs_service, hanweb_groups, hanweb_one_screen, hanweb_units, hanweb_many_units, hanweb_servlet,
         hanweb_catalogue, issuers_beside, ucap_new_product, ucap_template, ucap_numbered_template, ucap_search, ucap_posted)  # fmt: skip

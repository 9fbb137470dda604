"""Second skins of the smaller families."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import parse_qs

from tests.scrapers.skins.made import Report, Skin, digits, hexes, letters, parts_of


def vsb_backwards(rng: random.Random, linked: bool = True) -> Skin:
    """Pages numbered backwards, a page bar or only their number; articles of another tree in a side bar."""
    base = f"/{letters(rng)}/{letters(rng)}"
    skin = Skin("vsb", rng, f"{base}.htm")
    tree, other = digits(rng, 4), digits(rng, 4)
    reports = skin.invent(27, lambda r: f"/info/{tree}/{digits(rng, 6)}.htm")
    side = "".join(skin.link(f"/info/{other}/{digits(rng, 5)}.htm", "我县召开防汛工作会议") for _ in range(8))
    pages = parts_of(reports, 10)
    for number, part in enumerate(pages, 1):
        path = skin.column if number == 1 else f"{base}/{len(pages) - number + 1}.htm"
        bar = f"<span>共{len(reports)}条</span> <span>{number}/{len(pages)}页</span>"
        if linked and number < len(pages):
            bar += skin.link(f"{base}/{len(pages) - number}.htm", "下页") + skin.link(f"{base}/1.htm", "尾页")
        skin.list_page(path, f"{side}{skin.rows(part)}<div class='p_pages'>{bar}</div>")
    return skin


def vsb_counted(rng: random.Random) -> Skin:
    """The same without links in its page bar."""
    return vsb_backwards(rng, linked=False)


def vsb_called_by_issuer(rng: random.Random) -> Skin:
    """Rows called by issuer and year beside the guide and a report of another column."""
    base = f"/{letters(rng)}/xxgkndbg"
    skin = Skin("vsb", rng, f"{base}.htm")
    tree, other = digits(rng, 4), digits(rng, 4)
    reports = skin.invent(21, lambda r: f"/info/{tree}/{digits(rng, 5)}.htm")
    beside = [("/info/1001/5501.htm", "政府信息公开指南")]
    if rng.random() < 0.5:
        beside.append((f"/info/{other}/{digits(rng, 5)}.htm", "县人民政府2020年政府信息公开工作年度报告"))
    for path, title in beside:
        skin.add(path, f"<h1>{title}</h1>")
        skin.wanted.add(path)  # a look-alike is fetched too
    side = "".join(skin.link(path, title) for path, title in beside)
    pages, called = parts_of(reports, 8), rng.choice(["县财政局（{y}年度）", "{y}年度", "大泉乡"])
    for number, part in enumerate(pages, 1):
        path = skin.column if number == 1 else f"{base}/{len(pages) - number + 1}.htm"
        rows = "".join(f"<li>{skin.link(r.path, called.format(y=r.year))}</li>" for r in part)
        bar = skin.link(f"{base}/{len(pages) - number}.htm", "下页") if number < len(pages) else ""
        skin.list_page(path, f"<div>{side}</div><ul>{rows}</ul><p>{number}/{len(pages)}页 {bar}</p>")
    return skin


def vsb_dynamic(rng: random.Random) -> Skin:
    """A dynamic list with dynamic twins of its articles, rows called by their issuers alone."""
    tree = digits(rng, 4)
    skin = Skin("vsb", rng, f"/{letters(rng)}.jsp?urltype=tree.TreeTempUrl&wbtreeid={tree}")
    reports = skin.invent(14, lambda r: f"/info/{tree}/{digits(rng, 5)}.htm")
    path = skin.column.partition("?")[0]

    def twin(report: Report) -> str:
        number = report.path.rpartition("/")[2].removesuffix(".htm")
        arguments = [f"wbnewsid={number}", "urltype=news.NewsContentUrl", f"wbtreeid={tree}"]
        rng.shuffle(arguments)
        return f"content.jsp?{'&amp;'.join(arguments)}"

    def listed(query: dict[str, str], body: str) -> str:
        page = int(query.get("PAGENUM", "1"))
        part = reports[(page - 1) * 8 :][:8]
        rows = "".join(f"<li>{skin.link(twin(r), f'{r.year}年')}</li>" for r in part)
        more = f"{path}?totalpage=2&amp;PAGENUM={page + 1}&amp;urltype=tree.TreeTempUrl&amp;wbtreeid={tree}"
        return skin.dress(rows + (skin.link(more, "下页") if page < 2 else ""))

    skin.services[path] = listed
    skin.lists = 2
    return skin


def vsb_told(rng: random.Random) -> Skin:
    """A dynamic list that tells how many pages it has and links none of them."""
    tree = digits(rng, 4)
    skin = Skin("vsb", rng, f"/{letters(rng)}.jsp?urltype=tree.TreeTempUrl&wbtreeid={tree}")
    reports = skin.invent(19, lambda r: f"/info/{tree}/{digits(rng, 5)}.htm")
    path = skin.column.partition("?")[0]

    def listed(query: dict[str, str], body: str) -> str | None:
        page = int(query.get("PAGENUM", "1"))
        if query.get("wbtreeid") != tree or page > 3:
            return None
        return skin.dress(
            skin.rows(reports[(page - 1) * 7 :][:7]) + f"<td>共19条 {page}/3 页 <a href='javascript:go()'>下页</a></td>"
        )

    skin.services[path] = listed
    skin.lists = 3
    return skin


def epoint_rest(rng: random.Random) -> Skin:
    """Epoint: categories in blocks of three digits, rows by its rest service, whose arguments are an object in a field."""
    base, category = f"/{letters(rng)}/009002/009002010/", "009002010"
    skin = Skin("generic", rng, f"{base}subPage.html", grammar="epoint")

    def uuid() -> str:
        return "-".join(hexes(rng, length) for length in (8, 4, 4, 4, 12))

    reports = skin.invent(23, lambda r: f"{base}{r.date.replace('-', '')}/{uuid()}.html")
    path, guid = "/EpointWebBuilder/rest/frontAppCommonAction/getPageInfoListNew", uuid()

    def rest(query: dict[str, str], body: str) -> dict[str, Any] | None:
        asked = json.loads(parse_qs(body).get("params", ["{}"])[0])
        if asked.get("categoryNum") != category or asked.get("siteGuid") != guid:
            return None
        part = reports[asked["pageIndex"] * 10 :][:10]
        return {
            "custom": {
                "total": len(reports),
                "infodata": [{"title": r.title, "infourl": r.path, "infodate": r.date} for r in part],
            }
        }

    skin.services[path] = rest
    skin.list_page(skin.column, f"""<div id=list></div><script>var siteGuid = '{guid}';
      $.ajax({{ url: '{path}', type: 'post', data: {{ params: JSON.stringify({{ siteGuid: siteGuid, categoryNum: '{category}', kw: '', pageIndex: 0,
      pageSize: 10 }}) }}, success: show }})</script>""")  # fmt: skip
    skin.lists += 3
    return skin


def vsb_module(rng: random.Random) -> Skin:
    """The disclosure module: a list per department under one subject, pages by its own argument."""
    tree, number = digits(rng, 4), digits(rng, 6)
    start = f"/{letters(rng)}_list.jsp?urltype=egovinfo.EgovInfoList&wbtreeid={tree}&sccode=zfxxgknb&subtype=1&dpcode=a&gilevel=1"
    skin = Skin("vsb", rng, start)
    reports = skin.invent(
        24,
        lambda r: (
            f"/info/egovinfo/{tree}/xxgkcontent/{letters(rng, 3)}049-/{r.date[:4]}-{r.date[5:].replace('-', '')}001.htm"
        ),
    )
    held = {code: reports[place::3] for place, code in enumerate("abc")}
    path = start.partition("?")[0]

    def listed(query: dict[str, str], body: str) -> str:
        part, page = parts_of(held[query["dpcode"]], 5), int(query.get(f"ainfolist{number}p", "1"))
        departments = "".join(
            skin.link(start.replace("dpcode=a", f"dpcode={code}").replace("&", "&amp;"), name)
            for code, name in zip("abc", ("财政局", "教育局", "水务局"), strict=True)
        )
        others = skin.link(start.replace("zfxxgknb", "zcwj").replace("&", "&amp;"), "政策文件")
        more = (
            start.replace("dpcode=a", f"dpcode={query['dpcode']}")
            + f"&ainfolist{number}t={len(part)}&ainfolist{number}p={page + 1}&ainfolist{number}c=5"
        )
        bar = skin.link(more.replace("&", "&amp;"), "下一页") if page < len(part) else ""
        return skin.dress(f"{departments}{others}<div id=ainfolist{number}>{skin.rows(part[page - 1])}{bar}</div>")

    skin.services[path] = listed
    skin.lists = 6
    return skin


def guangdong_portal(rng: random.Random) -> Skin:
    """Pages from `index_2` on, mobile twins, a street's column."""
    base = f"/{letters(rng)}/{letters(rng)}/zfxxgkgzndbg/"
    skin = Skin("guangdong", rng, base)
    reports = skin.invent(25, lambda r: f"{base}content/post_{digits(rng, 7)}.html")
    pages = parts_of(reports, 10)
    for number, part in enumerate(pages, 1):
        name = f"index_{number}.html" if number > 1 else ""
        twins = "".join(skin.link(r.path.replace("/content/post_", "/mcontent/mpost_"), "手机") for r in part[:3])
        bar = "".join(
            skin.link(f"{base}index{f'_{n}' if n > 1 else ''}.html", str(n)) for n in range(1, len(pages) + 1)
        )
        skin.list_page(base + name, f"{skin.rows(part)}{twins}<div class=page>{bar}</div>")
    return skin


def issuers_below(rng: random.Random) -> Skin:
    """Columns of issuers below the column, linked by the names of their first pages."""
    family = rng.choice(["guangdong", "trs_wcm", "generic"])
    base = f"/{letters(rng)}/xxgknb/"
    skin = Skin(family, rng, base + rng.choice(["", "index.html"]))
    shape = {"guangdong": "content/post_{n}.html", "trs_wcm": "{ym}/t{ym}20_{n}.html", "generic": "{ym}/{n}.html"}[
        family
    ]
    names = {letters(rng, 3): name for name in ("区政府", "区直部门", "镇街")}
    for part in names:
        reports = skin.invent(
            7, lambda r, part=part: f"{base}{part}/{shape.format(n=digits(rng, 6), ym=r.date[:4] + r.date[5:7])}"
        )
        skin.list_page(f"{base}{part}/index.html", skin.rows(reports))
    skin.list_page(skin.column, "".join(skin.link(f"{base}{part}/index.html", name) for part, name in names.items()))
    return skin


def guangdong_platform(rng: random.Random) -> Skin:
    """The directory platform in a folder of its own; its tree is a script, its rows come from the API."""
    base = f"/{letters(rng)}"
    skin = Skin("guangdong", rng, f"{base}/gkmlpt/index")
    branch, sid = digits(rng, 5), digits(rng, 6)

    def article(report: Report) -> str:
        number = int(digits(rng, 7))
        return f"{base}/gkmlpt/content/{number // 10**6}/{number // 1000}/post_{number}.html"

    reports = skin.invent(130, article)
    tree = (f"[{{name:'机构职能',id:1,children:[]}},{{\"children\":[{{\"name\":\"政府信息公开年报\",\"parent_id\":2,\"id\":{branch},\"children\":[]}}],"
            f"\"id\":2,\"name\":\"信息公开\"}}]")  # fmt: skip

    def rows(query: dict[str, str], body: str) -> dict[str, Any] | None:
        if query.get("sid") != sid:
            return None
        part = reports[(int(query["page"]) - 1) * 100 :][:100]
        listed = [{"id": place, "title": r.title, "type": "normal", "url": f"http://{skin.host}{r.path}", "create_time": 1700000000,
                   "display_publish_time": r.date} for place, r in enumerate(part)]  # fmt: skip
        listed[0:0] = [{"title": "2020年政府信息公开年报", "type": "url", "url": "http://elsewhere.example.com/a.html"}]
        return {
            "classify": {"id": int(branch), "post_count": len(reports) + 40},
            "total": len(reports) + 2,
            "articles": listed,
        }

    skin.services[f"{base}/gkmlpt/api/all/{branch}"] = rows
    skin.list_page(
        skin.column,
        f"<div id=app></div><script>window._CONFIG = {{SERVICE_AREA_ID: 7, SID: {sid}, TREE: {tree}}}</script>",
    )
    skin.lists += 2
    return skin


def lonsun_service(rng: random.Random) -> Skin:
    """An issuer's column filled by the label service, as pieces of HTML."""
    organ, catalogue = digits(rng, 7), digits(rng, 8)
    skin = Skin("lonsun", rng, f"/zwgk/public/column/{organ}?type=4&catId={catalogue}&action=list&nav=3")
    reports = skin.invent(32, lambda r: f"/zwgk/public/{organ}/{digits(rng, 8)}.html")

    def label(query: dict[str, str], body: str) -> str | None:
        if query.get("organId") != organ or query.get("labelName") != "publicInfoList":
            return None
        page = int(query["pageIndex"])
        part = reports[(page - 1) * 15 :][:15]
        return f"<div>{skin.rows(part)}<script>Ls.pagination({{pageCount: 3, pageIndex: {page}}})</script></div>"

    skin.services["/site/label/8888"] = label
    path = skin.column.partition("?")[0]
    beside = skin.link("/public/1/2.html", "政府信息公开指南")
    organ_links = beside + "".join(
        skin.link(f"/zwgk/public/column/{digits(rng, 7)}?type=2&amp;nav=1", name) for name in ("财政局", "教育局")
    )
    script = f"""<script>$.get('/site/label/8888?IsAjax=1&dataType=html&labelName=publicInfoList&siteId={digits(rng, 6)}&pageSize=15&pageIndex=' + pageIndex
      + '&action=list&organId={organ}&type=4&catId={catalogue}&result=', fill)</script>"""
    other = digits(rng, 7)
    organ_links += skin.link(
        f"{path.rpartition('/')[0]}/{other}?type=4&amp;catId={catalogue}&amp;action=list", "水利局"
    )
    theirs = skin.invent(2, lambda r: f"/zwgk/public/{other}/{digits(rng, 8)}.html")
    skin.services["/site/label/9999"] = lambda query, body: skin.rows(theirs)
    skin.services[path] = lambda query, body: skin.dress(organ_links + script)
    skin.services[f"{path.rpartition('/')[0]}/{other}"] = lambda query, body: skin.dress(
        f"{organ_links}<script>$.get('/site/label/9999?labelName=publicInfoList&organId={other}&pageIndex=1')</script>"
    )
    skin.lists = 8
    return skin


def lonsun_pages(rng: random.Random) -> Skin:
    """Rows in the column page, further pages by an argument; other issuers' columns, numbered alike or not."""
    organs, common = [digits(rng, 5) for _ in range(3)], rng.choice([digits(rng, 7), ""])
    catalogues = {organ: common or digits(rng, 7) for organ in organs}
    skin = Skin("lonsun", rng, f"/public/column/{organs[0]}?type=4&action=list&catId={catalogues[organs[0]]}")
    held = {organ: skin.invent(11, lambda r, organ=organ: f"/public/{organ}/{digits(rng, 9)}.html") for organ in organs}

    def column(organ: str) -> Any:
        def listed(query: dict[str, str], body: str) -> str:
            page = int(query.get("pageIndex", "1"))
            menu = "".join(
                skin.link(f"/public/column/{other}?type=4&amp;catId={catalogues[other]}&amp;action=list", "某某局")
                for other in organs
            )
            return skin.dress(f"{menu}{skin.rows(held[organ][(page - 1) * 6 :][:6])}<div>共 11 条 第 {page}/2 页</div>")

        return listed

    for organ in organs:
        skin.services[f"/public/column/{organ}"] = column(organ)
    skin.lists = 6
    return skin


def showlist_branches(rng: random.Random) -> Skin:
    """Lists per branch under the controller of annual reports; page numbers in the path."""
    branches = [digits(rng, 2) + str(place) for place in range(2)]
    skin = Skin("showlist", rng, f"/OpennessAnnualReport/showList/{branches[0]}/page_1.html")
    menu = "".join(skin.link(f"/OpennessAnnualReport/showList/{branch}/page_1.html", "某镇") for branch in branches)
    menu += skin.link("/OpennessContent/showList/7/page_1.html", "政策文件")
    for branch in branches:
        pages = parts_of(skin.invent(13, lambda r: f"/OpennessAnnualReport/show/{digits(rng, 5)}.html"), 5)
        for number, part in enumerate(pages, 1):
            hot = skin.link(f"/OpennessContent/show/{digits(rng, 6)}.html", "县政府召开常务会议")
            skin.list_page(f"/OpennessAnnualReport/showList/{branch}/page_{number}.html",
                           f"{menu}{hot}{skin.rows(part)}<div>共<span>{len(pages)}</span>页</div>")  # fmt: skip
    return skin


def showlist_argument(rng: random.Random) -> Skin:
    """The same product with the page as an argument and short names."""
    branch = digits(rng, 3)
    path = f"/Xxgknb/showList/{branch}.html"
    skin = Skin("showlist", rng, f"{path}?page=1")
    reports = skin.invent(18, lambda r: f"/Xxgknb/show/{digits(rng, 4)}.html")

    def listed(query: dict[str, str], body: str) -> str:
        page = int(query.get("page", "1"))
        part = reports[(page - 1) * 7 :][:7]
        bar = skin.link(f"{path}?page={page + 1}", "&gt;") if page < 3 else ""
        return skin.dress(skin.rows(part) + bar)

    skin.services[path] = listed
    skin.lists = 3
    return skin


def unknown_product(rng: random.Random) -> Skin:
    """Nothing is known but the home page: links lead there in three steps; a grammar that nobody has written down."""
    skin = Skin("generic", rng)
    names = [letters(rng) for _ in range(4)]
    reports = skin.invent(26, lambda r: f"/{names[3]}/{r.date[:4]}-{digits(rng, 3)}/view{digits(rng, 6)}.asp")
    skin.list_page("/", skin.link(f"/{names[0]}.asp", "政府信息公开") + skin.link(f"/{letters(rng)}.asp", "网上办事"))
    skin.list_page(
        f"/{names[0]}.asp",
        skin.link(f"/{names[1]}.asp", "政府信息公开指南") + skin.link(f"/{names[2]}/", "政府信息公开年报"),
    )
    pages = parts_of(reports, 9)
    for number, part in enumerate(pages, 1):
        path = f"/{names[2]}/" if number == 1 else f"/{names[2]}/more.asp?pn={number}"
        bar = skin.link(f"/{names[2]}/more.asp?pn={number + 1}", "下一页 &gt;") if number < len(pages) else ""
        skin.list_page(path, skin.rows(part) + bar)
    return skin


def scripted_rows(rng: random.Random) -> Skin:
    """Rows inside scripts, behind a page that only sends on, in a frame."""
    base = f"/{letters(rng)}/"
    skin = Skin("generic", rng, base)
    reports = skin.invent(20, lambda r: f"{base}{r.date.replace('-', '')}/n{digits(rng, 5)}.html")
    skin.add(base, f"<html><head><meta http-equiv=refresh content='0; url={base}main.html'></head></html>")
    skin.add(f"{base}main.html", skin.dress(f"<iframe width=100% src='{base}rows.html'></iframe>"))
    pushed = "".join(
        f"datajson.push({{ \"publishDate\": '{r.date}', href: \"{r.path}\", title: '{r.title}' }});"
        for r in reports[:12]
    )
    written = "".join(f"document.writeln(\"<li><a href='{r.path}'>{r.title}<\\/a></li>\");" for r in reports[12:])
    skin.add(f"{base}rows.html", f"<html><script>{pushed}</script><script>{written}</script></html>")
    skin.lists = 3
    return skin


def sub_site(rng: random.Random) -> Skin:
    """The platform is another host of the same owner; years are sub-columns; the registry knows the grammar."""
    skin = Skin("generic", rng, host=f"www.{letters(rng)}.gov.cn", grammar="snowflake")
    other = skin.host.replace("www.", "xxgk.")
    base = f"/{letters(rng)}/"
    reports = skin.invent(21, lambda r: f"{base}{digits(rng, 19)}.html")
    skin.list_page("/", skin.link(f"http://{other}/", "政府信息公开平台"))
    skin.list_page("/?xxgk", "")
    skin.pages["/"] = (200, "text/html; charset=utf-8", skin.dress(
        skin.link(f"http://{other}/?xxgk", "政府信息公开平台")).encode())  # fmt: skip
    skin.add("/?xxgk", skin.dress(skin.link(f"{base}1.html", "信息公开年报")))
    pages = parts_of(reports, 8)
    for number, part in enumerate(pages, 1):
        skin.list_page(f"{base}{number}.html", f"{skin.rows(part)}<p>当前第 {number}/{len(pages)} 页</p>")
    return skin


SKINS = (vsb_backwards, vsb_counted, vsb_told, vsb_called_by_issuer, issuers_below, epoint_rest, vsb_dynamic, vsb_module, guangdong_portal, guangdong_platform, lonsun_service, lonsun_pages,
         showlist_branches, showlist_argument, unknown_product, scripted_rows, sub_site)  # fmt: skip

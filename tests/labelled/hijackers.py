"""Reports as hijacked hosts, mirrors, proxies and republishers serve them, trick by trick (domain: 6.10)."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.labelled import dress
from tests.labelled.issuers import issuers
from tests.labelled.make import Spec, make, variant
from tests.labelled.records import Page

BRANDS = ("pg电子平台", "bob最新官网", "365bet网上娱乐", "pa凯发国际登录首页", "欧洲杯线下买球平台", "开云体育app下载",
          "澳门威尼斯人网上赌场", "雷速体育即时比分", "新葡京娱乐城", "乐鱼体育官网入口")  # fmt: skip
OTHER_BRANDS = ("米兰体育官方网站", "九游会j9登录", "必发88客户端", "金沙娱乐场网址", "天博综合体育", "ng南宫28",
                "万博manbetx", "世界杯投注网站", "皇冠体育hga", "时时彩计划", "百家乐平台", "一分快三", "pk10赛车", "永利皇宫",
                "火狐体育", "爱游戏官网")  # fmt: skip
CLONES = ("www.ztkyc-sample.com", "www.fcmcr-sample.com", "kanqiu-sample.com", "www.yxjlz-sample.net", "nnf-sample.com",
          "www.hongpaper-sample.com", "www.eshu-sample.com", "haose-sample.com", "www.x05-sample.net", "cni-sample.com")  # fmt: skip
_PAIRS = (  # a simplified character and its traditional form, in turn
    "报報级級关關总總体體开開办辦厅廳处處务務员員会會规規动動请請复復议議诉訴讼訟题題进進现現续續财財资資页頁县縣区區镇鎮乡鄉门門业業机機构構应應对對发發电電网網经經费費专專个個时時间間条條"
    "参參阅閱结結问問实實组組织織领領导導没沒当當无無审審权權责責线線书書团團东東为為众眾与與从從继繼长長见見观觀说說读讀调調谈談护護党黨编編证證标標类類节節约約终終给給国國华華这這该該过過"
    "单單写寫产產术術环環卫衛监監医醫税稅计計统統农農龙龍马馬广廣云雲贵貴宁寧苏蘇陕陝肃肅辽遼滨濱庆慶济濟兰蘭乌烏鲁魯维維尔爾积積极極较較够夠补補强強录錄项項号號获獲罚罰许許决決据據举舉来來详詳细細准準确確认認识識负負"
)
TRADITIONAL = str.maketrans(_PAIRS[::2], _PAIRS[1::2])
READINGS = {
    "開": "kāi",
    "辦": "bàn",
    "報": "bào",
    "機": "jī",
    "構": "gòu",
    "發": "fā",
    "務": "wù",
    "請": "qǐng",
    "訴": "sù",
}
Trick = Callable[[str, str, Page], str]


def _brand_first(html: str, brand: str, page: Page) -> str:
    return re.sub(
        "(　　|text-indent)", lambda found: brand + found[0] if found[0] == "　　" else found[0], html, count=1
    )


def _brand_in_title(html: str, brand: str, page: Page) -> str:
    return html.replace("<title>", f"<title>{brand}-", 1)


def _word_replaced(html: str, brand: str, page: Page) -> str:
    return html.replace("根据", brand).replace("按照", brand).replace("首页", brand)


def _place_replaced(html: str, brand: str, page: Page) -> str:
    return html.replace(page.truth["printed"][:3], brand)


def _footer_spam(html: str, brand: str, page: Page) -> str:
    links = "".join(f"<a href='http://{clone}'>{name}</a> " for clone, name in zip(CLONES, BRANDS, strict=True))
    return html.replace("</body>", f"<div class='links'>友情链接：{links}</div></body>")


def _traditional(html: str, brand: str, page: Page) -> str:
    return html.translate(TRADITIONAL)


def _glossed(html: str, brand: str, page: Page) -> str:
    folded = html.translate(TRADITIONAL)
    return re.sub("[" + "".join(READINGS) + "]", lambda found: f"{found[0]}({READINGS[found[0]]})", folded)


def _porn_line(html: str, brand: str, page: Page) -> str:
    return html.replace('<div class="main">', '<h2>成人视频在线观看 av在线免费</h2><div class="main">', 1)


def _spun(html: str, brand: str, page: Page) -> str:
    return html.replace("政府网站", "当局网坐").replace("政府", "当局").replace("公开", "公然")


def _forged_date(html: str, brand: str, page: Page) -> str:
    html = html.replace("<body>", "<body><p>客服电话：020-88888888</p>", 1)
    return re.sub(r"发布时间：[\d-]+", "发布时间：2024-09-23 04:03", html)


def _plain(html: str, brand: str, page: Page) -> str:
    return html


TRICKS: dict[str, Trick] = {
    "brand_first": _brand_first, "brand_title": _brand_in_title, "word": _word_replaced, "place": _place_replaced,
    "footer": _footer_spam, "traditional": _traditional, "glossed": _glossed, "porn": _porn_line, "spun": _spun,
    "forged": _forged_date, "clone": _plain,
}  # fmt: skip
NEVER = {"is_annual_report": False, "hijacked": True, "year": None}


def _base(at: int, family: str = "") -> tuple[Spec, Page]:
    pool = [issuer for issuer in issuers() if issuer.level in ("county", "prefecture")]
    issuer = pool[(at * 7) % len(pool)]
    form = "ABCD"[at % 4]
    spec = Spec(f"h{at:02d}", "hijacked", issuer, {"A": 2012, "B": 2016, "C": 2020, "D": 2023}[form], form,
                family=family or dress.FAMILIES[at % len(dress.FAMILIES)], tables="html" if at % 2 else "none")  # fmt: skip
    page = make(spec)
    page.truth["printed"] = issuer.printed
    return spec, page


def hijacked() -> list[Page]:
    """Return at least forty tampered pages: none may be accepted."""
    pages = []
    for at, (name, trick) in enumerate([*TRICKS.items()] * 3):
        _, page = _base(at)
        brand = BRANDS[at % len(BRANDS)]
        url = re.sub("//[^/]+", "//" + CLONES[at % len(CLONES)], page.url)
        html = trick(page.data.decode(), brand, page)
        pages.append(
            Page(f"h-{name}-{at:02d}", "hijacked", html.encode(), url, "html", {**NEVER, "provenance": "mirror"})
        )
    for at in range(6):  # addresses that only look official
        _, page = _base(40 + at)
        own = page.url.split("/")[2]
        fake = (f"{own}.evil-sample.com", own.replace("-sample.gov.cn", "-sample-gov.cn"), own.replace(".gov.cn", ".gov.cn.com"),
                own.replace(".gov.cn", "-gov-cn.com"), f"{own.split('.')[1]}.govcn-sample.com", f"xgov.cn.{at}-sample.net")[at]  # fmt: skip
        truth = {**NEVER, "provenance": "mirror"}
        pages.append(Page(f"h-fake-{at}", "hijacked", page.data, page.url.replace(own, fake), "html", truth))
    for at, trick in enumerate((_brand_first, _word_replaced, _footer_spam, _porn_line, _brand_in_title)):
        _, page = _base(50 + at)  # an official host that was broken into
        html = trick(page.data.decode(), BRANDS[at], page)
        pages.append(
            Page(f"h-official-{at}", "hijacked", html.encode(), page.url, "html", {**NEVER, "provenance": "official"})
        )
    for at, brand in enumerate(OTHER_BRANDS):  # names that no list may know yet, on clones that drop the metas
        _, page = _base(90 + at)
        html = (_brand_first, _word_replaced, _brand_in_title, _place_replaced)[at % 4](page.data.decode(), brand, page)
        html = re.sub('<meta name="Site[^>]*>', "", html)
        url = re.sub("//[^/]+", "//" + CLONES[at % len(CLONES)], page.url)
        pages.append(
            Page(f"h-other-{at:02d}", "hijacked", html.encode(), url, "html", {**NEVER, "provenance": "mirror"})
        )
    for at in range(4):  # text dumps of clones, without an address
        spec, _ = _base(60 + at)
        page = make(variant(spec, id=f"h-text-{at}", family="text", tables="none", dirt=("footer",)))
        text = page.data.decode().replace("\n\n", f"\n\n{BRANDS[at]}", 1)
        pages.append(Page(page.id, "hijacked", text.encode(), "", "text", {**NEVER, "provenance": "unknown"}))
    return pages


def proxies() -> list[Page]:
    """Return pages that another host serves honestly: government proxies, and republishers of intact text."""
    pages = []
    for at in range(4):
        spec, page = _base(70 + at)
        host, path = page.url.split("/")[2], "/" + "/".join(page.url.split("/")[3:])
        url = (f"http://big5.{host[4:]}/gate/big5/{host}{path}", f"http://{host}/gate/big5/{host}{path}",
               f"http://big5.{host}{path}", f"http://{host}:82/gate/big5/{host}{path}")[at]  # fmt: skip
        html = page.data.decode().translate(TRADITIONAL)
        kept = {key: page.truth[key] for key in ("is_annual_report", "year", "province", "agency_level", "hijacked")}
        truth = {**kept, "provenance": "proxy"}
        pages.append(Page(f"p-big5-{at}", "proxy", html.encode(), url, "html", truth))
    for at, host in enumerate(
        ("www.newton.com.tw", "www.jendow.com.tw", "www.zjtcn.com", "www.book118.com", "www.mnw.cn")
    ):
        spec, page = _base(80 + at)
        own = dress.Site(host, "百科知识", "")
        article = re.search(r'<h1.*?</h1>.*?(?=<div class="share">)', page.data.decode(), re.S)
        assert article is not None
        title = f"{spec.issuer.printed}{spec.year}年政府信息公开工作年度报告"
        html = dress.render("snowflake", own, title, article[0], f"{spec.year + 3}-05-06", metas=False, index=False)
        kept = {key: page.truth[key] for key in ("year", "province")} | {"hijacked": False, "provenance": "republisher"}
        pages.append(
            Page(f"p-republished-{at}", "republisher", html.encode(), f"http://{host}/wiki/{at}.html", "html", kept)
        )
    return pages


def quoted_brand() -> list[Page]:
    """Return honest pages that name betting in an honest way: they must not be taken for hijacked ones."""
    pages = []
    for at, sentence in enumerate((
        "公安机关依法打击网络赌博、传播淫秽物品等违法行为，办理行政处罚案件36件。",
        "体育部门公开了体育彩票公益金使用情况，并对彩票销售网点进行了检查。",
        "文化市场执法中查处电子游戏厅违规经营案件4件，处罚结果全部公开。",
        "旅游部门参加澳门威尼斯人度假村推介会，与银河娱乐综合度假城合作推广旅游线路。",
        "清理了页面中的400-000-0000等模板电话，核对各单位联系方式86处。",
    )):  # fmt: skip
        issuer = [item for item in issuers() if item.kind == "department" and item.level == "county"][at * 3]
        spec = Spec(f"q{at}", "html D", issuer, 2022, "D", family=dress.FAMILIES[at])
        page = make(spec)
        mark = "配合做好政务新媒体的日常维护。"
        page.data = page.data.decode().replace(mark, mark + sentence, 1).encode()
        pages.append(page)
    return pages

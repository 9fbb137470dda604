"""Addresses and pages of every family, written for these tests in the manner of the products."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from schemas.facts import facts
from schemas.families import families
from schemas.registry import FAMILIES
from scrapers.detect import Finding, article_family, detect, drifted
from scrapers.spiders import SPIDERS

UUID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
HEX = "0123456789abcdef0123456789abcdef"
ADDRESSES = {
    "trs_wcm": [
        "http://www.a.gov.cn/zwgk/zfxxgk/zfxxgknb/202301/t20230118_123456.html",
        "http://www.a.gov.cn/gk_1166/xxgknb_77/2022n/202301/t20230118_1.shtml?isMobile=true",
        "https://jyj.a.gov.cn/gk/t20080229_77.htm",
        "http://www.a.gov.cn/xxgk/nb/t478676.shtml",
        "http://www.a.gov.cn/xxgk/nb/202101/t20210102_5_wap.html",
    ],
    "ucap": [
        f"http://www.a.gov.cn/ax/c101181/202401/{HEX}.shtml",
        f"https://www.a.gov.cn/ax/zfxxgknb/202401/{HEX}.html?ddtab=true",
        "http://www.a.gov.cn/ax/c111239/202301/c01_868731.shtml",
        f"http://wlt.a.gov.cn/awlt/zfxxgkndbg/2026/1/28/{HEX}.shtml",
        "https://www.a.gov.cn/ax/c101181/pc/content/content_1234567890123456789.html",
        "https://www.a.gov.cn/ax/c101181/pc/content/m1/content_1234567890123456789.html",
        "https://www.a.gov.cn/ax/c101181/pc/list.html",
        "http://www.a.gov.cn/ax/c5546/zfxxgklby_nb.shtml",
        f"http://www.a.gov.cn/common/search/{HEX}?_isAgg=true&page=2",
    ],
    "hanweb": [
        "http://www.a.gov.cn/art/2023/1/9/art_1229326039_4051212.html",
        "https://www.a.gov.cn/zfxxgk/nb/2025n/art/2026/art_" + HEX + ".html",
        "http://www.a.gov.cn/col/col1229/index.html?number=D001",
        "http://www.a.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=113208&fbtime=2020",
        "http://www.a.gov.cn/module/web/jpage/dataproxy.jsp?startrecord=46&endrecord=90&perpage=15",
        "http://www.a.gov.cn/XXGK/jcms_files/jcms1/web6/site/art/2015/3/2/art_77_88.html",
    ],
    "vsb": [
        "http://www.a.gov.cn/info/1648/47211.htm",
        "http://www.a.gov.cn/info/egovinfo/1016/xxgkcontent/cxs049-/2024-0116001.htm",
        "https://www.a.gov.cn/bm_list.jsp?urltype=egovinfo.EgovInfoList&wbtreeid=1193&sccode=zfxxgknb",
        "http://www.a.gov.cn/zfxxgk/zfxxgknb/n2023n/jyj.htm",
        "http://www.a.gov.cn/zwgk/zfxxgk/zfxxgknb/12.htm",  # a list page, counted backwards
    ],
    "guangdong": [
        "http://www.a.gov.cn/zwgk/xxgknb/2022/content/post_8770477.html",
        "http://www.a.gov.cn/zwgk/xxgknb/mcontent/mpost_8770477.html",
        "http://nync.a.gov.cn/gkmlpt/content/2/2059/post_2059902.html",
        "http://www.a.gov.cn/agxj/gkmlpt/annualreport",
        "http://www.a.gov.cn/gkmlpt/api/all/0?page=2&sid=755042",
    ],
    "lonsun": [
        "https://swj.a.gov.cn/zwgk/public/6617362/8277599.html",
        "https://www.a.gov.cn/public/content/37034572",
        "https://www.a.gov.cn/public/column/6598771?type=4&action=list",
        "https://www.a.gov.cn/site/label/8888?IsAjax=1&labelName=publicInfoList",
    ],
    "showlist": [
        "https://www.a.gov.cn/XxgkAnnualReport/show/5773.html",
        "https://www.a.gov.cn/OpennessAnnualReport/download/5146.html",
        "https://www.a.gov.cn/Xxgknb/show/616527.html?type=1",
        "https://www.a.gov.cn/openness/OpennessContent/show/123.html",
        "https://www.a.gov.cn/XxgkAnnualReport/showList/12/3/page_2.html",
        "https://www.a.gov.cn/PolicyDocument/show/77.html",
    ],
    "generic": [
        "http://www.a.gov.cn/",
        "http://www.a.gov.cn/zwgk/zfxxgk/xxgknb/",
        "http://www.a.gov.cn/zwgk/xxgknb/index.html",
        "https://a.gov.cn/zwgk/gknb/1619593655548706818.html",
        f"http://a.gov.cn/columns/{UUID}/202302/13/{UUID}.html",
        f"http://www.a.gov.cn/ax/zfxxgknb/content/{UUID}.html",
        f"https://a.gov.cn/nw12344/20230331/{HEX}.html",  # eight digits before 32 hex is Shanghai, six is UCAP
        "http://a.gov.cn/contents/44510/356343.html",
        "http://a.gov.cn/qzf22/24908624.jhtml",
        "https://www.a.gov.cn/33159/37006/content_2351274.html",
        "https://www.a.gov.cn/gk/zfxxgknb/content_191767",
        "https://www.a.gov.cn/content/ndbg/195307.html",
        "http://a.gov.cn/info/1308/19381.html",  # .htm is VSB, .html is not
        "http://www.a.gov.cn/n16/n38/n39/c69/content.html",
        "http://a.gov.cn/c/2023-01-29/6650991.shtml",
        "http://a.gov.cn/html/AXZF/202401/0170659934604561.html",
        "http://www.a.gov.cn/single/29/360398.html",
        "http://www.a.gov.cn/xxgk/zfxxgknb/index_1.htm",
        "https://a.gov.cn/news/show/20200117182933343.html",
        "http://www.a.gov.cn/gk/zfxxgk/gknb/2018/sjbm/956123.htm",
        "https://a.com/wzzcontent/post_1568705.html",
    ],
}  # fmt: skip
PAGES = {
    "trs_wcm": '<div class="trs_editor_view TRS_UEDITOR">x</div><script>createPageHTML(5, 0, "index", "html")</script>',
    "ucap": '<div id="UCAP-CONTENT">x</div><script src="/u/x.js"></script>',
    "hanweb": '<!--<$[信息内容]>begin-->x<!--<$[信息内容]>end--><a href="/module/download/downfile.jsp?x=1">f</a>',
    "vsb": '<!-- Announced by Visual SiteBuilder 9 --><script>_jsq_(1001,"/x.jsp",-1,12)</script>',
    "guangdong": '<script>window._CONFIG = {"API": "x", "SID": 755042};</script><a href="/gkmlpt/index">目录</a>',
    "lonsun": '<script>$.get("/site/label/8888", {labelName: "publicInfoList"})</script><div class="j-fontContent">x</div>',
    "showlist": '<a href="/XxgkAnnualReport/show/12.html">一</a><a href="/Content/showList/3/page_2.html">二</a>',
}  # fmt: skip


def listing(family: str, n: int = 6) -> str:
    """A list page that shows nothing of a product but how its articles are addressed."""
    shapes = {
        "trs_wcm": "./202301/t2023011{0}_55{0}.html", "ucap": "202301/" + HEX[:-1] + "{0}.shtml",
        "hanweb": "/art/2023/1/{0}/art_12_55{0}.html", "vsb": "../../info/1001/55{0}.htm",
        "guangdong": "content/post_55{0}.html", "lonsun": "/public/66/55{0}.html",
        "showlist": "/XxgkAnnualReport/show/55{0}.html", "generic": "/contents/12/55{0}.html",
    }  # fmt: skip
    rows = "".join(
        f'<li><a href="{shapes[family].format(i)}">甲县{2015 + i}年政府信息公开工作年度报告</a></li>'
        for i in range(1, n + 1)
    )
    return f'<ul>{rows}</ul><a href="/">首页</a><a href="/about.html">关于</a><a href="http://www.b.gov.cn/info/1/2.htm">友情链接</a>'


def test_the_families_are_those_of_the_registry() -> None:
    assert tuple(families()) == FAMILIES
    assert all(
        mark.points > 0 and mark.says for family in families().values() for mark in (*family.address, *family.page)
    )


@pytest.mark.parametrize(("family", "url"), [(family, url) for family, urls in ADDRESSES.items() for url in urls])
def test_an_address_names_its_family(family: str, url: str) -> None:
    assert detect(url).family == family


@pytest.mark.parametrize("family", PAGES)
def test_a_page_names_its_family_where_the_address_does_not(family: str) -> None:
    found = detect("http://www.a.gov.cn/", f"<html><body>{PAGES[family]}</body></html>")
    assert (found.family, found.certain) == (family, True)
    assert {evidence.where for evidence in found.evidence} >= {"page"}


@pytest.mark.parametrize("family", PAGES)
def test_the_links_of_a_list_name_its_family(family: str) -> None:
    found = detect("http://www.a.gov.cn/zwgk/nb/", listing(family))
    assert found.family == family and found.certain
    assert [evidence.says for evidence in found.evidence if evidence.where == "links"] == ["6 of 6 article links"]
    assert len(found.report_links) == 6


def test_contrary_marks_are_no_decision() -> None:
    found = detect("http://www.a.gov.cn/", PAGES["lonsun"] + PAGES["vsb"])
    assert found.family == "generic" and not found.certain and len(found.scores) == 2
    assert article_family("http://www.a.gov.cn/about.html") == ""


def test_too_few_or_mixed_links_tell_nothing() -> None:
    assert not detect("http://www.a.gov.cn/x/", listing("hanweb", 2)).certain
    mixed = detect("http://www.a.gov.cn/x/", listing("hanweb", 3) + listing("showlist", 3))
    assert [evidence for evidence in mixed.evidence if evidence.where == "links"] == []


@pytest.mark.parametrize("family", [name for name in FAMILIES if name != "generic"])
def test_drift_is_found_only_where_another_family_is_certain(family: str) -> None:
    url = "http://www.a.gov.cn/zwgk/nb/"
    assert drifted(family, url, listing(family) + PAGES[family]) is None
    assert drifted(family, url, "<p>本栏目正在建设中</p>") is None
    other = "vsb" if family != "vsb" else "hanweb"
    found = drifted(family, url, listing(other))
    assert isinstance(found, Finding) and (found.family, found.now, found.url) == (family, other, url)
    assert "6 of 6 article links" in found.why
    assert drifted(family, url, listing(other) + PAGES[family]) is None  # both: an old column on a new product
    assert drifted("generic", url, listing(other)) is None


def test_a_site_on_an_unknown_product_is_noticed_too() -> None:
    found = drifted("trs_wcm", "http://www.a.gov.cn/zwgk/nb/", listing("generic"))
    assert found is not None and found.now == "generic" and found.why.startswith("6 links to annual reports")
    assert drifted("trs_wcm", "http://www.a.gov.cn/zwgk/nb/", listing("generic", 2)) is None
    assert drifted("trs_wcm", "http://www.a.gov.cn/zwgk/nb/", listing("generic") + PAGES["trs_wcm"]) is None


SAMPLE = Path(__file__).parents[3] / "shared" / "family_urls.tsv"
SAMPLED = {"trs_wcm": "trs_wcm", "ucap": "ucap", "hanweb": "hanweb", "vsb": "vsb", "gd_nfcms": "guangdong",
           "gd_gkmlpt": "guangdong", "lonsun_lex": "lonsun", "ah_openness": "showlist"}  # fmt: skip


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample of published addresses is not beside this checkout")
def test_sampled_addresses_are_named_rightly() -> None:
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if not row["family"].startswith("clone:")]
    right = [detect(row["url"]).family == SAMPLED[row["family"]] for row in rows if row["family"] in SAMPLED]
    claimed = [detect(row["url"]).family != "generic" for row in rows if row["family"] not in SAMPLED]
    assert len(right) > 200 and sum(right) >= 0.95 * len(right)
    assert len(claimed) > 90 and sum(claimed) <= 0.03 * len(claimed)


@pytest.mark.parametrize(
    "piece", ["/xxgk", "/202301/t2", "/info/1", "_CONFIG SID: ", "createPage(1,", "$[信息", '<a href="/art/1">x</a>']
)
def test_a_page_that_is_meant_to_hurt_costs_little(piece: str) -> None:
    started = time.process_time()
    many = piece * (400_000 // len(piece))
    assert drifted("vsb", "http://www.a.gov.cn/", f'{many}<a href="{piece * 40_000}">x</a>') is None
    detect(f"http://www.a.gov.cn/{many}")
    assert time.process_time() - started < 5  # about 0.2 s


def test_thresholds_are_data() -> None:
    assert facts("families")["accept"] >= facts("families")["named"] > facts("families")["lead"]


@pytest.mark.parametrize("family", [name for name in SPIDERS if name != "generic"])
def test_what_is_told_as_an_article_its_spider_takes_as_one(family: str) -> None:
    told = [url for url in ADDRESSES[family] if article_family(url) == family]
    assert told and all(SPIDERS[family].article.search(url) for url in told)

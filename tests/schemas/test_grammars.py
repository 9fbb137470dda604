"""Every grammar knows an address of its family and none of a column."""

from __future__ import annotations

import pytest

from schemas.facts import facts
from schemas.grammars import grammars
from schemas.registry import load_sites

ID, HEX, UUID = "1735869", "0a1b2c3d" * 4, "0a1b2c3d-1111-4222-8333-0123456789ab"
ARTICLES = {
    "snowflake": ("/zfxxgk/nb/1753311688616128514.html", f"/zwgk/nb/{HEX[:24]}.html"),
    "channel_single": (f"/single/31/{ID}.html", f"/content/ndbg/{ID}.html", f"/xxgkcontent/{ID}.html", "/ndbg.thtml?id=31"),
    "epoint": (f"/001/001001/20240112/{UUID}.html", f"/govxxgk/AB/2024-03-05/{UUID}.html?deptcode=1", f"/article.html?infoid={UUID}"),
    "shanghai_day": ("/qt_gknb/2025/22/336424.html",),
    "jeecms": (f"/nb2022/{ID}.jhtml",),
    "siteserver": (f"/contents/445/{ID}.html", f"/jz/contents/13/{ID}.html"),
    "hebei_columns": (f"/columns/{UUID}/202401/15/{UUID}.html", "/zfxxgk/col/1600000000000/2021/1/9/1610000000000"),
    "ylcms": (f"/cms/html/xyz/2013-01-25/{ID}.html",),
    "xxgk_show": ("/xxgk-show-136188.html",),
    "number_content": ("/31185/32018/content_2155261.html", "/gk/nb/content_19154"),
    "day_i": ("/c269/20250124/i2309938.html",),
    "doc24": (f"/gongkai/site_x/channel_y/doc_{HEX[:24]}.html",),
    "ilist": (f"/gk/gknb/2018/{ID}.htm",),
    "n_node": ("/n1/n2/c92685971/content.html",),
    "day_c": (f"/c/2023-01-29/{ID}.shtml",),
    "unix_html": ("/html/ABC/202401/0170659934604561.html",),
    "number_leaf": (f"/zfxxgk/nb/{ID}.shtml", "/zfxxgk/zfgknb/2022/666160401539141.html"),
    "show_number": ("/news/show/20200117182933343.html", f"/gongkai/show/{HEX}.html", "/News/Detail/20230130173538612.html"),
    "year_details": ("/year_details.aspx?dept=38&id=91674",),
    "month_day": ("/2023/01-19/2677014.html", "/2023-01/19/c_1211720332.htm", "/zl/2026-02/02/article_2026020215383939768.html"),
    "year_month": ("/10390/2026/1/2206615.html",),
    "content_uuid": (f"/ab/zfxxgknb/content/{UUID}.html",),
    "news_number": ("/ns_news/123456789012345",),
    "doc_day": ("/doc/2022/12/13/3847735.shtml",),
    "ankang": ("/Content-2669231.html",),
    "tongchuan": ("/resources/site/153/html/a/b/202401/833772.html",),
    "baoding": ("/xxgkcontent-12-3456.html",),
    "day_number": ("/nb8282/20180123/707615.html",),
    "index_shtml": (f"/zwgk/zfxxgknb/{HEX}/index.shtml",),
    "number_index": (f"/ab/2018n/qzfbm/{ID}/index.html",),
    "day_hex": (f"/nw12344/20230331/{HEX}.html",),
    "hex_leaf": (f"/zfxxgk/gknb/{HEX}.html",),
    "year_pages": ("/zt/gknbxq/pnidpv155pntypepvnbpnnfpv2023.html", "/zfxxgk_a/zfxxgknb.html?nbYear=2024"),
    "sites_jsp": ("/sites/abc/zwinfo.jsp?id=15652",),
}  # fmt: skip
COLUMNS = ("/", "/zwgk/zfxxgknb/", "/zwgk/zfxxgknb/index.html", "/zwgk/zfxxgknb/index_2.html", "/channel/list/29.html", "/channels/445.html",
           "/zfxxgk/nb/1.html", f"/columns/{UUID}/index.html", "/info/iList.jsp?cat_id=12&cur_page=2", "/n1/n2/index.html")  # fmt: skip


@pytest.mark.parametrize("name", sorted(facts("grammars")))
def test_a_grammar_tells_articles_from_columns(name: str) -> None:
    pattern = grammars()[name].article
    assert all(pattern.search(f"http://www.cs.gov.cn{path}") for path in ARTICLES[name])
    assert not any(pattern.search(f"http://www.cs.gov.cn{path}") for path in COLUMNS)


def test_a_wrong_way_of_counting_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"x": {"where": "某地", "article": "/a", "pages": "upwards"}}
    monkeypatch.setattr("schemas.grammars.facts", lambda name: entry)
    with pytest.raises(ValueError, match=r"grammars\.yml: x"):
        grammars.__wrapped__()


def test_the_registry_names_grammars_that_are_there() -> None:
    assert {site.grammar for site in load_sites().values()} - {""} <= set(grammars())

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.registry import RegistryError, load_sites
from scrapers.detect import detect
from scrapers.propose import above_year, add_row, column_of, lacking, propose, row_line, site_id_of

PAGE = (
    '<html><head><meta name="SiteName" content="昌吉市人民政府"><META NAME="SiteIDCode" CONTENT="6523010001">'
    "</head><body>{}</body></html>"
)
ROW = {
    "site_id": "x", "host": "www.x.gov.cn", "name": "昌吉市人民政府", "division": "652301", "level": "county",
    "family": "vsb", "columns": [{"url": "http://www.x.gov.cn/nb.htm"}], "basis": "invented here", "checked_on": "2026-11-22",
}  # fmt: skip


@pytest.mark.parametrize(
    ("article", "column"),
    [
        ("http://a.gov.cn/gk/zfxxgknb/2023n_51/zfb/202403/t20240301_1.html", "http://a.gov.cn/gk/zfxxgknb/"),
        ("http://a.gov.cn/zwgk/nianbao/t20240301_1.shtml", "http://a.gov.cn/zwgk/nianbao/"),
        ("http://a.gov.cn/zwgk/tzgg/202403/t20240301_1.html", "http://a.gov.cn/zwgk/tzgg/"),
        ("https://a.gov.cn:8443/art/2023/1/9/art_12_34.html", "https://a.gov.cn:8443/col/col12/index.html"),
        ("http://a.gov.cn/zwgk/xxgknb/2022/content/mpost_1.html", "http://a.gov.cn/zwgk/xxgknb/"),
        ("http://a.gov.cn/agxj/gkmlpt/content/2/2059/post_2059902.html", "http://a.gov.cn/agxj/gkmlpt/annualreport"),
        ("http://a.gov.cn/ax/c1011/pc/content/content_1.html", "http://a.gov.cn/ax/c1011/pc/list.html"),
        (
            "http://a.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=1137&fbtime=2021&showType=2",
            "http://a.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=1137&fbtime={year}&showType=2",
        ),
        ("http://a.gov.cn/info/1648/47211.htm", ""),  # the tree's list has a name that its number does not tell
        ("http://a.gov.cn/XxgkAnnualReport/show/12.html", ""),
    ],
)
def test_an_article_tells_its_column(article: str, column: str) -> None:
    assert column_of(detect(article)) == column


def test_a_page_that_lists_reports_is_a_column() -> None:
    links = "".join(f'<a href="/info/1001/{n}.htm">甲市{n}年政府信息公开工作年度报告</a>' for n in (2019, 2020, 2021))
    found = detect("http://www.a.gov.cn/zfxxgk/nb.htm", PAGE.format(links))
    assert (found.family, column_of(found)) == ("vsb", "http://www.a.gov.cn/zfxxgk/nb.htm")


@pytest.mark.parametrize("path", ["/zwgk/gkzn/", "/", "/2024/", "/zwgk/bmxx/", "/a.html"])
def test_what_is_no_folder_of_a_year_stays(path: str) -> None:
    assert above_year(path) == path


def test_a_page_tells_name_and_division() -> None:
    row = propose(detect("http://www.neu.gov.cn/art/2023/1/9/art_12_34.html"), PAGE.format(""))
    assert (row["name"], row["division"], row["level"], row["family"]) == (
        "昌吉市人民政府",
        "652301",
        "county",
        "hanweb",
    )
    assert lacking(row) == ["checked_on"] and "address" in row["basis"]


def test_what_nothing_tells_is_lacking_not_guessed() -> None:
    assert lacking(propose(detect("http://www.neu.gov.cn/"))) == ["name", "division", "level", "checked_on"]
    page = '<meta name="SiteName" content="鼓楼区人民政府">'  # there are several
    assert "division" not in propose(detect("http://www.neu.gov.cn/"), page)
    bureau = propose(detect("http://jyj.neu.gov.cn/"), '<meta name="SiteName" content="昌吉市教育局">')
    assert bureau["division"] == "652301" and "level" not in bureau  # whose site it is, a person must say


def test_ids_are_of_the_registrys_form() -> None:
    assert site_id_of("www.a.gov.cn") == "a" and site_id_of("jyj.a-b.gov.cn", "/x/Y_1/") == "jyj-a-b-y-1"


def test_a_row_is_one_line_and_comes_back(tmp_path: Path) -> None:
    assert row_line(ROW).count("\n") == 1
    file = add_row(ROW, tmp_path)
    add_row({**ROW, "site_id": "y", "host": "www.y.gov.cn", "columns": []}, tmp_path)
    assert file.name == "xinjiang.yml" and sorted(p.name for p in tmp_path.iterdir()) == ["xinjiang.yml"]
    sites = load_sites([tmp_path])
    assert list(sites) == ["x", "y"] and sites["x"].columns[0].url == "http://www.x.gov.cn/nb.htm"
    assert (sites["x"].division, sites["x"].checked_on) == ("652301", "2026-11-22")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"division": "999999"}, "does not exist"),
        ({"site_id": "y", "level": "prefecture", "path": "/y/", "columns": []}, "does not fit"),
        ({"site_id": "y", "host": "x.gov.cn", "columns": []}, "at the same time"),
        ({"host": "www.z.gov.cn"}, "already used"),
        ({"site_id": "y", "host": "www.z.gov.cn", "family": "wordpress", "columns": []}, "family"),
        ({"site_id": "y", "host": "www.z.gov.cn"}, "is not on www.z.gov.cn"),
        ({"name": ""}, "lacks name"),
        ({"site_id": "y", "host": "www.x.gov.cn.evil.com", "columns": []}, "not a host of the state"),
    ],
)
def test_a_wrong_row_changes_nothing(tmp_path: Path, change: dict[str, object], said: str) -> None:
    file = add_row(ROW, tmp_path)
    before = file.read_bytes()
    with pytest.raises(RegistryError, match=said):
        add_row({**ROW, **change}, tmp_path)
    assert file.read_bytes() == before and list(tmp_path.iterdir()) == [file]

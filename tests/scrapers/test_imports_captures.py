"""What is asked of a web archive, and which of the captures it lists are worth their bytes."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter

import pytest

from schemas.registry import Column, Site
from schemas.sources import load_sources
from scrapers.imports.captures import Query, Row, choose, filters, fits, of_address, of_site, plain_address, rank_of
from scrapers.imports.history import wanted_of

SOURCE = load_sources()["wayback"]


def site(*columns: str, site_id: str = "cs", path: str = "/", province: str = "xinjiang") -> Site:
    return Site(site_id, "www.cs.gov.cn", "测试县", "652301", "county", "trs_wcm", tuple(map(Column, columns)),
                "invented for this test", "2026-01-01", province, path=path, min_reports=2)  # fmt: skip


def row(urlkey: str, timestamp: str, digest: str, rank: int = 0) -> Row:
    return Row(urlkey, timestamp, f"http://{urlkey}", "text/html", "200", digest, rank)


def test_of_a_site_its_columns_are_asked_for_and_what_is_likely_on_its_host():
    wanted = of_site(
        site(
            "http://www.cs.gov.cn/zwgk/nb/index.html",
            "https://old.cs.gov.cn/nb/{year}/",
            "http://www.cs.gov.cn/zwgk/nb/",
        )
    )
    assert wanted.queries == (
        Query("www.cs.gov.cn/zwgk/nb/", "prefix", False),
        Query("old.cs.gov.cn/nb/", "prefix", False),
        Query("www.cs.gov.cn", "host", True),
    )
    assert wanted.expected == 2


def test_a_column_at_the_root_would_be_the_whole_host():
    assert of_site(site("http://www.cs.gov.cn/list.html")).queries == (Query("www.cs.gov.cn", "host", True),)
    assert of_site(site(path="/cs/")).queries == (Query("www.cs.gov.cn/cs/", "prefix", True),)


@pytest.mark.parametrize(("address", "query"), [
    ("www.cs.gov.cn", Query("www.cs.gov.cn", "host", False)),
    ("http://www.cs.gov.cn/*", Query("www.cs.gov.cn", "host", False)),
    ("www.cs.gov.cn/zwgk/*", Query("www.cs.gov.cn/zwgk/", "prefix", False)),
    ("https://www.cs.gov.cn/zwgk/t2012_1.html?a=b", Query("www.cs.gov.cn/zwgk/t2012_1.html?a=b", "exact", False)),
])  # fmt: skip
def test_addresses(address, query):
    wanted = of_address(address)
    assert (wanted.queries, wanted.expected, wanted.site_id) == ((query,), 1, "www.cs.gov.cn")


@pytest.mark.parametrize("address", ["", "nobody", "*.gov.cn", "www.cs.gov.cn/*/nb", "file:///etc/passwd", "../x.y/z"])
def test_what_is_no_address(address):
    with pytest.raises(ValueError, match="neither a site"):
        of_address(address)


def test_names_are_sites_families_provinces_and_addresses():
    known = {s.site_id: s for s in (site(site_id="a"), site(site_id="b", province="gansu"))}
    assert [w.site_id for w in wanted_of(["gansu", "trs_wcm", "www.x.gov.cn/*", "a"], known)] == [
        "b",
        "a",
        "www.x.gov.cn",
    ]
    with pytest.raises(ValueError):
        wanted_of([], known)


@pytest.mark.parametrize(("url", "plain"), [
    ("http://www.cs.gov.cn:80/a", "http://www.cs.gov.cn/a"), ("https://www.cs.gov.cn:443", "https://www.cs.gov.cn"),
    ("http://www.cs.gov.cn:8080/a", "http://www.cs.gov.cn:8080/a"), ("http://cs.gov.cn/x:80/a", "http://cs.gov.cn/x:80/a"),
    ("https://www.cs.gov.cn:80/a", "https://www.cs.gov.cn:80/a"),
])  # fmt: skip
def test_only_the_port_that_the_scheme_implies_is_left_out(url, plain):
    assert plain_address(url) == plain


def test_of_one_content_under_one_address_the_first_capture_counts():
    counts: Counter[str] = Counter()
    rows = [row("k", "2014", "B"), row("k", "2013", "A"), row("k", "2012", "A"), row("l", "2015", "A")]
    assert [(r.urlkey, r.timestamp) for r in choose(rows, {}, SOURCE, counts)] == [
        ("k", "2012"),
        ("k", "2014"),
        ("l", "2015"),
    ]
    assert counts == {"listed": 4, "same_content": 1, "many_contents": 0, "capped": 0}
    assert choose(rows, {"k": {"A", "B"}, "l": {"A"}}, SOURCE, counts) == []


def test_a_place_that_is_full_takes_no_more():
    counts: Counter[str] = Counter()
    small = dataclasses.replace(SOURCE, captures_per_address=2)
    rows = [row("k", str(2010 + n), f"D{n}") for n in range(5)]
    assert [r.timestamp for r in choose(rows, {}, small, counts)] == ["2010", "2014"]
    assert [r.timestamp for r in choose(rows, {"k": {"D0"}}, small, counts)] == ["2014"]
    assert choose(rows, {"k": {"D0", "D4"}}, small, counts) == []
    assert counts["many_contents"] == 3 + 3 + 3


def test_the_likeliest_come_first_and_the_rest_waits():
    counts: Counter[str] = Counter()
    small = dataclasses.replace(SOURCE, captures_per_run=2)
    rows = [row("a", "2010", "A", 5), row("b", "2011", "A", 0), row("c", "2012", "A", 1)]
    assert [r.urlkey for r in choose(rows, {}, small, counts)] == ["b", "c"]
    assert counts["capped"] == 1


LIKELY, ALL = Query("www.cs.gov.cn", "host", True), Query("www.cs.gov.cn/x/", "prefix", False)


@pytest.mark.parametrize("path", [
    "/zwgk/zfxxgknb/201203/t20120319_1.html", "/xxgk/jcms_files/jcms1/web1/site/art/2012/3/5/art_1_2.html",
    "/art/2010/3/31/art_12_345.html", "/info/egovinfo/1016/xxgkcontent/a-/2012-0116001.htm", "/info/1016/8123.htm",
    "/public/6599841/1234.html", "/gkmlpt/content/1/1234/post_1234567.html", "/xxgkannualreport/show/12.html",
    "/xw/2009-03-31/content_1.html",
])  # fmt: skip
def test_addresses_of_every_family_are_likely(path):
    assert fits(SOURCE, LIKELY, row(f"cn,gov,cs){path}", "2013", "A"))
    assert 1 <= rank_of(SOURCE, LIKELY, f"cn,gov,cs){path}") <= len(SOURCE.addresses)
    assert rank_of(SOURCE, ALL, f"cn,gov,cs){path}") == 0


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/xw/201208/t20120819_1.html", "/art/2012/11/5/art_1_2.html", "/images/a.html"]
)
def test_addresses_that_are_not(path):
    assert not fits(SOURCE, LIKELY, row(f"cn,gov,cs){path}", "2013", "A"))
    assert fits(SOURCE, ALL, row(f"cn,gov,cs){path}", "2013", "A"))


def test_other_media_and_statuses_are_left_out():
    good = row("cn,gov,cs)/x/1.html", "2013", "A")
    for change in ({"mime": "image/png"}, {"mime": "text/html5"}, {"status": "404"}, {"status": "2000"}):
        assert not fits(SOURCE, ALL, dataclasses.replace(good, **change))
    for pattern in filters(SOURCE, LIKELY).values():
        re.compile(pattern)

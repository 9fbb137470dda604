"""What a server shows in place of pages that it has not."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Headers, Response

from scrapers.answers import answer_of
from scrapers.standins import StandIns

ROOT = "http://www.cs.gov.cn"
HOME = "<title>测试县人民政府</title><p>欢迎访问测试县人民政府门户网站</p>"
REPORT = "".join(f"<p>{n}、{name}</p><p>{'本年情况说明。' * 60}</p>" for n, name in
                 enumerate(("总体情况", "主动公开情况", "行政复议情况", "存在的问题")))  # fmt: skip


def answer(link: str, body: str, target: str = "") -> Response:
    """What came for a link, or for where it led."""
    url = f"{ROOT}{target or link}"
    made = answer_of(url, 200, Headers({"Content-Type": "text/html"}), body.encode(), 100_000)
    made.request = Request(url, meta={"link": ROOT + link, **({"redirect_urls": [ROOT + link]} if target else {})})
    return made


def looks(*answers: Response) -> list[str]:
    """The verdict on each, after all have been seen."""
    stand_ins, found = StandIns(), dict[str, str]()
    for one in answers:
        wrong, others = stand_ins.look(one)
        found |= {one.meta["link"]: wrong} | dict.fromkeys(others, wrong)
    return list(found.values())


def test_the_third_with_the_same_bytes_gives_all_away() -> None:
    assert looks(answer("/1", HOME), answer("/2", HOME), answer("/3", "<p>另一页</p>")) == ["", "", ""]
    assert looks(answer("/1", HOME), answer("/2", HOME), answer("/3", HOME), answer("/4", "x")) == ["missing"] * 3 + [
        ""
    ]


def test_a_report_may_stand_at_many_addresses() -> None:
    assert looks(*(answer(f"/{n}", REPORT) for n in range(4))) == [""] * 4
    assert looks(*(answer(f"/{n}", REPORT, "/report.html") for n in range(4))) == [""] * 4


def test_what_leads_home_is_not_there() -> None:
    for home in ("/", "/index.html", "/index.shtml?from=404"):
        assert looks(answer("/1.html", HOME, home), answer("/2.html", "<p>二</p>")) == ["missing", ""]


def test_what_leads_to_one_place_is_not_there() -> None:
    lost = [answer(f"/{n}.html", f"<p>您访问的内容已经迁移（{n}）</p>", "/404.html") for n in range(3)]
    assert looks(*lost) == ["missing"] * 3
    assert looks(*(answer(f"/{n}.html", f"<p>{n}</p>", f"/new/{n}.html") for n in range(3))) == [""] * 3
    assert looks(answer("/nb/index.html", "<p>一</p>", "/nb/")) == [""], "another name of the same page"

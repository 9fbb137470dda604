"""An answer as the crawl reads it, whatever its headers say."""

from __future__ import annotations

import gzip
import random

import pytest
from scrapy.http import Headers, Response, TextResponse

from scrapers.answers import TooLarge, answer_of
from scrapers.watch import Watch
from tests.scrapers.skins.made import FAMILY_LISTS, Skin
from tests.scrapers.walk import Answer, walk

TEXT = "<a href='1.htm'>昌吉市2019年政府信息公开工作年度报告</a>"
GUARD = "<title>访问受限</title><p>您的请求存在风险，已被拦截，请完成下方验证后继续访问。</p>"
LIES = [
    ("gbk", "text/html; charset=ISO-8859-1", "<meta charset=gb2312>"),
    ("gbk", "text/html; charset=utf-8", "<meta charset=gb2312>"),
    ("gbk", "text/html", "<meta charset=utf-8>"),
    ("utf-8", "text/html; charset=gb2312", "<meta charset=gbk>"),
]


def answer(body: bytes, kind: str = "text/html; charset=utf-8", limit: int = 10_000, **headers: str) -> Response:
    said = Headers({"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}})
    return answer_of("http://www.cs.gov.cn/", 200, said, body, limit)


@pytest.mark.parametrize(("charset", "kind", "meta"), LIES)
def test_the_charset_is_that_of_the_bytes(charset: str, kind: str, meta: str) -> None:
    made = answer((meta + TEXT).encode(charset), kind)
    assert isinstance(made, TextResponse) and made.text == meta + TEXT


@pytest.mark.parametrize(("charset", "kind", "meta"), LIES)
def test_a_list_with_a_lying_charset_loses_no_report(charset: str, kind: str, meta: str) -> None:
    skin = Skin("vsb", random.Random(1), FAMILY_LISTS["vsb"])
    skin.list_page(skin.column, skin.rows(skin.invent(6, FAMILY_LISTS.article("vsb"))))

    def serve(url: str, method: str, body: str) -> Answer:
        status, _, page = skin.serve(url, method, body)
        return status, kind, (meta + page.decode()).encode(charset, "xmlcharrefreplace")

    assert {f"http://{skin.host}{path}" for path in skin.wanted} <= walk(skin.site(), serve).good


def test_a_damaged_page_still_has_its_links() -> None:
    made = answer(TEXT.encode("gbk") + b"\n\xff\xff\xff\xff\n")
    assert isinstance(made, TextResponse) and made.text.startswith(TEXT)


@pytest.mark.parametrize("headers", [{}, {"Content_Encoding": "gzip"}, {"Content_Encoding": "x-gzip, identity"}])
def test_what_is_packed_is_unpacked_whether_it_is_said_or_not(headers: dict[str, str]) -> None:
    made = answer(gzip.compress(TEXT.encode()), **headers)
    assert made.body == TEXT.encode() and "Content-Encoding" not in made.headers
    with pytest.raises(TooLarge):
        answer(gzip.compress(b"0" * 20_000), **headers)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (GUARD.encode(), "text/html; charset=utf-8"),
        (GUARD.encode("gbk"), "text/html; charset=gbk"),
        (GUARD.encode("gbk"), "text/html; charset=utf-8"),
        (gzip.compress(GUARD.encode("gbk")), "text/html"),
    ],
)
def test_a_challenge_is_known_however_it_is_sent(body: bytes, kind: str) -> None:
    watch = Watch()
    watch.see(answer(body, kind))
    assert watch.blocked["sign"] == "captcha"

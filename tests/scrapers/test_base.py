"""What a spider asks for, without a network."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from schemas.registry import Column, Site, load_sites
from scrapers import base
from scrapers.links import LinkBook
from scrapers.spiders.trs_wcm import TrsWcmSpider

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ROOT = "http://www.cs.gov.cn/nb/"


def spider(*columns: str, years: range | None = None, min_reports: int = 0, book: LinkBook | None = None) -> Any:
    site: Site = replace(
        next(iter(load_sites().values())),
        host="www.cs.gov.cn", family="trs_wcm", columns=tuple(map(Column, columns)), min_reports=min_reports,
    )  # fmt: skip
    return TrsWcmSpider(site, years, book or LinkBook(), None, NOW, timedelta(days=1))  # type: ignore[arg-type]


async def started(made: Any) -> list[Request]:
    return [request async for request in made.start()]


def shown(made: Any, links: list[str], url: str = ROOT) -> list[Request]:
    """Hand a list page to the spider and return what it asks for next."""
    body = "".join(f'<a href="{link}">政府信息公开年报</a>' for link in links)
    request = Request(url, meta={"link": url, "kind": "list", "via": ""})
    return list(made.parse_list(HtmlResponse(url, body=body, encoding="utf-8", request=request), 0))


def test_lists_are_counted_when_asked_for() -> None:
    made = spider(ROOT)
    [first] = asyncio.run(started(made))
    following = shown(made, [f"./c{n}/" for n in range(base.MAX_LISTS + 200)])
    assert first.url == ROOT and len(following) == base.MAX_LISTS - 1
    assert (made.counts["lists_asked"], made.counts["capped"]) == (base.MAX_LISTS, 201)
    again = spider(ROOT, book=made.book)
    assert len(asyncio.run(started(again))) == base.MAX_LISTS


def test_pages_are_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MAX_PAGES", 30)
    made = spider(ROOT)
    asyncio.run(started(made))
    assert len(shown(made, [f"./202001/t20200120_{n}.html" for n in range(50)])) == 30
    assert (made.counts["pages_asked"], made.counts["capped"], made.counts["links"]) == (30, 20, 50)


@pytest.mark.parametrize(
    ("column", "years", "expected"),
    [
        (ROOT, None, 9),
        (ROOT, range(2019, 2020), 9),  # a list shows all years whatever we want
        (ROOT + "?y={year}", None, 9),
        (ROOT + "?y={year}", range(2008, 2026), 9),
        (ROOT + "?y={year}", range(2019, 2020), 1),
        (ROOT + "?y={year}", range(2025, 2026), 0),  # may not be out yet
    ],
)
def test_a_column_asked_by_year_cannot_show_every_year(column: str, years: range | None, expected: int) -> None:
    assert spider(column, years=years, min_reports=9).expected() == expected
    assert spider(column, years=years).expected() == 0


def test_a_year_without_a_report_is_not_a_failure() -> None:
    made, outline = spider(ROOT + "?y={year}", years=range(2019, 2020)), "一、概述 二、主动公开情况 三、存在的问题"
    for status, request in zip((404, 200), asyncio.run(started(made)), strict=True):
        answer = HtmlResponse(request.url, status=status, body=outline.encode(), encoding="utf-8", request=request)
        assert list(made.parse_list(answer, 0)) == []
    assert (made.counts["lists"], made.counts["failed_lists"], made.counts["pages"]) == (2, 0, 1)

"""What a crawl is called in the end, and what it leaves for the next one."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from schemas.registry import load_sites
from scrapers.crawls import read_done
from scrapers.judge import judge
from scrapers.links import LinkBook
from scrapers.locks import hold
from scrapers.run import CrawlFailed
from tests.scrapers.conftest import Web, crawl, trs_site, ul, wait_until
from transforms.store import open_store
from transforms.warc import read_captures


def test_outcomes_scrapy_would_call_a_success() -> None:
    good = {"finish_reason": "finished"}
    site = replace(next(iter(load_sites().values())), min_reports=1)
    spider = SimpleNamespace(site=site, book=LinkBook(), trouble="", expected=lambda: spider.site.min_reports,
                             counts=Counter(lists=1, links=1, pages=1))  # fmt: skip
    assert judge(spider, good)[0] == "ok"
    spider.counts["capped"] = 3
    assert judge(spider, good) == ("ok", "3 more lists and pages than one crawl may ask for")
    spider.site = replace(site, min_reports=2)
    assert judge(spider, good) == ("too_few_pages", "1 pages shown, the registry expects 2")
    spider.site = replace(site, min_reports=0)
    assert judge(spider, {**good, "spider_exceptions/KeyError": 1}) == ("spider_error", "spider_exceptions/KeyError")
    assert judge(spider, {"finish_reason": "shutdown"}) == ("interrupted", "shutdown")
    assert judge(spider, {}) == ("interrupted", "none")


@pytest.mark.parametrize(
    ("counts", "outcome"),
    [
        ({"lists": 1, "links": 11, "pages": 10, "failed_pages": 1}, "ok"),
        ({"lists": 1, "links": 11, "pages": 1, "failed_pages": 10}, "partial"),
        ({"lists": 1, "links": 11, "failed_pages": 11}, "partial"),
        # what is in the archive already is not missing
        ({"lists_fresh": 1, "links": 20, "pages": 2, "failed_pages": 1, "skipped_known": 17}, "ok"),
        ({"lists_fresh": 1, "links": 20, "failed_pages": 1, "skipped_known": 19}, "nothing_new"),
        ({"lists": 3, "failed_lists": 1, "links": 11, "pages": 11}, "partial"),
        ({"lists": 1, "failed_lists": 1}, "partial"),
        ({"failed_lists": 1}, "no_lists"),
        # a page that is no more did not fail, but is no page either
        ({"lists": 1, "links": 11, "pages": 6, "gone": 4, "refused": 1}, "ok"),
        ({"lists": 1, "links": 11, "pages": 4, "gone": 5, "refused": 2}, "too_few_pages"),
        # nor did one that we may not have, or that is another one, but many of them are no whole crawl
        ({"lists": 1, "links": 20, "pages": 18, "denied": 1, "soft_404": 1}, "ok"),
        ({"lists": 1, "links": 11, "pages": 9, "denied": 1, "refused": 1}, "partial"),
        ({"lists": 1, "links": 11, "pages": 9, "soft_404": 2}, "partial"),
        ({"lists": 1, "links": 21, "pages": 18, "soft_404": 2, "failed_pages": 1}, "partial"),
        ({"lists": 1, "links": 8, "pages": 7, "denied": 1}, "ok"),
        ({"lists": 1, "links": 11, "pages": 11, "denied_lists": 1}, "partial"),
        ({"lists": 1, "links": 11, "denied": 11}, "robots"),
        ({"lists": 1, "links": 11, "gone": 11}, "no_pages"),
    ],
)
def test_half_a_crawl_is_not_a_whole_one(counts: dict[str, int], outcome: str) -> None:
    site = replace(next(iter(load_sites().values())), min_reports=5)
    spider = SimpleNamespace(site=site, book=LinkBook(), trouble="", expected=lambda: 5, counts=Counter(counts))
    assert judge(spider, {"finish_reason": "finished"})[0] == outcome


def nine_pages(web: Web, status: int) -> list[str]:
    """One list of nine reports; the first is there, the eighth gone, the others answer `status`."""
    base = "www.cs.gov.cn/zwgk/nb"
    web.page(f"{base}/", ul(*((f"./202001/t2020012{n}_{n}.html", f"{2010 + n}年政府信息公开年报") for n in range(9))))
    addresses = [f"{base}/202001/t2020012{n}_{n}.html" for n in range(9)]
    for n, address in enumerate(addresses):
        web.page(address, f"<h1>{n}</h1>", 200 if n == 0 else 404 if n == 8 else status)
    return addresses


def test_a_partial_crawl_keeps_what_it_has_and_asks_for_the_rest(web: Web, register, tmp_path: Path) -> None:
    addresses = nine_pages(web, 500)
    site, store = register("trs_wcm", "http://www.cs.gov.cn/zwgk/nb/"), open_store(str(tmp_path / "archive"))
    with pytest.raises(CrawlFailed) as failed:
        crawl(site, tmp_path, "c1")
    summary = failed.value.summary
    assert failed.value.reason == "partial" and summary["errors"] == 7
    assert {name: summary["counts"][name] for name in ("pages", "failed_pages", "gone", "refused", "failed_lists")} == {
        "pages": 1, "failed_pages": 7, "gone": 1, "refused": 0, "failed_lists": 0}  # fmt: skip
    assert any(c.url.endswith("t20200120_0.html") for c in read_captures(store.get(summary["warc_keys"][0]), "k"))
    assert read_done(store, "trs_wcm", "cs", None) is None, "a partial crawl is not done"

    nine_pages(web, 200)
    web.seen.clear()
    again = crawl(site, tmp_path, "c2")
    assert again["outcome"] == "ok" and again["errors"] == 0
    assert sorted(web.asked()) == addresses[1:], "neither the list nor the page that is there"
    assert read_done(store, "trs_wcm", "cs", None) is not None


def test_a_failed_list_makes_a_crawl_partial(web: Web, register, tmp_path: Path) -> None:
    trs_site(web)
    web.page("www.cs.gov.cn/zwgk/zfxxgknb/2021n/", "", 500)
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/")
    with pytest.raises(CrawlFailed, match="partial: 1 lists"):
        crawl(site, tmp_path)
    web.seen.clear()
    trs_site(web)
    assert crawl(site, tmp_path, "c2")["pages"] == 1
    assert [url.rpartition("zfxxgknb")[2] for url in web.asked()] == ["/2021n/", "/2021n/202201/t20220101_5.html"]


def test_a_list_that_shrinks_is_a_failure_though_we_remember_more(web: Web, register, tmp_path: Path) -> None:
    nine_pages(web, 200)
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/nb/", min_reports=8)
    crawl(site, tmp_path)
    assert crawl(site, tmp_path, "c2")["outcome"] == "nothing_new", "remembered within the window"
    web.page("www.cs.gov.cn/zwgk/nb/", ul(("./202001/t20200120_0.html", "2010年政府信息公开年报")))
    with pytest.raises(CrawlFailed, match="too_few_pages: 1 pages shown"):
        crawl(site, tmp_path, "c3", fresh_hours=0)


def test_crawls_of_one_site_follow_each_other(web: Web, register, tmp_path: Path) -> None:
    nine_pages(web, 200)
    site, store = register("trs_wcm", "http://www.cs.gov.cn/zwgk/nb/"), open_store(str(tmp_path / "archive"))
    lines: list[str] = []
    with ThreadPoolExecutor() as pool:
        with hold(f"cs@{hashlib.sha256(store.uri.encode()).hexdigest()[:12]}", tmp_path / "locks"):
            waiting = pool.submit(crawl, site, tmp_path, on_log=lambda _, line: lines.append(line))
            wait_until(lambda: any("waiting" in line for line in lines))
            time.sleep(0.5)
            assert web.seen == []
        assert waiting.result(30)["pages"] == 8
    assert sum("waiting" in line for line in lines) == 1

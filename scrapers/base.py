"""discover → fetch → keep: what every family's crawl has in common.

A family says how its articles are addressed, how a list goes on, and which lists belong to a column; this
class walks them, remembers them, and fetches each wanted page once. What a page *is* the archive decides
later, so look-alikes in a column are fetched too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy.http import Response, TextResponse

from schemas.registry import Site
from scrapers.links import Link, LinkBook
from scrapers.lists import LOOKALIKE_TITLE, REPORT_TITLE, Row, next_link, rows, year_of
from scrapers.politeness import Refused, RobotsDenied, same_site
from scrapers.warc import WarcSet

MAX_LISTS = 500  # list pages in one crawl of one site: nobody has more, a calendar does
MAX_PAGES = 20_000  # articles in one crawl of one site: the largest provincial columns stay below
MAX_DEPTH = 4  # sub-columns below a registry column
FIRST_YEAR = 2008
GONE = frozenset({404, 410})


class ColumnSpider(scrapy.Spider):
    """Base of the family spiders."""

    article: ClassVar[re.Pattern[str]]

    def __init__(
        self,
        site: Site,
        years: range | None,
        book: LinkBook,
        warcs: WarcSet,
        started: datetime,
        fresh: timedelta,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=site.family, **kwargs)
        self.site, self.years, self.book, self.warcs = site, years, book, warcs
        self.started, self.fresh = started, fresh
        self.hosts = hosts_of(site)
        self.asked: set[str] = set()
        self.enumerated: set[str] = set()  # addresses that are list and report in one
        self.row_sets: set[tuple[str, ...]] = set()
        # gone: a page that is no more; refused: by us; failed: worth another try; capped: left out, too many
        self.counts = dict.fromkeys(
            ("lists_asked", "lists", "lists_fresh", "empty_lists", "failed_lists", "pages_asked", "pages",
             "failed_pages", "gone", "refused", "denied", "links", "reports", "skipped_year", "skipped_known",
             "repeats", "capped"), 0)  # fmt: skip

    # -- what a family adds ---------------------------------------------------------------------------

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Yield the list pages that follow this one; by default the link called "next page"."""
        if target := next_link(response.text, response.url):
            yield target

    def owns(self, list_url: str, url: str) -> bool:
        """Say whether an article belongs to the column of `list_url`; by default, lies below it."""
        return urlsplit(url).path.startswith(folder(list_url))

    def is_column(self, list_url: str, url: str) -> bool:
        """Say whether `url` is a sub-column of `list_url`; by default, a folder below it."""
        path = urlsplit(url).path
        return path.endswith("/") and path != folder(list_url) and path.startswith(folder(list_url))

    # -- discover -------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Ask for the registry's columns."""
        for number, column in enumerate(self.site.columns):
            for url in self._expand(column.url):
                link = self._link(Row(url, "", ""), "list", "", number)
                for request in self._ask_list(link, 0):
                    yield request

    def parse_list(self, response: Response, depth: int) -> Iterator[scrapy.Request]:
        """Note what a list page shows, then follow its articles, sub-columns and next pages."""
        url = response.meta["link"]
        self._note(url, response)
        if url in self.enumerated and response.status in GONE:  # a year without a report
            self.counts["lists"] += 1
            return
        if response.status != 200 or not isinstance(response, TextResponse):
            self.counts["failed_lists"] += 1
            self.logger.warning("list page answered %s: %s", response.status, url)
            return
        self.counts["lists"] += 1
        self.counts["pages"] += url in self.enumerated
        self.counts["links"] += url in self.enumerated
        wanted = [link for link in self._sort(response, url) if link is not None]
        marks = tuple(link.url for link in wanted if link.kind == "page")
        if marks and marks in self.row_sets:  # an endless pager repeats itself
            self.counts["repeats"] += 1
            self.logger.warning("list page repeats an earlier one, not followed: %s", url)
            return
        self.row_sets.add(marks)
        self.counts["empty_lists"] += not wanted and url not in self.enumerated
        following = [self._link(Row(u, "", ""), "list", url, 10_000 + n)
                     for n, u in enumerate(self.next_lists(response)) if self._ours(u)]  # fmt: skip
        for link in wanted + following:
            self.book.shown(link)
            # the next page of a list is no deeper than the list
            yield from self._ask(link, depth if link in following else depth + 1)

    def parse_page(self, response: Response) -> None:
        """Count a fetched page; its bytes are in the WARC already."""
        self._note(response.meta["link"], response)
        if response.status == 200:
            self.counts["pages"] += 1
        else:
            self.counts["gone" if response.status in GONE else "failed_pages"] += 1

    def failed(self, failure: Any) -> None:
        """Count a page or list that was not fetched; a list that we refuse is a failed one, its rows are missing."""
        meta = failure.request.meta
        if failure.check(RobotsDenied) and not self.crawler.stats.get_value("archive/robots_unreachable"):
            self.counts["denied"] += 1
            return
        if meta["kind"] == "list":
            self.counts["failed_lists"] += 1
        else:
            self.counts["refused" if failure.check(Refused) else "failed_pages"] += 1
        self.logger.warning("not fetched: %s: %s", meta["link"], failure.value)

    def expected(self) -> int:
        """Return how many pages this crawl's lists must show for the registry's expectation to hold.

        A column asked by year shows the years asked for only: of some years, one page is all that can be expected.
        """
        wanted, every = self.years, range(FIRST_YEAR, self.started.year)
        narrowed = wanted is not None and not (wanted.start <= every.start and wanted.stop >= every.stop)
        by_year = any("{year}" in column.url for column in self.site.columns)
        return min(self.site.min_reports, 1) if narrowed and by_year else self.site.min_reports

    # -- inner workings -------------------------------------------------------------------------------

    def _sort(self, response: TextResponse, url: str) -> Iterator[Link | None]:
        for rank, row in enumerate(rows(response.text, response.url)):
            if not self._ours(row.url) or row.url == url:
                continue
            is_article = bool(self.article.search(row.url))
            if is_article and (self.owns(response.url, row.url) or LOOKALIKE_TITLE.search(row.title)):
                yield self._link(row, "page", url, rank)
            elif not is_article and self.is_column(response.url, row.url):
                yield self._link(row, "list", url, rank)
            elif not is_article and REPORT_TITLE.search(row.title) and year_of(row.title):
                yield self._link(row, "page", url, rank)  # a report filed under a foreign address

    def _link(self, row: Row, kind: str, via: str, rank: int) -> Link:
        year = year_of(row.title) if kind == "page" else None
        return Link(row.url, kind, via, rank, row.title, row.date, year, self.started, self.started)

    def _ask(self, link: Link, depth: int) -> Iterator[scrapy.Request]:
        yield from self._ask_list(link, depth) if link.kind == "list" else self._ask_page(link)

    def _ask_list(self, link: Link, depth: int) -> Iterator[scrapy.Request]:
        if link.url in self.asked or depth > MAX_DEPTH:
            return
        self.asked.add(link.url)
        if self.book.is_fresh(link.url, self.started, self.fresh):
            self.counts["lists_fresh"] += 1
            self.counts["links"] += link.url in self.enumerated
            for child in self.book.children(link.url):
                yield from self._ask(child, depth if child.rank >= 10_000 else depth + 1)
            return
        if self._at_limit("lists_asked", MAX_LISTS):
            return
        self.book.shown(link)
        yield self._request(link, "list", self.parse_list, priority=10, cb_kwargs={"depth": depth})

    def _ask_page(self, link: Link) -> Iterator[scrapy.Request]:
        if link.url in self.asked:
            return
        self.asked.add(link.url)
        self.counts["links"] += 1
        self.counts["reports"] += bool(REPORT_TITLE.search(link.title))
        known = self.book.links.get(link.url, link)
        if self.years is not None and known.year is not None and known.year not in self.years:
            self.counts["skipped_year"] += 1
        elif self.book.is_fresh(link.url, self.started, self.fresh) or (
            known.year is None and self.years is not None and self.book.have(link.url)
        ):
            self.counts["skipped_known"] += 1
        elif not self._at_limit("pages_asked", MAX_PAGES):
            yield self._request(link, "page", self.parse_page)

    def _at_limit(self, name: str, limit: int) -> bool:
        """Count one more request of a kind, or one that is left out."""
        if self.counts[name] < limit:
            self.counts[name] += 1
            return False
        if not self.counts["capped"]:
            self.logger.warning("%s: the limit of %d is reached, the rest is left out", name, limit)
        self.counts["capped"] += 1
        return True

    def _request(self, link: Link, kind: str, callback: Any, **more: Any) -> scrapy.Request:
        meta = {"via": link.via, "anchor": link.title, "link": link.url, "kind": kind}
        return scrapy.Request(link.url, callback=callback, errback=self.failed, meta=meta, dont_filter=True, **more)

    def _note(self, url: str, response: Response) -> None:
        self.book.fetched(url, self.started, response.status, hashlib.sha256(response.body).hexdigest())

    def _ours(self, url: str) -> bool:
        return same_site(urlsplit(url).hostname or "", self.hosts)

    def _expand(self, url: str) -> list[str]:
        """An enumerable column is asked once per year; some servers count by year of publication."""
        if "{year}" not in url:
            return [url]
        years = self.years or range(FIRST_YEAR, self.started.year)
        urls = [url.replace("{year}", str(year)) for year in range(years.start, years.stop + 1)]
        self.enumerated.update(urls)
        return urls


def hosts_of(site: Site) -> frozenset[str]:
    """Return the hosts of a site: its own and those of its columns."""
    return frozenset({site.host, *(urlsplit(column.url).hostname or "" for column in site.columns)})


def folder(url: str) -> str:
    """Return the folder part of an address's path."""
    return urlsplit(url).path.rpartition("/")[0] + "/"


def utc_now() -> datetime:
    """Return the time now, to the second."""
    return datetime.now(UTC).replace(microsecond=0)

"""discover → fetch → keep: what every family's crawl has in common.

A family says how its articles are addressed, how a list goes on, and which lists belong to a column; this
class walks them, remembers them, and fetches each wanted page once. A site whose column nobody knows is searched
from its home page. What a page *is* the archive decides later, so look-alikes in a column are fetched too.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy.exceptions import CloseSpider
from scrapy.http import Response, TextResponse
from w3lib.url import safe_url_string

from schemas.registry import Site
from scrapers.addresses import canonical, folder, key, page_number, plain_host, registrable, request_of
from scrapers.links import Link, LinkBook
from scrapers.lists import (
    COLUMN_TITLE,
    HUB_TITLE,
    LOOKALIKE_TITLE,
    REPORT_TITLE,
    Row,
    is_shelf,
    names_report,
    rows,
    sent_on,
    year_of,
)
from scrapers.paging import next_answer, page_links
from scrapers.politeness import Refused, RobotsDenied, same_site
from scrapers.warc import WarcSet

MAX_LISTS = 500  # list pages in one crawl of one site: nobody has more, a calendar does
MAX_PAGES = 20_000  # articles in one crawl of one site: the largest provincial columns stay below
MAX_DEPTH = 4  # sub-columns below a column
MAX_HUBS = 25  # pages on the way from the home page to a column
HUB_DEPTH = 3  # steps on that way
MAX_FAILURES = 12  # in a row: the site is not there
FEW = 5  # rows: a list page with fewer may get more by its scripts
FOLLOWING = 10_000  # ranks from here on are list pages that go on, not links on the page
FIRST_YEAR = 2008
GONE = frozenset({404, 410})
LISTS = ("list", "hub")


class ColumnSpider(scrapy.Spider):
    """Base of the family spiders."""

    article: ClassVar[Any]  # pattern of an article's address; its group `shelf` or what stands before it names a column

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
        self.asked: set[str] = set()  # keys of addresses
        self.enumerated: set[str] = set()  # addresses that are list and report in one
        self.row_sets: set[frozenset[str]] = set()
        self.twins: dict[str, str] = {}  # plain address to the one that was shown
        self.failures = 0
        # gone: a page that is no more; refused: by us; failed: worth another try; capped: left out, too many;
        # list_ends: a list had fewer pages than it told of
        self.counts = dict.fromkeys(
            ("hubs_asked", "lists_asked", "lists", "lists_fresh", "empty_lists", "failed_lists", "list_ends", "pages_asked", "pages",
             "failed_pages", "gone", "refused", "denied", "links", "reports", "skipped_year", "skipped_known",
             "repeats", "capped"), 0)  # fmt: skip

    # -- what a family adds ---------------------------------------------------------------------------

    def next_lists(self, response: TextResponse) -> Iterator[str]:
        """Yield the list pages that follow this one; by default what the page's own links and answers tell."""
        yield from page_links(response.text, response.url)
        yield from next_answer(response)

    def first_rows(self, response: TextResponse) -> Iterator[str]:
        """Yield the requests by which the scripts of a list page without rows would fetch them; by default none."""
        yield from ()

    def plain(self, url: str) -> str:
        """Return the one address of a page that has several."""
        return canonical(url)

    def articles(self, shown: list[Row]) -> list[Row]:
        """Return the rows of a list page that lead to articles; by default, their addresses decide."""
        return [row for row in shown if self.article.search(row.url)]

    def shelf(self, url: str) -> str:
        """Return what in an article's address names the column that it stands in."""
        found = self.article.search(url)
        named = found.groupdict().get("shelf") if found else None
        return named or url[: found.start() if found else len(url)]

    def owns(self, list_url: str, url: str) -> bool:
        """Say whether an article's address puts it into the column of `list_url`; by default, lies below it."""
        return urlsplit(url).path.startswith(folder(list_url))

    def is_column(self, list_url: str, url: str) -> bool:
        """Say whether `url` is a sub-column of `list_url`; by default, a folder below it."""
        path = urlsplit(url).path
        return path.endswith("/") and path != folder(list_url) and path.startswith(folder(list_url))

    # -- discover -------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Ask for the registry's columns, for the home page when it names none."""
        kind = "list" if self.site.columns else "hub"
        home = f"http://{self.site.host}{self.site.path}"
        for number, address in enumerate([column.url for column in self.site.columns] or [home]):
            for url in self._expand(address):
                for request in self._ask_list(self._link(Row(url, "", ""), kind, "", number), 0):
                    yield request

    def parse_list(
        self, response: Response, depth: int, before: frozenset[str] = frozenset(), following: bool = False
    ) -> Iterator[scrapy.Request]:
        """Note what a list page shows, then follow its articles, sub-columns and next pages.

        `before` holds the rows that the earlier pages of this list showed.
        """
        url = response.meta["link"]
        self._note(url, response)
        if response.status in GONE and (url in self.enumerated or following):
            # a year without a report; a pager that promises more than there is
            self.counts["lists" if url in self.enumerated else "list_ends"] += 1
            return
        if response.status != 200 or not isinstance(response, TextResponse):
            self.counts["failed_lists"] += 1
            self.logger.warning("list page answered %s: %s", response.status, url)
            return
        self.counts["lists"] += 1
        shown = [row for row in rows(response.text, response.url) if key(row.url) != key(response.url)]
        articles = self.articles([row for row in shown if self._ours(row.url)])
        hub = response.meta["kind"] == "hub"
        wanted = list(self._hunt(shown, url, depth) if hub else self._sort(shown, articles, response.url, url))
        marks = frozenset(key(link.url) for link in wanted if link.kind == "page") or frozenset(
            key(row.url) for row in articles
        )
        is_report = url in self.enumerated or (not wanted and names_report(response.meta["anchor"]))
        self.counts["pages"] += is_report
        self.counts["links"] += is_report
        if marks and (marks in self.row_sets or marks <= before):  # an endless pager repeats itself
            self.counts["repeats"] += 1
            self.logger.warning("list page repeats an earlier one, not followed: %s", url)
            return
        self.row_sets.add(marks)
        ended = following and not marks
        self.counts["list_ends" if ended else "empty_lists"] += not (wanted or is_report or hub)
        if hub:
            wanted += [] if any(link.kind == "list" for link in wanted) else self._behind(response, url)
        elif not ended:
            wanted += self._following(response, url, wanted, len(before))
        for link in wanted:
            self.book.shown(link)
            if link.rank >= FOLLOWING:
                yield from self._ask_list(link, depth, before | marks, following=bool(articles))
            else:
                yield from self._ask(link, _below(response.meta["kind"], link, depth))

    def parse_page(self, response: Response) -> Iterator[scrapy.Request]:
        """Count a fetched page; its bytes are in the WARC already. When it is gone, its twin is asked for."""
        url = response.meta["link"]
        self._note(url, response)
        if response.status == 200:
            self.counts["pages"] += 1
        elif response.status in GONE and (twin := self.twins.pop(url, "")):
            yield self._request(self.book.links[url], "page", self.parse_page, address=twin)
        else:
            self.counts["gone" if response.status in GONE else "failed_pages"] += 1

    def failed(self, failure: Any) -> None:
        """Count a page or list that was not fetched; a list that we refuse is a failed one, its rows are missing.

        Raises CloseSpider when nothing has come for long.
        """
        meta = failure.request.meta
        if failure.check(RobotsDenied) and not self.crawler.stats.get_value("archive/robots_unreachable"):
            self.counts["denied"] += 1
            return
        if meta["kind"] in LISTS:
            self.counts["failed_lists"] += 1
        else:
            self.counts["refused" if failure.check(Refused) else "failed_pages"] += 1
        self.logger.warning("not fetched: %s: %s", meta["link"], failure.value)
        self.failures += not failure.check(Refused)
        if self.failures >= MAX_FAILURES:
            raise CloseSpider("unreachable")

    def expected(self) -> int:
        """Return how many pages this crawl's lists must show for the registry's expectation to hold.

        A column asked by year shows the years asked for only: of some years, one page is all that can be expected.
        """
        wanted, every = self.years, range(FIRST_YEAR, self.started.year)
        narrowed = wanted is not None and not (wanted.start <= every.start and wanted.stop >= every.stop)
        by_year = any("{year}" in column.url for column in self.site.columns)
        return min(self.site.min_reports, 1) if narrowed and by_year else self.site.min_reports

    # -- inner workings -------------------------------------------------------------------------------

    def _sort(self, shown: list[Row], articles: list[Row], base: str, url: str) -> Iterator[Link]:
        """Tell a list page's articles and sub-columns from its menus.

        An article belongs to the column when its address says so, when its title may be a report's, or when it
        stands on a shelf of which at least half the titles may: rows are often called by their issuer alone.
        """
        held = Counter(self.shelf(row.url) for row in articles)
        told = Counter(self.shelf(row.url) for row in articles if LOOKALIKE_TITLE.search(row.title))
        owned = {shelf for shelf, count in told.items() if 2 * count >= held[shelf]}
        if held and not told and not any(self.owns(base, row.url) for row in articles):
            owned = {held.most_common(1)[0][0]}
        known = {row.url for row in articles}
        for rank, row in enumerate(shown):
            report = bool(REPORT_TITLE.search(row.title))
            if not self._ours(row.url, wide=report):
                continue
            if row.url in known:
                if self.owns(base, row.url) or self.shelf(row.url) in owned or LOOKALIKE_TITLE.search(row.title):
                    yield self._link(row, "page", url, rank)
            elif self.is_column(base, row.url) or is_shelf(row.title):
                yield self._link(row, "list", url, rank)
            elif names_report(row.title):
                yield self._link(row, "page", url, rank)  # a report filed under a foreign address

    def _hunt(self, shown: list[Row], url: str, depth: int) -> Iterator[Link]:
        """Follow the links that are called a column of annual reports, else those that may lead to one."""
        found: dict[str, list[Link]] = {"page": [], "list": [], "hub": []}
        for rank, row in enumerate(shown):
            if not self._ours(row.url, wide=True):
                continue
            if names_report(row.title):
                found["page"].append(self._link(row, "page", url, rank))
            elif COLUMN_TITLE.fullmatch(row.title):
                found["list"].append(self._link(row, "list", url, rank))
            elif depth < HUB_DEPTH and HUB_TITLE.fullmatch(row.title):
                found["hub"].append(self._link(row, "hub", url, rank))
        yield from found["page"] + (found["list"] or found["hub"])

    def _following(self, response: TextResponse, url: str, wanted: list[Link], shown: int) -> list[Link]:
        """The list pages that go on from here, and where a page gets its rows from that has few or none itself."""
        response.meta["shown"] = shown
        after = list(self.next_lists(response))
        pages = [link for link in wanted if link.kind == "page"]
        rows_here = sum(self.owns(response.url, link.url) or bool(REPORT_TITLE.search(link.title)) for link in pages)
        if rows_here < FEW and page_number(url) is None:
            after = [*self.first_rows(response), *after]
        if not pages:
            after += sent_on(response.text, response.url)
        return [self._link(Row(line, "", ""), "list", url, FOLLOWING + rank)
                for rank, line in enumerate(dict.fromkeys(after)) if self._ours(line)]  # fmt: skip

    def _behind(self, response: TextResponse, url: str) -> list[Link]:
        """What a page without a link to a column leads to by its scripts, its frames or by itself."""
        found = [(line, "list") for line in self.first_rows(response)]
        found += [(line, "hub") for line in sent_on(response.text, response.url)]
        return [self._link(Row(line, "", ""), kind, url, FOLLOWING + rank)
                for rank, (line, kind) in enumerate(found) if self._ours(line, wide=True)]  # fmt: skip

    def _link(self, row: Row, kind: str, via: str, rank: int) -> Link:
        address, year = row.url, None
        if kind == "page":
            address, year = self.plain(row.url), year_of(row.title)
            if not self._ours(address):
                address = row.url
            if address != row.url:
                self.twins.setdefault(address, row.url)
        return Link(address, kind, via, rank, row.title, row.date, year, self.started, self.started)

    def _ask(self, link: Link, depth: int) -> Iterator[scrapy.Request]:
        yield from self._ask_list(link, depth) if link.kind in LISTS else self._ask_page(link)

    def _ask_list(
        self, link: Link, depth: int, before: frozenset[str] = frozenset(), following: bool = False
    ) -> Iterator[scrapy.Request]:
        if key(link.url) in self.asked or depth > MAX_DEPTH:
            return
        self.asked.add(key(link.url))
        if self.book.is_fresh(link.url, self.started, self.fresh):
            self.counts["lists_fresh"] += 1
            self.counts["links"] += link.url in self.enumerated
            for child in self.book.children(link.url):
                yield from self._ask(child, _below(link.kind, child, depth))
            return
        if self._at_limit(*(("hubs_asked", MAX_HUBS) if link.kind == "hub" else ("lists_asked", MAX_LISTS))):
            return
        self.book.shown(link)
        more = {"depth": depth, "before": before, "following": following}
        yield self._request(link, link.kind, self.parse_list, priority=10, cb_kwargs=more)

    def _ask_page(self, link: Link) -> Iterator[scrapy.Request]:
        if key(link.url) in self.asked:
            return
        self.asked.add(key(link.url))
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

    def _request(self, link: Link, kind: str, callback: Any, address: str = "", **more: Any) -> scrapy.Request:
        """A request as a reader's program sends it: from the list page that shows the link (some insist on that)."""
        meta = {"via": link.via, "anchor": link.title, "link": link.url, "kind": kind}
        asked = request_of(address or link.url)
        if link.via:
            via = safe_url_string(link.via.partition("#")[0])
            asked["headers"] = {**asked.get("headers", {}), "Referer": via}
        return scrapy.Request(callback=callback, errback=self.failed, meta=meta, dont_filter=True, **asked, **more)

    def _note(self, url: str, response: Response) -> None:
        self.failures = 0
        self.book.fetched(url, self.started, response.status, hashlib.sha256(response.body).hexdigest())

    def _ours(self, url: str, wide: bool = False) -> bool:
        """Say whether an address is one of the site's hosts; `wide`: of a host of the same owner, which becomes one."""
        host = urlsplit(url).hostname or ""
        if same_site(host, self.hosts):
            return True
        twin = any(plain_host(host) == plain_host(other) for other in self.hosts)
        if twin or (wide and registrable(host) == registrable(self.site.host)):
            self.hosts |= {host}
            return True
        return False

    def _expand(self, url: str) -> list[str]:
        """An enumerable column is asked once per year; some servers count by year of publication."""
        if "{year}" not in url:
            return [url]
        years = self.years or range(FIRST_YEAR, self.started.year)
        urls = [url.replace("{year}", str(year)) for year in range(years.start, years.stop + 1)]
        self.enumerated.update(urls)
        return urls


def _below(kind: str, link: Link, depth: int) -> int:
    """How deep a link lies: the next page of a list is no deeper than the list, a column's depth counts from itself."""
    if kind == "hub" and link.kind == "list":
        return 0
    return depth if link.rank >= FOLLOWING else depth + 1


def hosts_of(site: Site) -> frozenset[str]:
    """Return the hosts of a site: its own and those of its columns."""
    return frozenset({site.host, *(urlsplit(column.url).hostname or "" for column in site.columns)})


def utc_now() -> datetime:
    """Return the time now, to the second."""
    return datetime.now(UTC).replace(microsecond=0)

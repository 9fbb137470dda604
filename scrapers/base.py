"""discover → fetch → keep: what every family's crawl has in common.

A family says how its articles are addressed, how a list goes on, and which lists belong to a column; this
class walks them, remembers them, and fetches each wanted page once. A site whose column nobody knows is searched
from its home page. What a page *is* the archive decides later, so look-alikes in a column are fetched too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy.exceptions import CloseSpider
from scrapy.http import Response, TextResponse
from w3lib.url import safe_url_string

from schemas.registry import Site
from scrapers.addresses import hosts_of, is_same, key, other_method, request_of
from scrapers.chain import FOLLOWING, Chain, below
from scrapers.detect import drifted
from scrapers.estates import NotNow, estate_of
from scrapers.family import Family
from scrapers.files import file_links
from scrapers.guards import fault, has_text, is_drawn_by_script
from scrapers.links import Link, LinkBook
from scrapers.lists import REPORT_TITLE, Row, has_sections, names_report, reads_as_report, rows, sent_on, year_of
from scrapers.politeness import Refused, RobotsDenied
from scrapers.standins import StandIns
from scrapers.warc import Stored, WarcSet

MAX_LISTS = 500  # list pages in one crawl of one site: nobody has more, a calendar does
MAX_PAGES = 20_000  # articles in one crawl of one site: the largest provincial columns stay below
MAX_DEPTH = 4  # sub-columns below a column
MAX_HUBS = 25  # pages on the way from the home page to a column
HUB_DEPTH = 3  # steps on that way
MAX_FAILURES = 12  # in a row: the site is not there
FIRST_YEAR = 2008
GONE = frozenset({404, 410})
LISTS = ("list", "hub")


class ColumnSpider(Family, scrapy.Spider):
    """Base of the family spiders."""

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
        self.stand_ins = StandIns()
        self.taken: dict[str, str] = {}  # pages that are there, and what they are counted as
        self.enumerated: set[str] = set()  # addresses that are list and report in one
        self.row_sets: set[frozenset[str]] = set()
        self.columns: dict[str, bool] = {}  # columns of the registry that were read: is anything shown under them?
        self.twins: dict[str, str] = {}  # plain address to the one that was shown
        self.failures = 0
        self.trouble = ""  # why the first page or list was not fetched
        self.drift = ""  # why a column looks like another family's
        # moved: a column of the registry that is no more; gone: a page that is no more; refused: by us; denied: by robots.txt; failed: worth another try; capped: left out, too many;
        # list_ends: a list had fewer pages than it told of
        self.counts = dict.fromkeys(
            ("hubs_asked", "lists_asked", "lists", "lists_fresh", "empty_lists", "empty_columns", "failed_lists", "list_ends", "pages_asked", "pages",
             "failed_pages", "gone", "refused", "denied", "denied_lists", "links", "reports", "skipped_year", "skipped_known",
             "repeats", "capped", "moved", "unchanged", "soft_404", "files", "failed_files"), 0)  # fmt: skip

    # -- discover -------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Ask for the registry's columns, for the home page when it names none."""
        kind = "list" if self.site.columns else "hub"
        for number, address in enumerate([column.url for column in self.site.columns] or [self._home()]):
            for url in self._expand(address):
                chain = Chain("" if kind == "hub" or url in self.enumerated else url)
                for request in self._ask_list(self._link(Row(url, "", ""), kind, "", number), 0, chain):
                    yield request

    def parse_list(self, response: Response, depth: int, chain: Chain = Chain()) -> Iterator[scrapy.Request]:  # noqa: B008
        """Note what a list page shows, then follow its articles, sub-columns and next pages.

        `chain` is what the earlier pages of this list showed.
        """
        url = response.meta["link"]
        self._note(url, response)
        if response.status in GONE and (url in self.enumerated or chain.pages):
            # a year without a report; a pager that promises more than there is
            self.counts["lists"] += 1
            if chain.pages:
                self._end(response, chain)
            return
        if response.status in GONE and self._is_column_of_ours(response):
            self.counts["moved"] += 1
            self.logger.warning("the column is gone, searching from the home page: %s", url)
            yield from self._ask_list(self._link(Row(self._home(), "", ""), "hub", url, 0), 0)
            return
        if response.status == 405 and (other := other_method(url)):
            link = self._link(Row(other, "", ""), "list", response.meta["via"], FOLLOWING)
            yield from self._ask_list(link, depth, chain)
            return
        if response.status != 200 or not isinstance(response, TextResponse):
            self.counts["failed_lists"] += 1
            self.logger.warning("list page answered %s: %s", response.status, url)
            return
        self.counts["lists"] += 1
        if self._is_column_of_ours(response) and (found := drifted(self.site.family, response.url, response.text)):
            self.drift = f"{found.url} is of the family {found.now}, not {found.family}: {found.why}"
            self.logger.warning("%s", self.drift)
        every = rows(response.text, response.url)
        articles = self.articles([row for row in every if self.is_ours(row.url) and not is_same(row.url, response.url)])
        wanted = self._wanted(response, every, articles, depth)
        marks = frozenset(key(link.url) for link in wanted if link.kind == "page") or frozenset(
            key(row.url) for row in articles
        )
        is_report = not any(link.kind == "page" for link in wanted) and self._is_report(response)
        self.counts["pages"] += is_report
        self.counts["links"] += is_report
        if url in self.enumerated and not (wanted or is_report):
            self._note(url, response, 404)  # a year without a report
        self._column(chain.root, bool(wanted or is_report))
        new = any(key(link.url) not in self.asked for link in wanted)
        repeats = bool(marks) and (marks in self.row_sets or marks <= chain.rows)
        self.row_sets.add(marks)
        if repeats:  # an endless pager; or other lists of which scripts draw all but what stands beside them
            self.counts["repeats"] += 1
            self.logger.warning("list page repeats an earlier one, not followed: %s", url)
            wanted = [] if chain.pages else self._links(self.first_rows(response), url)
        elif chain.pages and not marks:
            if not (wanted or is_report):
                self._end(response, chain)
        else:
            more = self._following(response, wanted, chain, bool(marks) or new)
            bare = not (wanted or is_report or response.meta["kind"] == "hub")
            by_script = fault(response.text) or is_drawn_by_script(response.text)
            if bare and not more and by_script and url not in self.enumerated:
                self._fail(response, "list page without a list, or one that only its scripts could fill")
                return
            self.counts["empty_lists"] += bare
            wanted += more
        after = chain.after(marks, response.text, articles=bool(articles), new=new)
        for link in wanted:
            self.book.shown(link)
            if link.rank >= FOLLOWING:
                yield from self._ask_list(link, depth, after)
            else:
                yield from self._ask(link, below(response.meta["kind"], link, depth))

    def parse_page(self, response: Response) -> Iterator[scrapy.Request]:
        """Count a fetched page, whose bytes are in the WARC already, and ask for the files that belong to it.

        When it is gone, its twin is asked for.
        """
        url, stored = response.meta["link"], response.meta.get("stored")
        known, (wrong, others) = self.book.stored(url), self.stand_ins.look(response)
        for other in others:
            if counted := self.taken.pop(other, ""):
                self.counts[counted] -= 1
                self.counts["soft_404"] += 1
                self.book.fetched(other, self.started, 404)
        status = 200 if response.status == 304 else {"missing": 404, "shell": 0}.get(wrong, response.status)
        self._note(url, response, status)
        if status == 200:
            same = response.status == 304 or (stored is not None and stored == known)
            self.taken[url] = "unchanged" if same else "pages"
            self.counts[self.taken[url]] += 1
            yield from self._ask_files(url, [] if same else file_links(response), stored)
        elif status in GONE and (twin := self.twins.pop(url, "")):
            yield self._request(self.book.links[url], "page", self.parse_page, address=twin)
        else:
            self.counts["soft_404" if wrong == "missing" else "gone" if status in GONE else "failed_pages"] += 1

    def parse_file(self, response: Response) -> None:
        """Count a fetched attachment."""
        status = 200 if response.status == 304 else response.status
        self._note(response.meta["link"], response, status)
        self.counts["files" if status == 200 else "failed_files"] += 1

    def failed(self, failure: Any) -> None:
        """Count a page or list that was not fetched; a list that we refuse is a failed one, its rows are missing.

        Raises CloseSpider when nothing has come for long.
        """
        meta = failure.request.meta
        if failure.check(NotNow):  # the crawl ends; this is for the next one
            return
        if failure.check(RobotsDenied):  # what may not be asked on the way to a column is no loss
            self.counts["denied_lists" if meta["kind"] == "list" else "denied"] += meta["kind"] != "hub"
            return
        if meta["kind"] in LISTS:
            self.counts["failed_lists"] += 1
        elif meta["kind"] == "attachment":
            self.counts["failed_files"] += not failure.check(Refused)
        else:
            self.counts["refused" if failure.check(Refused) else "failed_pages"] += 1
        self.trouble = self.trouble or str(failure.value)
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
        if not narrowed or not any("{year}" in column.url for column in self.site.columns):
            return self.site.min_reports
        due = wanted is not None and wanted.start < self.started.year - 1  # the latest reports may not be out yet
        return min(self.site.min_reports, int(due))

    # -- inner workings -------------------------------------------------------------------------------

    def _home(self) -> str:
        return f"http://{self.site.host}{self.site.path}"

    def _is_column_of_ours(self, response: Response) -> bool:
        """Whether the registry itself named this list."""
        return response.meta["kind"] == "list" and not response.meta["via"]

    def _is_report(self, response: TextResponse) -> bool:
        """Whether a list page is itself a report; one asked for by year should be, but may be an empty shell."""
        if response.meta["link"] in self.enumerated:
            return has_sections(response.text) or bool(file_links(response))
        return names_report(response.meta.get("anchor", "")) or reads_as_report(response.text)

    def _column(self, root: str, shows: bool) -> None:
        """Note whether a page of one of the registry's columns shows anything; "" is none of them."""
        if root:
            self.columns[root] = shows or self.columns.get(root, False)
        self.counts["empty_columns"] = list(self.columns.values()).count(False)

    def _end(self, response: Response, chain: Chain) -> None:
        """Count the end of a list: a failure when most of what it told of has not come."""
        empty = not isinstance(response, TextResponse) or not has_text(response.text)
        if chain.breaks_off(at_nothing=empty or response.status in GONE):
            self._fail(response, f"list breaks off after {chain.pages} of {chain.told.pages or 'more'} pages")
        else:
            self.counts["list_ends"] += 1

    def _fail(self, response: Response, why: str) -> None:
        """Count a list page that was read as a failed one; it and the page that led to it are asked for again."""
        self.counts["lists"] -= 1
        self.counts["failed_lists"] += 1
        self.logger.warning("%s: %s", why, response.meta["link"])
        for url in (response.meta["link"], response.meta["via"]):
            self.book.fetched(url, self.started, 0)

    def _wanted(self, response: TextResponse, every: list[Row], articles: list[Row], depth: int) -> list[Link]:
        """The links of a list page or hub that matter, as it shows them, then those that go on from it."""
        url, hub = response.meta["link"], response.meta["kind"] == "hub"
        shown = [row for row in every if not is_same(row.url, response.url)]
        if hub:
            found = list(self.hunt_rows(shown, depth < HUB_DEPTH))
        else:
            called = [row.title for row in every if is_same(row.url, response.url)]
            found = list(self.sort_rows(shown, articles, response.url, called))
        return [self._link(row, kind, url, rank) for kind, rank, row in found]

    def _following(self, response: TextResponse, wanted: list[Link], chain: Chain, fruitful: bool) -> list[Link]:
        """The links to the list pages that go on from a page that showed the `wanted` links."""
        url, response.meta["shown"] = response.meta["link"], len(chain.rows)
        if response.meta["kind"] != "hub":
            pages = [Row(link.url, link.title, "") for link in wanted if link.kind == "page"]
            if chain.is_spent() and not fruitful:
                return []
            return self._links(self.list_goes_on(response, pages, fruitful or chain.goes_on()), url)
        if any(link.kind == "list" for link in wanted):
            return []
        return self._links(self.first_rows(response), url) + self._links(
            sent_on(response.text, response.url), url, "hub"
        )

    def _links(self, lines: Iterable[str], via: str, kind: str = "list") -> list[Link]:
        """Links to pages that carry on from `via`, without those to others."""
        ours = filter(self.is_of_owner if kind == "hub" else self.is_ours, dict.fromkeys(lines))
        return [self._link(Row(line, "", ""), kind, via, FOLLOWING + rank) for rank, line in enumerate(ours)]

    def _link(self, row: Row, kind: str, via: str, rank: int) -> Link:
        address, year = row.url, None
        if kind == "page":
            address, year = self.plain(row.url), year_of(row.title)
            address = address if self.is_of_owner(address) else row.url
            if address != row.url:
                self.twins.setdefault(address, row.url)
        self.hosts |= {urlsplit(address).hostname or "", urlsplit(row.url).hostname or ""}  # of the same owner
        return Link(address, kind, via, rank, row.title, row.date, year, self.started, self.started)

    def _ask(self, link: Link, depth: int) -> Iterator[scrapy.Request]:
        yield from self._ask_list(link, depth) if link.kind in LISTS else self._ask_page(link)

    def _ask_list(self, link: Link, depth: int, chain: Chain = Chain()) -> Iterator[scrapy.Request]:  # noqa: B008
        if key(link.url) in self.asked or depth > MAX_DEPTH:
            return
        self.asked.add(key(link.url))
        if self.book.is_fresh(link.url, self.started, self.fresh):
            self.counts["lists_fresh"] += 1
            children = list(self.book.children(link.url))
            # without children it was a report, as were those asked for by year
            self.counts["links"] += link.url in self.enumerated or (not children and link.rank < FOLLOWING)
            pages = frozenset(key(child.url) for child in children if child.kind == "page")
            self._column(chain.root, any(child.rank < FOLLOWING for child in children))
            after = chain.after(pages, "", articles=bool(pages), new=bool(pages))
            for child in children:
                at = below(link.kind, child, depth)
                yield from self._ask_list(child, at, after) if child.rank >= FOLLOWING else self._ask(child, at)
            return
        if self._at_limit(*(("hubs_asked", MAX_HUBS) if link.kind == "hub" else ("lists_asked", MAX_LISTS))):
            return
        self.book.shown(link)
        yield self._request(link, link.kind, self.parse_list, priority=10, cb_kwargs={"depth": depth, "chain": chain})

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
            yield from self._ask_files(link.url, [], self.book.stored(link.url))
        elif not self._at_limit("pages_asked", MAX_PAGES):
            yield self._request(link, "page", self.parse_page)

    def _ask_files(self, page: str, shown: list[Row], stored: Stored | None) -> Iterator[scrapy.Request]:
        """Ask for the files of a page: those that it shows now, and those that an earlier crawl did not get."""
        for rank, row in enumerate(shown):
            self.book.shown(Link(row.url, "attachment", page, rank, row.title, "", None, self.started, self.started))
        for link in self.book.children(page):
            if link.kind == "attachment" and key(link.url) not in self.asked and not self.book.have(link.url):
                self.asked.add(key(link.url))
                place = stored.place if stored else ""
                yield self._request(link, "attachment", self.parse_file, priority=20, page=place)

    def _at_limit(self, name: str, limit: int) -> bool:
        """Count one more request of a kind, or one that is left out."""
        if self.counts[name] < limit:
            self.counts[name] += 1
            return False
        if not self.counts["capped"]:
            self.logger.warning("%s: the limit of %d is reached, the rest is left out", name, limit)
        self.counts["capped"] += 1
        return True

    def _request(
        self, link: Link, kind: str, callback: Any, address: str = "", page: str = "", **more: Any
    ) -> scrapy.Request:
        """A request as a reader's program sends it: from the list page that shows the link (some insist on that)."""
        asked = request_of(address or link.url)
        # with the slot from the start, what a redirect leads to is asked for at once and not after all the rest
        meta = {"via": link.via, "anchor": link.title, "link": link.url, "kind": kind, "page": page,
                "download_slot": estate_of(urlsplit(asked["url"]).hostname or "")}  # fmt: skip
        headers = dict(asked.pop("headers", {}))
        if link.via:
            headers["Referer"] = safe_url_string(link.via.partition("#")[0])
        if kind not in LISTS and not address:
            # a list is read anew: a server that wrongly says "not modified" would hide reports
            headers |= self.book.conditions(link.url)
        return scrapy.Request(
            callback=callback, errback=self.failed, meta=meta, headers=headers, dont_filter=True, **asked, **more
        )

    def _note(self, url: str, response: Response, status: int | None = None) -> None:
        """Remember an answer; a place in the archive can be told of one that came from the very address."""
        self.failures = 0
        status = response.status if status is None else status
        stored = response.meta.get("stored") if status == 200 and response.url == url else None
        etag, modified = ((response.headers.get(name) or b"").decode("latin-1") for name in ("ETag", "Last-Modified"))
        self.book.fetched(url, self.started, status, stored, etag, modified)

    def _expand(self, url: str) -> list[str]:
        """An enumerable column is asked once per year; some servers count by year of publication."""
        if "{year}" not in url:
            return [url]
        years = self.years or range(FIRST_YEAR, self.started.year)
        urls = [url.replace("{year}", str(year)) for year in range(years.start, years.stop + 1)]
        self.enumerated.update(urls)
        return urls

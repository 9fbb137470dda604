"""What a site family knows of its list pages: whose links they show, which of them matter, how they go on.

No state and no network: the crawl itself is scrapers/base.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from schemas.registry import Site
from scrapers.addresses import canonical, folder, is_beside, page_number, plain_host, plain_path, registrable, with_page
from scrapers.lists import (
    COLUMN_TITLE,
    HUB_TITLE,
    LOOKALIKE_TITLE,
    REPORT_TITLE,
    Row,
    is_bare,
    is_issuers,
    is_shelf,
    names_report,
    sent_on,
)  # fmt: skip
from scrapers.paging import next_answer, page_links
from scrapers.politeness import same_site

FEW = 5  # rows: a list page with fewer may get more by its scripts
Sorted = tuple[str, int, Row]  # what a row leads to (page, list or hub) and its place on the page


class Family:
    """How the sites of one product address their articles and go on with their lists; each family refines it."""

    article: ClassVar[Any]  # pattern of an article's address; its group `shelf` or what stands before it names a column
    site: Site
    hosts: frozenset[str]

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
        path, below = plain_path(url), folder(list_url)
        return path.endswith("/") and path != below and path.startswith(below)

    # -- what all share -------------------------------------------------------------------------------

    def is_ours(self, url: str) -> bool:
        """Say whether an address is on one of the site's hosts or on a twin of one."""
        host = urlsplit(url).hostname or ""
        return same_site(host, self.hosts) or any(plain_host(host) == plain_host(other) for other in self.hosts)

    def is_of_owner(self, url: str) -> bool:
        """Say whether an address is on a host of the site's owner, which may be another site of it."""
        return self.is_ours(url) or registrable(urlsplit(url).hostname or "") == registrable(self.site.host)

    def sort_rows(self, shown: list[Row], articles: list[Row], base: str, called: Iterable[str]) -> Iterator[Sorted]:
        """Tell a list page's articles and sub-columns from its menus; `called` are its links to itself.

        An article belongs to the column when its address says so, when its title may be a report's, or when it
        stands on a shelf of which at least half the titles may: rows are often called by their issuer alone. Where no
        shelf is told so, or the fullest has only titles of that kind, it is the fullest one. What a title only looks
        like brings in that one page: a guide says nothing of the rows beside it.
        Columns beside this one belong to it when all are called by classes of issuers.
        """
        beside = {row.url for row in shown if is_issuers(row.title) and is_beside(base, row.url)}
        columns = beside if any(map(is_issuers, called)) else set()
        held = Counter(self.shelf(row.url) for row in articles)
        told = Counter(self.shelf(row.url) for row in articles if REPORT_TITLE.search(row.title))
        bare = Counter(self.shelf(row.url) for row in articles if is_bare(row.title))
        owned = {shelf for shelf, count in told.items() if 2 * count >= held[shelf]}
        if held and not any(self.owns(base, row.url) for row in articles):
            fullest, count = held.most_common(1)[0]
            owned |= {fullest} if not told or 2 * bare[fullest] > count else set()
        known = {row.url for row in articles}
        for rank, row in enumerate(shown):
            if row.url in known:
                if self.owns(base, row.url) or self.shelf(row.url) in owned or LOOKALIKE_TITLE.search(row.title):
                    yield "page", rank, row
            elif self.is_ours(row.url) and (row.url in columns or self.is_column(base, row.url) or is_shelf(row.title)):
                yield "list", rank, row
            elif self.is_of_owner(row.url) and names_report(row.title):
                yield "page", rank, row  # a report filed under a foreign address

    def hunt_rows(self, shown: list[Row], deeper: bool) -> Iterator[Sorted]:
        """Find the links that are called a column of annual reports, else, if `deeper`, those that may lead to one."""
        found: dict[str, list[Sorted]] = {"page": [], "list": [], "hub": []}
        for rank, row in enumerate(shown):
            if not self.is_of_owner(row.url):
                continue
            if names_report(row.title):
                found["page"].append(("page", rank, row))
            elif COLUMN_TITLE.fullmatch(row.title):
                found["list"].append(("list", rank, row))
            elif deeper and HUB_TITLE.fullmatch(row.title):
                found["hub"].append(("hub", rank, row))
        yield from found["page"] + (found["list"] or found["hub"])

    def list_goes_on(self, response: TextResponse, pages: list[Row], onward: bool) -> list[str]:
        """Return the list pages that follow one with these `pages`, and where its rows are if it has few or none.

        Pages behind it are asked for only if it is to go `onward`, pages behind first rows that are elsewhere only
        when those have come.
        """
        after = list(self.next_lists(response)) if onward else []
        own = sum(self.owns(response.url, row.url) or bool(REPORT_TITLE.search(row.title)) for row in pages)
        if own < FEW and page_number(response.meta["link"]) is None:
            first = list(self.first_rows(response))
            second = {with_page(line, 2) for line in first if page_number(line) is not None}
            after = first + [line for line in after if line not in second]
        if not pages:
            after += sent_on(response.text, response.url)
        return after

"""What a server shows with status 200 in place of pages that it has not (families.md 10): a notice, the home page, a shell."""

from __future__ import annotations

from collections import defaultdict

from scrapy.http import Response, TextResponse

from scrapers.addresses import key
from scrapers.guards import fault
from scrapers.lists import reads_as_report

MANY = 3  # addresses with the same bytes are no reports: the server answers so to whatever it has not


class StandIns:
    """The answers of one crawl that may stand for pages that are not there; several together give each other away."""

    def __init__(self) -> None:
        self._alike: defaultdict[tuple[str, object], list[str]] = defaultdict(list)

    def look(self, response: Response) -> tuple[str, list[str]]:
        """Return what is wrong with a page, "missing", "shell" or "", and the links that prove to be as wrong by it.

        A link is not there when it leads to the home page, to where another link led, or to the bytes that two others
        brought, unless these are a report's.
        """
        if response.status != 200 or not isinstance(response, TextResponse):
            return "", []
        if wrong := fault(response.text):
            return wrong, []
        link = response.meta["link"]
        same = self._alike["bytes", hash(response.body)]
        same.append(link)
        found, missing = list(same), len(same) >= MANY
        asked = response.meta.get("redirect_urls", ())
        if asked and (target := key(response.url)) != key(asked[0]):
            led = self._alike["target", target]
            led.append(link)
            found += led
            missing = missing or len(led) > 1 or (target.partition("?")[0].endswith("/") and target.count("/") == 1)
        if not missing or reads_as_report(response.text):
            return "", []
        return "missing", [other for other in dict.fromkeys(found) if other != link]

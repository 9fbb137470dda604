"""Whether one crawl may go on: every answer is looked at before the next request may leave."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

from scrapy.http import Response, TextResponse

from schemas.facts import facts
from scrapers.estates import NotNow
from scrapers.guards import challenge, is_shell


class Watch:
    """What the answers of one crawl say about our welcome.

    `over` is why nothing more is asked for, None as long as we may. `blocked` then tells host, sign and address of a
    guard's answer, empty when it was no guard. `lost` is set by whoever notices that the estate is not ours any more.
    """

    def __init__(self, lost: threading.Event | None = None) -> None:
        self.lost = lost or threading.Event()
        self.over: NotNow | None = None
        self.blocked: dict[str, str] = {}
        self.forbidden = self.shells = 0

    def check(self) -> None:
        """Raise NotNow when the crawl is over."""
        if self.over is None and self.lost.is_set():
            self.end(NotNow("lease_lost", "another machine may crawl this estate now"))
        if self.over is not None:
            raise self.over

    def end(self, why: NotNow) -> None:
        """Let nothing more be asked for; the first reason stays."""
        self.over = self.over or why

    def see(self, response: Response) -> None:
        """Judge an answer: a guard's sign, too many 403s or shells end the crawl. What robots.txt says is no sign."""
        if self.over is not None or response.url.endswith("/robots.txt"):
            return
        told = facts("guards")
        cookies = b"; ".join(response.headers.getlist("Set-Cookie")).decode("latin-1")
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        sign = challenge(response.status, cookies, response.body, kind)
        small = response.status == 200 and len(response.body) <= told["small"]
        if not sign and small and isinstance(response, TextResponse) and is_shell(response.text):
            self.shells += 1
            sign = "shells" if self.shells >= told["shell_limit"] else ""
        self.forbidden += response.status == 403
        if self.forbidden >= told["forbidden_limit"]:
            sign = sign or "forbidden"
        if sign:
            self.blocked = {"host": urlsplit(response.url).hostname or "", "sign": sign, "url": response.url}
            self.end(NotNow("blocked", f"{sign} at {response.url}"))

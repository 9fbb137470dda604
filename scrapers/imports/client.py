"""One polite caller of a web archive: its robots.txt, one request at a time, the pauses that it asks for.

It fetches with the crawl's own download handler: an honest User-Agent, public addresses only, verified TLS, the
operator's proxy.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from types import SimpleNamespace, TracebackType
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from scrapy.http import Headers, Request
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.settings import Settings

from schemas.sources import Source
from scrapers.download import ArchiveDownloadHandler
from scrapers.estates import Estate, estates_of, shared_name
from scrapers.locks import lock_folder
from scrapers.politeness import MAX_CRAWL_DELAY, REFUSALS, Refused, rules_of
from scrapers.settings import crawl_settings
from scrapers.warc import Exchange
from transforms.documents.payload import undo_transfer, unpacked

MAX_ANSWER = 32_000_000  # bytes of one answer; a page of an index is the largest
BUSY = frozenset({429, 500, 502, 503, 504, *range(520, 531)})  # worth a pause and another try
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 5  # of a robots.txt (RFC 9309 2.3.1.2)
LIMITED = 60.0  # seconds to stay away after a 429 that does not say how long: limits are counted by the minute
log = logging.getLogger("scrapers.imports")


class Unavailable(ConnectionError):
    """The archive does not answer."""


class SentAway(Unavailable):
    """The archive asks for a longer pause than we keep: this import ends here; `seconds` is what it asks for."""

    def __init__(self, said: str, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(said)


class Denied(RuntimeError):
    """The archive's robots.txt does not let us in."""


class Client:
    """Requests to the hosts of one archive, one after another, for any number of imports; use it as a context.

    It waits until no other process of this machine talks to them, and leaves them to the next one only when the
    pause after its last request is over.
    """

    def __init__(self, source: Source, pause: Callable[[float], None] | None = None) -> None:
        self.source, self._pause = source, pause or time.sleep
        told = Settings(crawl_settings(source.delay))
        told.setdict({"DOWNLOAD_TIMEOUT": source.timeout, "DOWNLOAD_MAXSIZE": MAX_ANSWER})
        settings: Any = SimpleNamespace(settings=told)
        self._handler = ArchiveDownloadHandler(settings)
        self._headers = {**told.getdict("DEFAULT_REQUEST_HEADERS"), "User-Agent": told["USER_AGENT"]}
        self._agent = str(told["ROBOTSTXT_USER_AGENT"])
        self._base = float(told.getfloat("DOWNLOAD_DELAY"))
        self._runner = asyncio.Runner()
        self._held = ExitStack()
        self._next: dict[str, float] = {}  # host → when it may be asked again
        self._robots: dict[str, ProtegoRobotParser] = {}
        self.requests = self.waits = 0

    def __enter__(self) -> Self:
        """Wait for the archive to be free."""
        for estate in _estates(self.source):
            self._held.enter_context(estate.hold(self._pause))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        """Let the next one in."""
        with self._held:
            self._runner.close()
            rest = max(self._next.values(), default=0.0) - time.monotonic()
            if rest > 0:
                self._pause(rest)

    def get(self, url: str, **headers: str) -> Exchange:
        """Return the archive's answer, whatever its status but a busy one.

        Underscores in the names of `headers` stand for hyphens. Raises Denied, Unavailable, and Refused for an
        answer that is too large or an address that is not public.
        """
        if not self._rules(url).allowed(url, self._agent):
            raise Denied(f"robots.txt of {urlsplit(url).hostname} does not let us in")
        return self._patiently(url, {name.replace("_", "-"): value for name, value in headers.items()})

    def _patiently(self, url: str, headers: dict[str, str]) -> Exchange:
        said = ""
        for attempt in range(self.source.attempts):
            wait = self._base * 2 ** (attempt + 1)
            try:
                answer = self._once(url, headers)
            except Refused:
                raise
            except (OSError, TimeoutError) as error:
                said = str(error) or type(error).__name__
            else:
                if answer.status not in BUSY or header(answer, "Memento-Datetime"):  # the past may have been busy too
                    return answer
                said = f"status {answer.status}"
                asked = retry_after(header(answer, "Retry-After"), datetime.now(UTC))
                if asked is not None and asked > self.source.longest_wait:
                    raise SentAway(f"{self.source.title} asks for a pause of {asked:.0f} s: {_short(url)}", asked)
                if asked is None and answer.status == 429 and self._base:
                    asked = LIMITED
                wait = max(wait, asked or 0.0)
            if attempt + 1 < self.source.attempts:
                wait = min(wait, self.source.longest_wait)
                log.info("%s: %s, waiting %.0f s: %s", self.source.name, said, wait, _short(url))
                self.waits += 1
                self._pause(wait)
        raise Unavailable(f"{self.source.title} did not answer in {self.source.attempts} tries ({said}): {_short(url)}")

    def _once(self, url: str, headers: dict[str, str]) -> Exchange:
        host = urlsplit(url).hostname or ""
        early = self._next.get(host, 0.0) - time.monotonic()
        if early > 0:
            self._pause(early)
        request = Request(url, headers={**self._headers, **headers}, dont_filter=True)
        self.requests += 1
        try:
            return self._runner.run(self._handler.fetch(request))
        finally:
            self._next[host] = time.monotonic() + self._delay(host)

    def _delay(self, host: str) -> float:
        rules = self._robots.get(host)
        wished = (rules.crawl_delay(self._agent) or 0.0) if rules and self._base else 0.0
        return max(self._base, float(wished))

    def _rules(self, url: str) -> ProtegoRobotParser:
        """The rules of a host, read once an import, judged as a crawl judges them (see ObeyRobotsMiddleware)."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if host not in self._robots:
            rules = b""
            if not self._exempt():
                answer = self._robots_txt(f"{parts.scheme}://{parts.netloc}/robots.txt")
                if answer.status in (401, 403) or answer.status in REFUSALS:
                    raise Denied(f"robots.txt of {host} answers {answer.status}")
                if answer.status == 200:
                    said = header(answer, "Content-Encoding")
                    rules = rules_of(unpacked(undo_transfer(answer.body, "", said, MAX_ANSWER), MAX_ANSWER))
            parser = ProtegoRobotParser(rules, None)
            if (parser.crawl_delay(self._agent) or 0.0) > MAX_CRAWL_DELAY:
                raise Denied(f"robots.txt of {host} asks for longer pauses than we can keep")
            self._robots[host] = parser
        return self._robots[host]

    def _robots_txt(self, url: str) -> Exchange:
        """The answer at the end of the redirects of a robots.txt, which stay with the archive (RFC 9309 2.3.1.2)."""
        first, estates = url, estates_of([urlsplit(url).hostname or ""])
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._patiently(url, {})
            if answer.status not in REDIRECTS:
                return answer
            url = urljoin(url, header(answer, "Location"))
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or estates_of([parts.hostname or ""]) != estates:
                raise Denied(f"{first} leads to {_short(url)}, which is not the archive's")
        raise Denied(f"{first} redirects more than {MAX_REDIRECTS} times")

    def _exempt(self) -> bool:
        until = self.source.robots_until
        return until is not None and date.today() <= until


def _estates(source: Source) -> list[Estate]:
    """The estates of an archive, shared with crawls; a server that stands for all of them in a test has its own."""
    hosts = (urlsplit(url).hostname or "" for url in (source.index, source.data))
    tag = os.environ.get("ARCHIVE_RESOLVE_ALL", "")
    return [Estate(shared_name(name, tag), lock_folder()) for name in estates_of(hosts)]


def _short(url: str) -> str:
    return url if len(url) <= 120 else f"{url[:120]}…"


def header(answer: Exchange, name: str) -> str:
    """Return a header of an answer, "" when it has none."""
    lines = (line.partition(b":") for line in answer.head.split(b"\r\n")[1:])
    found = Headers({key.strip(): value.strip() for key, colon, value in reversed(list(lines)) if colon})
    return (found.get(name) or b"").decode("latin-1")


def retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110 10.2.3: seconds or a date), None if it is none."""
    if value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max((moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds(), 0.0)

"""The Wayback Machine's protocol: a CDX server that is read by resumption keys, raw replay at `<timestamp>id_`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from schemas.sources import Source
from scrapers.answers import TooLarge
from scrapers.imports.captures import Query, Row, filters, plain_address, rank_of
from scrapers.imports.client import Client, header
from scrapers.imports.fetched import (
    DIFFERS,
    CaptureFailed,
    Fetched,
    ListFailed,
    date_of,
    judge,
    list_failed,
    payload_forms,
)
from scrapers.warc import digest, fields, record, record_id

MAX_REDIRECTS = 5
_FIELDS = {"urlkey": "urlkey", "timestamp": "timestamp", "url": "original", "mime": "mimetype", "status": "statuscode"}
_COLUMNS = [*_FIELDS.values(), "digest"]
_REPLAY = re.compile(r"(?P<timestamp>\d{14})(?:id_)?/(?P<url>https?:/.+)", re.I | re.S)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Wayback:
    """One import's view of a Wayback Machine."""

    fixed = False

    def __init__(self, source: Source, client: Client) -> None:
        self.source, self.client = source, client

    def indexes(self, captured: range | None) -> Iterator[str]:
        """Yield the indexes to ask: there is one."""
        yield self.source.index

    def rows(self, index: str, query: Query, captured: range | None) -> Iterator[Row]:
        """Yield every capture that the index lists for a query. Raises ListFailed."""
        asked: list[tuple[str, str]] = [
            ("url", query.address), ("matchType", query.match), ("output", "json"), ("fl", ",".join(_COLUMNS)),
            *(("filter", f"{_FIELDS[name]}:{wanted}") for name, wanted in filters(self.source, query).items()),
            ("collapse", "digest"), ("limit", str(self.source.page_size)), ("showResumeKey", "true"),
        ]  # fmt: skip
        if captured:
            asked += [("from", str(captured.start)), ("to", str(captured.stop - 1))]
        resume = ""
        while True:
            answer = self.client.get(f"{index}?{urlencode([*asked, *([('resumeKey', resume)] if resume else [])])}")
            if answer.status != 200:
                raise list_failed(answer.status, index, query.address)
            table, following = _table(answer.body)
            for line in table:
                named = dict(zip(_COLUMNS, line, strict=True))
                values: dict[str, Any] = {name: named[column] for name, column in _FIELDS.items()}
                rank = rank_of(self.source, query, named["urlkey"])
                yield Row(**values, digest=named["digest"], rank=rank)
            if not following:
                return
            if following == resume or not table:
                raise ListFailed(f"the index goes round in circles at {query.address}")
            resume = following

    def fetch(self, row: Row) -> Fetched:
        """Return a capture as the archive replays it, unchanged. Raises CaptureFailed.

        The archive may lead on to the capture that it really holds: then that one's date and address count.
        """
        url = f"{self.source.data}{row.timestamp}id_/{row.url}"
        for _ in range(MAX_REDIRECTS + 1):
            try:
                answer = self.client.get(url)
            except TooLarge as error:
                raise CaptureFailed("too_large", str(error)) from error
            if answer.status not in _REDIRECTS:
                break
            url = self._inside(urljoin(url, header(answer, "Location")))
        else:
            raise CaptureFailed("redirects", row.url)
        if answer.status != 200:
            reason = {404: "gone", 410: "gone", 403: "refused", 451: "refused"}.get(answer.status, "failed")
            raise CaptureFailed(reason, f"status {answer.status}: {url}")
        place = _REPLAY.fullmatch(url.removeprefix(self.source.data))
        if place is None:
            raise CaptureFailed("failed", f"not a replay address: {url}")
        original, date = plain_address(place["url"]), date_of(place["timestamp"])
        packings = [header(answer, f"X-Archive-Orig-{name}-Encoding") for name in ("Content", "Transfer")]
        verdict = judge(row.digest, payload_forms(answer.head, answer.body), any(packings))
        ident = record_id(self.source.name, url, row.digest, digest(answer.body))
        told = fields(**{
            "via": url, "archive": self.source.title, "archived-url": row.url, "archived-at": row.timestamp,
            "archived-digest": f"sha1:{row.digest}", "refused": DIFFERS if verdict == DIFFERS else "",
        })  # fmt: skip
        before = record(
            "metadata", record_id(ident, "metadata"), date, "application/warc-fields", told,
            Target_URI=original, Concurrent_To=ident,
        )  # fmt: skip
        kept = record(
            "response", ident, date, "application/http; msgtype=response", answer.head + answer.body,
            Target_URI=original,
        )  # fmt: skip
        return Fetched(row, original, date, before, kept, digest(answer.body), verdict)

    def _inside(self, url: str) -> str:
        """Return the raw replay address that a redirect leads to. Raises CaptureFailed when it leaves the archive."""
        home, there = urlsplit(self.source.data), urlsplit(url)
        inner = (there.path + (f"?{there.query}" if there.query else "")).removeprefix(home.path)
        place = _REPLAY.fullmatch(inner)
        if there.hostname != home.hostname or not there.path.startswith(home.path) or place is None:
            raise CaptureFailed("left_archive", url)
        return f"{self.source.data}{place['timestamp']}id_/{place['url']}"


def _table(body: bytes) -> tuple[list[list[str]], str]:
    """Return the lines of an answer and the key to go on with, "" at the end. Raises ListFailed.

    Without captures the answer is an empty list, or nothing at all.
    """
    try:
        answer: Any = json.loads(body) if body.strip() else []
    except ValueError as error:
        raise ListFailed(f"the index answers in words: {body[:200].decode('utf-8', 'replace')}") from error
    if not isinstance(answer, list) or not all(isinstance(line, list) for line in answer):
        raise ListFailed("the index shows no table")
    following = ""
    if len(answer) >= 2 and not answer[-2] and len(answer[-1]) == 1:
        following = str(answer[-1][0])
        answer = answer[:-2]
    if answer and answer[0] != _COLUMNS:
        raise ListFailed(f"the index shows other columns: {answer[0]}")
    lines = answer[1:]
    if any(len(line) != len(_COLUMNS) or not all(isinstance(value, str) for value in line) for line in lines):
        raise ListFailed("the index shows broken lines")
    return lines, following

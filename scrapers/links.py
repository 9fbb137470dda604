"""What a site's lists have shown so far: the crawl's memory, one small Parquet file per site.

A list page seen within its freshness window is answered from here instead of from the site, and a page
whose year could not be told from its link is fetched once, not once per asked year.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from scrapers.warc import Stored
from transforms.store import Conflict

_TRIES = 20  # writers that may come in between, one after the other
_TIME = pa.timestamp("us", tz="UTC")
_FETCHED = ("fetched_at", "status", "payload_sha256", "etag", "modified", "place", "captured_at")
SCHEMA = pa.schema(
    [
        ("url", pa.string()), ("kind", pa.string()), ("via", pa.string()), ("rank", pa.int32()),
        ("title", pa.string()), ("date", pa.string()), ("year", pa.int16()),
        ("first_seen", _TIME), ("last_seen", _TIME), ("fetched_at", _TIME),
        ("status", pa.int16()), ("payload_sha256", pa.string()),
        ("etag", pa.string()), ("modified", pa.string()), ("place", pa.string()), ("captured_at", _TIME),
    ]
)  # fmt: skip


class Store(Protocol):
    """The part of a store that the memory needs."""

    def get(self, key: str) -> bytes:
        """Read one object."""

    def put(self, key: str, data: bytes, *, if_match: str | None = None, if_none_match: bool = False) -> Any:
        """Write one object; raises Conflict when it is not the one named, or there at all."""

    def stat(self, key: str) -> Any:
        """Describe one object, None when there is none."""


@dataclass(frozen=True, slots=True)
class Link:
    """One link as a page showed it: `kind` is list, page or attachment, `rank` its place on that page.

    `fetched_at` and `status` are of the last try. The last good answer has `payload_sha256`, its server's `etag` and
    `modified` (Last-Modified), and since `captured_at` its `place` in the archive (see warc.Stored).
    """

    url: str
    kind: str
    via: str
    rank: int
    title: str
    date: str
    year: int | None
    first_seen: datetime
    last_seen: datetime
    fetched_at: datetime | None = None
    status: int | None = None
    payload_sha256: str = ""
    etag: str = ""
    modified: str = ""
    place: str = ""
    captured_at: datetime | None = None


class LinkBook:
    """The links of one site, by address; `resumed` are those that a crawl before this one fetched and we go on from."""

    def __init__(self, links: Iterable[Link] = ()) -> None:
        self.links: dict[str, Link] = {}
        self.resumed: set[str] = set()
        self._below: defaultdict[str, set[str]] = defaultdict(set)  # what a list page shows, or showed once
        for link in links:
            self._keep(link)

    def shown(self, link: Link) -> None:
        """Note that a list page shows `link` now; what was known about its fetch stays."""
        known = self.links.get(link.url)
        if known is not None:
            # a nameless second showing (a picture link) must not erase the title
            titled = link if link.title or not known.title else known
            link = replace(
                known,
                kind=link.kind,
                via=link.via,
                rank=link.rank,
                title=titled.title,
                year=titled.year,
                date=link.date or known.date,
                last_seen=max(known.last_seen, link.last_seen),
            )
        self._keep(link)

    def fetched(
        self, url: str, at: datetime, status: int, stored: Stored | None = None, etag: str = "", modified: str = ""
    ) -> None:
        """Note the outcome of fetching a link that was shown; `stored` is the answer's place when it is a good one.

        What is known of an earlier good answer stays when there is no new one.
        """
        known = self.links.get(url)
        if known is None:
            return
        known = replace(known, fetched_at=at, status=status)
        if stored is not None:
            known = replace(known, payload_sha256=stored.payload_sha256, place=stored.place,
                            captured_at=stored.fetched_at, etag=etag, modified=modified)  # fmt: skip
        self.links[url] = known

    def resume(self, url: str, now: datetime) -> None:
        """Let a link that a killed crawl fetched count as fetched by the one that begins `now`."""
        self.links[url] = replace(self.links[url], fetched_at=now)
        self.resumed.add(url)

    def stored(self, url: str) -> Stored | None:
        """Return where the last good answer from `url` stands, None when there is none that can be referred to."""
        known = self.links.get(url)
        if known is None or not known.place or known.captured_at is None:
            return None
        return Stored(known.place, known.captured_at, known.payload_sha256)

    def conditions(self, url: str) -> dict[str, str]:
        """Return the headers that ask for `url` only if it has changed since its last good answer."""
        known = self.links.get(url)
        if known is None or not known.place:
            return {}
        told = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
        return {name: value for name, value in told.items() if value}

    def merge(self, other: LinkBook) -> None:
        """Take in what another crawl learnt: of each link the later showing and the later fetch."""
        for url, theirs in other.links.items():
            ours = self.links.get(url, theirs)
            shown = theirs if theirs.last_seen > ours.last_seen else ours
            got = theirs if theirs.fetched_at and (not ours.fetched_at or theirs.fetched_at > ours.fetched_at) else ours
            fetched = {name: getattr(got, name) for name in _FETCHED}
            self._keep(replace(shown, first_seen=min(ours.first_seen, theirs.first_seen), **fetched))

    def is_fresh(self, url: str, now: datetime, window: timedelta) -> bool:
        """Say whether `url` was fetched well within `window` before `now`."""
        known = self.links.get(url)
        if known is None or known.fetched_at is None or known.status != 200:
            return False
        return url in self.resumed or now - known.fetched_at < window

    def have(self, url: str) -> bool:
        """Say whether a good answer from `url` is in the archive."""
        known = self.links.get(url)
        return known is not None and known.status == 200 and bool(known.payload_sha256)

    def children(self, via: str) -> Iterator[Link]:
        """Yield the links that the list page `via` showed when it was last fetched, in its order."""
        shown = (self.links[url] for url in self._below.get(via, ()))
        yield from sorted((link for link in shown if link.via == via), key=lambda link: (link.rank, link.url))

    def pages(self) -> list[Link]:
        """Return all known pages."""
        return [link for link in self.links.values() if link.kind == "page"]

    def to_bytes(self) -> bytes:
        """Return the Parquet file; equal links give equal bytes."""
        rows = [asdict(self.links[url]) for url in sorted(self.links)]
        table = pa.Table.from_pylist(rows, schema=SCHEMA)
        out = io.BytesIO()
        pq.write_table(table, out, compression="zstd")
        return out.getvalue()

    def _keep(self, link: Link) -> None:
        self.links[link.url] = link
        self._below[link.via].add(link.url)

    @classmethod
    def from_bytes(cls, data: bytes) -> LinkBook:
        """Read the Parquet file."""
        names = {field.name for field in fields(Link)}
        rows = pq.read_table(io.BytesIO(data)).to_pylist()  # a file of an earlier version has fewer columns
        return cls(Link(**{name: value for name, value in row.items() if name in names}) for row in rows)


def links_key(family: str, site_id: str) -> str:
    """Return where a site's memory lies in the store."""
    return f"state/links/{family}/{site_id}.parquet"


def load_links(store: Store, family: str, site_id: str) -> LinkBook:
    """Return the site's memory, an empty one at the first crawl."""
    key = links_key(family, site_id)
    return LinkBook.from_bytes(store.get(key)) if store.stat(key) is not None else LinkBook()


def save_links(store: Store, family: str, site_id: str, book: LinkBook) -> None:
    """Write the site's memory, merged with what is there by now: no crawl undoes what another one learnt.

    Raises Conflict when others write faster than we can merge.
    """
    key = links_key(family, site_id)
    for attempt in range(_TRIES):
        there = store.stat(key)
        if there is not None:
            book.merge(LinkBook.from_bytes(store.get(key)))
        try:
            store.put(key, book.to_bytes(), if_match=there.etag if there else None, if_none_match=there is None)
            return
        except Conflict:
            if attempt == _TRIES - 1:
                raise

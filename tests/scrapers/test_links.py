"""The memory of a site when several write it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scrapers.links import Link, LinkBook, load_links, save_links
from transforms.store import Conflict, FileStore

NOW = datetime(2026, 11, 20, tzinfo=UTC)
HOUR = timedelta(hours=1)


def link(url: str, title: str = "", at: datetime = NOW, **more) -> Link:
    return Link(url, "page", "http://a/", 1, title, "", None, at, at, **more)


class Busy(FileStore):
    """A store in which another crawl writes just before each of our writes, as often as it is told."""

    def __init__(self, root: Path, times: int) -> None:
        super().__init__(root)
        self.times = times

    def put(self, key: str, data: bytes, **conditions) -> str:
        if self.times:
            self.times -= 1
            book = load_links(self, "ucap", "a")
            book.shown(link(f"http://a/other{self.times}", "2019年年报"))
            super().put(key, book.to_bytes())
        return super().put(key, data, **conditions)


@pytest.mark.parametrize("times", [0, 1, 3])
def test_a_memory_written_meanwhile_is_not_lost(tmp_path: Path, times: int) -> None:
    store = Busy(tmp_path, times)
    save_links(store, "ucap", "a", LinkBook([link("http://a/1")]))
    kept = load_links(store, "ucap", "a").links
    assert set(kept) == {"http://a/1", *(f"http://a/other{n}" for n in range(times))}
    save_links(store, "ucap", "a", LinkBook([link("http://a/2")]))
    assert set(load_links(store, "ucap", "a").links) == {*kept, "http://a/2"}


def test_endless_writers_are_a_conflict(tmp_path: Path) -> None:
    with pytest.raises(Conflict):
        save_links(Busy(tmp_path, 10**6), "ucap", "a", LinkBook())


def test_merged_are_the_later_showing_and_the_later_fetch() -> None:
    early, late = NOW, NOW + HOUR
    old = link("http://a/1", "旧", early, fetched_at=late, status=200, payload_sha256="ff")
    new = link("http://a/1", "新", late, fetched_at=early, status=500, payload_sha256="ee")
    for ours, theirs in ((old, new), (new, old)):
        book = LinkBook([ours])
        book.merge(LinkBook([theirs, link("http://a/2")]))
        got = book.links["http://a/1"]
        assert (got.title, got.first_seen, got.last_seen) == ("新", early, late)
        assert (got.fetched_at, got.status, got.payload_sha256) == (late, 200, "ff") and len(book.links) == 2
    never = LinkBook([link("http://a/1")])
    never.merge(LinkBook([old]))
    assert never.have("http://a/1")

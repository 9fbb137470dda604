"""A city's servers are one estate: one request at a time, one delay, whoever asks, on the whole machine.

County and bureau sites of a city share its servers and its guard (families.md 10, 11), so the budget belongs to the
registrable domain, not to the host. A small file per estate, locked while a request is under way, holds when the
next one may start and how many each host had today: crawl, retry and backfill in any number of processes take turns.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import ipaddress
import json
import logging
import os
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import tldextract
from scrapy.exceptions import IgnoreRequest

BEIJING = timezone(timedelta(hours=8))
LONGEST_WAIT = 600.0  # seconds; a later turn than this is a clock that was set back
_POLL = 0.02
log = logging.getLogger("scrapers.estates")


class NotNow(IgnoreRequest):
    """The estate may not be asked any more for now; `reason` is one word, the message for people."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())  # the list that came with the package


@cache
@lru_cache(maxsize=4096)
def estate_of(host: str) -> str:
    """Return the registrable domain of a host (`zwgk.changchun.gov.cn` → `changchun.gov.cn`), or the host itself.

    gov.cn is a public suffix, so the label before it names a city, a province or a ministry. Numeric addresses and
    names without a public suffix are estates of their own.
    """
    bare = host.lower().rstrip(".")
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        return _suffixes()(bare).top_domain_under_public_suffix or bare


def in_hours(hours: str, now: datetime) -> bool:
    """Say whether `now` lies in "22:00-06:00" Beijing time; always for ""."""
    if not hours:
        return True
    opens, _, closes = hours.partition("-")
    at = now.astimezone(BEIJING).strftime("%H:%M")
    return opens <= at < closes if opens < closes else at >= opens or at < closes


@dataclass(slots=True)
class Ledger:
    """What is known of an estate's recent requests: seconds since 1970, and counts by host for one Beijing day."""

    started: float = 0.0  # the last request
    next: float = 0.0  # when another may start
    day: str = ""
    requests: dict[str, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str | bytes) -> Ledger:
        """Read what `dump` wrote; an empty or damaged text is an empty ledger."""
        try:
            told = json.loads(text)
            return cls(float(told["started"]), float(told["next"]), str(told["day"]),
                       {str(host): int(n) for host, n in told["requests"].items()})  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls()

    def dump(self) -> dict[str, Any]:
        """Return the ledger as JSON values."""
        return {"started": self.started, "next": self.next, "day": self.day, "requests": self.requests}

    def count(self, host: str, day: str) -> int:
        """Return how many requests `host` had on `day`."""
        return self.requests.get(host, 0) if self.day == day else 0

    def merge(self, other: Ledger) -> None:
        """Take in what another machine knew: the later turn, and of the same day the higher counts."""
        self.started, self.next = max(self.started, other.started), max(self.next, other.next)
        if other.day > self.day:
            self.day, self.requests = other.day, dict(other.requests)
        elif other.day == self.day:
            for host, n in other.requests.items():
                self.requests[host] = max(n, self.requests.get(host, 0))


class Estate:
    """One estate as the processes of this machine share it, by the file `<name>.turn` in `folder`."""

    def __init__(self, name: str, folder: Path, now: Callable[[], float] = time.time) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.name, self.path, self.now = name, folder / f"{name}.turn", now
        self._ours = asyncio.Lock()  # a crawl's own requests queue up without looking at the file again and again

    @contextlib.asynccontextmanager
    async def turn(
        self, host: str, delay: float, cap: int, hours: str = "", check: Callable[[], None] = lambda: None
    ) -> AsyncIterator[None]:
        """Hold the estate for one request that starts `delay` seconds or more after the last one.

        Raises NotNow when `host` has had its `cap` requests of this Beijing day, or outside its `hours`, and whatever
        `check` raises, which is asked last of all and while waiting.
        """
        async with self._ours:
            file = _open(self.path)
            try:
                while True:
                    check()
                    await asyncio.sleep(min(self._wait(_read(file), delay), LONGEST_WAIT))
                    try:
                        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    except BlockingIOError:
                        await asyncio.sleep(_POLL)
                        continue
                    ledger = _read(file)
                    if not self._wait(ledger, delay):
                        check()
                        break
                    fcntl.flock(file, fcntl.LOCK_UN)  # another was faster
                self._enter(ledger, host, delay, cap, hours)
                _write(file, ledger)
                yield
            finally:
                os.close(file)

    @contextlib.contextmanager
    def hold(self, pause: Callable[[float], None] = time.sleep) -> Iterator[None]:
        """Hold the estate for many requests, as an import does; whoever else wants a turn waits for the end.

        It begins when the last request of others is long enough ago, and keeps its own pauses, the last one included.
        """
        file = _open(self.path)
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                log.info("%s is at work for others, waiting for them to end", self.name)
                fcntl.flock(file, fcntl.LOCK_EX)
            if wait := self._wait(_read(file), 0.0):
                pause(wait)
            yield
        finally:
            os.close(file)

    def _wait(self, ledger: Ledger, delay: float) -> float:
        """Seconds until another request may start, by the last asker's delay and by ours."""
        left = max(ledger.next, ledger.started + delay) - self.now()
        return left if 0 < left <= LONGEST_WAIT else 0.0

    def _enter(self, ledger: Ledger, host: str, delay: float, cap: int, hours: str) -> None:
        at = self.now()
        moment = datetime.fromtimestamp(at, UTC)
        day = moment.astimezone(BEIJING).date().isoformat()
        if not in_hours(hours, moment):
            raise NotNow("closed_hours", f"{host} is crawled at {hours} Beijing time only")
        if ledger.count(host, day) >= cap:
            raise NotNow("daily_cap", f"{host} has had its {cap} requests of {day}")
        if ledger.day != day:
            ledger.day, ledger.requests = day, {}
        ledger.requests[host] = ledger.requests.get(host, 0) + 1
        ledger.started, ledger.next = at, at + delay

    def ledger(self) -> Ledger:
        """Return what the machine knows now."""
        file = _open(self.path)
        try:
            return _read(file)
        finally:
            os.close(file)

    def learn(self, other: Ledger) -> None:
        """Take in what another machine knew of the estate; waits for a request under way."""
        file = _open(self.path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            known = _read(file)
            known.merge(other)
            _write(file, known)
        finally:
            os.close(file)


def shared_name(estate: str, tag: str = "") -> str:
    """Return the name under which a machine shares an estate; `tag` keeps invented hosts of test servers apart."""
    return f"{estate}@{tag}" if tag else estate


def estates_of(hosts: Iterable[str]) -> list[str]:
    """Return the estates of some hosts, sorted: whoever needs several takes them in this order."""
    return sorted({estate_of(host) for host in hosts})


def _open(path: Path) -> int:
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    with contextlib.suppress(PermissionError):  # another user's: it was opened for all when it was made
        os.fchmod(file, 0o666)
    return file


def _read(file: int) -> Ledger:
    return Ledger.parse(os.pread(file, 1 << 20, 0))


def _write(file: int, ledger: Ledger) -> None:
    data = json.dumps(ledger.dump(), sort_keys=True).encode()
    os.pwrite(file, data, 0)
    os.ftruncate(file, len(data))

"""How fast one crawl goes: its delay, its hours and its share of the day, on top of the turns of the estate."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from scrapers.estates import Estate, estate_of, shared_name

LONGEST_DELAY = 60.0  # seconds; a server that needs more between two pages is ill, and its crawl times out


def adjusted(delay: float, floor: float, latency: float, good: bool) -> float:
    """Return the delay after an answer: as long as the server needs for one, never below `floor`.

    A slow answer widens the delay at once, a quick one brings it half the way back; an error doubles it.
    """
    wanted = max(latency, (delay + latency) / 2) if good else max(2 * delay, latency)
    return min(max(floor, wanted), max(floor, LONGEST_DELAY))


@dataclass(slots=True)
class Visit:
    """One request; `good` once it was answered by more than an error of the server."""

    good: bool = False


class Pace:
    """One crawl's way through its estates. Without delay (loopback only) it still takes turns."""

    def __init__(
        self, folder: Path, delay: float, cap: int, hours: str = "", *, no_delay: bool = False, tag: str = ""
    ) -> None:
        """`tag` keeps the invented hosts of one test server apart from those of another."""
        self.folder, self.hours, self.no_delay, self.tag = folder, hours, no_delay, tag
        self.floor, self.cap = (0.0, sys.maxsize) if no_delay else (delay, cap)
        self._estates: dict[str, Estate] = {}
        self._floors: dict[str, float] = {}
        self._delays: dict[str, float] = {}

    def estate(self, host: str) -> Estate:
        """Return the estate of a host as this machine shares it."""
        name = estate_of(host)
        if name not in self._estates:
            self._estates[name] = Estate(shared_name(name, self.tag), self.folder)
        return self._estates[name]

    def delay(self, host: str) -> float:
        """Return the seconds between two requests to the estate of `host` as things are."""
        name = estate_of(host)
        return max(self._delays.get(name, 0.0), self._floors.get(name, self.floor))

    def widen(self, host: str, delay: float) -> None:
        """Never ask the estate of `host` more often than every `delay` seconds: its Crawl-delay."""
        if not self.no_delay:
            name = estate_of(host)
            self._floors[name] = max(self._floors.get(name, self.floor), delay)

    @contextlib.asynccontextmanager
    async def turn(self, host: str, check: Callable[[], None] = lambda: None) -> AsyncIterator[Visit]:
        """Hold the estate of `host` for one request; raises NotNow and what `check` raises (see Estate.turn).

        The time that the request takes sets the next delay.
        """
        async with self.estate(host).turn(host, self.delay(host), self.cap, self.hours, check):
            began, visit = time.monotonic(), Visit()
            try:
                yield visit
            finally:
                self.learn(host, time.monotonic() - began, visit.good)

    def learn(self, host: str, latency: float, good: bool) -> None:
        """Let an answer set the delay of the estate of `host`."""
        if not self.no_delay:
            floor = self._floors.get(estate_of(host), self.floor)
            self._delays[estate_of(host)] = adjusted(self.delay(host), floor, latency, good)

"""One machine at a time crawls an estate: a lease in the bucket, `state/leases/<estate>.json`.

Machines know nothing of each other's turns (scrapers/estates.py), so they take the estate whole. The holder writes
its lease anew every RENEW_SECONDS; who waits takes it over when it has not changed for EXPIRE_SECONDS *of the
waiter's own clock*, so clocks need not agree. Every write is conditional: two machines cannot both succeed. The
lease also carries the ledger, so that the day's counts and the last turn go with the estate.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from scrapers.estates import Estate, Ledger
from scrapers.locks import machine, share
from transforms.store import Conflict, NotFound, Store

RENEW_SECONDS, EXPIRE_SECONDS = 30.0, 180.0
log = logging.getLogger("scrapers.leases")


def lease_key(estate: str) -> str:
    """Return where the lease of an estate stands."""
    return f"state/leases/{estate}.json"


class Lease:
    """The claim of one machine on one estate."""

    def __init__(self, store: Store, estate: Estate, holder: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.store, self.estate, self.holder, self.clock = store, estate, holder, clock
        self._seen: tuple[str, float] = ("", 0.0)  # another's lease by its etag, and since when it stands unchanged

    def take(self) -> bool:
        """Take or renew the lease; False while another machine holds it.

        A lease that is ours already is written anew, and the ledger of whoever had it before is taken in.
        """
        key = lease_key(self.estate.name)
        there = self.store.stat(key)
        if there is None:
            return self._write(if_none_match=True)
        try:
            told = _read(self.store.get(key))
        except NotFound:  # it was given back just now
            return False
        if told["holder"] not in ("", self.holder):
            if self._seen[0] != there.etag:
                self._seen = (there.etag, self.clock())
            if self.clock() - self._seen[1] < EXPIRE_SECONDS:
                return False
            log.warning("the lease of %s was left behind by another machine and is taken over", self.estate.name)
        if told["holder"] != self.holder:
            self.estate.learn(told["ledger"])
        return self._write(if_match=there.etag)

    def give_back(self) -> None:
        """Let another machine have the estate at once; the ledger stays behind for it."""
        key = lease_key(self.estate.name)
        there = self.store.stat(key)
        with contextlib.suppress(Conflict, NotFound):
            if there is not None and _read(self.store.get(key))["holder"] == self.holder:
                self._write("", if_match=there.etag)

    def _write(self, holder: str | None = None, **condition: Any) -> bool:
        """Write the lease; the number of renewals makes each one another object."""
        told = {"holder": self.holder if holder is None else holder, "ledger": self.estate.ledger().dump(),
                "at": time.time()}  # fmt: skip
        try:
            self.store.put(lease_key(self.estate.name), json.dumps(told, sort_keys=True).encode(), **condition)
        except Conflict:
            return False
        return True


@contextlib.contextmanager
def hold_lease(
    store: Store, estate: Estate, folder: Path, lost: threading.Event, pause: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Hold an estate for this machine, waiting for another one that has it; `lost` is set if it cannot be kept.

    Processes of one machine hold it together; the last of them gives it back.
    """
    with share(f"{estate.name}.users", folder) as alone:
        lease = Lease(store, estate, machine(folder))
        waiting = False
        while not lease.take():
            if not waiting:
                log.info("another machine crawls %s, waiting for its lease", estate.name)
            waiting = True
            pause(RENEW_SECONDS / 6)
        done = threading.Event()
        keeper = threading.Thread(target=_keep, args=(lease, done, lost), daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()
            if alone():
                lease.give_back()


def _keep(lease: Lease, done: threading.Event, lost: threading.Event) -> None:
    """Renew until done. What cannot be renewed in time is lost: others may take it from then on."""
    renewed = time.monotonic()
    while not done.wait(RENEW_SECONDS):
        try:
            if lease.take() or lease.take():  # another process of ours may have renewed it in between
                renewed = time.monotonic()
                continue
        except Exception as error:  # the store does not answer: it may again before the lease ends
            log.warning("the lease of %s could not be renewed: %s", lease.estate.name, error)
        if time.monotonic() - renewed > EXPIRE_SECONDS - 2 * RENEW_SECONDS:
            log.error("the lease of %s is lost", lease.estate.name)
            lost.set()
            return


def _read(data: bytes) -> dict[str, Any]:
    """Return holder and ledger of a lease; one that cannot be read is nobody's."""
    try:
        told = json.loads(data)
        return {"holder": str(told["holder"]), "ledger": Ledger.parse(json.dumps(told["ledger"]))}
    except (ValueError, KeyError, TypeError):
        return {"holder": "", "ledger": Ledger()}

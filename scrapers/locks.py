"""One crawl of a host at a time on this machine: processes know nothing of each other's delay."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

log = logging.getLogger("scrapers.locks")


def lock_folder() -> Path:
    """Return where the locks lie: ARCHIVE_LOCKS, for several users or containers to share, or a place of the user's."""
    return Path(os.environ.get("ARCHIVE_LOCKS") or Path(tempfile.gettempdir()) / f"archive-locks-{os.getuid()}")


@contextlib.contextmanager
def hold_hosts(hosts: Iterable[str], folder: Path) -> Iterator[None]:
    """Hold the lock of every host, waiting for crawls that have it; it ends with the process, however that ends.

    A host with and without www is one. Locks are taken in the order of their names, so that two crawls cannot
    wait for each other.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.ExitStack() as held:
        for name in sorted({host.lower().removeprefix("www.") for host in hosts}):
            # open for reading: one user's lock file is not another's to write
            file = os.open(folder / f"{name}.lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
            held.callback(os.close, file)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                log.info("another crawl of %s is under way, waiting for it to end", name)
                fcntl.flock(file, fcntl.LOCK_EX)
        yield

"""Who is at work on this machine: one crawl of a site at a time, and a name for the machine."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

log = logging.getLogger("scrapers.locks")


def lock_folder() -> Path:
    """Return where the locks lie: ARCHIVE_LOCKS, for several users or containers to share, or a place of the user's."""
    return Path(os.environ.get("ARCHIVE_LOCKS") or Path(tempfile.gettempdir()) / f"archive-locks-{os.getuid()}")


@contextlib.contextmanager
def hold(name: str, folder: Path) -> Iterator[None]:
    """Hold the lock `name`, waiting for whoever has it; it ends with the process, however that ends."""
    with _opened(name, folder) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.info("another crawl of %s is under way, waiting for it to end", name)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def share(name: str, folder: Path) -> Iterator[Callable[[], bool]]:
    """Be one of those who use `name`; yields a question: am I the only one left? (Then nobody else may enter.)"""
    with _opened(name, folder) as file:
        fcntl.flock(file, fcntl.LOCK_SH)

        def alone() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        yield alone


def machine(folder: Path) -> str:
    """Return the name of the machine: the processes that share a lock folder have one, made at its first use."""
    with _opened("machine", folder) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        path = folder / "machine.name"
        if not path.exists():
            path.write_text(uuid.uuid4().hex, "ascii")
        return path.read_text("ascii")


@contextlib.contextmanager
def _opened(name: str, folder: Path) -> Iterator[int]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # open for reading: one user's lock file is not another's to write
    file = os.open(folder / f"{name}.lock", os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        yield file
    finally:
        os.close(file)

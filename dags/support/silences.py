"""Silences of alerts: what nobody wants to be told of for a while. They lie in the bucket, and every one ends."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any

FOLDER = "state/silences/"
LONGEST = timedelta(days=90)  # a silence is no way to switch something off


@dataclass(frozen=True, slots=True)
class Silence:
    """Alerts of DAGs and of what they are about (a site, a key), both as shell patterns, up to a day in China."""

    dag: str
    about: str
    until: date
    reason: str

    @property
    def ident(self) -> str:
        """Return a short name for it: of one DAG and thing there is one silence."""
        return hashlib.sha256(f"{self.dag}|{self.about}".encode()).hexdigest()[:8]

    def covers(self, dag: str, about: Iterable[str], today: date) -> bool:
        """Say whether it silences an alert about any of these today; on the day it ends it still does."""
        return (
            today <= self.until and fnmatchcase(dag, self.dag) and any(fnmatchcase(name, self.about) for name in about)
        )


def add(store: Any, silence: Silence, today: date) -> str:
    """Keep a silence, in place of an earlier one of the same things; return its name.

    ValueError without a reason, or for an end that has passed or is too far away.
    """
    if not silence.reason.strip():
        raise ValueError("a silence needs a reason")
    if not today <= silence.until <= today + LONGEST:
        raise ValueError(f"{silence.until}: a silence ends within {LONGEST.days} days")
    store.put(_name(silence.ident), json.dumps(asdict(silence), default=str, ensure_ascii=False).encode())
    return silence.ident


def end(store: Any, ident: str) -> None:
    """Take a silence back; ValueError when there is none of this name."""
    if store.stat(_name(ident)) is None:
        raise ValueError(f"{ident}: there is no such silence")
    store.delete(_name(ident))


def kept(store: Any) -> list[Silence]:
    """Return every silence, also those that have ended, by their end."""
    found = []
    for name in store.list(FOLDER):
        try:
            item = json.loads(store.get(name))
            found.append(Silence(item["dag"], item["about"], date.fromisoformat(item["until"]), item["reason"]))
        except (ValueError, KeyError, TypeError) as error:  # of a damaged one nothing is silenced
            logging.getLogger(__name__).warning("%s is no silence: %s", name, error)
    return sorted(found, key=lambda silence: (silence.until, silence.ident))


def silenced(store: Any, dag: str, about: Iterable[str], today: date) -> Silence | None:
    """Return a silence that covers an alert about any of these today, None when it is to be told."""
    about = list(about)
    return next((silence for silence in kept(store) if silence.covers(dag, about, today)), None)


def _name(ident: str) -> str:
    return f"{FOLDER}{ident}.json"

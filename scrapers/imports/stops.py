"""When a web archive sent us away for longer than we wait, no import asks it before that time is over.

`state/stops/<archive>.json` holds the moment, so it is kept by every machine that works on the bucket.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from transforms.store import NotFound, Store


def note_stop(store: Store, archive: str, now: datetime, seconds: float) -> None:
    """Remember that an archive is not to be asked for so many seconds."""
    until = now + timedelta(seconds=seconds)
    store.put(_key(archive), json.dumps({"until": until.isoformat()}).encode())


def stopped_until(store: Store, archive: str, now: datetime) -> datetime | None:
    """Return until when an archive is not to be asked, None when it may be."""
    try:
        until = datetime.fromisoformat(json.loads(store.get(_key(archive)))["until"])
    except NotFound:
        return None
    return until if until > now else None


def _key(archive: str) -> str:
    return f"state/stops/{archive}.json"

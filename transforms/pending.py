"""Which keys of the lake do not show yet what was read. The bucket is the only memory.

A key is `<province>|<year>`, `rejects|<month>` or `crawls|<month>`. Its sources are page files or crawl summaries
under names that never come twice. A build leaves `state/built/v<STAGE>/<key>.json` with a digest of the names it
saw; a key is pending when the names are others now, so a build killed half-way is found by anyone who looks.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from transforms.pages import PAGES_ROOT
from transforms.read import STAGE_VERSION

if TYPE_CHECKING:
    from transforms.store import Store


def source_folder(key: str) -> str:
    """Return the folder of the objects that a key of the lake is built from; ValueError for another key."""
    left, bar, right = key.partition("|")
    if not bar or (not right.replace("-", "").isdigit() and right != "unknown"):
        raise ValueError(f"{key!r}: a key is <province>|<year>, rejects|<month> or crawls|<month>")
    if left == "crawls":
        return f"state/crawls/{right}/"
    return (
        f"{PAGES_ROOT}/rejects/fetch_month={right}/"
        if left == "rejects"
        else f"{PAGES_ROOT}/province={left}/year={right}/"
    )


def source_digest(store: Store, key: str) -> str:
    """Return the digest of one key's sources as they are now; take it before building."""
    return _digest(list(store.list(source_folder(key))))


def built_digest(store: Store, key: str) -> str:
    """Return the digest that the last finished build of this key left, or an empty string."""
    from transforms.store import NotFound

    try:
        return str(json.loads(store.get(_marker(key)))["sources"])
    except (NotFound, ValueError, KeyError):
        return ""


def mark_built(store: Store, key: str, digest: str) -> None:
    """Record that the lake shows the sources with this digest. Call it after the lake was written."""
    store.put_if_changed(_marker(key), json.dumps({"key": key, "sources": digest}).encode())


def pending_keys(store: Store) -> list[str]:
    """Return the sorted keys whose sources are not, or no longer, what the lake was built from."""
    names: dict[str, list[str]] = {}
    for folder in (f"{PAGES_ROOT}/", "state/crawls/"):
        for name in store.list(folder):
            if key := _key_of(name):
                names.setdefault(key, []).append(name)
    now = {key: _digest(found) for key, found in names.items()}
    prefix = f"state/built/v{STAGE_VERSION}/"
    marked = {"|".join(name[len(prefix) : -len(".json")].split("/")) for name in store.list(prefix)}
    pending = {key for key, digest in now.items() if key not in marked or built_digest(store, key) != digest}
    emptied = {key for key in marked - set(now) if built_digest(store, key) != _digest([])}
    return sorted(pending | emptied)


def _marker(key: str) -> str:
    return f"state/built/v{STAGE_VERSION}/{key.replace('|', '/')}.json"


def _key_of(name: str) -> str | None:
    if name.startswith("state/crawls/"):
        return f"crawls|{name.split('/')[2]}"
    parts = dict(part.split("=", 1) for part in name.split("/") if "=" in part)
    if "fetch_month" in parts:
        return f"rejects|{parts['fetch_month']}"
    if "province" in parts and "year" in parts:
        return f"{parts['province']}|{parts['year']}"
    return None


def _digest(names: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()

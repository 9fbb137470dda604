"""Which keys have read pages that the lake does not show yet. The bucket is the only memory.

A build leaves `state/built/v<STAGE>/<province>/<year>.json` with a digest of the page files it saw. A key is
pending when its page files are others than those, so a build killed half-way is found again by anyone who
looks.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from transforms.read import STAGE_VERSION

if TYPE_CHECKING:
    from transforms.store import Store

REJECTS = "rejects"


def page_digests(store: Store) -> dict[str, str]:
    """Return, per key `province|year` and `rejects|month`, the digest of the names of its page files.

    A page file's name holds the digest of the WARC it came from, so equal names mean equal pages.
    """
    names: dict[str, list[str]] = {}
    for name in store.list(f"pages/v{STAGE_VERSION}/"):
        key = _key_of(name)
        if key:
            names.setdefault(key, []).append(name)
    return {key: _digest(found) for key, found in names.items()}


def page_digest(store: Store, key: str) -> str:
    """Return the digest of one key's page files as they are now; take it before building."""
    province, _, year = key.partition("|")
    folder = f"rejects/fetch_month={year}" if province == REJECTS else f"province={province}/year={year}"
    return _digest(list(store.list(f"pages/v{STAGE_VERSION}/{folder}/")))


def built_digest(store: Store, key: str) -> str:
    """Return the digest that the last finished build of this key left, or an empty string."""
    from transforms.store import NotFound

    try:
        return str(json.loads(store.get(_marker(key)))["pages"])
    except (NotFound, ValueError, KeyError):
        return ""


def mark_built(store: Store, key: str, digest: str) -> None:
    """Record that the lake shows the page files with this digest. Call it after the lake was written."""
    store.put_if_changed(_marker(key), json.dumps({"key": key, "pages": digest}).encode())


def pending_keys(store: Store) -> list[str]:
    """Return the sorted keys whose pages are not, or no longer, what the lake was built from."""
    now = page_digests(store)
    prefix = f"state/built/v{STAGE_VERSION}/"
    marked = {"|".join(name[len(prefix) : -len(".json")].split("/")) for name in store.list(prefix)}
    pending = {key for key, digest in now.items() if key not in marked or built_digest(store, key) != digest}
    emptied = {key for key in marked - set(now) if built_digest(store, key) != _digest([])}
    return sorted(pending | emptied)


def _marker(key: str) -> str:
    return f"state/built/v{STAGE_VERSION}/{key.replace('|', '/')}.json"


def _key_of(name: str) -> str | None:
    parts = dict(part.split("=", 1) for part in name.split("/") if "=" in part)
    if "fetch_month" in parts:
        return f"{REJECTS}|{parts['fetch_month']}"
    if "province" in parts and "year" in parts:
        return f"{parts['province']}|{parts['year']}"
    return None


def _digest(names: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()

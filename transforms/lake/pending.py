"""Which keys of the lake do not show yet what was read. The bucket is the only memory.

A key is `<province>|<year>`, `rejects|<month>` or `crawls|<month>`; `unknown|<year>` has the pages of unofficial
hosts whose issuer nothing tells, which make no report. Its sources are page files, matches (relate.py) or crawl
summaries under names that never come twice. A build leaves `state/built/v<STAGE>/<key>.json` with a digest of the sources it
saw and of the objects it left; a key is pending when either is another now. So a build that was killed half-way,
and a partition that somebody else touched, are found by anyone who looks.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from schemas.checks import checks_digest
from schemas.divisions import PROVINCE_SLUGS
from transforms.read import STAGE_VERSION
from transforms.store import NotFound, Stat, Store

PART = "/part-0.parquet"
SIGNATURES = "state/signatures/"  # what similarity is found by, beside the lake's objects of a key
MATCHES = "state/matches/"  # what pages of other keys copy reports of a key
_KEY = re.compile(r"(?P<left>[a-z]+)\|(?P<right>(?:19|20)[0-9]{2}(-(?:0[1-9]|1[0-2]))?|unknown)")


def split_key(key: str) -> tuple[str, str]:
    """Return both parts of a key; ValueError when it is none."""
    found = _KEY.fullmatch(key)
    if found is None or (found["left"] not in (*PROVINCE_SLUGS, "rejects", "crawls")):
        raise ValueError(f"{key!r}: a key is <province>|<year>, rejects|<month> or crawls|<month>")
    return found["left"], found["right"]


def source_folder(key: str) -> str:
    """Return the folder of what a key of the lake is built from; ValueError for what is no key."""
    left, right = split_key(key)
    if left == "crawls":
        return f"state/crawls/{right}/"
    place = f"rejects/fetch_month={right}" if left == "rejects" else f"province={left}/year={right}"
    return f"pages/v{STAGE_VERSION}/{place}/"


def source_names(store: Store, key: str) -> list[str]:
    """Return the names of all that a key is built from: page files and matches, or crawl summaries."""
    folder = source_folder(key)
    names = list(store.list(folder))
    if "/province=" in folder:
        names += store.list(MATCHES + folder[folder.index("province=") :])
    return names


def lake_folders(key: str) -> list[str]:
    """Return the folders of the lake's objects of a key, in the order in which they are written."""
    left, right = split_key(key)
    if left in ("rejects", "crawls"):
        return [f"lake/{left}/{'fetch' if left == 'rejects' else 'crawl'}_month={right}/"]
    # reports last: a reader never sees one without its parts
    tables = ("sections", "figures", "sources", "revisions", "reports")
    return [
        SIGNATURES + f"province={left}/year={right}/",
        *(f"lake/{name}/province={left}/year={right}/" for name in tables),
    ]


def lake_objects(store: Store, key: str) -> dict[str, Stat]:
    """Return the lake's own objects of a key; what others may have put beside them is not looked at."""
    stats = (store.stats(folder) for folder in lake_folders(key))
    return {name: stat for found in stats for name, stat in found.items() if name.endswith(PART)}


def fingerprint(sources: Iterable[str], objects: Mapping[str, Stat | str]) -> str:
    """Return the digest of a key's source names and of its objects' etags."""
    etags = [f"{name} {stat if isinstance(stat, str) else stat.etag}" for name, stat in objects.items()]
    return hashlib.sha256("\n".join([*sorted(sources), "", *sorted(etags)]).encode()).hexdigest()


def read_mark(store: Store, key: str, stage: int | None = None) -> dict[str, Any]:
    """Return what the last finished build of this key left about itself; empty when there is nothing to read.

    `fingerprint`; `objects`: SHA-256 of every object by name; `warcs`: the WARC files its rows come from; `rows`:
    their number; `checks`: what the checks said (gate.py). Where one failed, `fingerprint` is of the refused
    sources and of the objects that stayed, `refused_by` the digest of the checks, all else is of these objects.
    """
    try:
        mark = json.loads(store.get(_marker(key, STAGE_VERSION if stage is None else stage)))
    except (NotFound, ValueError):
        return {}
    return mark if isinstance(mark, dict) and {"fingerprint", "objects", "warcs"} <= mark.keys() else {}


def is_settled(mark: dict[str, Any], sources: Iterable[str], objects: Mapping[str, Stat | str]) -> bool:
    """Whether the last finished build of a key, as its mark tells, saw these sources and left these objects.

    One that checks refused is tried again when the checks are others now.
    """
    refused_by = mark.get("refused_by", checks_digest())
    return mark.get("fingerprint") == fingerprint(sources, objects) and refused_by == checks_digest()


def mark_built(store: Store, key: str, mark: dict[str, Any]) -> None:
    """Record a finished build, in the form that read_mark returns."""
    store.put(_marker(key, STAGE_VERSION), json.dumps({"key": key, **mark}, sort_keys=True).encode())


def forget_built(store: Store, key: str) -> None:
    """Let a key be built again."""
    store.delete(_marker(key, STAGE_VERSION))


def built_keys(store: Store) -> list[str]:
    """Return every key that was ever built, sorted."""
    root = f"state/built/v{STAGE_VERSION}/"
    return [name.removeprefix(root).removesuffix(".json").replace("/", "|") for name in store.list(root)]


def pending_keys(store: Store) -> list[str]:
    """Return the sorted keys whose sources or objects are not what the last build saw and left."""
    sources: dict[str, list[str]] = {}
    objects: dict[str, dict[str, Stat]] = {}
    for folder in (f"pages/v{STAGE_VERSION}/", MATCHES, "state/crawls/"):
        for name in store.list(folder):
            if key := key_of(name):
                sources.setdefault(key, []).append(name)
    for folder in ("lake/", SIGNATURES):
        for name, stat in store.stats(folder).items():
            if name.endswith(PART) and (key := key_of(name)):
                objects.setdefault(key, {})[name] = stat
    return sorted(
        key
        for key in sources.keys() | objects.keys()
        if not is_settled(read_mark(store, key), sources.get(key, []), objects.get(key, {}))
    )


def _marker(key: str, stage: int) -> str:
    return f"state/built/v{stage}/{key.replace('|', '/')}.json"


def split_sources(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the page files and the matches among a key's source names."""
    names = list(names)
    return [name for name in names if not name.startswith(MATCHES)], [
        name for name in names if name.startswith(MATCHES)
    ]


def key_of(name: str) -> str | None:
    """Return the key that an object's name belongs to, None when it belongs to none."""
    if name.startswith("state/crawls/"):
        return f"crawls|{name.split('/')[2]}"
    parts = dict(part.split("=", 1) for part in name.split("/") if "=" in part)
    for table, column in (("rejects", "fetch_month"), ("crawls", "crawl_month")):
        if column in parts:
            return f"{table}|{parts[column]}"
    return f"{parts['province']}|{parts['year']}" if {"province", "year"} <= parts.keys() else None

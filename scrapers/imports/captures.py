"""What is asked of a web archive, and which of the captures that it lists are worth their bytes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from schemas.registry import Site
from schemas.sources import Source

_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?")
_DEFAULT_PORT = re.compile(r"^(?:(http://[^/?#]+?):80|(https://[^/?#]+?):443)(?=[/?#]|$)", re.I)


@dataclass(frozen=True, slots=True)
class Query:
    """One question to an index: an address, how much beyond it, and whether only likely addresses are meant."""

    address: str
    match: str  # exact, prefix or host
    likely_only: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of an archive at a time; an archive without any is a failure unless `expected` is 0."""

    site_id: str
    queries: tuple[Query, ...]
    expected: int


@dataclass(frozen=True, slots=True)
class Row:
    """One capture as an index lists it; `place` says where the archive keeps it: WARC file, offset, length."""

    urlkey: str
    timestamp: str  # fourteen digits, UTC
    url: str
    mime: str
    status: str
    digest: str  # SHA-1 of the payload, base32, without a label
    rank: int = 0  # the smaller, the likelier a report
    place: tuple[str, int, int] | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes two captures the same: one content under one address."""
        return self.urlkey, self.digest


def of_site(site: Site) -> Wanted:
    """Ask for the folders of a site's columns, and for whatever looks like a report on its host."""
    folders = [_folder(column.url.partition("{")[0]) for column in site.columns]
    below = [Query(folder, "prefix", False) for folder in dict.fromkeys(folders) if "/" in folder.rstrip("/")]
    whole = Query(site.host, "host", True) if site.path == "/" else Query(site.host + site.path, "prefix", True)
    return Wanted(site.site_id, (*below, whole), site.min_reports)


def of_address(address: str) -> Wanted:
    """Ask for an address as it is written: a page, everything below `…/*`, or a whole host. ValueError for others."""
    bare = address.partition("://")[2] or address
    host, _, path = bare.partition("/")
    if not _HOST.fullmatch(host.lower()) or "*" in path[:-1]:
        raise ValueError(
            f"{address}: neither a site, family or province of the registry nor an address such as host/folder/*"
        )
    if path in ("", "*"):
        query = Query(host, "host", False)
    elif path.endswith("*"):
        query = Query(f"{host}/{path[:-1]}", "prefix", False)
    else:
        query = Query(bare, "exact", False)
    return Wanted(host.lower().partition(":")[0], (query,), 1)


def _folder(url: str) -> str:
    bare = url.partition("://")[2].partition("?")[0]
    return bare.rpartition("/")[0] + "/"


def plain_address(url: str) -> str:
    """Return an address without the port that its scheme implies: the same resource (RFC 3986 6.2.3)."""
    return _DEFAULT_PORT.sub(lambda found: found[1] or found[2], url)


def filters(source: Source, query: Query) -> dict[str, str]:
    """Return the pattern that each field of an index has to match, from its beginning to its end."""
    media = "|".join(re.escape(kind).replace(r"\-", "-") for kind in source.media)
    wanted = {"mime": f"(?:{media})", "status": "200"}
    if query.likely_only:
        wanted["urlkey"] = f".*(?:{'|'.join(f'(?:{part.pattern})' for part in source.addresses)}).*"
    return wanted


def fits(source: Source, query: Query, row: Row) -> bool:
    """Say whether a listed capture is what was asked for: not every index keeps to every filter."""
    told = {"mime": row.mime, "status": row.status, "urlkey": row.urlkey}
    return all(re.fullmatch(wanted, told[name]) for name, wanted in filters(source, query).items())


def rank_of(source: Source, query: Query, urlkey: str) -> int:
    """Return how likely an address is a report's, 0 first: what was asked for by name, then in the facts' order."""
    if not query.likely_only:
        return 0
    path = urlkey.partition(")")[2]
    found = (place for place, part in enumerate(source.addresses, 1) if part.search(path))
    return next(found, len(source.addresses) + 1)


def choose(rows: Iterable[Row], known: Mapping[str, set[str]], source: Source, counts: Counter[str]) -> list[Row]:
    """Return the captures to fetch, likeliest first, and count the others.

    Of one content under one address the first capture counts; what is `known` (digests by urlkey) is not asked for
    again. Of an address whose content changes all the time the first contents and the last one are taken.
    """
    chosen: list[Row] = []
    listed = sorted(rows, key=attrgetter("urlkey", "timestamp", "rank", "url", "digest"))
    for urlkey, group in groupby(listed, key=attrgetter("urlkey")):
        had = known.get(urlkey, set())
        fresh = list(_first_of_each(group, had, counts))
        room = max(source.captures_per_address - len(had), 0)
        kept = fresh if len(fresh) <= room else [*fresh[: max(room - 1, 0)], *fresh[-1:]][:room]
        counts["many_contents"] += len(fresh) - len(kept)
        chosen += kept
    chosen.sort(key=attrgetter("rank", "urlkey", "timestamp"))
    counts["capped"] += len(chosen[source.captures_per_run :])
    return chosen[: source.captures_per_run]


def _first_of_each(group: Iterable[Row], had: set[str], counts: Counter[str]) -> Iterator[Row]:
    seen: set[str] = set()
    for row in group:
        counts["listed"] += 1
        if row.digest in seen:
            counts["same_content"] += 1
        elif row.digest in had:
            counts["skipped_known"] += 1
        else:
            yield row
        seen.add(row.digest)

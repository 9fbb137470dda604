"""Stored pages (text dumps, HTML, WARC, WET) → raw WARC objects under content-addressed keys."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import json
import logging
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator

from scrapers.imports.survey import survey
from scrapers.warc import ImportItem, import_warc
from transforms.store import Store

KINDS = ("text", "html", "warc", "wet")
_SUFFIXES = {  # what is taken from a folder; a file that is named is taken as it is
    "text": (".txt",),
    "html": (".html", ".htm", ".shtml"),
    "warc": (".warc", ".warc.gz"),
    "wet": (".wet", ".wet.gz"),
}
PART_BYTES = 128_000_000  # of a WARC file; what is larger is stored in parts, so that a reader can hold one
ODDITIES = ("damaged", "digest_differs", "revisits_unresolved")  # worth a warning; the others are only counted
log = logging.getLogger("scrapers.imports")
_CONTENT_TYPES = {"text": "text/plain; charset=utf-8", "html": "text/html"}


class BadImport(ValueError):
    """The import cannot be read: no such file, an unknown kind, a broken manifest."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and when a page was fetched, as its manifest says."""

    url: str = ""
    fetched_at: datetime | None = None


def import_files(
    paths: Iterable[Path], kind: str, store: Store, *, manifest: Path | None = None, folder: Path | None = None
) -> list[str]:
    """Store the files as WARC objects and return their keys, sorted; folders are walked for files of the kind.

    The key is the digest of the bytes, so importing the same files again changes nothing. `manifest` is CSV or
    JSON lines with `path` (as given, relative to `folder` or to a folder that is walked, or a bare name that only
    one file has) and optionally `url` or `host`, and `fetched_at` (ISO 8601). Raises BadImport.
    """
    if kind not in KINDS:
        raise BadImport(f"{kind}: the kind is one of {', '.join(KINDS)}")
    files = sorted(_walk(paths, kind))
    if not files:
        raise BadImport(f"no {kind} files to import ({', '.join(_SUFFIXES[kind])} in a folder)")
    if kind in ("warc", "wet"):
        for file, _ in files:
            _check_warc(file)
        return sorted({key for file, _ in files for key in _keep_warcs(store, file)})
    origins = _origins_of(files, read_manifest(manifest), folder) if manifest else {}
    items = []
    for file, _ in files:
        origin = origins.get(file, Origin())
        items.append(ImportItem(file.read_bytes(), _CONTENT_TYPES[kind], origin.url, origin.fetched_at))
    items.sort(key=lambda item: (hashlib.sha256(item.payload).hexdigest(), item.url))
    data = import_warc(items)
    return [_keep(store, data, f"{hashlib.sha256(data).hexdigest()[:16]}/0.warc.gz")]


def read_manifest(path: Path) -> dict[str, Origin]:
    """Return origins by path as printed. Raises BadImport."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadImport(f"{path}: {error}") from error
    found = {}
    try:
        if text.lstrip().startswith("{"):
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            table = csv.DictReader(io.StringIO(text))
            if "path" not in (table.fieldnames or ()):
                raise KeyError("path")
            rows = list(table)
        for row in rows:
            when = row.get("fetched_at") or None
            moment = datetime.fromisoformat(when) if when else None
            if moment is not None:
                moment = moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
            url = row.get("url") or (f"http://{row['host']}/" if row.get("host") else "")
            found[str(row["path"])] = Origin(url, moment)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadImport(f"{path}: every row needs a path; dates are ISO 8601 ({error})") from error
    return found


def _origins_of(files: list[tuple[Path, Path]], told: dict[str, Origin], folder: Path | None) -> dict[Path, Origin]:
    """Give each file its row: by whole path, by path below its folder, or by a name that no other file has."""
    names = Counter(file.name for file, _ in files)
    found, used = {}, set()
    for file, root in files:
        ways = [str(file), str(file.resolve())]
        ways += [str(file.relative_to(base)) for base in (root, folder) if base and file.is_relative_to(base)]
        ways += [file.name] if names[file.name] == 1 else []
        way = next((way for way in ways if way in told), None)
        if way is not None:
            found[file] = told[way]
            used.add(way)
    idle = sorted(told.keys() - used)
    if idle:
        raise BadImport(f"the manifest names {len(idle)} paths that no imported file has, e.g. {idle[0]}")
    return found


def _walk(paths: Iterable[Path], kind: str) -> Iterator[tuple[Path, Path]]:
    """Yield `(file, folder it was found in)`."""
    for path in paths:
        if path.is_dir():
            for file in path.rglob("*"):
                if file.is_file() and file.name.lower().endswith(_SUFFIXES[kind]):
                    yield file, path
        elif path.is_file():
            yield path, path.parent
        else:
            raise BadImport(f"{path}: no such file or folder")


def _check_warc(file: Path) -> None:
    """Refuse what does not even begin like a WARC; damage further on becomes a reject when it is read."""
    with file.open("rb") as opened:
        head = opened.read(1024)
    if head.startswith(b"\x1f\x8b"):
        with contextlib.suppress(zlib.error):
            head = zlib.decompressobj(31).decompress(head, 64)
    if not head.startswith(b"WARC/"):
        raise BadImport(f"{file}: not a WARC file")


def _keep_warcs(store: Store, file: Path) -> list[str]:
    """Store a WARC file as it is, a large one in parts, and beside the state of other imports what it holds."""
    suffix = ".warc.gz" if file.name.endswith(".gz") else ".warc"
    with file.open("rb") as opened:
        name = hashlib.file_digest(opened, "sha256").hexdigest()[:16]
        ends = _cuts(file) if file.stat().st_size > PART_BYTES else [file.stat().st_size]
        counts: Counter[str] = Counter()
        keys, start = [], 0
        for number, end in enumerate(ends):
            opened.seek(start)
            data = opened.read(end - start)
            counts.update(survey(data))
            keys.append(_keep(store, data, f"{name}/{number}{suffix}"))
            start = end
    found = dict(sorted(counts.items()))
    store.put_if_changed(f"state/imports/files/{name}.json", json.dumps(found).encode())
    odd = ", ".join(f"{what}: {found[what]}" for what in ODDITIES if what in found)
    if odd:
        log.warning("%s: %s", file.name, odd)
    return keys


def _cuts(file: Path) -> list[int]:
    """Return where the parts of a WARC file end: between records, each part as small as it can be above PART_BYTES.

    A file that is damaged, or packed as one piece, ends with a part that may be larger.
    """
    ends, start = [], 0
    with file.open("rb") as opened, contextlib.suppress(ValueError, OSError, EOFError, RuntimeError):
        for found in ArchiveIterator(opened, parse_http=False):
            if found.stream_pos - start >= PART_BYTES:
                ends.append(start := found.stream_pos)
    return [*ends, file.stat().st_size]


def _keep(store: Store, data: bytes, name: str) -> str:
    key = f"raw/import/{name}"
    if store.stat(key) is None:
        store.put(key, data)
    return key

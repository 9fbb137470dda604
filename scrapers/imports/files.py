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
        return sorted({_keep_warc(store, file) for file, _ in files})
    origins = _origins_of(files, read_manifest(manifest), folder) if manifest else {}
    items = []
    for file, _ in files:
        origin = origins.get(file, Origin())
        items.append(ImportItem(file.read_bytes(), _CONTENT_TYPES[kind], origin.url, origin.fetched_at))
    items.sort(key=lambda item: (hashlib.sha256(item.payload).hexdigest(), item.url))
    return [_keep(store, import_warc(items), ".warc.gz")]


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


def _keep_warc(store: Store, file: Path) -> str:
    """Store a WARC file as it is, and beside the state of other imports what it holds."""
    data = file.read_bytes()
    key = _keep(store, data, ".warc.gz" if file.name.endswith(".gz") else ".warc")
    found = survey(data)
    store.put_if_changed(f"state/imports/files/{key.split('/')[2]}.json", json.dumps(found, sort_keys=True).encode())
    odd = {name: found[name] for name in ODDITIES if name in found}
    if odd:
        log.warning("%s: %s", file.name, ", ".join(f"{name}: {count}" for name, count in odd.items()))
    return key


def _keep(store: Store, data: bytes, suffix: str) -> str:
    key = f"raw/import/{hashlib.sha256(data).hexdigest()[:16]}/0{suffix}"
    if store.stat(key) is None:
        store.put(key, data)
    return key

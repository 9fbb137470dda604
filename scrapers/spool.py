"""What a crawl has on this machine's disk before it reaches the store, and how a killed crawl is taken up again.

`<ARCHIVE_SPOOL>/<store>/<family>/<site_id>/` holds the WARC files under way and, some seconds old, the links. Whoever
crawls the site next finds them there: a file that ends within a record is cut behind its last whole answer, what the
links do not know yet is told by the records, and only the rest is asked for.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zlib
from datetime import datetime, timedelta
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

from scrapers.links import LinkBook
from scrapers.locks import lock_folder
from scrapers.warc import Stored, index_line, index_path
from transforms.warc import read_captures

_ANSWERS = WarcRecordType.response | WarcRecordType.revisit
_PIECE = 65536
TAKE_UP = timedelta(days=1)


def spool_folder(store_uri: str, family: str, site_id: str) -> Path:
    """Return where the crawls of a site into a store leave what is under way."""
    root = Path(os.environ.get("ARCHIVE_SPOOL") or lock_folder() / "spool")
    return root / hashlib.sha256(store_uri.encode()).hexdigest()[:16] / family / site_id


class Spool:
    """The folder of one site; its crawl must be the only one (scrapers/locks.py)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._links, self._about = folder / "links.parquet", folder / "crawl.json"

    def begin(self, started: datetime, book: LinkBook) -> None:
        """Note when the crawl began, and what it knows."""
        self.folder.mkdir(parents=True, exist_ok=True)
        _replace(self._about, json.dumps({"started": started.isoformat()}).encode())
        self.remember(book)

    def remember(self, book: LinkBook) -> None:
        """Keep the links as they are now."""
        _replace(self._links, book.to_bytes())

    def recover(self, book: LinkBook, prefix: str, now: datetime) -> list[Path]:
        """Merge into `book` what a killed crawl had learnt, and return its WARC files, whole and indexed.

        If it was killed within the last day, it is gone on with: links that it fetched count as fetched by the crawl
        that begins `now`, and are not asked for again. `prefix` is the files' place in the store.
        """
        started = self._started()
        if started is None:
            self.clear()
            return []
        with_links = LinkBook.from_bytes(self._links.read_bytes()) if self._links.exists() else LinkBook()
        book.merge(with_links)
        files = [path for path in sorted(self.folder.glob("*.warc.gz"), key=_number) if mend(path)]
        for path in files:
            _recall(path, f"{prefix}/{path.name}", started, book)
        if now - started < TAKE_UP:
            for url in [url for url, link in book.links.items() if link.fetched_at == started]:
                book.resume(url, now)
        return files

    def clear(self) -> None:
        """Forget everything: it is in the store, or nobody shall have it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _started(self) -> datetime | None:
        try:
            return datetime.fromisoformat(json.loads(self._about.read_text("utf-8"))["started"])
        except (OSError, ValueError, KeyError, TypeError):
            return None


def mend(path: Path) -> bool:
    """Cut a WARC file behind its last whole answer and write its index; False, and no file, when it has none."""
    data = path.read_bytes()
    ends = _members(data)
    starts = [0, *ends[:-1]]
    whole = data[: ends[-1]] if ends else b""
    lines, end = [], 0
    for record in ArchiveIterator(io.BytesIO(whole), record_types=_ANSWERS, parse_http=True):
        offset, headers, http = record.stream_pos, record.headers, record.http_headers
        end = ends[starts.index(offset)]
        mime = "warc/revisit" if record.record_type == WarcRecordType.revisit else (record.http_content_type or "")
        status = int(http.status_code or 0) if http is not None else 0
        lines.append(
            index_line(
                headers["WARC-Target-URI"],
                record.record_date,
                mime,
                status,
                headers["WARC-Payload-Digest"],
                end - offset,
                offset,
                path.name,
            )
        )
    if not lines:
        path.unlink()
        return False
    if end < len(data):
        _replace(path, data[:end])
    _replace(index_path(path), "".join(line + "\n" for line in sorted(lines)).encode())
    return True


def _recall(path: Path, key: str, started: datetime, book: LinkBook) -> None:
    """Note the pages that a file holds and the links, older than it, do not know to be fetched."""
    data = path.read_bytes()
    starts = [0, *_members(data)]
    for capture in read_captures(data, key):
        link = book.links.get(capture.url)
        if link is None or link.kind == "list" or link.fetched_at == started or capture.fetched_at is None:
            continue  # a list whose rows are not known has to be read again
        group = starts[starts.index(capture.warc_offset) - 1]  # its metadata stands before it
        place = f"{key} {group} {capture.warc_offset + capture.warc_length - group}"
        good = Stored(place, capture.fetched_at, capture.payload_sha256) if capture.status == 200 else None
        book.fetched(capture.url, started, capture.status, good)


def _members(data: bytes) -> list[int]:
    """Ends of the complete gzip members that `data` begins with."""
    view, at, ends = memoryview(data), 0, list[int]()
    unpack = zlib.decompressobj(31)
    while at < len(view):
        piece = view[at : at + _PIECE]
        try:
            unpack.decompress(piece)
        except zlib.error:
            break
        at += len(piece) - len(unpack.unused_data)
        if unpack.eof:
            ends.append(at)
            unpack = zlib.decompressobj(31)
    return ends


def _number(path: Path) -> tuple[str, int]:
    crawl_id, _, number = path.name.removesuffix(".warc.gz").rpartition("-")
    return crawl_id, int(number) if number.isdigit() else 0


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that whoever looks sees the old bytes or the new ones."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(data)
    beside.replace(path)

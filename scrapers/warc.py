"""WARC 1.1 files: what a crawl received, and what an import brought.

A response keeps its header block byte for byte, and an import's bytes depend on its content alone: record ids
and dates are given to the writer, never made up by it.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from transforms.store import Conflict

SOFTWARE = "NationalReportArchive/0.1"
PAGES_PER_FILE = 1000
UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:national-report-archive:warc")
_FIELDS = "application/warc-fields"
_HTTP = "application/http; msgtype="
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer as they crossed the wire.

    `head` is the answer's status line and headers up to and including the empty line; lines that the server
    ended in a bare LF end in CRLF. A chunked body is stored joined; its header is then renamed
    X-Crawler-Transfer-Encoding so that readers see a plain body.
    """

    url: str
    request: bytes
    head: bytes
    body: bytes
    status: int
    content_type: str
    fetched_at: datetime
    address: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """Where an answer with its metadata stands in the archive, for later records to refer to.

    `place` is "key offset length"; the bytes there are the metadata record and the response record.
    """

    place: str
    fetched_at: datetime
    payload_sha256: str


@dataclass(frozen=True, slots=True)
class ImportItem:
    """A page or text obtained elsewhere; url is "" and fetched_at None when not known."""

    payload: bytes
    content_type: str
    url: str
    fetched_at: datetime | None


class Puts(Protocol):
    """The part of a store that a writer needs."""

    def put(self, key: str, data: bytes, *, if_none_match: bool = False) -> Any:
        """Write one object, on request only when there is none."""

    def get(self, key: str) -> bytes:
        """Return a whole object."""


def digest(data: bytes) -> str:
    """Return the labelled SHA-256 of `data` as WARC digests are written (base32)."""
    return labelled(hashlib.sha256(data).digest())


def labelled(sha256: bytes) -> str:
    """Return a SHA-256 as WARC digests are written."""
    return "sha256:" + base64.b32encode(sha256).decode("ascii")


def record_id(*parts: str) -> str:
    """Return a record id that depends on `parts` alone."""
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, chr(10).join(parts))}>"


def record(kind: str, ident: str, date: datetime, content_type: str, block: bytes, **extra: str) -> bytes:
    """Return one gzipped WARC record; underscores in the names of `extra` stand for hyphens."""
    named = {
        "WARC-Type": kind,
        "WARC-Record-ID": ident,
        "WARC-Date": _date(date),
        **{"WARC-" + name.replace("_", "-"): _one_line(value) for name, value in extra.items() if value},
        "WARC-Block-Digest": digest(block),
    }
    if "Payload_Digest" not in extra:  # a revisit names the payload that it does not repeat
        is_http = content_type.startswith("application/http")
        named["WARC-Payload-Digest"] = digest(block.partition(b"\r\n\r\n")[2] if is_http else block)
    # The writer gets the block as it is, not parsed headers: so the answer's own stay byte for byte. It would cut a
    # revisit's, so it is told of a response; what the record is stands in its headers.
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    headers = StatusAndHeaders("", list(named.items()), protocol="WARC/1.1")
    writer.write_record(
        writer.create_warc_record(
            "",
            "response" if kind == "revisit" else kind,
            io.BytesIO(block),
            len(block),
            warc_content_type=content_type,
            warc_headers=headers,
        )
    )
    return out.getvalue()


def fields(**values: str) -> bytes:
    """Return application/warc-fields lines; empty values are left out."""
    return "".join(f"{name}: {_one_line(value)}\r\n" for name, value in values.items() if value).encode("utf-8")


def surt(url: str) -> str:
    """Return the sort key of an address: host labels reversed, then path and query in lower case."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port and parts.port not in (80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{','.join(reversed(host.split('.')))}{port}){parts.path or '/'}{query}".lower()


class WarcSet:
    """The WARC files of one crawl in a local folder, a new file every `pages_per_file` answers.

    `prefix` is where in the store the files will stand; records that refer to others name them by it. Files are
    numbered from `first`.
    """

    def __init__(
        self, folder: Path, crawl_id: str, site_id: str, family: str, pages_per_file: int = PAGES_PER_FILE,
        first: int = 0,
    ) -> None:  # fmt: skip
        self.folder, self.crawl_id, self.site_id, self.family = folder, crawl_id, site_id, family
        self.prefix = f"raw/{family}/{site_id}"
        self.pages_per_file, self.first = pages_per_file, first
        self.files: list[Path] = []
        self.bytes = 0
        self._count = self._serial = 0
        self._index: list[str] = []
        self._offset = 0

    def add(
        self,
        exchange: Exchange,
        via: str = "",
        anchor: str = "",
        link: str = "",
        page: str = "",
        known: Stored | None = None,
    ) -> Stored:
        """Append request, metadata and response, and return where they stand.

        The metadata tells which link led here and to what kind of thing, and of an attachment the place of its
        `page`. An answer that brings nothing new (304, or the payload of `known`) becomes a revisit of `known`,
        whose place is returned.
        """
        if not self.files or self._count >= self.pages_per_file:
            self._roll(exchange.fetched_at)
        self._serial += 1
        self._count += 1
        seed = (self.crawl_id, self.site_id, str(self._serial), exchange.url)
        date, sha256 = exchange.fetched_at, hashlib.sha256(exchange.body).hexdigest()
        profile = _revisit(exchange.status, sha256, known)
        kind = "revisit" if profile else "response"
        ident = record_id(*seed, kind)
        common = {"Target_URI": exchange.url, "Concurrent_To": ident}
        told = fields(via=via, anchor=anchor, link=link, page=page, original=known.place if known and profile else "")
        request = record("request", record_id(*seed, "request"), date, f"{_HTTP}request", exchange.request, **common)
        metadata = record("metadata", record_id(*seed, "metadata"), date, _FIELDS, told, **common)
        start = self._offset + len(request)
        offset = start + len(metadata)
        if known and profile:
            payload = labelled(bytes.fromhex(known.payload_sha256))
            extra = {"Profile": _PROFILE + profile, "Refers_To_Target_URI": exchange.url, "Payload_Digest": payload,
                     "Refers_To_Date": _date(known.fetched_at)}  # fmt: skip
            block = exchange.head
        else:
            payload, extra, block = digest(exchange.body), {}, exchange.head + exchange.body
        more = {"Target_URI": exchange.url, "IP_Address": exchange.address, **extra}
        answer = record(kind, ident, date, f"{_HTTP}response", block, **more)
        self._append(request + metadata + answer)
        mime = "warc/revisit" if profile else exchange.content_type.split(";")[0].strip()
        self._index.append(
            index_line(exchange.url, date, mime, exchange.status, payload, len(answer), offset, self.files[-1].name)
        )
        if known and profile:
            return known
        place = f"{self.prefix}/{self.files[-1].name} {start} {self._offset - start}"
        return Stored(place, date, sha256)

    def close(self) -> list[Path]:
        """Finish the last file and return all WARC files; each has its index (.cdxj) beside it."""
        self._write_index()
        return self.files

    def upload(self, store: Puts) -> list[str]:
        """Put every file and then its index where it belongs; return the WARC keys in order. Raises Conflict."""
        return [upload(store, self.prefix, path) for path in self.files]

    def _roll(self, date: datetime) -> None:
        self._write_index()
        path = self.folder / f"{self.crawl_id}-{self.first + len(self.files)}.warc.gz"
        self.files.append(path)
        self._count = self._offset = 0
        info = fields(
            software=SOFTWARE, format="WARC File Format 1.1", robots="obey", isPartOf=self.site_id, family=self.family
        )
        self._append(
            record(
                "warcinfo", record_id(self.crawl_id, self.site_id, path.name), date, _FIELDS, info, Filename=path.name
            )
        )

    def _append(self, data: bytes) -> None:
        with self.files[-1].open("ab") as out:
            out.write(data)
        self._offset += len(data)
        self.bytes += len(data)

    def _write_index(self) -> None:
        if self.files:
            text = "".join(line + "\n" for line in sorted(self._index))
            index_path(self.files[-1]).write_text(text, encoding="utf-8")
        self._index = []


def _revisit(status: int, sha256: str, known: Stored | None) -> str:
    """The WARC 1.1 profile of an answer that repeats `known`, "" for one that brings something."""
    if known is None:
        return ""
    if status == 304:
        return "server-not-modified"
    return "identical-payload-digest" if status == 200 and sha256 == known.payload_sha256 else ""


def index_line(
    url: str, date: datetime, mime: str, status: int, payload: str, length: int, offset: int, name: str
) -> str:
    """Return the CDXJ line of one answer."""
    entry = {"url": url, "mime": mime, "status": str(status), "digest": payload, "length": str(length),
             "offset": str(offset), "filename": name}  # fmt: skip
    return f"{surt(url)} {date.astimezone(UTC):%Y%m%d%H%M%S} {json.dumps(entry)}"


def upload(store: Puts, prefix: str, path: Path) -> str:
    """Put a WARC file and then its index under `prefix`; return the key of the former.

    Raw is written once: what is there already with other bytes raises the store's Conflict; with the same bytes, an
    earlier try was ended between two writes.
    """
    for one in (path, index_path(path)):
        key, data = f"{prefix}/{one.name}", one.read_bytes()
        try:
            store.put(key, data, if_none_match=True)
        except Conflict:
            if store.get(key) != data:
                raise
    return f"{prefix}/{path.name}"


def index_path(warc: Path) -> Path:
    """Return the path of the index that lies beside a WARC file."""
    return warc.with_name(warc.name.removesuffix(".warc.gz") + ".cdxj")


def import_warc(items: Sequence[ImportItem]) -> bytes:
    """Return one WARC of `items` whose bytes depend on the items alone; repeated items are kept once.

    Web pages become `resource` records, everything else `conversion` records of UTF-8 text.
    """
    info = fields(software=SOFTWARE, format="WARC File Format 1.1", isPartOf="import", family="import")
    parts = [record("warcinfo", record_id("import"), UNKNOWN_DATE, _FIELDS, info)]
    seen: set[str] = set()
    for item in items:
        sha = hashlib.sha256(item.payload).hexdigest()
        date = item.fetched_at or UNKNOWN_DATE
        url = item.url or f"urn:sha256:{sha}"
        is_page = "html" in item.content_type.lower()
        kind, mime = ("resource", item.content_type) if is_page else ("conversion", "text/plain; charset=utf-8")
        ident = record_id(url, date.isoformat(), mime, sha)
        if ident not in seen:
            seen.add(ident)
            parts.append(
                record(
                    kind,
                    ident,
                    date,
                    _one_line(mime),
                    item.payload,
                    Target_URI=url,
                )
            )
    return b"".join(parts)


def _date(date: datetime) -> str:
    return date.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _one_line(value: str) -> str:
    """Header values must not break the line they stand on."""
    return " ".join(value.split())

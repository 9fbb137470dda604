"""What an import from a web archive leaves in the store: WARC files with their indexes, and what is known of them.

`raw/<archive>/<site_id>/<crawl_id>-<n>.warc.gz` holds the captures; `state/imports/<archive>/<site_id>/…jsonl`, one
object a WARC file and written after it, lists them by (urlkey, digest). An import that is killed loses the captures
of the file it was filling and nothing else; whoever comes next asks for none of the others again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from scrapers.imports.fetched import Fetched
from scrapers.warc import SOFTWARE, fields, record, record_id, surt
from transforms.store import Store

MAX_CAPTURES = 200
MAX_BYTES = 64_000_000  # kept in memory until a file is full
MAX_SECONDS = 300.0  # what a kill may cost; at an archive's pace that is some dozens of captures


def folder(archive: str, site_id: str) -> str:
    """Return where the captures of a site that came from an archive lie."""
    return f"raw/{archive}/{site_id}/"


def load_known(store: Store, archive: str, site_id: str) -> dict[str, set[str]]:
    """Return the digests of what earlier imports brought of a site, by urlkey."""
    known: dict[str, set[str]] = {}
    for key in store.list(_state(archive, site_id)):
        for line in store.get(key).splitlines():
            told = json.loads(line)
            known.setdefault(told["urlkey"], set()).add(told["digest"])
    return known


def _state(archive: str, site_id: str) -> str:
    return f"state/imports/{archive}/{site_id}/"


class Segments:
    """The WARC files of one import of one site."""

    def __init__(
        self, store: Store, archive: str, site_id: str, crawl_id: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.store, self.archive, self.site_id, self.crawl_id = store, archive, site_id, crawl_id
        self.keys: list[str] = []
        self.bytes = 0
        self._clock = clock
        earlier = store.list(f"{folder(archive, site_id)}{crawl_id}-")  # a try of the same name that was killed
        self._number = sum(key.endswith(".warc.gz") for key in earlier)
        self._held: list[Fetched] = []
        self._size, self._since = 0, 0.0

    def add(self, fetched: Fetched) -> None:
        """Keep a capture; a file that is full, or open for long, is stored."""
        if not self._held:
            self._since = self._clock()
        self._held.append(fetched)
        self._size += len(fetched.before) + len(fetched.record)
        late = self._clock() - self._since >= MAX_SECONDS
        if late or len(self._held) >= MAX_CAPTURES or self._size >= MAX_BYTES:
            self.flush()

    def flush(self) -> None:
        """Store what is held: the WARC file, its index, and then that it is known."""
        if not self._held:
            return
        name = f"{self.crawl_id}-{self._number}"
        key = f"{folder(self.archive, self.site_id)}{name}.warc.gz"
        data, index = self._file(f"{name}.warc.gz")
        self.store.put(key, data, if_none_match=True)
        self.store.put(key.replace(".warc.gz", ".cdxj"), index, if_none_match=True)
        told = [
            {
                "urlkey": one.row.urlkey, "digest": one.row.digest, "timestamp": one.row.timestamp, "url": one.row.url,
                "verdict": one.verdict, "warc": key,
            }
            for one in self._held
        ]  # fmt: skip
        lines = "".join(json.dumps(line, ensure_ascii=False, sort_keys=True) + "\n" for line in told)
        self.store.put(f"{_state(self.archive, self.site_id)}{name}.jsonl", lines.encode(), if_none_match=True)
        self.keys.append(key)
        self.bytes += len(data)
        self._number += 1
        self._held, self._size = [], 0

    def _file(self, name: str) -> tuple[bytes, bytes]:
        info = fields(
            software=SOFTWARE, format="WARC File Format 1.1", isPartOf=self.site_id, family=self.archive,
            description="captures taken over from a web archive; each metadata record says from where",
        )  # fmt: skip
        first = min(one.date for one in self._held)
        ident = record_id(self.archive, self.site_id, name)
        data = bytearray(record("warcinfo", ident, first, "application/warc-fields", info, Filename=name))
        lines = []
        for one in self._held:
            data += one.before
            entry = {
                "url": one.url, "mime": one.row.mime, "status": one.row.status, "digest": one.payload_digest,
                "length": str(len(one.record)), "offset": str(len(data)), "filename": name,
            }  # fmt: skip
            data += one.record
            lines.append(f"{surt(one.url)} {one.date:%Y%m%d%H%M%S} {json.dumps(entry)}\n")
        return bytes(data), "".join(sorted(lines)).encode("utf-8")

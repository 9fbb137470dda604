"""A Wayback Machine and a Common Crawl on loopback: they keep invented captures and speak the real protocols.

Every host name is sent to one server; the Host header tells which archive is meant. `faults` are answers to give
instead, by a part of the address, used up one after another.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from urllib.parse import parse_qsl, quote_plus, unquote, unquote_plus, urlsplit

WAYBACK, INDEX, DATA = "web.archive.org", "index.commoncrawl.org", "data.commoncrawl.org"
Answer = tuple[int, dict[str, str], bytes]
NAMES = {"urlkey": "urlkey", "timestamp": "timestamp", "original": "url", "mimetype": "mime", "statuscode": "status",
         "digest": "digest", "length": "length"}  # fmt: skip


@dataclass
class Capture:
    """One capture; `collection` is the crawl that made it, for Common Crawl."""

    url: str
    timestamp: str
    body: bytes
    mime: str = "text/html"
    status: str = "200"
    charset: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    collection: str = "CC-MAIN-2013-20"
    digest: str = ""

    def __post_init__(self) -> None:
        self.digest = self.digest or base64.b32encode(hashlib.sha1(self.body).digest()).decode()

    @property
    def urlkey(self) -> str:
        parts = urlsplit(self.url)
        host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
        return f"{host}){parts.path or '/'}{'?' + parts.query if parts.query else ''}".lower()

    @property
    def head(self) -> bytes:
        kind = self.mime + (f"; charset={self.charset}" if self.charset else "")
        lines = [f"HTTP/1.1 {self.status} OK", f"Content-Type: {kind}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    @property
    def old(self) -> bool:
        return self.collection < "CC-MAIN-2013"

    def warc(self) -> bytes:
        """The capture as a gzip member of a WARC 1.0 file, with its crawler's digests; in old crawls, of an ARC file."""
        if self.old:
            answer = self.head.replace(b"\r\n", b"\n") + self.body
            line = f"{self.url} 202.100.1.2 {self.timestamp} {self.mime} {len(answer)}\n"
            return gzip.compress(line.encode() + answer + b"\n", mtime=0)
        block = self.head + self.body
        at = self.timestamp
        date = f"{at[:4]}-{at[4:6]}-{at[6:8]}T{at[8:10]}:{at[10:12]}:{at[12:]}Z"
        ident = hashlib.sha256((self.url + at).encode()).hexdigest()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: {date}\r\nWARC-Record-ID: <urn:uuid:{ident[:8]}-{ident[8:12]}-"
            f"{ident[12:16]}-{ident[16:20]}-{ident[20:32]}>\r\nContent-Length: {len(block)}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nWARC-Target-URI: {self.url}\r\n"
            f"WARC-Payload-Digest: sha1:{base64.b32encode(hashlib.sha1(self.body).digest()).decode()}\r\n\r\n"
        )
        return gzip.compress(head.encode() + block + b"\r\n\r\n", mtime=0)


class Archives:
    """Both archives; `asked` lists every address that was asked for, `headers` what came with it."""

    def __init__(self) -> None:
        self.captures: list[Capture] = []
        self.faults: dict[str, list[Answer]] = {}
        self.missing: set[str] = set()  # collections that are listed and are not there
        self.collections = ["CC-MAIN-2009-2010", "CC-MAIN-2013-20", "CC-MAIN-2021-31"]
        self.robots: dict[str, str] = {}
        self.served: dict[str, bytes] = {}  # what is replayed instead of a capture's body, by address
        self.forward: dict[str, str] = {}  # replay paths that lead on
        self.limit = 1000  # lines in an answer of the Wayback index, whatever is asked for
        self.slow = 0.0  # seconds that a replay takes
        self.busy = 0  # answers under way
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []

    def add(self, url: str, timestamp: str, body: str | bytes, **more: str) -> Capture:
        data = body.encode() if isinstance(body, str) else body
        self.captures.append(Capture(url, timestamp, data, **more))
        return self.captures[-1]

    def fault(self, part: str, *answers: Answer) -> None:
        self.faults.setdefault(part, []).extend(answers)

    def to(self, host: str) -> list[str]:
        """What one host was asked for, robots.txt left out."""
        return [url for url in self.asked if url.startswith(host) and not url.endswith("/robots.txt")]

    def answer(self, host: str, target: str, headers: dict[str, str]) -> Answer:
        url = host + target
        self.asked.append(url)
        self.headers.append(headers)
        for part, answers in self.faults.items():
            if part in unquote(url) and answers:
                return answers.pop(0)
        path, _, query = target.partition("?")
        if path == "/robots.txt":
            return (200, {}, self.robots[host].encode()) if host in self.robots else (404, {}, b"")
        asked = parse_qsl(query, keep_blank_values=True)
        if host == WAYBACK:
            return self._cdx(asked) if path == "/cdx/search/cdx" else self._replay(target)
        if host == INDEX:
            return self._collections() if path == "/collinfo.json" else self._index(path[1:-6], asked)
        return self._range(path, headers.get("Range", ""))

    # -- the Wayback Machine --------------------------------------------------------------------------

    def _cdx(self, asked: list[tuple[str, str]]) -> Answer:
        one = dict(asked)
        found = self._matching(one)
        for name, pattern in ((v.partition(":")[0], v.partition(":")[2]) for k, v in asked if k == "filter"):
            found = [c for c in found if re.fullmatch(pattern, str(self._field(c, NAMES[name])))]
        if one.get("collapse") == "digest":
            found = [next(iter(group)) for _, group in groupby(found, key=lambda capture: capture.digest)]
        if "resumeKey" in one:
            found = [c for c in found if f"{c.urlkey} {c.timestamp}" >= unquote_plus(one["resumeKey"])]
        limit = min(int(one.get("limit", self.limit)), self.limit)
        columns = one["fl"].split(",")
        table = [columns] + [[str(self._field(c, NAMES[name])) for name in columns] for c in found[:limit]]
        if len(found) > limit and one.get("showResumeKey") == "true":
            table += [[], [quote_plus(f"{found[limit].urlkey} {found[limit].timestamp}")]]  # encoded, as the real one
        return 200, {"Content-Type": "application/json"}, json.dumps(table if found else []).encode()

    def _replay(self, target: str) -> Answer:
        time.sleep(self.slow)
        if target in self.forward:
            return 302, {"Location": self.forward[target]}, b""
        found = re.fullmatch(r"/web/(\d{14})id_/(.+)", target)
        for capture in self.captures if found else ():
            if (capture.timestamp, capture.url) == found.groups():
                kind = capture.mime + (f"; charset={capture.charset}" if capture.charset else "")
                original = {f"x-archive-orig-{name}": value for name, value in capture.headers.items()}
                body = self.served.get(capture.url, capture.body)
                return int(capture.status), {"Content-Type": kind, "memento-datetime": "then", **original}, body
        return 404, {}, b"The Wayback Machine has not archived that URL."

    # -- Common Crawl ---------------------------------------------------------------------------------

    def _collections(self) -> Answer:
        told = [{"id": name, "name": name, "cdx-api": f"https://{INDEX}/{name}-index"} for name in self.collections]
        return 200, {}, json.dumps(told).encode()

    def _index(self, collection: str, asked: list[tuple[str, str]]) -> Answer:
        """Blocks of two lines, `pageSize` blocks a page; pages are cut before anything is filtered out."""
        if collection in self.missing or collection not in self.collections:
            return 404, {}, b"<html>not found</html>"
        one = dict(asked)
        found = [c for c in self._matching(one, dated=False) if c.collection == collection]
        if not found:
            return 404, {}, json.dumps({"message": f"No Captures found for: {one['url']}"}).encode()
        lines = 2 * int(one.get("pageSize", 5))
        pages = -(-len(found) // lines)
        if one.get("showNumPages") == "true":
            return 200, {}, json.dumps({"pages": pages, "pageSize": lines // 2, "blocks": -(-len(found) // 2)}).encode()
        page = int(one.get("page", 0))
        if page >= pages:
            return 400, {}, json.dumps({"message": f"Page {page} invalid"}).encode()
        found = found[page * lines : (page + 1) * lines]
        for name, pattern in ((v.partition(":")[0], v.partition(":")[2]) for k, v in asked if k == "filter"):
            assert name.startswith("~")
            found = [c for c in found if re.match(pattern, str(self._field(c, name[1:])))]
        found = [c for c in found if self._dated(c, one)]
        told = [
            {"urlkey": c.urlkey, "timestamp": c.timestamp, "url": c.url, "mime": c.mime, "status": c.status,
             "digest": c.digest, "filename": self._file(c), "offset": str(self._place(c)), "length": str(len(c.warc()))}
            for c in found
        ]  # fmt: skip
        return 200, {}, "".join(json.dumps(line) + "\n" for line in told).encode()

    def _file(self, capture: Capture) -> str:
        kind = "arc" if capture.old else "warc"
        return f"crawl-data/{capture.collection}/segments/1.2/{kind}/CC-MAIN-{capture.collection[8:]}-00000.{kind}.gz"

    def _place(self, capture: Capture) -> int:
        before = [c for c in self.captures if c.collection == capture.collection]
        return sum(len(c.warc()) for c in before[: before.index(capture)])

    def _range(self, path: str, asked: str) -> Answer:
        whole = b"".join(c.warc() for c in self.captures if "/" + self._file(c) == path)
        if not whole:
            return 404, {}, b"<Error><Code>NoSuchKey</Code></Error>"
        span = re.fullmatch(r"bytes=(\d+)-(\d+)", asked)
        if span is None:
            return 200, {}, whole
        first, last = int(span[1]), min(int(span[2]), len(whole) - 1)
        if first >= len(whole):
            return 416, {}, b""
        return 206, {"Content-Range": f"bytes {first}-{last}/{len(whole)}"}, whole[first : last + 1]

    # -- both -----------------------------------------------------------------------------------------

    def _matching(self, one: dict[str, str], dated: bool = True) -> list[Capture]:
        wanted = Capture(one["url"] if "//" in one["url"] else f"http://{one['url']}", "", b"").urlkey
        tests = {
            "exact": lambda key: key == wanted,
            "prefix": lambda key: key.startswith(wanted),
            "host": lambda key: key.partition(")")[0] == wanted.partition(")")[0],
        }
        found = [c for c in self.captures if tests[one.get("matchType", "exact")](c.urlkey)]
        found.sort(key=lambda c: (c.urlkey, c.timestamp))
        return [c for c in found if self._dated(c, one)] if dated else found

    @staticmethod
    def _dated(capture: Capture, one: dict[str, str]) -> bool:
        first, last = one.get("from", ""), one.get("to", "")
        return capture.timestamp >= first and (not last or capture.timestamp[: len(last)] <= last)

    @staticmethod
    def _field(capture: Capture, name: str) -> object:
        return len(capture.body) if name == "length" else getattr(capture, name)


@contextmanager
def serve(archives: Archives) -> Iterator[str]:
    """Serve both archives and yield the address, for ARCHIVE_RESOLVE_ALL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            target = self.path.removeprefix(f"http://{self.headers['Host']}")  # whole addresses: we are the proxy
            archives.busy += 1
            try:
                status, headers, body = archives.answer(self.headers["Host"], target, dict(self.headers))
            finally:
                archives.busy -= 1
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()

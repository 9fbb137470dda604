"""A tiny server of invented sites: every host name is sent to it, the Host header tells which is meant.

Asked for whole addresses, it is the proxy before those sites.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

Answer = tuple[int, dict[str, str], bytes]


class Web:
    """Pages by (host, path); `seen` lists what was asked for, with the request headers."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.times: list[float] = []
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                url = self.path.partition("://")[2] or self.headers["Host"] + self.path
                web.seen.append((url, dict(self.headers)))
                web.times.append(time.monotonic())
                status, headers, body = web.pages.get(url, (404, {}, "没有".encode()))
                self.send_response(status)
                chunked = headers.get("Transfer-Encoding") == "chunked"
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                if not chunked:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if chunked:
                    half = len(body) // 2
                    for piece in (body[:half], body[half:]):
                        self.wfile.write(b"%x\r\n" % len(piece) + piece + b"\r\n")
                    self.wfile.write(b"0\r\n\r\n")
                else:
                    self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self, url: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.pages[url] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, data)

    def asked(self) -> list[str]:
        return [url for url, _ in self.seen if not url.endswith("/robots.txt")]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    served = Web()
    monkeypatch.setenv("ARCHIVE_RESOLVE_ALL", served.address)
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "1")
    yield served
    served.server.shutdown()
    served.server.server_close()

"""A proxy in front of an S3 server that fails: every so many requests get an error instead of, or before, the answer."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

FAULTS = ("500", "503", "slow", "reset before", "reset after", "reset within")  # in turn
SLOW_SECONDS = 0.3


class FaultyProxy:
    """`with FaultyProxy(endpoint, every=20) as proxy:` forwards to `endpoint`; `proxy.faults` counts what it did.

    The n-th, 2n-th, … request meets the next fault. `500` and `503` come before the server has seen the request.
    A connection is reset before that as well, or after it, when the work is done and the client does not know, or
    in the middle of an answer.
    """

    def __init__(self, endpoint: str, every: int) -> None:
        self.every = every
        self.faults: Counter[str] = Counter()
        self.requests = 0
        self._target = urlsplit(endpoint)
        self._lock = threading.Lock()
        self._turn: Iterator[str] = itertools.cycle(FAULTS)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def only(self, fault: str) -> None:
        """Fail in this one way from now on."""
        self._turn = itertools.repeat(fault)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def _next_fault(self) -> str:
        with self._lock:
            self.requests += 1
            if self.requests % self.every:
                return ""
            fault = next(self._turn)
            self.faults[fault] += 1
            return fault

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _serve(self) -> None:
                fault = proxy._next_fault()
                if self.headers.get("Expect", "").lower() == "100-continue" and fault not in ("500", "503"):
                    self.send_response_only(100)
                    self.end_headers()
                body = self._body()
                if fault in ("500", "503"):
                    return self._answer(int(fault), [], b"" if self.command == "HEAD" else ERROR)
                if fault == "reset before":
                    return self._cut()
                if fault == "slow":
                    time.sleep(SLOW_SECONDS)
                status, headers, answer = proxy._forward(self.command, self.path, list(self.headers.items()), body)
                if fault == "reset after":
                    return self._cut()
                self._answer(status, headers, answer, cut=fault == "reset within")

            def handle_expect_100(self) -> bool:
                return True  # answered above, unless the request is to fail

            def _body(self) -> bytes:
                if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                    return self._chunks()
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))

            def _chunks(self) -> bytes:
                parts = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                while self.rfile.readline().strip():
                    pass
                return b"".join(parts)

            def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes, *, cut: bool = False) -> None:
                self.send_response_only(status)
                for name, value in headers:
                    if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                        self.send_header(name, value)
                lengths = [value for name, value in headers if name.lower() == "content-length"]
                self.send_header("Content-Length", lengths[0] if self.command == "HEAD" and lengths else str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if cut else body)
                if cut:
                    self._cut()

            def _cut(self) -> None:
                # RST instead of FIN, as when a server dies
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True

            def finish(self) -> None:
                with contextlib.suppress(OSError, ValueError):
                    super().finish()

            def log_message(self, *_: Any) -> None:
                pass

            do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _serve

        return Handler

    def _forward(
        self, method: str, path: str, headers: list[tuple[str, str]], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        link = http.client.HTTPConnection(str(self._target.hostname), self._target.port or 80, timeout=60)
        try:
            link.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:  # Host as the client signed it
                if name.lower() not in ("connection", "expect", "transfer-encoding", "content-length"):
                    link.putheader(name, value)
            link.putheader("Content-Length", str(len(body)))
            link.endheaders(body or None)
            answer = link.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            link.close()

    def __enter__(self) -> FaultyProxy:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


ERROR = b'<?xml version="1.0"?><Error><Code>InternalError</Code><Message>made to fail</Message></Error>'

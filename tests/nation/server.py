"""Serve the sample nation by Host header on loopback: `python -m tests.nation.server --port N`."""

from __future__ import annotations

import argparse
import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.nation.facts import SITES, NationSite
from tests.nation.lists import FENCED, LISTS
from tests.nation.pages import Nation, nation, page

BY_HOST = {site.host: site for site in SITES}


class Handler(BaseHTTPRequestHandler):
    """Answers as the families do: static folders with pagers, XML groups, numbered templates."""

    protocol_version = "HTTP/1.1"
    nation: Nation

    def do_GET(self) -> None:
        """Serve one page."""
        site = BY_HOST.get((self.headers.get("Host") or "").split(":")[0])
        if site is None:
            return self._send(404, b"no such site")
        parts = urlsplit(self.path)
        if parts.path == "/robots.txt":
            return self._send(200, f"User-agent: *\nDisallow: {FENCED}\n".encode(), "text/plain")
        found = self.nation.pages.get((site.host, self.path)) or self.nation.pages.get((site.host, parts.path))
        items = self.nation.items[site.site_id]
        gone = next((item for item in items if item.path == parts.path and item.truth["kind"] == "soft404"), None)
        if gone is not None:
            return self._send(200, self.nation.pages[site.host, "/"], self._type(site))
        if found is not None:
            return self._send(200, found, self._type(site))
        answer = LISTS[site.family](site, items, parts.path, parse_qs(parts.query, keep_blank_values=True))
        if answer is None:
            return self._send(404, page(site, "404", "", "<p>页面不存在</p>"), self._type(site))
        body, kind = answer
        return self._send(200, body, kind or self._type(site))

    def _type(self, site: NationSite) -> str:
        return "text/html" if site.charset != "utf-8" else "text/html; charset=utf-8"

    def _send(self, status: int, body: bytes, kind: str = "text/html") -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


class Server(ThreadingHTTPServer):
    """Threads die with the server."""

    daemon_threads = True
    request_queue_size = 64


def make(port: int = 0) -> Server:
    """Return a server bound to loopback."""
    handler = type("NationHandler", (Handler,), {"nation": nation()})
    return Server(("127.0.0.1", port), handler)


@contextlib.contextmanager
def serve() -> Iterator[int]:
    """Serve in a thread; yields the port."""
    server = make()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    make(parser.parse_args().port).serve_forever()

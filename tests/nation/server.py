"""Serve the sample nation by Host header on loopback: `python -m tests.nation.server --port N`."""

from __future__ import annotations

import argparse
import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from tests.nation.facts import SITES, NationSite
from tests.nation.pages import Item, Nation, nation, page

FENCED = "/zwgk/zfxxgknb/internal/"  # robots.txt forbids it; a list links there all the same
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
        answer = {"trs_wcm": _trs, "hanweb": _hanweb, "ucap": _ucap}[site.family](site, items, parts.path, parts.query)
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


def _rows(items: list[Item]) -> str:
    return "".join(
        f'<li><a href="{item.path}" title="{item.title}">{item.title}</a><span>{item.date}</span></li>'
        for item in items
    )


def _list(site: NationSite, inner: str) -> bytes:
    return page(site, "政府信息公开年报", "", f"<ul class=list>{inner}</ul>")


def _pages(site: NationSite, items: list[Item]) -> int:
    return max(1, -(-len(items) // site.per_page))


def _numbered(path: str, base: str, first: str, ext: str) -> int | None:
    """Page number from 1 of `<base><first>[_n].<ext>`, None when the path is another."""
    if path in (base, f"{base}{first}.{ext}"):
        return 0
    head, tail = f"{base}{first}_", f".{ext}"
    number = path.removeprefix(head).removesuffix(tail)
    return int(number) if path.startswith(head) and path.endswith(tail) and number.isdigit() else None


def _trs(site: NationSite, items: list[Item], path: str, query: str) -> tuple[bytes, str] | None:
    number = _numbered(path, site.column, "index", "html")
    total = _pages(site, items)
    if number is None or number >= total:
        return None
    rows = _rows(items[number * site.per_page : (number + 1) * site.per_page]).replace(
        f'href="{site.column}', 'href="./'
    )
    if site.column in FENCED:
        rows += f'<li><a href="{FENCED}202001/t20200101_1.html">内部2019年政府信息公开工作年度报告</a></li>'
    return _list(site, f'{rows}<script>createPageHTML({total}, {number}, "index", "html");</script>'), ""


def _ucap(site: NationSite, items: list[Item], path: str, query: str) -> tuple[bytes, str] | None:
    base = site.column.rpartition("/")[0] + "/"
    number = _numbered(path, base, "list", "shtml")
    total = _pages(site, items)
    if number is None:
        return None
    at = max(number, 1) - 1
    if "endless" in site.extras:  # past the end this site shows its last page again and promises more
        rows = _rows(items[min(at, total - 1) * site.per_page :][: site.per_page])
        return _list(
            site, f"{rows}<script>createPageHTML('box', {at + 3}, {at + 1}, 'list', 'shtml', 999);</script>"
        ), ""
    if at >= total:
        return None
    rows = _rows(items[at * site.per_page : (at + 1) * site.per_page])
    return _list(site, f"{rows}<div>共{total}页</div>"), ""


def _hanweb(site: NationSite, items: list[Item], path: str, query: str) -> tuple[bytes, str] | None:
    if "servlet" in site.extras:  # a year without a report gives an empty shell
        return (page(site, "政府信息公开年报", "", ""), "") if path == site.column.partition("?")[0] else None
    column = site.column.split("/col")[2].split("/")[0]
    records = "".join(f"<record><![CDATA[{_rows([item])}]]></record>" for item in items[: site.per_page])
    if path == site.column:
        return _list(
            site,
            f"<script>var p={{webid:1,columnid:{column},unitid:77,webname:'x',perPage:{site.per_page},totalRecord:{len(items)}}};</script>"
            f'<script type="text/xml"><datastore><recordset>{records}</recordset></datastore></script>',
        ), ""
    if path == "/module/web/jpage/dataproxy.jsp":
        asked = parse_qs(query)
        start, end = (int(asked.get(name, ["0"])[0]) for name in ("startrecord", "endrecord"))
        rows = "".join(f"<record><![CDATA[{_rows([item])}]]></record>" for item in items[start - 1 : end])
        text = f"<datastore><totalrecord>{len(items)}</totalrecord><recordset>{rows}</recordset></datastore>"
        return text.encode(), "text/xml; charset=utf-8"
    return None


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

"""A tiny server of invented sites: every host name is sent to it, the Host header tells which is meant.

Asked for whole addresses, it is the proxy before those sites.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from schemas.registry import Site, load_sites
from scrapers.run import crawl_site
from tests.scrapers.archives import Archives, serve
from transforms.store import open_store

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
def web(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Web]:
    served = Web()
    monkeypatch.setenv("ARCHIVE_LOCKS", str(tmp_path / "locks"))
    monkeypatch.setenv("ARCHIVE_RESOLVE_ALL", served.address)
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "1")
    yield served
    served.server.shutdown()
    served.server.server_close()


@pytest.fixture
def archives(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Archives]:
    made = Archives()
    with serve(made) as address:
        monkeypatch.setenv("ARCHIVE_RESOLVE_ALL", address)
        monkeypatch.setenv("ARCHIVE_NO_DELAY", "1")
        monkeypatch.setenv("ARCHIVE_LOCKS", str(tmp_path / "locks"))
        yield made


ENTRY = """
- site_id: {site_id}
  host: {host}
  name: 测试县人民政府
  division: "652301"
  level: county
  family: {family}
  columns: [{{url: "{column}"}}]
  expect: {{min_reports: {min_reports}}}
  basis: invented for this test
  checked_on: 2026-11-22
  delay: {delay}
"""


@pytest.fixture
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def add(
        family: str, column: str, host: str = "www.cs.gov.cn", delay: int = 3, min_reports: int = 1, more: str = ""
    ) -> Site:
        folder = tmp_path / "sites"
        folder.mkdir(exist_ok=True)
        text = ENTRY.format(site_id="cs", host=host, family=family, column=column, delay=delay, min_reports=min_reports)
        (folder / "xinjiang.yml").write_text(f"{text}  {more}\n", encoding="utf-8")
        monkeypatch.setenv("ARCHIVE_SITES", str(folder))
        return load_sites()["cs"]

    return add


@pytest.fixture
def two_sites(web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two sites of one city on hosts of their own."""

    def add(delay: int) -> list[Site]:
        folder = tmp_path / "sites"
        folder.mkdir()
        text = ""
        for site_id, host in (("cs", "www.cs.gov.cn"), ("jyj", "jyj.cs.gov.cn")):
            column = f"http://{host}/nb/"
            text += ENTRY.format(
                site_id=site_id, host=host, family="trs_wcm", column=column, delay=delay, min_reports=1
            )
            web.page(f"{host}/nb/", ul(("./202001/t20200120_1.html", "2019年政府信息公开年报")))
            web.page(f"{host}/nb/202001/t20200120_1.html", f"<h1>{host}</h1>")
        (folder / "xinjiang.yml").write_text(text, encoding="utf-8")
        monkeypatch.setenv("ARCHIVE_SITES", str(folder))
        return list(load_sites().values())

    return add


def crawl(site: Site, tmp_path: Path, crawl_id: str = "c1", **more):
    years = more.pop("years", None)
    return crawl_site(site, years=years, store=open_store(str(tmp_path / "archive")), crawl_id=crawl_id, **more)


def ul(*links: tuple[str, str]) -> str:
    return "<ul>" + "".join(f'<li><a href="{h}">{t}</a><span>2020-01-20</span></li>' for h, t in links) + "</ul>"


def trs_site(web: Web) -> None:
    base = "www.cs.gov.cn/zwgk/zfxxgknb"
    home = ("/", "首页"), ("http://other.example.com/t20200101_1.html", "2019年政府信息公开年报")
    web.page(f"{base}/", ul(*home, ("./202001/t20200120_1.html", "测试县2019年政府信息公开工作年度报告"),
                            ("./202101/t20210120_2.html", "政府信息公开工作年度报告"), ("./2021n/", "2021年"))
             + '<script>createPageHTML(2, 0, "index", "html");</script>')  # fmt: skip
    web.page(f"{base}/index_1.html", ul(("./201801/t20180120_3.html", "2017年政府信息公开工作年度报告"),
                                        ("./201801/t20180121_4.html", "2017年政府网站工作年度报表"))
             + '<script>createPageHTML(2, 1, "index", "html");</script>')  # fmt: skip
    web.page(f"{base}/2021n/", ul(("./202201/t20220101_5.html", "测试县2021年政府信息公开工作年度报告")))
    for path in ("202001/t20200120_1", "202101/t20210120_2", "201801/t20180120_3", "201801/t20180121_4",
                 "2021n/202201/t20220101_5"):  # fmt: skip
        web.page(f"{base}/{path}.html", f"<h1>{path}</h1>")


def wait_until(done, seconds: float = 40.0) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)

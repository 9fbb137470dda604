"""Our crawl, which keeps every answer in WARC, beside a plain Scrapy spider on the same pages of a loopback server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from urllib.parse import quote

from tests.benchmarks.corpus import ROOT, generated
from tests.benchmarks.cost import Cost, run
from tests.benchmarks.report import Options, Outcome
from transforms.warc import read_captures

TITLE = "A crawl beside a plain Scrapy spider"
PAGES, ROUNDS, ROWS, GATE = 1_000, 3, 25, 0.8  # articles, rounds, rows a list, speed as a share of the plain spider's
HEAD = """{pages:,} generated pages on {lists} lists of a loopback server, delays off, whole processes in {rounds} interleaved rounds, median.
Ours obeys robots.txt, takes turns, checks addresses, asks for one page at a time over a connection of its own, judges every
answer, remembers its links and writes WARC with indexes into a store. The plain spider has Scrapy's own settings (eight
requests at a time, connections kept), parses lists and articles with selectors and keeps nothing.

| crawler | CPU ms a page | wall ms a page | spread of CPU |
|---|---|---|---|"""
HOST, COLUMN = "www.cs.gov.cn", "/zwgk/zfxxgknb/"
SITE = f"""- {{site_id: cs, host: {HOST}, name: 测试县人民政府, division: '652301', level: county, family: trs_wcm,
   columns: [{{url: 'http://{HOST}{COLUMN}'}}], expect: {{min_reports: 1}}, basis: invented for this benchmark,
   checked_on: '2026-11-22'}}
"""


def measure(options: Options) -> Outcome:
    """Crawl the same site both ways; missed: less than 0.8 of the plain spider's speed by CPU. FileNotFoundError without generator."""
    pages, rounds = options.pages or PAGES, options.rounds or ROUNDS
    spent: dict[str, list[Cost]] = {"ours": [], "plain Scrapy": []}
    with tempfile.TemporaryDirectory() as name, served(_site(Path(name), pages)) as port:
        folder = Path(name)
        (folder / "sites").mkdir()
        (folder / "sites" / "xinjiang.yml").write_text(SITE, encoding="utf-8")
        for number in range(rounds + 1):
            ours, plain_one = _ours(folder, port, number, pages), _plain(folder, port, pages)
            if number:  # the first round compiles the modules
                spent["ours"].append(ours)
                spent["plain Scrapy"].append(plain_one)
    lines = HEAD.format(pages=pages, lists=-(-pages // ROWS), rounds=rounds).split("\n")
    cpu = {title: median(cost.cpu for cost in costs) for title, costs in spent.items()}
    wall = {title: median(cost.wall for cost in costs) for title, costs in spent.items()}
    for title, costs in spent.items():
        spread = (max(cost.cpu for cost in costs) - min(cost.cpu for cost in costs)) / cpu[title]
        lines.append(f"| {title} | {cpu[title] / pages * 1e3:.2f} | {wall[title] / pages * 1e3:.2f} | {spread:.0%} |")
    speed, shown = cpu["plain Scrapy"] / cpu["ours"], wall["plain Scrapy"] / wall["ours"]
    lines += ["", f"Our speed as a share of the plain spider's: {speed:.2f} by CPU (wanted: at least {GATE}), {shown:.2f} by the clock,",
              "where one page at a time waits for every answer and eight do not."]  # fmt: skip
    return Outcome(lines, [f"{speed:.2f} of a plain spider's speed by CPU"] if speed < GATE else [])


def _site(folder: Path, pages: int) -> dict[str, bytes]:
    """The answers of the site by path: lists that link to each other, articles, robots.txt."""
    warcs, _ = generated(folder / "corpus", pages)
    bodies = [capture.body for data in warcs for capture in read_captures(data, "k")][:pages]
    paths = [f"{COLUMN}202401/t20240118_{number}.html" for number in range(pages)]
    site = {"/robots.txt": b"User-agent: *\nDisallow: /admin/\n", **dict(zip(paths, bodies, strict=True))}
    lists = -(-pages // ROWS)
    for at in range(lists):
        rows = "".join(
            f"<li><a href='{path}'>第{number}镇2023年政府信息公开工作年度报告</a><span>2024-01-18</span></li>"
            for number, path in enumerate(paths[at * ROWS :][:ROWS], at * ROWS)
        )
        script = f"<script>createPageHTML({lists}, {at}, 'index', 'html');</script>"
        bar = f"<a class=next href='{COLUMN}index_{at + 1}.html'>下一页</a>" if at + 1 < lists else ""
        site[COLUMN + (f"index_{at}.html" if at else "")] = f"<html><ul>{rows}</ul>{bar}{script}</html>".encode()
    return site


@contextlib.contextmanager
def served(site: dict[str, bytes]) -> Iterator[int]:
    """Serve answers by path from a thread, connections kept as the client likes; yields the port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = site.get(head.split(b" ", 2)[1].decode())
                status, kind = (
                    ("200 OK", "text/html; charset=utf-8") if body is not None else ("404 Not Found", "text/plain")
                )
                body = body or b""
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
                )
                await writer.drain()
                if b"connection: close" in head.lower():
                    break
        writer.close()

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(answer, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _ours(folder: Path, port: int, number: int, pages: int) -> Cost:
    stats, env = folder / "ours.json", {
        "ARCHIVE_SITES": str(folder / "sites"), "ARCHIVE_RESOLVE_ALL": f"127.0.0.1:{port}", "ARCHIVE_NO_DELAY": "1",
        "ARCHIVE_LOCKS": str(folder / "locks"), **_compiled(folder),
    }  # fmt: skip
    store = folder / f"archive{number}"
    command = ["-m", "scrapers.run", "--site", "cs", "--store", str(store), "--crawl-id", "c", "--stats", str(stats)]
    cost = run([sys.executable, *command], cwd=ROOT, env=env)
    _check("ours", json.loads(stats.read_text(encoding="utf-8"))["pages"], pages)
    return cost


def _plain(folder: Path, port: int, pages: int) -> Cost:
    counted = folder / "plain.txt"
    cost = run(
        [sys.executable, "-m", __spec__.name, f"http://127.0.0.1:{port}{quote(COLUMN)}", str(counted)],
        cwd=ROOT,
        env=_compiled(folder),
    )
    _check("plain Scrapy", int(counted.read_text()), pages)
    return cost


def _compiled(folder: Path) -> dict[str, str]:
    """Modules are compiled once, whatever the surroundings say."""
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder / "pyc")}


def _check(title: str, got: int, pages: int) -> None:
    if got != pages:
        raise RuntimeError(f"{title} brought {got} of {pages} pages")


def plain(start: str, counted: Path) -> None:
    """Crawl from a list with a spider as a tutorial writes it; the number of articles is left in a file."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Plain(scrapy.Spider):
        name = "plain"
        start_urls = (start,)
        seen = 0

        def parse(self, response: scrapy.http.Response) -> Iterator[scrapy.Request]:
            yield from response.follow_all(css="li a", callback=self.parse_article)
            yield from response.follow_all(css="a.next")

        def parse_article(self, response: scrapy.http.Response) -> dict[str, str]:
            type(self).seen += 1
            return {"url": response.url, "title": response.css("title::text").get("")}

    process = CrawlerProcess({"LOG_LEVEL": "INFO", "TELNETCONSOLE_ENABLED": False})
    process.crawl(Plain)
    process.start()
    counted.write_text(str(Plain.seen))


if __name__ == "__main__":
    os.environ.pop("http_proxy", None)
    plain(sys.argv[1], Path(sys.argv[2]))

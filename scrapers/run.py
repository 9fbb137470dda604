"""One crawl of one site: `crawl_site()` for callers, `python -m scrapers.run` for the child it starts.

A child process because Scrapy's reactor runs once per process, and so that a crawl can be ended with its
group. Nothing reaches the store before the crawl is complete and judged: first the WARC files with their
indexes, then the site's links. A crawl that could not fetch all it wanted (partial), or was broken off, brings what
it has but does not count as done: the next try asks for the rest. One that was killed leaves what it has in the
spool, for the next try to bring. Any other failed crawl leaves the store as it was.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import hashlib
import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapers.crawls import GOOD, Summary, parse_years, save_summary, years_text
from scrapers.estates import BEIJING, estates_of
from scrapers.judge import KEPT, judge
from scrapers.locks import hold, lock_folder
from transforms.store import Store, open_store

if TYPE_CHECKING:
    from scrapy.crawler import CrawlerProcess

    from schemas.registry import Site
    from scrapers.base import ColumnSpider
    from scrapers.pace import Pace

FRESH_HOURS = 24.0
_LINE = re.compile(r"^(DEBUG|INFO|WARNING|ERROR|CRITICAL) (.*)$", re.S)
_CRAWL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
log = logging.getLogger("scrapers.run")


class CrawlFailed(RuntimeError):
    """A crawl did not end well; `reason` is one word, `summary` what is known about it (may be empty)."""

    def __init__(self, reason: str, summary: Summary | None = None) -> None:
        self.reason, self.summary = reason, summary or {}
        detail = self.summary.get("detail", "")
        super().__init__(f"{self.summary.get('site_id', 'crawl')}: {reason}{': ' if detail else ''}{detail}")


def crawl_site(
    site: Site,
    *,
    years: range | None,
    store: Any,
    crawl_id: str,
    stats_path: Path | None = None,
    fresh_hours: float = FRESH_HOURS,
    on_log: Callable[[int, str], None] = log.log,
) -> Summary:
    """Crawl `site` in a child process into `store` (a Store or its address) and return the summary.

    The summary is kept in the store, of a failed crawl too. Log lines are handed to `on_log(level, line)` as they
    come. Raises CrawlFailed when the crawl ended badly; whatever else interrupts the call also ends the child and
    its group.
    """
    store = open_store(store) if isinstance(store, str) else store
    started = datetime.now(UTC).replace(microsecond=0).isoformat()
    with tempfile.TemporaryDirectory(prefix="crawl-") as folder:
        stats = stats_path or Path(folder) / "summary.json"
        stats.unlink(missing_ok=True)  # an earlier attempt's summary must not be taken for this one's
        command = [
            sys.executable, "-m", "scrapers.run", "--site", site.site_id, "--store", store.uri,
            "--crawl-id", crawl_id, "--stats", str(stats), "--fresh-hours", str(fresh_hours),
            "--parent", str(os.getpid()),
        ]  # fmt: skip
        if years is not None:
            command += ["--years", years_text(years)]
        root = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH", "")]))
        env = {**os.environ, "PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "TMPDIR": folder}
        env["ARCHIVE_LOCKS"] = str(lock_folder())  # the child's temporary folder is its own
        child = subprocess.Popen(  # noqa: S603 — our own module, no shell
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env=env,
            start_new_session=True,
        )
        try:
            for line in child.stdout or ():
                _relay(line.rstrip(), on_log)
            code = child.wait()
        finally:
            _end(child)
        summary: Summary = json.loads(stats.read_text(encoding="utf-8")) if stats.exists() else {}
    if not summary:  # it died before it could say anything
        summary = {"site_id": site.site_id, "family": site.family, "crawl_id": crawl_id, "started": started}
    if code != 0 and summary.get("outcome") in (None, *GOOD):
        summary["outcome"] = f"exit_{code}"
    save_summary(store, summary, years)
    if summary["outcome"] not in GOOD:
        raise CrawlFailed(summary["outcome"], summary)
    return summary


def _relay(line: str, on_log: Callable[[int, str], None]) -> None:
    match = _LINE.match(line)
    if match:
        on_log(logging.getLevelNamesMapping()[match[1]], match[2])
    elif line:
        on_log(logging.INFO, line)


def _end(child: subprocess.Popen[str]) -> None:
    """End the child's whole group: politely first (a second signal is not needed), then for good."""
    for sign, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        if child.poll() is not None:
            break
        try:
            os.killpg(child.pid, sign)
            child.wait(seconds)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
    if child.stdout:
        child.stdout.close()


# -- the child ----------------------------------------------------------------------------------------


def crawl(
    site: Site, years: range | None, store: Store, crawl_id: str, fresh: timedelta = timedelta(days=1),
    spider: type[ColumnSpider] | None = None,
) -> Summary:  # fmt: skip
    """Run Scrapy in this process (once per process) and publish what it brought, unless it failed.

    `spider` is the family's by default. The site is held from before its memory is read until it is written, and so
    are its estates.
    """
    from scrapy.crawler import CrawlerProcess

    from scrapers.addresses import hosts_of
    from scrapers.guards import stopped
    from scrapers.leases import hold_lease
    from scrapers.pace import Pace
    from scrapers.settings import crawl_settings, exemptions

    if not _CRAWL_ID.fullmatch(crawl_id):
        raise ValueError(f"not a crawl id: {crawl_id!r}")
    settings = crawl_settings(site.delay)
    process = CrawlerProcess(settings)  # first of all: it sets up the log
    process.settings.update(exemptions(site, datetime.now(BEIJING).date()))
    forced, no_delay = settings["ARCHIVE_RESOLVE_ALL"], settings["ARCHIVE_NO_DELAY"]
    pace = Pace(lock_folder(), site.delay, site.daily_cap, site.hours, no_delay=no_delay, tag=forced)
    place = hashlib.sha256(store.uri.encode()).hexdigest()[:12]
    lost = threading.Event()
    with contextlib.ExitStack() as held:
        held.enter_context(hold(f"{site.site_id}@{place}", lock_folder()))
        for name in estates_of(hosts_of(site)):
            held.enter_context(hold_lease(store, pace.estate(name), lock_folder(), lost))
        started = datetime.now(UTC).replace(microsecond=0)
        stop = stopped(store, hosts_of(site), started)
        if stop is not None:
            told = f"{stop.sign} at {stop.url}; {stop.host} is left alone until {stop.until}"
            return _summary(site, crawl_id, started, "stopped", told)
        return _crawl(site, years, store, crawl_id, started, fresh, process, pace, lost, spider)


def _crawl(
    site: Site, years: range | None, store: Store, crawl_id: str, started: datetime, fresh: timedelta,
    process: CrawlerProcess, pace: Pace, lost: threading.Event, kind: type[ColumnSpider] | None,
) -> Summary:  # fmt: skip
    from scrapers.guards import note_stop
    from scrapers.links import load_links, save_links
    from scrapers.spiders import spider_of
    from scrapers.spool import Spool, spool_folder
    from scrapers.warc import WarcSet, upload
    from scrapers.watch import Watch

    book = load_links(store, site.family, site.site_id)
    spool, prefix = Spool(spool_folder(store.uri, site.family, site.site_id)), f"raw/{site.family}/{site.site_id}"
    recovered = spool.recover(book, prefix, started)
    keys = [upload(store, prefix, path) for path in recovered]  # as of any crawl that was broken off
    if recovered:
        log.info("taking up a crawl that was ended: %d pages and lists of it are here", len(book.resumed))
        save_links(store, site.family, site.site_id, book)
    spool.clear()
    spool.begin(started, book)
    warcs = WarcSet(spool.folder, crawl_id, site.site_id, site.family, first=_unused(store, prefix, crawl_id))
    watch = Watch(lost)
    crawler = process.create_crawler(kind or spider_of(site.family))
    process.crawl(crawler, site=site, years=years, book=book, warcs=warcs, started=started, fresh=fresh, pace=pace,
                  spool=spool, watch=watch)  # fmt: skip
    process.start()
    spider: Any = crawler.spider
    stats: dict[str, Any] = crawler.stats.get_stats() if crawler.stats else {}
    outcome, detail = judge(spider, stats) if spider is not None else ("interrupted", "the spider did not start")
    detail = "; ".join(filter(None, [detail, getattr(spider, "drift", "")]))
    if watch.blocked:
        note_stop(store, **watch.blocked, now=started)
    warcs.close()
    if outcome in KEPT:
        keys += warcs.upload(store)
        save_links(store, site.family, site.site_id, book)
    spool.clear()
    counts = dict(spider.counts) if spider is not None else {}
    counts["revisits"] = stats.get("archive/revisits", 0)
    return {
        **_summary(site, crawl_id, started, outcome, detail),
        "requests": stats.get("archive/responses", 0), "pages": counts.get("pages", 0), "bytes": warcs.bytes,
        "errors": sum(counts.get(name, 0) for name in ("failed_lists", "failed_pages", "failed_files")),
        "warc_keys": keys, "counts": counts,
    }  # fmt: skip


def _unused(store: Store, prefix: str, crawl_id: str) -> int:
    """The first number that no WARC file of this crawl has in the store: a killed try of it may have left some."""
    number = 0
    while store.stat(f"{prefix}/{crawl_id}-{number}.warc.gz") is not None:
        number += 1
    return number


def _summary(site: Site, crawl_id: str, started: datetime, outcome: str, detail: str) -> Summary:
    """The summary of a crawl that asked for nothing."""
    return {
        "site_id": site.site_id, "family": site.family, "crawl_id": crawl_id, "requests": 0, "pages": 0, "bytes": 0,
        "errors": 0, "warc_keys": [], "started": started.isoformat(),
        "finished": datetime.now(UTC).replace(microsecond=0).isoformat(), "outcome": outcome, "detail": detail,
        "counts": {},
    }  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Entry of the child process: 0 when the crawl is good, 1 when it is judged bad."""
    parser = argparse.ArgumentParser(prog="python -m scrapers.run", description="Crawl one site of the registry.")
    parser.add_argument("--site", required=True)
    parser.add_argument("--years", help="2019 or 2008-2025; all when left out")
    parser.add_argument("--store", required=True)
    parser.add_argument("--crawl-id", required=True)
    parser.add_argument("--stats", type=Path, help="where to write the summary (JSON)")
    parser.add_argument("--fresh-hours", type=float, default=FRESH_HOURS)
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    _die_with_parent(options.parent)

    from schemas.registry import load_sites

    sites = load_sites()
    if options.site not in sites:
        parser.error(f"no site {options.site!r} in the registry")
    summary = crawl(
        sites[options.site], parse_years(options.years), open_store(options.store), options.crawl_id,
        timedelta(hours=options.fresh_hours),
    )  # fmt: skip
    text = json.dumps(summary, ensure_ascii=False, indent=1, sort_keys=True)
    if options.stats:
        options.stats.write_text(text + "\n", encoding="utf-8")
    else:
        sys.stdout.write(text + "\n")
    return 0 if summary["outcome"] in GOOD else 1


def _die_with_parent(parent: int) -> None:
    """Ask Linux to end us when the parent dies, however it dies; other systems rely on the group."""
    if parent and sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(
            1, signal.SIGKILL
        )  # 1 = PR_SET_PDEATHSIG; nothing of ours is half published
        if os.getppid() != parent:  # it died before we asked
            sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())

"""Scrapy settings of every crawl. No credential ever stands here: Scrapy logs its settings."""

from __future__ import annotations

import logging
import os
from datetime import date
from typing import Any

from schemas.registry import Site
from scrapers.warc import SOFTWARE

MAX_PAGE_BYTES = 5_000_000
TIMEOUT = 30.0
# What Scrapy would send every answer through. No cookies and no passwords are sent; the hosts are our own
# middleware's, the proxy and the unpacking are the download handler's, every status is the spider's to judge.
_NOT_NEEDED = {
    "downloader": (
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware",
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware",
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware",
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
        "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware",
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware",
        "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware",
        "scrapy.downloadermiddlewares.stats.DownloaderStats",  # keep.py counts
    ),
    "spider": (
        "scrapy.spidermiddlewares.start.StartSpiderMiddleware",
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware",
        "scrapy.spidermiddlewares.referer.RefererMiddleware",
        "scrapy.spidermiddlewares.depth.DepthMiddleware",
    ),
}
log = logging.getLogger("scrapers.settings")


def user_agent() -> str:
    """Return who we are and how to reach us (ARCHIVE_CONTACT: an address people can write to)."""
    contact = " ".join(os.environ.get("ARCHIVE_CONTACT", "").split()) or "contact not set"
    return f"{SOFTWARE} (+{contact})"


def exemptions(site: Site, today: date) -> dict[str, Any]:
    """Return the settings of the rules that do not bind us at a site today; one that has ended is said to have."""
    tls: dict[str, list[str]] = {}
    robots: list[str] = []
    for one in site.exemptions:
        if not one.holds(today):
            log.warning("%s: the exemption of %s from %s ended on %s", site.site_id, one.host, one.what, one.until)
            continue
        log.warning("%s: %s is exempt from %s until %s: %s", site.site_id, one.host, one.what, one.until, one.reason)
        if one.what == "robots":
            robots.append(one.host)
        else:
            tls.setdefault(one.host, []).append(one.what)
    return {"ARCHIVE_ROBOTS_EXEMPT": robots, "ARCHIVE_TLS_EXEMPT": tls}


def crawl_settings(delay: float) -> dict[str, Any]:
    """Return the settings of one site's crawl.

    ARCHIVE_NO_DELAY is honoured only together with ARCHIVE_RESOLVE_ALL, when no real host can be reached.
    """
    forced = os.environ.get("ARCHIVE_RESOLVE_ALL", "")
    no_delay = bool(forced) and os.environ.get("ARCHIVE_NO_DELAY", "") not in ("", "0")
    handler = "scrapers.download.ArchiveDownloadHandler"
    return {
        "USER_AGENT": user_agent(),
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": SOFTWARE.split("/")[0],
        "DOWNLOAD_DELAY": 0.0 if no_delay else delay,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "ARCHIVE_NO_DELAY": no_delay,
        "ARCHIVE_RESOLVE_ALL": forced,
        "CONCURRENT_REQUESTS": 4,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CONCURRENT_ITEMS": 1,  # we yield none; Scrapy starts so many tasks for every answer
        "WARN_ON_GENERATOR_RETURN_VALUE": False,  # Scrapy would parse a callback's source for every answer
        "DOWNLOAD_TIMEOUT": TIMEOUT,
        "DOWNLOAD_MAXSIZE": MAX_PAGE_BYTES,
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler, "ftp": None, "file": None, "s3": None, "data": None},
        # identity: what is archived is the page itself, not a packing of it
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "identity",
        },
        "DOWNLOADER_MIDDLEWARES": {
            "scrapers.politeness.SameHostMiddleware": 50,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "scrapers.politeness.ObeyRobotsMiddleware": 100,
            "scrapers.keep.KeepMiddleware": 990,
            **dict.fromkeys(_NOT_NEEDED["downloader"]),
        },
        "SPIDER_MIDDLEWARES": dict.fromkeys(_NOT_NEEDED["spider"]),
        "RETRY_TIMES": 2,
        "RETRY_EXCEPTIONS": [OSError],  # what our download handler raises
        "RETRY_HTTP_CODES": [500, 502, 503, 504],
        "REDIRECT_MAX_TIMES": 5,
        "TELNETCONSOLE_ENABLED": False,
        "LOG_LEVEL": "INFO",
        "LOG_FORMAT": "%(levelname)s %(name)s: %(message)s",
    }

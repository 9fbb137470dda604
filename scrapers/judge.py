"""What a crawl is called in the end. Silence is failure: Scrapy would call most of these a success."""

from __future__ import annotations

from typing import Any

from scrapers.crawls import GOOD

PARTIAL = "partial"
FAILED_SHARE = 0.1  # of the wanted pages: beyond this a crawl is partial
# Pages that did not fail and yet did not come: a site that loses many of them so has changed, or shows us other things.
AWAY = {
    "refused": "are not the site's or too large",
    "denied": "are denied by robots.txt",
    "soft_404": "are not there though the server says 200",
}
# Ends that say nothing against what came before them: it is kept, and the rest is asked for later.
BROKEN_OFF = ("blocked", "interrupted", "unreachable", "daily_cap", "closed_hours", "lease_lost")
KEPT = (*GOOD, PARTIAL, *BROKEN_OFF)


def judge(spider: Any, stats: dict[str, Any]) -> tuple[str, str]:
    """Return the outcome of a crawl in one word, and a detail for people."""
    counts, finish, site = spider.counts, str(stats.get("finish_reason", "none")), spider.site
    broken = {name: n for name, n in stats.items() if name.startswith("spider_exceptions/")}
    read = counts["lists"] + counts["lists_fresh"]
    had = counts["pages"] + counts["skipped_known"] + counts["unchanged"]
    failed = counts["failed_pages"] + counts["failed_files"]
    away = sum(counts[name] for name in AWAY)
    wanted = had + failed + counts["gone"] + away
    shown = counts["links"] - counts["gone"] - away  # a link that leads nowhere is no report
    if finish in BROKEN_OFF:
        return finish, str(spider.watch.over or "")
    if finish != "finished":
        return "interrupted", finish
    if broken:
        return "spider_error", ", ".join(sorted(broken))
    if stats.get("robotstxt/forbidden") and not read and not stats.get("archive/robots_unreachable"):
        return "robots", "robots.txt does not let us in"
    if not read:
        return "no_lists", f"{counts['failed_lists']} lists failed, none read: {spider.trouble}".removesuffix(": ")
    if counts["denied"] and counts["denied"] == wanted:
        return "robots", f"robots.txt does not let us in to any of the {wanted} pages"
    if counts["failed_lists"] or failed > FAILED_SHARE * wanted:
        return PARTIAL, f"{counts['failed_lists']} lists and {failed} of {wanted} pages failed"
    if site.min_reports > 0 and counts["empty_lists"] == read and spider.book.pages():
        return "empty_lists", f"{read} lists read, none shows a link; the site has changed"
    if (spider.expected() > 0 or counts["moved"]) and shown <= 0:
        return "no_pages", f"{read} lists read, no page found"
    if shown < spider.expected():
        return "too_few_pages", f"{shown} pages shown, the registry expects {spider.expected()}"
    if counts["empty_columns"] and shown > 0:
        return PARTIAL, f"{counts['empty_columns']} columns of the registry show nothing"
    if counts["denied_lists"] or (away > 1 and failed + away > FAILED_SHARE * wanted):  # one page is no pattern
        lost = {"denied_lists": "lists are denied by robots.txt", **AWAY, "failed_pages": "failed"}
        said = "; ".join(f"{counts[name]} {what}" for name, what in lost.items() if counts[name])
        return PARTIAL, f"of {wanted} pages: {said}"
    told = {"capped": "more lists and pages than one crawl may ask for",
            "moved": "columns of the registry are gone, the site was searched from its home page"}  # fmt: skip
    left = [f"{counts[name]} {what}" for name, what in told.items() if counts[name]]
    return ("ok" if counts["pages"] else "nothing_new"), "; ".join(left)

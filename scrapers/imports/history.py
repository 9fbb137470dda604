"""One import of one site's past from a web archive: list, choose, fetch, keep, and say how it went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Protocol

from schemas.facts import facts
from schemas.registry import Site
from schemas.sources import Source
from scrapers.answers import TooLarge
from scrapers.crawls import GOOD, Summary, save_summary
from scrapers.imports.captures import Query, Row, Wanted, choose, fits, of_address, of_site
from scrapers.imports.client import Client, Denied, SentAway, Unavailable, log
from scrapers.imports.commoncrawl import CommonCrawl
from scrapers.imports.fetched import DIFFERS, CaptureFailed, Fetched, ListFailed, ListRefused
from scrapers.imports.lists import Lists
from scrapers.imports.segments import Segments, load_known
from scrapers.imports.stops import note_stop, stopped_until
from scrapers.imports.wayback import Wayback
from scrapers.judge import FAILED_SHARE, PARTIAL
from scrapers.politeness import AddressRefused
from scrapers.run import CrawlFailed
from transforms.store import Store

MAX_ROWS = 200_000  # of one question; what an index lists beyond is left for a narrower one
MAX_FAILURES = 10  # captures, one after another: the archive is not itself today
MAX_SILENCES = 3  # questions, one after another, that were not answered or not meant to be
LOST = frozenset({"gone", "refused", "too_large"})  # not to be had by asking again


class Archive(Protocol):
    """A web archive's protocol; what a `fixed` index lists never changes, so it is asked once."""

    fixed: bool

    def indexes(self, captured: range | None) -> Iterable[str]:
        """Yield the indexes to ask about captures of these years."""

    def rows(self, index: str, query: Query, captured: range | None) -> Iterable[Row]:
        """Yield what an index lists for a query."""

    def fetch(self, row: Row) -> Fetched:
        """Return a listed capture."""


PROTOCOLS: dict[str, Callable[[Source, Client], Archive]] = {"wayback": Wayback, "commoncrawl": CommonCrawl}


def wanted_of(names: Iterable[str], sites: Mapping[str, Site]) -> list[Wanted]:
    """Return what is asked for sites, families and provinces of the registry, and for addresses.

    Raises ValueError for a name that is none of these.
    """
    found: dict[str, Wanted] = {}
    for name in names:
        chosen = [site for site in sites.values() if name in (site.site_id, site.family, site.province)]
        for wanted in [of_site(site) for site in chosen] or [of_address(name)]:
            found.setdefault(f"{wanted.site_id} {wanted.queries}", wanted)
    if not found:
        raise ValueError("nothing is asked of the archive: name sites, families, provinces or addresses")
    return list(found.values())


def import_history(
    client: Client, wanted: Wanted, store: Store, crawl_id: str, captured: range | None = None
) -> Summary:
    """Bring in what the client's archive holds of one site, captured in these years, and return the summary.

    Nothing that an earlier import brought is fetched again. The summary is kept in the store, a bad one too.
    Raises CrawlFailed when the import did not end well; whatever interrupts it, the captures fetched so far are kept.
    """
    source, started, counts = client.source, _now(), Counter[str]()
    asked_before, waited_before = client.requests, client.waits
    segments = Segments(store, source.name, wanted.site_id, crawl_id)
    stopped = ("", "")
    try:
        if until := stopped_until(store, source.name, datetime.now(UTC)):
            raise Unavailable(f"{source.title} asked us to stay away until {until:%Y-%m-%d %H:%M} UTC")
        _bring(client, wanted, captured, store, segments, counts)
    except SentAway as error:
        note_stop(store, source.name, datetime.now(UTC), error.seconds)
        stopped = "unavailable", str(error)
    except Denied as error:
        stopped = "robots", str(error)
    except AddressRefused as error:
        stopped = "address_refused", str(error)
    except (Unavailable, ListFailed) as error:
        stopped = "unavailable", str(error)
    finally:
        segments.flush()
    counts["waits"] = client.waits - waited_before
    outcome, detail = judge(counts, wanted.expected, stopped)
    summary: Summary = {
        "site_id": wanted.site_id, "family": source.name, "crawl_id": crawl_id,
        "requests": client.requests - asked_before, "pages": counts["pages"], "bytes": segments.bytes,
        "errors": counts["failed_lists"] + counts["failed_pages"], "warc_keys": segments.keys,
        "started": started, "finished": _now(), "outcome": outcome, "detail": detail, "counts": dict(counts),
    }  # fmt: skip
    save_summary(store, summary, captured)
    if outcome not in GOOD:
        raise CrawlFailed(outcome, summary)
    return summary


def judge(counts: Mapping[str, int], expected: int, stopped: tuple[str, str] = ("", "")) -> tuple[str, str]:
    """Return the outcome of an import in one word, and a detail for people; see scrapers.run.judge."""
    word, detail = stopped
    lists, pages, failed = (counts.get(name, 0) for name in ("lists", "pages", "failed_pages"))
    if word:
        return (PARTIAL if pages and word == "unavailable" else word), detail
    if not lists + counts.get("lists_known", 0):
        return "no_lists", f"{counts.get('failed_lists', 0)} lists failed, none read"
    wanted = pages + failed + counts.get("skipped_known", 0)
    if counts.get("failed_lists") or failed > FAILED_SHARE * wanted:
        return PARTIAL, f"{counts.get('failed_lists', 0)} lists and {failed} of {wanted} captures failed"
    if expected and not counts.get("listed"):
        return "no_captures", "the archive holds nothing that was asked for"
    if expected and not wanted - failed:
        return "no_pages", "none of the captures that the archive lists could be had"
    left = f"{counts['capped']} more captures than one import may ask for" if counts.get("capped") else ""
    return ("ok" if pages else "nothing_new"), left


def _bring(
    client: Client, wanted: Wanted, captured: range | None, store: Store, segments: Segments, counts: Counter[str]
) -> None:
    source = client.source
    archive = PROTOCOLS[source.protocol](source, client)
    lists = Lists(store, source, wanted.site_id) if archive.fixed else None
    try:
        rows = _listed(archive, source, wanted, captured, lists, counts)
    finally:
        if lists:
            lists.save(segments.crawl_id)
    in_a_row = refusals = 0
    for row in choose(rows, load_known(store, source.name, wanted.site_id), source, counts):
        try:
            fetched = archive.fetch(row)
        except CaptureFailed as error:
            counts[error.reason] += 1
            log.info("%s: %s", source.name, error)
            refusals = refusals + 1 if error.reason == "refused" else 0
            if refusals >= facts("guards")["forbidden_limit"]:
                raise Unavailable(f"{source.title} refused {refusals} captures in a row") from error
            if error.reason in LOST:
                continue
            counts["failed_pages"] += 1
            in_a_row += 1
            if in_a_row >= MAX_FAILURES:
                raise Unavailable(f"{in_a_row} captures in a row could not be had") from error
            continue
        in_a_row = refusals = 0
        segments.add(fetched)
        counts["pages"] += 1
        if fetched.verdict:
            counts["rejected" if fetched.verdict == DIFFERS else fetched.verdict] += 1


def _listed(
    archive: Archive, source: Source, wanted: Wanted, captured: range | None, lists: Lists | None,
    counts: Counter[str],
) -> list[Row]:  # fmt: skip
    """Everything the indexes list that fits; a question that fails is counted, the others are asked all the same."""
    rows: list[Row] = []
    silences = 0
    for index, query in ((index, query) for index in archive.indexes(captured) for query in wanted.queries):
        told = lists.get(index, query, captured) if lists else None
        if told is not None:
            rows += told
            counts["lists_known"] += 1
            continue
        try:
            shown = list(islice(archive.rows(index, query, captured), MAX_ROWS + 1))
        except SentAway:
            raise
        except (ListFailed, TooLarge, Unavailable) as error:
            counts["failed_lists"] += 1
            log.warning("%s: %s", source.name, error)
            silences = silences + 1 if isinstance(error, Unavailable | ListRefused) else 0
            if silences >= MAX_SILENCES:  # what is listed by now is fetched, if it can be
                break
            continue
        silences = 0
        told = [row for row in shown if fits(source, query, row)]
        rows += told
        counts["lists"] += 1
        counts["unfit"] += len(shown) - len(told)
        if len(shown) > MAX_ROWS:  # at least one more than is looked at
            counts["capped"] += 1
        elif lists:
            lists.put(index, query, captured, told)
    return rows


def _now() -> str:
    return datetime.now(UTC).replace(microsecond=0).isoformat()

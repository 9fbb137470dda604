"""What the tasks do, as plain functions over the store. Nothing here knows Airflow.

A finished crawl leaves a mark (scrapers/crawls.py) and, once its pages are read, the stage that read them. A
site is complete when both are there. A crawl killed before its mark is done again; a crawl whose reading was
lost is only read again.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from schemas.folders import site_folders


class SiteUnreachable(ConnectionError):
    """A crawl failed because requests did: worth another try, unlike a site that changed."""


def split_key(key: str | None) -> tuple[str, str]:
    """Split `xinjiang|2008-2025`; Airflow accepts runs without any key, so refuse those here."""
    left, bar, right = (key or "").partition("|")
    if not (left and bar and right):
        raise ValueError(f"this run needs a partition key such as xinjiang|2019, it has {key!r}")
    return left, right


def open_archive() -> Any:
    """Open the store that ARCHIVE_STORE names; a task never makes one up."""
    from transforms.store import open_store

    named = os.environ.get("ARCHIVE_STORE")
    if not named:
        raise ValueError("ARCHIVE_STORE is not set: it names the store, e.g. s3://archive")
    return open_store(named)


def wanted_sites(family: str, province: str, *, levels: Iterable[str] = (), sites: Iterable[str] = ()) -> list[Any]:
    """Return the registry's sites of one family and province, narrowed by level and site when given."""
    levels, sites = set(levels), set(sites)
    found = []
    for site in _registry().values():
        if site.family != family or site.province != province or site.valid_to:
            continue
        if (not levels or site.level in levels) and (not sites or site.site_id in sites):
            found.append(site)
    return sorted(found, key=lambda site: str(site.site_id))


def _registry() -> Mapping[str, Any]:
    from schemas.registry import known_sites

    return known_sites(tuple(site_folders()))


def is_complete(store: Any, family: str, site_id: str, years: str, today: date | None = None) -> bool:
    """Tell whether a site is crawled for these years and its pages are read by the present stage.

    Crawls for parts of the years or for more count together; `today` as in scrapers.crawls.covering_marks.
    """
    from scrapers.crawls import covering_marks, parse_years
    from transforms.read import STAGE_VERSION

    marks = covering_marks(store, family, site_id, parse_years(years), today)
    return bool(marks) and all(mark.get("read_stage") == STAGE_VERSION for mark in marks)


def ended_years_of(years: str, today: date) -> str:
    """Return those of a plan's years that have ended by a day in China, "" when none has; ValueError for no years."""
    from scrapers.crawls import ended_years, parse_years, years_text

    ended = ended_years(parse_years(years), today)
    return years_text(ended) if ended else ""


def fitting_sites(
    families: Iterable[str], provinces: Iterable[str], *, levels: Iterable[str] = (), sites: Iterable[str] = ()
) -> list[Any]:
    """Return the registry's sites that a plan may ask; ValueError when none fits or the registry does not know one."""
    families, provinces, levels, sites = list(families), list(provinces), list(levels), list(sites)
    strange = sorted(set(sites) - set(_registry()))
    if strange:
        raise ValueError(f"not in the registry: {', '.join(strange)}")
    found = [
        site
        for family in families
        for province in provinces
        for site in wanted_sites(family, province, levels=levels, sites=sites)
    ]
    if not found:
        narrow = f", level {', '.join(levels)}" * bool(levels) + f", site {', '.join(sites)}" * bool(sites)
        raise ValueError(
            f"no site of the registry fits: province {', '.join(provinces) or 'none'}, "
            f"family {', '.join(families) or 'none'}{narrow}"
        )
    return found


def plan_sites(
    store: Any,
    family: str,
    provinces: Iterable[str],
    years: str,
    *,
    levels: Iterable[str] = (),
    sites: Iterable[str] = (),
    only: str = "missing",
    today: date | None = None,
    ledger: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
) -> dict[str, list[str]]:
    """Return the ids of a family's sites that want a crawl, by key `<province>|<years>`; no key is without one.

    `only`: "missing" leaves out sites that are complete; "failed" all whose last crawl for these years did not fail,
    nor was blocked, by the word of the ledger; "all" leaves out none. `today` as in is_complete; `ledger` has rows of
    lake/coverage by province, None: those that the store has.
    """
    planned = {}
    for province in provinces:
        chosen = wanted_sites(family, province, levels=levels, sites=sites)
        if chosen and (left := _to_do(store, chosen, province, years, only, today, ledger)):
            planned[f"{province}|{years}"] = list(left)
    return planned


def _to_do(
    store: Any,
    chosen: Iterable[Any],
    province: str,
    years: str,
    only: str,
    today: date | None,
    ledger: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
) -> dict[str, bool]:
    """The ids of those sites that a wish of plan_sites leaves, each with whether finished crawls answer no more."""
    if today is not None and not ended_years_of(years, today):
        return {}
    if only == "all":
        return {site.site_id: True for site in chosen}
    if only == "failed":
        return _failed(store, chosen, province, years, today, ledger)
    return {site.site_id: False for site in chosen if not is_complete(store, site.family, site.site_id, years, today)}


def _failed(
    store: Any,
    chosen: Iterable[Any],
    province: str,
    years: str,
    today: date | None,
    ledger: Mapping[str, Iterable[Mapping[str, Any]]] | None,
) -> dict[str, bool]:
    """The sites whose last crawl failed or was blocked, as the ledger has it, unless a later one went well."""
    from scrapers.crawls import covering_marks, done_marks, last_answer, parse_years
    from transforms.lake.coverage import read_ledger
    from transforms.read import STAGE_VERSION

    span = parse_years(years)
    tried: dict[str, dict[int, datetime]] = {}
    for row in read_ledger(store, province) if ledger is None else ledger.get(province, ()):
        if row["status"] in ("failed", "blocked") and (span is None or row["year"] in span):
            tried.setdefault(row["site_id"], {})[row["year"]] = row["last_attempt"]
    left = {}
    for site in chosen:
        if site.site_id not in tried:
            continue
        marks = done_marks(store, site.family, site.site_id)
        best = {year: last_answer(marks, year, today) for year in tried[site.site_id]}
        later = [
            mark is not None and datetime.fromisoformat(mark["started"]) > tried[site.site_id][year]
            for year, mark in best.items()
        ]
        read = all(mark and mark.get("read_stage") == STAGE_VERSION for mark in best.values())
        if not (all(later) and read):
            stale = not all(later) and bool(covering_marks(store, site.family, site.site_id, span, today))
            left[site.site_id] = stale
    return left


def update_ledger(store: Any, today: date) -> dict[str, int]:
    """Bring the ledger of expected reports up to a day in China; return what that changed, in counts."""
    from transforms.lake.coverage import build_coverage

    return dict(build_coverage(store, _registry().values(), today))


def sites_to_do(
    store: Any, family: str, key: str | None, extras: Iterable[dict[str, Any]], today: date | None = None
) -> dict[str, bool]:
    """Return the ids of the sites that one crawl run has to visit, as its plan events narrow them.

    Each with whether it is crawled again although finished crawls answer for these years.
    """
    province, years = split_key(key)
    if not wanted_sites(family, province):
        raise ValueError(f"{key}: the registry has no {family} site there")
    extras = list(extras)
    # Several plan runs may have met in one crawl run: the widest of each wish holds.
    levels = [] if any(not e.get("levels") for e in extras) else [v for e in extras for v in e["levels"]]
    sites = [] if any(not e.get("sites") for e in extras) else [v for e in extras for v in e["sites"]]
    chosen = wanted_sites(family, province, levels=levels, sites=sites)
    found: dict[str, bool] = {}
    for only in {e.get("only", "missing") for e in extras} or {"missing"}:
        for site_id, again in _to_do(store, chosen, province, years, only, today).items():
            found[site_id] = found.get(site_id, False) or again
    return dict(sorted(found.items()))


def crawl(
    store: Any, site_id: str, years: str, crawl_id: str, *, again: bool = False, today: date | None = None
) -> dict[str, Any]:
    """Crawl one site in a child process and return the summary; raise CrawlFailed or SiteUnreachable.

    What finished crawls answer for is not asked again unless wished: the summary of the last of them is returned.
    """
    from scrapers.crawls import covering_marks, parse_years
    from scrapers.run import CrawlFailed, crawl_site

    site, wanted = _registry()[site_id], parse_years(years)
    done = [] if again else covering_marks(store, site.family, site_id, wanted, today)
    if done:
        print(f"{site_id}: crawled before as {', '.join(mark['crawl_id'] for mark in done)}")
        return done[-1]
    options: dict[str, Any] = {"fresh_hours": 0.0} if again else {}
    try:
        summary = crawl_site(site, years=wanted, store=store, crawl_id=crawl_id, **options)
    except CrawlFailed as error:
        if error.reason in ("partial", "no_lists", "no_pages") and error.summary.get("errors"):
            raise SiteUnreachable(str(error)) from error
        raise
    print(f"{site_id}: {summary.get('pages')} pages in {summary.get('requests')} requests")
    return summary


def read_site(store: Any, family: str, site_id: str) -> list[str]:
    """Read a site's WARC files into the page cache, mark its crawls as read, return the lake keys they touch.

    All of the site's files, not only those of its last crawl: one that was killed after its upload may have left
    pages that no mark names. What was read before costs one look.
    """
    from scrapers.crawls import done_marks, mark_read
    from transforms.pages import read_warcs, warc_keys
    from transforms.read import STAGE_VERSION

    keys = list(read_warcs(store, warc_keys(store, f"raw/{family}/{site_id}/")))
    for span, _ in done_marks(store, family, site_id):
        mark_read(store, family, site_id, span, STAGE_VERSION)
    return keys


def build_from(store: Any, prefix: str) -> dict[str, int]:
    """Read every WARC under a prefix and build what that touches (transforms.lake.build.build_all); return its counts.

    Crawls whose files are all among them count as read from then on, unless another took their place meanwhile.
    """
    from scrapers.crawls import done_marks, mark_read, read_done
    from transforms.lake.build import build_all
    from transforms.read import STAGE_VERSION

    sites = {tuple(name.split("/")[2:4]) for name in store.list("state/done/")}
    crawled = [
        (family, site_id, years, mark["crawl_id"])
        for family, site_id in sorted(sites)
        if f"raw/{family}/{site_id}/".startswith(prefix)
        for years, mark in done_marks(store, family, site_id)
    ]
    counts = build_all(store, prefix)
    for family, site_id, years, crawl_id in crawled:
        if (read_done(store, family, site_id, years) or {}).get("crawl_id") == crawl_id:
            mark_read(store, family, site_id, years, STAGE_VERSION)
    return counts


def probe_sites(store: Any, province: str, families: Iterable[str], today: date) -> list[str]:
    """Look at a province's sites, keep the findings in state/probes/ and return those that left their family, in words."""
    from dataclasses import asdict

    from scrapers.probe import probes

    sites = [site for family in sorted(families) for site in wanted_sites(family, province)]
    found = []
    for probe in probes(sites):
        print(f"{probe.site_id}: {probe.outcome} {probe.now} {probe.why}".rstrip())
        found.append(probe)
    name = f"state/probes/{today.isoformat()}/{province}.json"
    kept = {row["site_id"]: row for row in (json.loads(store.get(name)) if store.stat(name) else [])}
    kept |= {probe.site_id: asdict(probe) for probe in found}  # other families may have been looked at today
    told = json.dumps([kept[site_id] for site_id in sorted(kept)], ensure_ascii=False, indent=1)
    store.put(name, told.encode())
    return [f"{p.site_id}: {p.family} → {p.now}: {p.why}" for p in found if p.outcome == "drifted"]


def crawl_log_keys(*moments: datetime) -> list[str]:
    """Return the lake keys of the crawl logs of these moments' months."""
    return sorted({f"crawls|{moment:%Y-%m}" for moment in moments})


def crawl_id_of(moment: datetime, years: str, attempt: int) -> str:
    """Name a crawl after its run, so that a retry never writes over what an earlier try uploaded."""
    return f"{moment:%Y%m%dT%H%M%SZ}-{years}" + (f"-try{attempt}" if attempt > 1 else "")


def command_crawl_id(moment: datetime, years: str) -> str:
    """Name a crawl from the command line: nothing but chance keeps two of the same second apart."""
    return f"{crawl_id_of(moment, years, 1)}-{secrets.token_hex(3)}"


def is_full(depth: str, day: date) -> bool:
    """Tell whether an audit of this depth (light, full or weekly) re-hashes everything on a day in China."""
    return depth == "full" or (depth == "weekly" and day.isoweekday() == 7)


def build(store: Any, key: str | None) -> str:
    """Build this run's key and say in a word what was done."""
    from transforms.lake.build import build as build_key

    key = "|".join(split_key(key))
    result = build_key(store, key)
    return (
        f"{key}: up to date"
        if result is None
        else f"{key}: built, {result.rows} rows, {result.written} objects written"
    )

"""`archive backfill`: past years through Airflow, only what the archive has not got."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dags.support.local import store_uri
from scrapers.console import named, plainly, printable, show

if TYPE_CHECKING:
    from dags.support.backfill import Left
    from dags.support.backfill_plan import Load, Wish
    from dags.support.rest import Client
    from schemas.registry import Site

    Ledger = dict[str, list[dict[str, Any]]]  # rows by province


def backfill(
    province: Annotated[str, typer.Option(help="Provinces, apart by commas, or all.")],
    years: Annotated[str, typer.Option(help="2019 or 2008-2018.")],
    family: Annotated[str, typer.Option(help="Only sites of these families, apart by commas; empty: all.")] = "",
    level: Annotated[str, typer.Option(help="Only sites of these levels, apart by commas; empty: all.")] = "",
    failed: Annotated[bool, typer.Option("--failed", help="Only what the ledger says was tried and failed.")] = False,
    order: Annotated[
        str, typer.Option(help="newest or oldest: year by year. Empty: each site is crawled once for all years.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what each host would be asked; start nothing.")
    ] = False,
    url: Annotated[
        str, typer.Option(envvar="ARCHIVE_AIRFLOW_URL", help="Airflow's address; empty: the one that `make up` runs.")
    ] = "",
) -> None:
    """Crawl and build past years through Airflow: what is missing or failed, resumed where an earlier one was ended."""
    with plainly():
        from dataclasses import replace

        from dags.support.backfill import run_backfill
        from dags.support.backfill_plan import duration, spans, whole_seconds
        from dags.support.work import fitting_sites, update_ledger
        from schemas.seasons import day_in_china
        from transforms.lake.index import build_index
        from transforms.store import open_store

        today = day_in_china(datetime.now(UTC))
        wish = _wish(province, family, level, years, today.year, failed)
        sites = fitting_sites(wish.families, wish.provinces, levels=wish.levels)
        parts = [replace(wish, years=part) for part in spans(wish.years, order)]
        store = open_store(store_uri())
        os.environ["ARCHIVE_STORE"] = store.uri
        if not dry_run:
            update_ledger(store, today)
        ledger = _ledger(store, wish, today, fresh=dry_run)
        rest = _left(store, wish, today, ledger)
        if not rest:
            typer.echo(f"nothing to do: {_settled(wish, ledger, sites)}")
            _end(_held(store, wish).values())
            return
        loads = _loads(store, wish, rest, ledger)
        if dry_run:
            _show(loads, rest)
            return
        client, problems = _client(url), list[str]()
        planned = whole_seconds(loads, _slots(client)) if loads else 0.0
        typer.echo(f"{sum(load.requests for load in loads)} requests expected, about {duration(planned)}")
        for part in parts:
            left = partial(_left, store, part, today, ledger)
            if left():
                problems += run_backfill(client, part, left, planned / len(parts), say=typer.echo)
        update_ledger(store, today)
        build_index(store)
        told = " ".join(problems)
        _end([*problems, *(said for key, said in _held(store, wish).items() if f"[{key}]" not in told)])
        typer.echo("done")


def _wish(province: str, family: str, level: str, years: str, this_year: int, failed: bool) -> Wish:
    """What the options ask for; ValueError for names that the registry does not know and for years to come."""
    from dags.support.backfill_plan import Wish
    from dags.support.folders import registry_names
    from schemas.folders import site_folders
    from schemas.tables import AGENCY_LEVELS
    from scrapers.crawls import parse_years

    families, provinces = registry_names(tuple(site_folders()))
    span = parse_years(years)
    if span is None or span.start >= this_year:
        raise ValueError(f"--years {years!r}: name years that have ended, like 2008-2018")
    return Wish(
        tuple(provinces) if province == "all" else named(province or ",", provinces, "province"),
        named(family, families, "family") or tuple(families),
        named(level, AGENCY_LEVELS, "level"),
        range(span.start, min(span.stop, this_year)),
        "failed" if failed else "missing",
    )


def _ledger(store: Any, wish: Wish, today: date, *, fresh: bool) -> Ledger:
    """The ledger of what is wished, by province: as the store has it, or `fresh`, made for this look alone."""
    import pyarrow.dataset as ds

    from dags.support.summary import read_rows
    from schemas.registry import load_sites
    from transforms.lake.coverage import present_rows

    if fresh:
        rows = present_rows(store, load_sites().values(), today)
    else:
        columns = ["province", "year", "status", "site_id", "last_attempt"]
        within = ds.field("province").isin(wish.provinces) & ds.field("year").isin([*wish.years])
        rows = read_rows(store, "coverage", columns, within)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in wish.provinces}
    for row in rows:
        if row["province"] in found and row["year"] in wish.years:
            found[row["province"]].append(row)
    return found


def _settled(wish: Wish, ledger: Ledger, sites: Iterable[Site]) -> str:
    """Why a wish leaves nothing to do, and what the ledger says all the same: of its sites, or of whole provinces."""
    from dags.support.folders import registry_names
    from schemas.folders import site_folders
    from transforms.lake.coverage import STATUSES

    ours = {site.site_id for site in sites}
    whole = not wish.levels and {*registry_names(tuple(site_folders()))[0]} <= {*wish.families}
    rows = [row for part in ledger.values() for row in part if whole or row["site_id"] in ours]
    counts = Counter(row["status"] for row in rows)
    told = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status]) or "nothing expected"
    reason = "nothing failed" if wish.only == "failed" else f"all {len(ours)} sites are crawled, their pages are built"
    return f"{reason}; the ledger says: {told}"


def _held(store: Any, wish: Wish) -> dict[str, str]:
    """Why keys of what is wished keep their last good state, by key."""
    from transforms.lake.gate import ChecksFailed, failed_keys

    return {key: str(ChecksFailed(key, failed)) for key, failed in failed_keys(store) if wish.covers(key)}


def _end(problems: Iterable[str]) -> None:
    """Say what failed, one a line on stderr; RuntimeError when there is anything."""
    problems = list(problems)
    for problem in problems:
        typer.echo(f"failed: {printable(problem)}", err=True)
    if problems:
        raise RuntimeError(f"{len(problems)} parts of the backfill failed; the rest is done")


def _left(store: Any, wish: Wish, today: date | None, ledger: Ledger | None = None) -> Left:
    """What the bucket says is still wanted; what had failed is known from the ledger as it was at the beginning."""
    from dags.support.backfill import Left
    from dags.support.work import plan_sites
    from transforms.lake.pending import pending_keys

    years = wish.conf()["years"]
    found = [
        site_id
        for family in wish.families
        for ids in plan_sites(
            store, family, wish.provinces, years, levels=wish.levels, only=wish.only, today=today, ledger=ledger
        ).values()
        for site_id in ids
    ]
    pending = [key for key in pending_keys(store) if key.partition("|")[0] in wish.provinces]
    return Left(tuple(found), tuple(pending))


def _loads(store: Any, wish: Wish, rest: Left, ledger: Ledger) -> list[Load]:
    from dags.support.backfill_plan import host_loads
    from dags.support.summary import read_rows
    from schemas.registry import load_sites

    known = load_sites()
    rows = [row for part in ledger.values() for row in part]
    crawls = read_rows(store, "crawls", ["site_id", "started", "years", "requests", "pages"])
    return host_loads([known[site_id] for site_id in rest.sites], rows, crawls, wish.years)


def _show(loads: list[Load], rest: Left) -> None:
    """Print the plan: a row per host, what it comes to and what that rests on."""
    from dags.support.backfill_plan import DAY, duration, whole_seconds

    rows: list[tuple[Any, ...]] = [(load.host, load.sites, load.requests, duration(load.seconds)) for load in loads]
    if rows:
        show(["host", "sites", "requests", "time"], rows, "table")
    requests, together = sum(load.requests for load in loads), sum(load.busy for load in loads)
    typer.echo(f"{requests} requests to {len(loads)} hosts, {len(rest.pending)} keys to build without any")
    longest = whole_seconds(loads, len(rest.sites))
    typer.echo(f"all hosts at once, at the least: {duration(longest)}; one after another: {duration(together)}")
    if guessed := sum(load.guessed for load in loads):
        typer.echo(
            f"{guessed} of {len(rest.sites)} sites have years that were never crawled: for these the estimate takes what "
            "a site of its level has on average (schemas/volume.yml), for one site it may be far off"
        )
    if slow := sum(load.seconds >= DAY for load in loads):
        typer.echo(
            f"{slow} hosts need more than a day by their daily cap and hours: a crawl ends there, start the backfill "
            "again each day"
        )


def _client(url: str) -> Client:
    """The Airflow of an address, whose password ARCHIVE_AIRFLOW_PASSWORD is, or the local one; ValueError for none."""
    from dags.support.env import USER, Places, secret
    from dags.support.rest import Client

    if url:
        password = os.environ.get("ARCHIVE_AIRFLOW_PASSWORD")
        if not url.startswith(("http://", "https://")) or not password:
            raise ValueError("Airflow's address is http(s)://…, and ARCHIVE_AIRFLOW_PASSWORD has the password")
        return Client(url, os.environ.get("ARCHIVE_AIRFLOW_USER") or USER, password)
    places = Places()
    local = places.read_state().get("url")
    if not local:
        raise ValueError("no Airflow is up here: `make up` starts one, --url names another")
    return Client(str(local), USER, secret(places, "admin"))


def _slots(client: Client) -> int:
    """How many sites Airflow crawls at a time."""
    from dags.support.common import POOL

    return int(client.call("GET", f"/pools/{POOL}")["slots"])

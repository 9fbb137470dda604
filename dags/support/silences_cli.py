"""`archive silence`: alerts that nobody wants to be told of for a while."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from dags.support.local import store_uri
from scrapers.console import plainly, show

silence = typer.Typer(help="Silences of alerts; every one ends.", no_args_is_help=True)


@silence.command()
def add(
    dag: Annotated[str, typer.Argument(help="DAG, or a pattern such as crawl_*.")],
    until: Annotated[str, typer.Option(help="Last day, such as 2026-12-31.")],
    reason: Annotated[str, typer.Option(help="Why; kept with it.")],
    about: Annotated[str, typer.Option(help="Site or key, or a pattern such as xinjiang|*.")] = "*",
) -> None:
    """Tell nothing of these failures up to a day in China."""
    with plainly():
        from dags.support import silences
        from schemas.seasons import day_in_china
        from transforms.store import open_store

        wanted = silences.Silence(dag, about, date.fromisoformat(until), reason)
        typer.echo(silences.add(open_store(store_uri()), wanted, day_in_china(datetime.now(UTC))))


@silence.command("list")
def listed(format: Annotated[str, typer.Option(help="table, csv or json.")] = "table") -> None:
    """List the silences, also those that have ended."""
    with plainly():
        from dags.support import silences
        from schemas.seasons import day_in_china
        from transforms.store import open_store

        today = day_in_china(datetime.now(UTC))
        rows = [
            (kept.ident, kept.dag, kept.about, kept.until.isoformat(), kept.until >= today, kept.reason)
            for kept in silences.kept(open_store(store_uri()))
        ]
        show(["name", "dag", "about", "until", "holds", "reason"], rows, format)


@silence.command()
def end(name: Annotated[str, typer.Argument(help="As `archive silence list` shows it.")]) -> None:
    """Take a silence back before it ends."""
    with plainly():
        from dags.support import silences
        from transforms.store import open_store

        silences.end(open_store(store_uri()), name)

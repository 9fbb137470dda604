"""`archive digest`: what a day brought."""

from __future__ import annotations

from typing import Annotated

import typer

from dags.support.local import store_uri
from scrapers.console import plainly, printable


def digest(
    day: Annotated[str, typer.Option(help="A day of the past, 2026-01-31; empty: today in China, made anew.")] = "",
) -> None:
    """Print what a day brought: new and changed reports, sites not crawled, failed checks."""
    with plainly():
        from datetime import UTC, date, datetime

        from schemas.seasons import day_in_china
        from transforms.lake.digest import as_text, read_digest, write_digest
        from transforms.lake.index import refresh_index
        from transforms.store import open_store

        store = open_store(store_uri())
        if day:
            text = read_digest(store, date.fromisoformat(day))
        else:
            refresh_index(store)  # a backfill may have built since the last audit
            text = as_text(write_digest(store, day_in_china(datetime.now(UTC))))
        typer.echo(printable(text), nl=False)

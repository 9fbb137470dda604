"""`archive checks`: what the partitions were found to be like. Shared with `archive build`: what is held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dags.support.local import store_uri
from scrapers.console import plainly, printable, show

if TYPE_CHECKING:
    from transforms.store import Store

_LISTING = """SELECT * FROM checks WHERE ? OR status IN ('failed', 'warned', 'accepted')
  ORDER BY status <> 'failed', province, year, name"""


def checks(
    all_: Annotated[bool, typer.Option("--all", help="Also what passed or could not be assessed.")] = False,
    format: Annotated[str, typer.Option(help="table, csv or json.")] = "table",
) -> None:
    """List the checks that failed, warned or were accepted; exit code 1 when a partition is held back by one."""
    with plainly():
        from transforms.lake.gate import build_checks
        from transforms.lake.query import connect
        from transforms.store import open_store

        store = open_store(store_uri())
        build_checks(store)
        answer = connect(store.uri).sql(_LISTING, params=[all_]).to_arrow_table()
        show(answer.column_names, [tuple(row.values()) for row in answer.to_pylist()], format)
        refuse_held(store)


def refuse_held(store: Store) -> None:
    """Say which keys keep their last good state, one a line on stderr; RuntimeError when there are any."""
    from transforms.lake.gate import ChecksFailed, failed_keys

    held = failed_keys(store)
    for key, failed in held:
        typer.echo(printable(ChecksFailed(key, failed)), err=True)
    if held:
        raise RuntimeError(f"checks hold {len(held)} partitions back")


def accept(store: Store, name: str, reason: str, keys: list[str]) -> None:
    """Accept a failed check (see gate.accept_check) and say of which keys."""
    from transforms.lake.gate import accept_check

    typer.echo(f"{name} accepted for: {', '.join(accept_check(store, name, reason, keys))}")

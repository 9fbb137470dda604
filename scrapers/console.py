"""What commands share: answers as a table, CSV or JSON, and errors in one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import typer

_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)], "\ufffd")


@contextmanager
def plainly() -> Iterator[None]:
    """Turn an error into one line on stderr and exit code 1."""
    try:
        yield
    except (typer.Exit, typer.BadParameter):
        raise
    except Exception as error:
        if isinstance(error, BrokenPipeError):  # `| head` has seen enough
            os._exit(141)
        said = " ".join(printable(error).split()) or type(error).__name__
        typer.echo(f"archive: {said[:400]}", err=True)
        raise typer.Exit(1) from None


def named(text: str, known: Iterable[str], what: str) -> tuple[str, ...]:
    """The names in a text, apart by commas, sorted, none for an empty one; ValueError for a strange or no name."""
    names, known = {name.strip() for name in text.split(",") if name.strip()}, set(known)
    if text and not names:
        raise ValueError(f"name a {what}; known are {', '.join(sorted(known))}")
    if names - known:
        raise ValueError(f"no such {what}: {', '.join(sorted(names - known))}; known are {', '.join(sorted(known))}")
    return tuple(sorted(names))


def printable(value: object) -> str:
    """Return text for a terminal: crawled text may hold sequences that steer one."""
    return "" if value is None else str(value).translate(_CONTROL)


def show(columns: list[str], rows: list[tuple[Any, ...]], form: str) -> None:
    """Print rows as a table, csv or json; ValueError for another form."""
    if form == "json":
        import json

        typer.echo(
            json.dumps(
                [dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False, default=str
            ).translate(_CONTROL)
        )
    elif form == "csv":
        import csv

        csv.writer(sys.stdout, lineterminator="\n").writerows(
            [columns, *([printable(value) for value in row] for row in rows)]
        )
    elif form == "table":
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        table = Table()
        for column in columns:
            table.add_column(escape(column), overflow="fold")  # nothing is cut off
        for row in rows:
            table.add_row(*(escape(printable(value)) for value in row))
        Console().print(table)
    else:
        raise ValueError(f"{form}: the format is one of table, csv, json")

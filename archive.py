"""The command line of the archive; every command calls a plain function of the packages."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from transforms.store import Store

app = typer.Typer(help="The national archive of information disclosure annual reports.", no_args_is_help=True)
sites = typer.Typer(help="The registry of sites.", no_args_is_help=True)
docs = typer.Typer(help="Generated documentation.", no_args_is_help=True)
app.add_typer(sites, name="sites")
app.add_typer(docs, name="docs")


def _uri() -> str:
    """Return the store that ARCHIVE_STORE names, else the local one, started for the time of this command."""
    named = os.environ.get("ARCHIVE_STORE")
    if named:
        return named
    import atexit

    from dags.support.env import Places
    from scrapers.weed import S3Server, use

    folder = Places().s3
    settings = S3Server.running(folder)
    if settings is None:
        server = S3Server(folder)
        server.start()
        atexit.register(server.stop)
        settings = server.env()
    use(settings)
    os.environ["ARCHIVE_STORE"] = "s3://archive"
    return "s3://archive"


def _open(uri: str | None = None) -> Store:
    from transforms.store import open_store

    return open_store(uri or _uri())


@contextmanager
def _plainly() -> Iterator[None]:
    """Turn an error into one line on stderr and exit code 1."""
    try:
        yield
    except (typer.Exit, typer.BadParameter):
        raise
    except Exception as error:
        if isinstance(error, BrokenPipeError):  # `| head` has seen enough
            os._exit(141)
        said = " ".join(_printable(error).split()) or type(error).__name__
        typer.echo(f"archive: {said[:400]}", err=True)
        raise typer.Exit(1) from None


_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(127, 160)], "\ufffd")


def _printable(value: object) -> str:
    """Text for a terminal: crawled text may hold sequences that steer one."""
    return "" if value is None else str(value).translate(_CONTROL)


def _show(columns: list[str], rows: list[tuple[Any, ...]], form: str) -> None:
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
            [columns, *([_printable(value) for value in row] for row in rows)]
        )
    elif form == "table":
        from rich.console import Console
        from rich.markup import escape
        from rich.table import Table

        table = Table()
        for column in columns:
            table.add_column(escape(column), overflow="fold")  # nothing is cut off
        for row in rows:
            table.add_row(*(escape(_printable(value)) for value in row))
        Console().print(table)
    else:
        raise ValueError(f"{form}: the format is one of table, csv, json")


def _counts(counts: dict[str, int]) -> None:
    typer.echo(", ".join(f"{name}: {count}" for name, count in counts.items()))


def _select(sql: str, form: str) -> None:
    from transforms.lake.query import connect

    answer = connect(_uri()).sql(sql)
    if answer is None:
        raise ValueError("that is not a query with an answer")
    table = answer.to_arrow_table()
    _show(table.column_names, [tuple(row.values()) for row in table.to_pylist()], form)


@app.command()
def crawl(
    names: Annotated[list[str], typer.Argument(help="Site ids, families or provinces.")],
    years: Annotated[str, typer.Option(help="2019 or 2008-2025.")] = "2008-2025",
    again: Annotated[bool, typer.Option("--again", help="Crawl also what was crawled for these years.")] = False,
) -> None:
    """Crawl sites of the registry into raw WARC; `archive build` turns it into the lake."""
    from datetime import UTC, datetime

    with _plainly():
        from dags.support import work
        from schemas.registry import load_sites
        from scrapers.run import CrawlFailed

        known = load_sites()
        chosen = [s for s in known.values() if {s.site_id, s.family, s.province} & set(names)]
        unknown = set(names) - {value for s in known.values() for value in (s.site_id, s.family, s.province)}
        if unknown:
            raise ValueError(f"not in the registry: {', '.join(sorted(unknown))}")
        store, failed = _open(), []
        ident = work.command_crawl_id(datetime.now(UTC), years)
        for site in chosen:
            try:
                work.crawl(store, site.site_id, years, ident, again=again)
            except (CrawlFailed, work.SiteUnreachable) as error:
                typer.echo(str(error), err=True)
                failed.append(site.site_id)
        if failed:
            raise RuntimeError(f"{len(failed)} of {len(chosen)} crawls failed: {', '.join(failed)}")


@app.command("import")
def import_(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders.")],
    kind: Annotated[str, typer.Option(help="text, html, warc or wet.")] = "text",
    manifest: Annotated[Path | None, typer.Option(help="CSV or JSON lines: path, url or host, fetched_at.")] = None,
    build: Annotated[bool, typer.Option(help="Read the pages and build what they touch.")] = True,
) -> None:
    """Bring stored pages in as raw WARC and down the same path as crawled ones; doing it again changes nothing."""
    with _plainly():
        from scrapers.imports import import_files
        from transforms.lake.build import build_keys
        from transforms.pages import read_warcs

        store = _open()
        for key in (keys := import_files(paths, kind, store, manifest=manifest)):
            typer.echo(key)
        if build:
            touched = read_warcs(store, keys)
            typer.echo(f"touched: {', '.join(touched)}")
            _counts(build_keys(store, touched))


@app.command()
def build(
    source: Annotated[str, typer.Option("--from", help="Prefix in the store, or a WARC file or folder.")] = "",
    to: Annotated[str | None, typer.Option(help="Store of the lake; default ARCHIVE_STORE.")] = None,
) -> None:
    """Build the lake from raw pages; what did not change is not written."""
    with _plainly():
        from transforms.lake.build import build_all
        from transforms.pages import warc_keys

        store, prefix = _open(to), source or "raw/"
        if source and Path(source).exists():
            from scrapers.imports import import_files

            import_files([Path(source)], "warc", store)
            prefix = "raw/import/"
        elif to and to != os.environ.get("ARCHIVE_STORE"):
            origin = _open()
            for key in warc_keys(origin, prefix):
                if store.stat(key) is None:
                    store.put(key, origin.get(key))
        if not warc_keys(store, prefix):
            raise ValueError(f"no WARC under {prefix}")
        _counts(build_all(store, prefix))


@app.command()
def relate() -> None:
    """Find reports that share text, and the originals of pages that hide theirs; `archive build` does it at its end."""
    with _plainly():
        from transforms.lake.build import build_relations

        results, related = build_relations(_open())
        _counts({"reuse": related.pairs, "matched": related.matched, "keys": len(results)})


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="SQL over the tables of docs/tables.md and reports_text.")],
    format: Annotated[str, typer.Option(help="table, csv or json.")] = "table",
) -> None:
    """Run SQL over the lake."""
    with _plainly():
        _select(sql, format)


@app.command()
def inspect(
    file: Annotated[str, typer.Argument(help="A file, or - for stdin.")],
    url: Annotated[str, typer.Option(help="Address of the page.")] = "",
    kind: Annotated[str, typer.Option(help="html or text.")] = "html",
) -> None:
    """Print as JSON what the archive decides about one page."""
    import json

    with _plainly():
        if kind not in ("html", "text"):
            raise ValueError(f"{kind}: the kind is html or text")
        from transforms.inspection import inspect_page

        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        typer.echo(json.dumps(inspect_page(data, url, kind), ensure_ascii=False, default=str))


@app.command()
def verify() -> None:
    """Hash every object again and follow every pointer of the lake to its archived bytes."""
    with _plainly():
        from transforms.lake.verify import verify as find_problems

        problems = 0
        for problem in find_problems(_open()):
            typer.echo(problem)
            problems += 1
        if problems:
            raise RuntimeError(f"{problems} problems found")
        typer.echo("all as recorded")


@app.command()
def coverage(format: Annotated[str, typer.Option(help="table, csv or json.")] = "table") -> None:
    """Count current reports by province, year and level."""
    with _plainly():
        _select(
            "SELECT province, year, agency_level, count(*) AS reports FROM reports WHERE is_current GROUP BY ALL ORDER BY ALL",
            format,
        )


@app.command()
def status() -> None:
    """Count the rows of every table."""
    with _plainly():
        from schemas.tables import TABLES as names

        parts = [f"SELECT '{name}' AS name, count(*) AS n FROM {name}" for name in names]  # noqa: S608 - fixed names
        _select(" UNION ALL ".join(parts), "table")


@sites.command("list")
def sites_list() -> None:
    """List the sites of the registry."""
    with _plainly():
        from schemas.registry import load_sites

        rows: list[tuple[Any, ...]] = [(s.site_id, s.family, s.province, s.host) for s in load_sites().values()]
        _show(["site_id", "family", "province", "host"], rows, "csv")


@sites.command("check")
def sites_check() -> None:
    """Validate the registry."""
    with _plainly():
        from schemas.registry import load_sites

        typer.echo(f"{len(load_sites())} sites, all valid")


@docs.command("tables")
def docs_tables() -> None:
    """Print the data dictionary (docs/tables.md)."""
    with _plainly():
        from schemas.tables import PAGES, TABLES

        lines = ["# Tables", "", "Generated by `archive docs tables`; do not edit."]
        for name, schema in {**TABLES, "pages": PAGES}.items():
            lines += ["", f"## {name}", "", "| column | type | meaning |", "|---|---|---|"]
            for column in schema:
                kind = str(column.type).split("<struct")[0]
                lines.append(f"| `{column.name}` | {kind} | {column.metadata[b'description'].decode()} |")
        typer.echo("\n".join(lines))


if __name__ == "__main__":
    app()

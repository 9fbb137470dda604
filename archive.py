"""The command line of the archive; every command calls a plain function of the packages."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dags.support import backfill_cli, checks_cli, digest_cli, ledger_cli
from dags.support.local import store_uri
from dags.support.silences_cli import silence
from scrapers.console import plainly, printable, show
from scrapers.sites_cli import sites

if TYPE_CHECKING:
    from transforms.store import Store

app = typer.Typer(help="The national archive of information disclosure annual reports.", no_args_is_help=True)
docs = typer.Typer(help="Generated documentation.", no_args_is_help=True)
status = typer.Typer(help="What is stored, in counts or as a page.", invoke_without_command=True)
app.add_typer(sites, name="sites")
app.add_typer(docs, name="docs")
app.add_typer(status, name="status")
app.add_typer(silence, name="silence")
app.command()(ledger_cli.coverage)
app.command()(checks_cli.checks)
app.command()(digest_cli.digest)
app.command()(backfill_cli.backfill)


def _open(uri: str | None = None) -> Store:
    from transforms.store import open_store

    return open_store(uri or store_uri())


def _counts(counts: dict[str, int]) -> None:
    typer.echo(", ".join(f"{name}: {count}" for name, count in counts.items()))


def _select(sql: str, form: str) -> None:
    from transforms.lake.query import connect

    answer = connect(store_uri()).sql(sql)
    if answer is None:
        raise ValueError("that is not a query with an answer")
    table = answer.to_arrow_table()
    show(table.column_names, [tuple(row.values()) for row in table.to_pylist()], form)


@app.command()
def crawl(
    names: Annotated[list[str], typer.Argument(help="Site ids, families or provinces.")],
    years: Annotated[str, typer.Option(help="2019 or 2008-2025.")] = "2008-2025",
    again: Annotated[bool, typer.Option("--again", help="Crawl also what was crawled for these years.")] = False,
) -> None:
    """Crawl sites of the registry into raw WARC; `archive build` turns it into the lake."""
    from datetime import UTC, datetime

    with plainly():
        from dags.support import work
        from schemas.registry import load_sites
        from scrapers.run import CrawlFailed

        known = load_sites()
        # a row with an end is history: it is crawled only when it is named itself
        chosen = [
            s for s in known.values() if s.site_id in names or ({s.family, s.province} & set(names) and not s.valid_to)
        ]
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
    source: Annotated[
        str, typer.Argument(help="A file, folder or s3://bucket/prefix/; or a web archive: wayback, commoncrawl.")
    ],
    more: Annotated[
        list[str] | None,
        typer.Argument(help="More files or folders; of a web archive: sites, families, provinces, host/folder/*."),
    ] = None,
    kind: Annotated[str, typer.Option(help="text, html, warc or wet.")] = "text",
    manifest: Annotated[Path | None, typer.Option(help="CSV or JSON lines: path, url or host, fetched_at.")] = None,
    captured: Annotated[str, typer.Option(help="Of a web archive: years of capture, 2009-2015; all if empty.")] = "",
    build: Annotated[bool, typer.Option(help="Read the pages and build what they touch.")] = True,
) -> None:
    """Bring in what others kept, as raw WARC, and down the same path as crawled pages; again it changes nothing."""
    from datetime import UTC, datetime

    with plainly():
        from dags.support.imports import bring
        from dags.support.work import command_crawl_id
        from transforms.lake.build import build_keys
        from transforms.pages import read_warcs

        store = _open()
        brought = bring(
            store, [source, *(more or [])], kind=kind, manifest=str(manifest) if manifest else None,
            captured=captured,
            crawl_id=command_crawl_id(datetime.now(UTC), captured or "all"),
        )  # fmt: skip
        for key in brought.keys:
            typer.echo(key)
        if build:
            touched = [*read_warcs(store, brought.keys), *brought.log_keys]
            typer.echo(f"touched: {', '.join(touched)}")
            _counts(build_keys(store, touched))
        for said in brought.failed:
            typer.echo(printable(said), err=True)
        if brought.failed:
            raise RuntimeError(f"{len(brought.failed)} parts of the import failed")
        if build:
            checks_cli.refuse_held(store)


@app.command()
def build(
    source: Annotated[str, typer.Option("--from", help="Prefix in the store, or a WARC file or folder.")] = "",
    to: Annotated[str | None, typer.Option(help="Store of the lake; default ARCHIVE_STORE.")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Read again also what was read: the registry changed.")
    ] = False,
    accept: Annotated[str, typer.Option(help="A failed check to accept; the partitions it holds are published.")] = "",
    reason: Annotated[str, typer.Option(help="Why; it is kept with the result.")] = "",
    only: Annotated[
        list[str] | None, typer.Option("--key", help="Accept it for this key only, e.g. gansu|2019.")
    ] = None,
) -> None:
    """Build the lake from raw pages; what did not change is not written, what fails its checks stays as it was."""
    with plainly():
        from dags.support.work import build_from
        from transforms.lake.build import let_read_again
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
        if accept:
            checks_cli.accept(store, accept, reason, only or [])
        elif reason or only:
            raise ValueError("--reason and --key go with --accept")
        if again:
            let_read_again(store, prefix)
        _counts(build_from(store, prefix))
        checks_cli.refuse_held(store)


@app.command()
def relate() -> None:
    """Find reports that share text, and the originals of pages that hide theirs; `archive build` does it at its end."""
    with plainly():
        from transforms.lake.build import build_relations

        store = _open()
        results, related = build_relations(store)
        _counts({"reuse": related.pairs, "matched": related.matched, "keys": len(results)})
        checks_cli.refuse_held(store)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="SQL over the tables of docs/tables.md, reports_text and report_index.")],
    format: Annotated[str, typer.Option(help="table, csv or json.")] = "table",
) -> None:
    """Run SQL over the lake."""
    with plainly():
        _select(sql, format)


@app.command()
def inspect(
    file: Annotated[str, typer.Argument(help="A file, or - for stdin.")],
    url: Annotated[str, typer.Option(help="Address of the page.")] = "",
    kind: Annotated[str, typer.Option(help="html or text.")] = "html",
) -> None:
    """Print as JSON what the archive decides about one page."""
    import json

    with plainly():
        if kind not in ("html", "text"):
            raise ValueError(f"{kind}: the kind is html or text")
        from transforms.inspection import inspect_page

        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        typer.echo(json.dumps(inspect_page(data, url, kind), ensure_ascii=False, default=str))


@app.command()
def verify() -> None:
    """Hash every object again and follow every pointer of the lake to its archived bytes."""
    with plainly():
        from transforms.lake.verify import verify as find_problems

        problems = 0
        for problem in find_problems(_open()):
            typer.echo(problem)
            problems += 1
        if problems:
            raise RuntimeError(f"{problems} problems found")
        typer.echo("all as recorded")


@status.callback()
def status_counts(context: typer.Context) -> None:
    """Count the rows of every table; `archive status build` makes the status page."""
    if context.invoked_subcommand:
        return
    with plainly():
        from schemas.tables import TABLES as names

        parts = [f"SELECT '{name}' AS name, count(*) AS n FROM {name}" for name in names]  # noqa: S608 - fixed names
        _select(" UNION ALL ".join(parts), "table")


@status.command("build")
def status_build(
    out: Annotated[str, typer.Argument(help="A folder or s3://bucket/prefix; the page is index.html in it.")],
) -> None:
    """Write the status page of the lake: coverage, crawl health and a reader, as static files."""
    with plainly():
        from transforms.lake.index import refresh_index
        from transforms.status.build import build_status
        from transforms.store import open_store

        store = _open()
        refresh_index(store)  # the page counts by it; a backfill may have built since the last audit
        _counts(build_status(store, open_store(out)))


@docs.command("tables")
def docs_tables() -> None:
    """Print the data dictionary (docs/tables.md)."""
    with plainly():
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

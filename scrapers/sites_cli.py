"""`archive sites`: look into the registry, check it, and add to it what a detection proposes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scrapers.console import plainly, printable, show

if TYPE_CHECKING:
    from scrapers.detect import Detection

sites = typer.Typer(help="The registry of sites.", no_args_is_help=True)

Form = Annotated[str, typer.Option("--format", help="table, csv or json.")]
Address = Annotated[str, typer.Argument(help="An article or a column of the site, or its home page.")]
Html = Annotated[str, typer.Option(help="Source of the page at that address: a file, or - for stdin.")]
Fetch = Annotated[bool, typer.Option("--fetch", help="Fetch the page, as politely as a crawl.")]


@sites.command("list")
def list_(
    province: Annotated[str, typer.Option(help="Only this province (slug).")] = "",
    level: Annotated[str, typer.Option(help="Only this level.")] = "",
    family: Annotated[str, typer.Option(help="Only this family.")] = "",
    division: Annotated[str, typer.Option(help="Only divisions whose code begins so.")] = "",
    text: Annotated[str, typer.Option(help="Only sites whose id, host or name holds this.")] = "",
    columns: Annotated[bool | None, typer.Option(help="Only sites with a known column, or without one.")] = None,
    form: Form = "csv",
) -> None:
    """List the sites of the registry."""
    with plainly():
        from schemas.registry import load_sites

        named = ("site_id", "family", "province", "level", "division", "host", "path", "name", "valid_from", "valid_to")
        rows = [
            tuple(getattr(site, name) for name in named)
            for site in load_sites().values()
            if province in ("", site.province)
            and level in ("", site.level)
            and family in ("", site.family)
            and site.division.startswith(division)
            and any(text in value for value in (site.site_id, site.host, site.name))
            and columns in (None, bool(site.columns))
        ]
        show(list(named), rows, form)


@sites.command()
def check() -> None:
    """Validate the registry: form, keys, divisions, levels, columns, days."""
    with plainly():
        from schemas.registry import load_sites
        from schemas.registry_checks import problems

        known = load_sites()
        wrong = list(problems(known.values()))
        for problem in wrong:
            typer.echo(printable(problem))
        if wrong:
            raise RuntimeError(f"{len(wrong)} problems in {len(known)} sites")
        typer.echo(f"{len(known)} sites, all valid")


@sites.command()
def coverage(form: Form = "table") -> None:
    """Count sites by province, level and family, beside the divisions that there are."""
    with plainly():
        from schemas.registry import load_sites
        from schemas.registry_coverage import coverage as count

        rows = count(load_sites().values())
        show(list(rows[0]), [tuple(row.values()) for row in rows], form)


@sites.command()
def detect(
    url: Address,
    html: Html = "",
    fetch: Fetch = False,
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
) -> None:
    """Tell a site's family and why, and propose its registry row; by the address alone unless a page is given."""
    with plainly():
        from schemas.families import families
        from scrapers.propose import lacking, row_line
        from transforms.identity.hosts import is_official

        if form not in ("text", "json"):
            raise ValueError(f"{form}: the format is one of text, json")
        found, row = _proposal(url, html, fetch)
        if form == "json":
            import json
            from dataclasses import asdict

            said = {"url": found.url, "family": found.family, "certain": found.certain, "scores": found.scores,
                    "evidence": [asdict(evidence) for evidence in found.evidence],
                    "report_links": len(found.report_links), "row": row, "lacks": lacking(row)}  # fmt: skip
            typer.echo(json.dumps(said, ensure_ascii=False))
            return
        typer.echo(f"{found.family}: {families()[found.family].title} ({'certain' if found.certain else 'a guess'})")
        if not is_official(row["host"]):  # clones keep the addresses and marks of what they copy
            typer.echo(f"  {printable(row['host'])} is not a host of the state: what it shows may be a copy")
        for evidence in found.evidence:
            typer.echo(f"  {evidence.family} +{evidence.points} {evidence.where}: {printable(evidence.says)}")
        typer.echo(printable(row_line(row)).rstrip())
        if missing := lacking(row):
            typer.echo(f"still to be said: {', '.join(missing)}")


@sites.command()
def add(
    url: Address,
    checked_on: Annotated[str, typer.Option(help="Day on which this was looked at, YYYY-MM-DD.")],
    html: Html = "",
    fetch: Fetch = False,
    site_id: Annotated[str, typer.Option(help="Id; default from the host.")] = "",
    path: Annotated[str, typer.Option(help="Folder of the site on its host.")] = "",
    name: Annotated[str, typer.Option(help="Name of the site.")] = "",
    agency: Annotated[str, typer.Option(help="Full name of the body, for a site of its own.")] = "",
    division: Annotated[str, typer.Option(help="GB/T 2260 code.")] = "",
    level: Annotated[str, typer.Option(help="central, province, prefecture, county, township, other.")] = "",
    family: Annotated[str, typer.Option(help="Family; default the detected one.")] = "",
    column: Annotated[list[str] | None, typer.Option(help="Column of annual reports; may be repeated.")] = None,
    valid_from: Annotated[str, typer.Option(help="First day on which the row holds.")] = "",
    valid_to: Annotated[str, typer.Option(help="First day on which it no longer holds.")] = "",
    min_reports: Annotated[int | None, typer.Option(help="Reports that a crawl must see.")] = None,
    basis: Annotated[str, typer.Option(help="How this is known; default what the detection saw.")] = "",
    folder: Annotated[Path | None, typer.Option(help="Registry folder; default the first of ARCHIVE_SITES.")] = None,
) -> None:
    """Append a site to its province's file; what no option says is taken from the detection."""
    with plainly():
        from schemas.folders import site_folders
        from scrapers.propose import add_row, row_line

        _, row = _proposal(url, html, fetch)
        given = {"site_id": site_id, "path": path, "name": name, "agency": agency, "division": division, "level": level,
                 "family": family, "valid_from": valid_from, "valid_to": valid_to, "basis": basis,
                 "checked_on": checked_on, "columns": [{"url": address} for address in column or ()],
                 "expect": {} if min_reports is None else {"min_reports": min_reports}}  # fmt: skip
        row |= {key: value for key, value in given.items() if value}
        file = add_row(row, folder or site_folders()[0])
        typer.echo(f"{file.name}: {printable(row_line(row)).rstrip()}")


def _proposal(url: str, html: str, fetch: bool) -> tuple[Detection, dict[str, Any]]:
    """Detect by what there is: the address, a file, or the page itself."""
    from scrapers.detect import detect as find
    from scrapers.propose import propose
    from transforms.documents.decode import decode

    text = ""
    if html:
        data = sys.stdin.buffer.read() if html == "-" else Path(html).read_bytes()
        text = decode(data, "")[0]
    elif fetch:
        from scrapers.look import look

        page = look(url)
        url, text = page.url, decode(page.body, page.content_type)[0]
    found = find(url, text)
    return found, propose(found, text)

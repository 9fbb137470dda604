"""Lake → the files of the status page, in any store. What did not change is neither read nor written again."""

from __future__ import annotations

import json
from importlib.resources import files

from transforms.lake.digest import latest_digest
from transforms.lake.pending import PART, fingerprint, key_of
from transforms.lake.query import connect
from transforms.status import summary as first
from transforms.status.files import script
from transforms.status.reader import FOLDERS, agencies, fields, report_files
from transforms.store import NotFound, Stat, Store, open_store

VERSION = 1  # raised when the files of reports look otherwise: all are then made anew
FOLDER = "status"
_MEMORY = "built.json"
_MEDIA = (".html", ".css", ".js")


def status_store(lake: Store) -> Store:
    """Return the place beside the lake where the audit puts the page."""
    return open_store(f"{lake.uri}/{FOLDER}")


def build_status(lake: Store, out: Store) -> dict[str, int]:
    """Make `out` hold the status page of this lake; return the counts of reports, files, files written and deleted.

    Same lake, same bytes. The page is index.html; its data are split by province and year. Raises Conflict when
    somebody else builds there at the same time.
    """
    connection = connect(lake.uri)
    sites = first.site_rows(connection)
    health = first.families(sites)
    counts = first.totals(connection)
    wanted: dict[str, bytes] = _assets()
    cells = first.ledger_cells(connection)
    told = latest_digest(lake)
    digest = first.day_digest(told) if told else first.crawl_digest(connection)
    overview = first.summary(counts, cells or first.found_cells(connection), health, digest, ledger=bool(cells))
    wanted["data/summary.js"] = script("summary", {**overview, "fields": fields()})
    for family in health:
        name = f"sites/{family.family}"
        wanted[f"data/{name}.js"] = script(name, [row for row in sites if row["family"] == family.family])
    for province, listed in agencies(connection):
        name = f"agencies/{province}"
        wanted[f"data/{name}.js"] = script(name, listed)
    written = sum(out.put_if_changed(name, data) for name, data in wanted.items())
    kept, more = _reports(lake, out)
    stale = [name for name in out.list("data/") if name not in wanted and name not in kept and not name.startswith(".")]
    for name in stale:
        out.delete(name)
    return {
        "reports": counts["reports"],
        "files": len(wanted) + len(kept),
        "written": written + more,
        "deleted": len(stale),
    }


def _assets() -> dict[str, bytes]:
    folder = files("transforms.status") / "assets"
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.name.endswith(_MEDIA)}


def _reports(lake: Store, out: Store) -> tuple[set[str], int]:
    """Write the files of all reports; return their names and how many were written.

    A key whose objects are those of the last time is passed over, as long as its files are there.
    """
    memory = _memory(out)
    there = set(out.list("data/reports/"))
    kept: set[str] = set()
    now: dict[str, tuple[str, int]] = {}
    written = 0
    for key, objects in _keys(lake).items():
        mark = fingerprint([f"v{VERSION}"], objects)
        folder = f"reports/{key.replace('|', '/')}"
        known, count = memory.get(key, ("", 0))
        names = {f"data/{folder}/{number}.js" for number in range(count)}
        if known != mark or not names <= there:
            names = set()
            for number, reports in enumerate(report_files(lake, objects)):
                name = f"{folder}/{number}"
                written += out.put_if_changed(f"data/{name}.js", script(name, reports))
                names.add(f"data/{name}.js")
        now[key] = (mark, len(names))
        kept |= names
    out.put_if_changed(_MEMORY, json.dumps(now, sort_keys=True).encode())
    return kept, written


def _keys(lake: Store) -> dict[str, dict[str, Stat]]:
    """The lake's objects with what the reader shows, by key in order."""
    found: dict[str, dict[str, Stat]] = {}
    for folder in FOLDERS:
        for name, stat in lake.stats(folder).items():
            if name.endswith(PART) and (key := key_of(name)):
                found.setdefault(key, {})[name] = stat
    return dict(sorted(found.items()))


def _memory(out: Store) -> dict[str, tuple[str, int]]:
    """What the last build left: by key, the fingerprint of its objects and the number of its files."""
    try:
        return {key: (str(mark), int(count)) for key, (mark, count) in json.loads(out.get(_MEMORY)).items()}
    except (NotFound, ValueError, TypeError, AttributeError):
        return {}

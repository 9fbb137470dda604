"""Every labelled page, built in memory, the same every time."""

from __future__ import annotations

from functools import cache

from tests.labelled import (
    hijackers,
    longhand,
    lookalikes,
    regular,
    sweep,
    traps_dress,
    traps_dump,
    traps_heading,
    traps_layout,
    traps_place,
    traps_table,
    traps_text,
    traps_title,
    traps_year,
)
from tests.labelled.make import make
from tests.labelled.records import Page


@cache
def labelled_pages() -> tuple[Page, ...]:
    """Return every labelled page; ids are unique."""
    pages = [
        make(spec)
        for spec in (
            *regular.specs(),
            *traps_year.specs(),
            *traps_place.specs(),
            *traps_heading.specs(),
            *traps_text.specs(),
            *sweep.specs(),
        )
    ]
    pages += (
        traps_table.table_pages()
        + traps_title.title_pages()
        + traps_dump.dump_pages()
        + traps_dress.dressed_pages()
        + traps_layout.layout_pages()
        + longhand.longhand_pages()
    )
    pages += lookalikes.lookalikes() + hijackers.hijacked() + hijackers.proxies() + hijackers.quoted_brand()
    assert len({page.id for page in pages}) == len(pages), "two labelled pages share an id"
    return tuple(pages)

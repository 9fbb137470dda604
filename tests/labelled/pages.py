"""Every labelled page, built in memory, the same every time."""

from __future__ import annotations

from functools import cache

from tests.labelled import regular
from tests.labelled.make import make
from tests.labelled.records import Page


@cache
def _pages() -> tuple[Page, ...]:
    return tuple(make(spec) for spec in regular.specs())


def labelled_pages() -> list[Page]:
    """Return every labelled page; ids are unique."""
    pages = list(_pages())
    assert len({page.id for page in pages}) == len(pages), "two labelled pages share an id"
    return pages

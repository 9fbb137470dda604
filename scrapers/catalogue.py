"""docs/families.md, made of the spiders' docstrings and the grammars: `python -m scrapers.catalogue` writes it."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from schemas.grammars import grammars
from schemas.registry import FAMILIES
from scrapers.spiders import spider_of

PAGE = Path(__file__).resolve().parent.parent / "docs" / "families.md"
HEAD = """# Site families

Made by `python -m scrapers.catalogue` from the spiders and `schemas/grammars.yml`; a test compares. Each family has one
module in `scrapers/spiders/` and one DAG `crawl_<family>`; the registry says which site is of which family.

What all share (`scrapers/base.py`): a crawl begins at the columns of the registry row or, without any, at the home page,
whose links are followed by their texts to a column of annual reports. On a list page it takes the articles of the
column, whatever their titles, and anything that is called a report; it goes on to sub-columns and next pages. Twins of
one page (`schemas/addresses.yml`) are fetched once, under the plain address. A pager that repeats itself, a list that
ends before its time, loops and calendars end the list and are counted. A report's year is read from its title or its
text, never from a folder of its address.
"""
GRAMMARS = """
## Grammars of small families

A row of the family `generic` may name one as its `grammar`.

| grammar | seen in | addresses of articles | lists go on by |
|---|---|---|---|
"""


def families_page() -> str:
    """Return the text of docs/families.md."""
    parts = [HEAD]
    for family in FAMILIES:
        module = sys.modules[spider_of(family).__module__]
        parts.append(f"\n## `{family}`\n\n{inspect.cleandoc(module.__doc__ or '')}\n")
    rows = (
        f"| `{g.name}` | {g.where} | `{g.article.pattern.replace('|', chr(92) + '|')}` | {g.pages} |\n"
        for g in grammars().values()
    )
    return "".join([*parts, GRAMMARS, *rows])


if __name__ == "__main__":
    PAGE.write_text(families_page(), encoding="utf-8")

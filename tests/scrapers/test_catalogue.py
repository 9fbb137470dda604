"""docs/families.md says what the spiders say."""

from __future__ import annotations

from schemas.registry import FAMILIES
from scrapers.catalogue import PAGE, families_page


def test_the_page_of_the_families_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == families_page(), "run: python -m scrapers.catalogue"


def test_every_family_is_told_with_its_articles_lists_and_traps() -> None:
    told = families_page().split("\n## ")
    for family, part in zip(FAMILIES, told[1:], strict=False):
        assert part.startswith(f"`{family}`") and "Lists:" in part and len(part) > 400

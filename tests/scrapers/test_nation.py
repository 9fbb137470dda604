"""Every site of the sample nation, crawled over loopback: all pages the truth knows, and little else."""

from __future__ import annotations

import io
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from schemas.registry import FAMILIES, load_sites
from scrapers.links import load_links
from tests.conftest import SITES
from transforms.pages import warc_keys
from transforms.store import Store

TRUTH = json.loads((Path(__file__).parents[1] / "nation" / "truth.json").read_text(encoding="utf-8"))
NATION = load_sites([SITES])


@pytest.fixture(scope="module")
def fetched(nation_raw: Store) -> dict[str, list[str]]:
    """What was asked of every host, robots.txt left out."""
    found: dict[str, list[str]] = {}
    for key in warc_keys(nation_raw):
        for record in ArchiveIterator(io.BytesIO(nation_raw.get(key)), record_types=WarcRecordType.response):
            url = record.headers["WARC-Target-URI"]
            if not url.endswith("/robots.txt"):
                found.setdefault(urlsplit(url).hostname or "", []).append(url)
    return found


def test_every_family_has_a_site() -> None:
    assert {site.family for site in NATION.values()} == set(FAMILIES)


@pytest.mark.parametrize("site_id", sorted(NATION))
def test_every_page_of_a_site_is_fetched_and_little_else(site_id: str, fetched, nation_raw: Store) -> None:
    site = NATION[site_id]
    asked, expected = fetched[site.host], {url for url in TRUTH if urlsplit(url).hostname == site.host}
    assert expected and expected <= set(asked), sorted(expected - set(asked))
    told = {link.via for link in load_links(nation_raw, site.family, site_id).links.values() if link.via}
    by_year = {url for url in asked if any("{year}" in column.url for column in site.columns) and "fbtime=" in url}
    needed = len(expected | told | by_year)
    assert len(asked) <= 1.3 * needed, sorted(set(asked) - expected)

"""Importing an invented site's past in the tests."""

from __future__ import annotations

import pytest

from schemas.registry import Column, Site
from schemas.sources import Source, load_sources
from scrapers.imports.captures import of_site
from scrapers.imports.client import Client
from scrapers.imports.history import import_history
from scrapers.run import CrawlFailed
from transforms.pages import warc_keys
from transforms.warc import read_captures

SITE = Site("cs", "www.cs.gov.cn", "测试县", "652301", "county", "trs_wcm", (Column("http://www.cs.gov.cn/zwgk/nb/"),),
            "invented for this test", "2026-01-01", "xinjiang", min_reports=1)  # fmt: skip
BASE = "http://www.cs.gov.cn/zwgk/nb"


def source(name: str) -> Source:
    return load_sources()[name]


def bring(name: str, store, crawl_id: str = "c1", wanted=None, captured=None):
    with Client(source(name)) as client:
        return import_history(client, wanted or of_site(SITE), store, crawl_id, captured)


def failure(name: str, store, **more) -> CrawlFailed:
    with pytest.raises(CrawlFailed) as failed:
        bring(name, store, **more)
    return failed.value


def captures(store):
    return [capture for key in warc_keys(store) for capture in read_captures(store.get(key), key)]

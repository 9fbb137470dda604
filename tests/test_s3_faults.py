"""An S3 server that fails on one request in twenty, or five, changes nothing but time."""

from __future__ import annotations

import os
import uuid

import pytest

from schemas.registry import load_sites
from scrapers.run import crawl_site
from tests.conftest import SITES, nation_env
from tests.faulty import FAULTS, FaultyProxy
from tests.lakes import content
from transforms.lake.build import build_all
from transforms.store import Conflict, NotFound, Store, open_store

pytestmark = pytest.mark.stack
SITE = "s-guyuan"


@pytest.fixture
def faulty(s3, monkeypatch):
    """Return a function that opens the store `s3` through a proxy."""
    proxies = []

    def make(every: int) -> tuple[FaultyProxy, Store]:
        proxy = FaultyProxy(os.environ["AWS_ENDPOINT_URL"], every)
        proxies.append(proxy)
        proxy.__enter__()
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.endpoint)
        return proxy, open_store(s3.uri)

    yield make
    for proxy in proxies:
        proxy.__exit__()


@pytest.mark.parametrize("fault", FAULTS)
def test_every_operation_survives_each_fault(s3, faulty, fault):
    proxy, store = faulty(3)  # every third request fails, always in this way
    proxy.only(fault)
    body = bytes(range(256)) * 400
    etag = store.put("a/new", body, if_none_match=True)
    assert store.get("a/new") == body == s3.get("a/new")
    assert store.get_range("a/new", 256, 300) == body[256:556]
    assert s3.stat("a/new") == store.stat("a/new")
    changed = store.put("a/new", b"other", if_match=etag)
    assert s3.stat("a/new").etag == changed
    assert not store.put_if_changed("a/new", b"other") and store.put_if_changed("a/new", b"third")
    assert list(store.list("a/")) == ["a/new"] and set(store.stats("a/")) == {"a/new"}
    with pytest.raises(Conflict):
        store.put("a/new", body, if_none_match=True)
    with pytest.raises(Conflict):
        store.put("a/new", body, if_match=etag)
    with pytest.raises(NotFound):
        store.get("a/none")
    store.delete("a/new", if_match=s3.stat("a/new").etag)
    assert s3.stat("a/new") is None and store.stat("a/new") is None
    assert proxy.faults[fault] >= 4 and proxy.faults.keys() == {fault}


@pytest.fixture(scope="module")
def quiet(s3_server, nation_port):
    """Return a store with a site crawled and built without any fault."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (s3_server.env() | nation_env(nation_port)).items():
            patch.setenv(name, value)
        made = open_store(f"s3://archive/{uuid.uuid4().hex}")
        crawl_site(load_sites([SITES])[SITE], years=None, store=made, crawl_id="c1")
        build_all(made)
    return made


def test_build_changes_nothing_but_time(s3, faulty, quiet, monkeypatch):
    monkeypatch.setenv("ARCHIVE_SITES", str(SITES))
    for key in quiet.list("raw/"):
        s3.put(key, quiet.get(key))
    proxy, store = faulty(20)
    build_all(store)
    lake = {key: s3.get(key) for key in s3.list("lake/")}
    assert lake == {key: quiet.get(key) for key in quiet.list("lake/") if "/crawls/" not in key} and len(lake) > 5
    assert set(proxy.faults) == set(FAULTS), proxy.faults


def test_crawl_uploads_the_same(s3, faulty, quiet, nation_port, monkeypatch):
    for name, value in nation_env(nation_port).items():
        monkeypatch.setenv(name, value)
    proxy, store = faulty(3)
    crawl_site(load_sites([SITES])[SITE], years=None, store=store, crawl_id="c1")
    assert list(s3.list("raw/")) == list(quiet.list("raw/")) and proxy.faults.total() >= 3
    build_all(s3)
    assert content(s3) == content(quiet)

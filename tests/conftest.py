"""Stores for the tests, a real S3 server for the session, and the sample nation crawled once."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import settings

from transforms.store import Store, open_store

# The same examples every time: a gate must not fail by chance. Search further with `settings.load_profile("default")`.
settings.register_profile("steady", derandomize=True, deadline=None, database=None)
settings.load_profile("steady")

SITES = Path(__file__).parent / "nation" / "sites"


@pytest.fixture
def store(tmp_path):
    return open_store(f"file://{tmp_path}/archive")


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    from scrapers.weed import S3Server

    with S3Server(tmp_path_factory.mktemp("weed")) as server:
        yield server


@pytest.fixture
def s3(s3_server, monkeypatch):
    for name, value in s3_server.env().items():
        monkeypatch.setenv(name, value)
    assert "127.0.0.1" in os.environ["AWS_ENDPOINT_URL"]
    return open_store(f"s3://archive/{uuid.uuid4().hex}")


@pytest.fixture(scope="session")
def nation_port() -> Iterator[int]:
    """Serve the sample nation."""
    from tests.nation.server import serve

    with serve() as port:
        yield port


def nation_env(port: int) -> dict[str, str]:
    """Return what makes a crawl meet the sample nation instead of the internet."""
    return {"ARCHIVE_SITES": str(SITES), "ARCHIVE_RESOLVE_ALL": f"127.0.0.1:{port}", "ARCHIVE_NO_DELAY": "1"}


@pytest.fixture(scope="session")
def nation_raw(nation_port, tmp_path_factory) -> Store:
    """Crawl every site of the sample nation once; nothing is read yet. Not to be written to."""
    from schemas.registry import load_sites
    from scrapers.run import crawl_site

    made = open_store(str(tmp_path_factory.mktemp("nation")))
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        for name, value in nation_env(nation_port).items():
            patch.setenv(name, value)
        jobs = [
            pool.submit(crawl_site, site, years=None, store=made, crawl_id="c1")
            for site in load_sites([SITES]).values()
        ]
        for job in jobs:
            job.result()
    return made


@pytest.fixture(scope="session")
def nation_lake(nation_raw) -> Store:
    """Build the lake of the sample nation. Not to be written to."""
    from transforms.lake.build import build_all

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARCHIVE_SITES", str(SITES))
        build_all(nation_raw)
    return nation_raw

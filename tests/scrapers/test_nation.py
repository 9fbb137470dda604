"""One site of each family of the sample nation: every page the truth knows is fetched and re-reads."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from schemas.registry import FAMILIES, load_sites
from scrapers.run import crawl_site
from transforms.store import open_store

NATION = Path(__file__).parents[1] / "nation"
pytestmark = pytest.mark.skipif(not (NATION / "truth.json").exists(), reason="the sample nation is not built")


@pytest.fixture(scope="module")
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "tests.nation.server", "--port", str(free)], cwd=NATION.parents[1])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", free)) == 0:
                    break
            time.sleep(0.1)
        yield free
    finally:
        server.terminate()
        server.wait(10)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_page_of_a_site_is_fetched(family: str, port: int, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("ARCHIVE_SITES", str(NATION / "sites"))
    monkeypatch.setenv("ARCHIVE_RESOLVE_ALL", f"127.0.0.1:{port}")
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "1")
    site = next(site for site in load_sites().values() if site.family == family)
    store = open_store(str(tmp_path))
    summary = crawl_site(site, years=None, store=store, crawl_id="t1")
    fetched = set()
    for key in summary["warc_keys"]:
        for record in ArchiveIterator(io.BytesIO(store.get(key)), record_types=WarcRecordType.response):
            fetched.add(_bare(record.headers["WARC-Target-URI"]))
    truth = json.loads((NATION / "truth.json").read_text(encoding="utf-8"))
    truth = truth.get("urls", truth)
    expected = {_bare(url) for url in truth if urlsplit(url).hostname == site.host}
    assert expected and expected <= fetched, sorted(expected - fetched)


def _bare(url: str) -> str:
    return url.partition("://")[2]

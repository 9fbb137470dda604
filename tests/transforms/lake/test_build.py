"""Many builders on one lake, builders that are killed, and a new stage of reading."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import SITES
from transforms import pages
from transforms.lake import build, pending
from transforms.lake.query import connect
from transforms.pages import read_warcs, warc_keys
from transforms.store import Conflict, NotFound

ROOT = Path(__file__).parents[3]
BUILDER = (
    "import sys; from transforms.lake.build import build_all; from transforms.store import open_store;"
    "build_all(open_store(sys.argv[1]), sys.argv[2])"
)


@pytest.fixture(autouse=True)
def registry(monkeypatch):
    monkeypatch.setenv("ARCHIVE_SITES", str(SITES))


def copy_raw(origin, target):
    for folder in ("raw/", "state/crawls/"):
        for key in origin.list(folder):
            target.put(key, origin.get(key))


def lake(store):
    return {key: store.get(key) for key in store.list("lake/")}


@pytest.mark.stack
def test_eight_builders_some_of_them_killed(s3, nation_lake):
    store = s3
    copy_raw(nation_lake, store)
    chance = random.Random(7)
    families = ["raw/", "raw/trs_wcm/", "raw/hanweb/", "raw/ucap/"]
    builders = [
        subprocess.Popen([sys.executable, "-c", BUILDER, store.uri, families[n % 4]], cwd=ROOT, env=os.environ)
        for n in range(8)
    ]
    for victim in chance.sample(builders, 4):
        time.sleep(chance.uniform(0.5, 2.5))
        victim.send_signal(signal.SIGKILL)
    codes = [builder.wait(120) for builder in builders]
    assert set(codes) <= {0, -signal.SIGKILL}
    build.build_all(store)  # what a killed builder left is pending, and found
    assert pending.pending_keys(store) == []
    assert lake(store) == lake(nation_lake)


def test_a_builder_that_is_overtaken_starts_again(store, nation_lake, monkeypatch):
    copy_raw(nation_lake, store)
    first, *others = warc_keys(store, "raw/hanweb/")
    read_warcs(store, [first])
    key = next(key for key in pending.pending_keys(store) if key.startswith("zhejiang|2021"))
    real = build.publish

    def overtaken(*args):
        monkeypatch.setattr(build, "publish", real)
        read_warcs(store, others)
        assert build.build(store, key) is not None  # the other one sees all pages and is faster
        return real(*args)

    monkeypatch.setattr(build, "publish", overtaken)
    build.build(store, key)
    folders = pending.lake_folders(key)
    assert {k: v for k, v in lake(store).items() if k.startswith(tuple(folders))} == {
        k: v for k, v in lake(nation_lake).items() if k.startswith(tuple(folders))
    }


def test_a_new_stage_loses_nothing_on_its_way(store, nation_lake, monkeypatch):
    copy_raw(nation_lake, store)
    build.build_all(store, "raw/trs_wcm/")
    before = connect(store.uri).execute("SELECT report_id FROM reports WHERE year = 2020 ORDER BY 1").fetchall()
    assert len(before) > 2
    coming = pages.STAGE_VERSION + 1
    for module in (build, pages, pending):
        monkeypatch.setattr(module, "STAGE_VERSION", coming)
    [changshou] = [key for key in warc_keys(store) if "s-changshou" in key]
    for key in read_warcs(store, [changshou]):  # only one site's pages have been read again
        build.build(store, key)
    after = connect(store.uri).execute("SELECT report_id FROM reports WHERE year = 2020 ORDER BY 1").fetchall()
    assert after == before


def test_what_is_lost_or_damaged_is_made_again(store, nation_lake):
    copy_raw(nation_lake, store)
    build.build_all(store, "raw/hanweb/")
    whole = lake(store)

    def gone(*folders):
        for folder in folders:
            for key in list(store.list(folder)):
                store.delete(key)

    gone("lake/")
    build.build_all(store, "raw/hanweb/")
    assert lake(store) == whole
    gone("pages/")
    assert pending.pending_keys(store)
    for key in pending.pending_keys(store):  # as the DAGs do it: key by key, nothing is read beforehand
        assert build.build(store, key) is None or lake(store).keys() >= whole.keys()
    assert lake(store) == whole
    gone("pages/", "state/built/")
    for key in pending.pending_keys(store):
        build.build(store, key)
    assert lake(store) == whole
    [page_file, *_] = store.list(f"pages/v{pages.STAGE_VERSION}/province=zhejiang/")
    store.put(page_file, b"damaged")
    gone("state/built/")
    store.put(next(store.list("lake/figures/")), b"damaged too")
    store.put("lake/reports/_SUCCESS", b"")  # somebody else's
    build.build_all(store, "raw/hanweb/")
    assert {key: data for key, data in lake(store).items() if "_SUCCESS" not in key} == whole


def test_a_report_whose_bytes_are_gone_is_kept(store, nation_lake):
    copy_raw(nation_lake, store)
    build.build_all(store, "raw/hanweb/")
    whole = lake(store)
    for folder in ("pages/", "raw/hanweb/s-jiaxing/"):
        for key in list(store.list(folder)):
            store.delete(key)
    with pytest.raises(NotFound, match="keeps its last good state"):
        build.build(store, "zhejiang|2020")
    assert lake(store) == whole


def test_a_write_that_always_loses_says_so(store, monkeypatch):
    def lost(*_):
        raise Conflict("x")

    monkeypatch.setattr(build, "publish", lost)
    store.put("state/crawls/2026-01/ucap/a/c.json", b'{"site_id": "a", "crawl_id": "c"}')
    with pytest.raises(Conflict, match="other builders"):
        build.build(store, "crawls|2026-01")


def test_a_registry_put_right_moves_reports_when_it_is_asked_to(store, nation_lake, tmp_path, monkeypatch):
    copy_raw(nation_lake, store)
    build.build_all(store, "raw/hanweb/")
    whole = lake(store)
    sites = tmp_path / "sites"
    sites.mkdir()
    (sites / "gansu.yml").write_text((SITES / "gansu.yml").read_text("utf-8"), "utf-8")
    monkeypatch.setenv("ARCHIVE_SITES", str(sites))
    assert build.build_all(store, "raw/hanweb/")["keys"] == 0
    assert build.let_read_again(store, "raw/hanweb/") == len(warc_keys(store, "raw/hanweb/"))
    build.build_all(store, "raw/hanweb/")
    fresh = type(store)(tmp_path / "fresh")
    copy_raw(nation_lake, fresh)
    build.build_all(fresh, "raw/hanweb/")
    assert lake(store) == lake(fresh) != whole

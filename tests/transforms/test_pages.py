"""Reading many WARC files in processes of their own, and one that kills its process."""

from __future__ import annotations

import os

import pytest

from tests.conftest import SITES
from transforms import pages
from transforms.pages import ReaderKilled, read_warcs, warc_keys


def test_processes_read_what_one_process_reads(nation_lake, store, monkeypatch):
    monkeypatch.setenv("ARCHIVE_SITES", str(SITES))
    monkeypatch.setattr(pages, "_PARALLEL", 0)
    for key in warc_keys(nation_lake, "raw/ucap/"):
        store.put(key, nation_lake.get(key))
    touched = read_warcs(store, warc_keys(store))
    names = list(store.list("pages/"))
    assert touched and names
    for name in names:
        assert store.get(name) == nation_lake.get(name), name


def _kill(uri: str, key: str) -> list[str]:
    if "s-changji" in key:
        os.kill(os.getpid(), 9)
    return [key]


def test_a_file_that_kills_its_reader_is_named(nation_raw, monkeypatch):
    monkeypatch.setattr(pages, "_PARALLEL", 0)
    monkeypatch.setattr(pages, "_read_in_worker", _kill)
    with pytest.raises(ReaderKilled, match="s-changji"):
        read_warcs(nation_raw, warc_keys(nation_raw, "raw/ucap/"))

"""Stored pages of every kind on their way into raw."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from scrapers.imports import BadImport, import_files, read_manifest
from transforms.pages import cached_rows, read_warcs, warc_keys
from transforms.read import STAGE_VERSION
from transforms.warc import read_captures

WET = (
    "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: http://www.a.gov.cn/1.html\r\n"
    "WARC-Date: 2020-02-03T04:05:06Z\r\nWARC-Record-ID: <urn:uuid:{}>\r\nContent-Type: text/plain\r\n"
    "Content-Length: {}\r\n\r\n"
)


def captures(store, key):
    return list(read_captures(store.get(key), key))


def test_text_of_any_encoding_with_its_origin(store, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("年度报告".encode("gb18030"))
    (tmp_path / "b.txt").write_bytes("另一份".encode())
    (tmp_path / "truth.json").write_text("{}")  # no text page
    manifest = tmp_path / "origins.csv"
    manifest.write_text("path,url,fetched_at\na.txt,http://www.a.gov.cn/1.html,2020-02-03T12:05:06+08:00\n")
    [key] = import_files([tmp_path], "text", store, manifest=manifest)
    found = {capture.url: capture for capture in captures(store, key)}
    assert set(found) == {"", "http://www.a.gov.cn/1.html"}
    told = found["http://www.a.gov.cn/1.html"]
    assert told.body.decode("gb18030") == "年度报告" and told.kind == "text"
    assert told.fetched_at is not None and told.fetched_at.isoformat() == "2020-02-03T04:05:06+00:00"
    assert found[""].fetched_at is None
    assert import_files([tmp_path], "text", store, manifest=manifest) == [key] == warc_keys(store)


def test_a_page_with_its_host_only(store, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<p>年报</p>")
    manifest = tmp_path / "origins.jsonl"
    manifest.write_text(json.dumps({"path": "a.html", "host": "www.a.gov.cn"}))
    [key] = import_files([tmp_path / "a.html"], "html", store, manifest=manifest)
    [capture] = captures(store, key)
    assert (capture.url, capture.kind) == ("http://www.a.gov.cn/", "html")


def test_wet_files_keep_their_records(store, tmp_path: Path) -> None:
    text = "政府信息公开".encode()
    data = WET.format("00000000-0000-0000-0000-000000000001", len(text)).encode() + text + b"\r\n\r\n"
    (tmp_path / "cc.warc.wet.gz").write_bytes(gzip.compress(data))
    (tmp_path / "plain.wet").write_bytes(data)
    keys = import_files([tmp_path], "wet", store)
    assert len(keys) == 2 and sorted(warc_keys(store)) == sorted(keys)
    for key in keys:
        [capture] = captures(store, key)
        assert (capture.url, capture.kind, capture.body) == ("http://www.a.gov.cn/1.html", "text", text)


def test_files_of_one_name_keep_their_own_origin(store, tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        (tmp_path / place / "x.txt").write_text(place)
    manifest = tmp_path / "m.csv"
    manifest.write_text(
        f"path,url\na/x.txt,http://www.a.gov.cn/\n{tmp_path}/b/x.txt,http://www.b.gov.cn/\n", "utf-8-sig"
    )
    [key] = import_files([tmp_path], "text", store, manifest=manifest)
    assert {c.url: c.body for c in captures(store, key)} == {"http://www.a.gov.cn/": b"a", "http://www.b.gov.cn/": b"b"}
    manifest.write_text("path,url\nx.txt,http://www.a.gov.cn/\n")
    with pytest.raises(BadImport, match=r"x\.txt"):
        import_files([tmp_path], "text", store, manifest=manifest)  # which of the two?


def test_garbage_is_no_warc(store, tmp_path: Path) -> None:
    for name, data in {"a.warc": b"garbage", "b.warc.gz": b"\x1f\x8bgarbage", "c.warc": b""}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BadImport, match=f"{name}: not a WARC"):
            import_files([tmp_path / name], "warc", store)
    assert list(store.list("")) == []


@pytest.mark.parametrize("cut", [5, 60])
def test_a_warc_that_is_cut_short_loses_only_what_is_cut(store, tmp_path: Path, cut: int) -> None:
    record = WET.format("00000000-0000-0000-0000-00000000000{}", 30).encode() + b"x" * 30 + b"\r\n\r\n"
    whole = record.replace(b"0{}", b"01") + record.replace(b"0{}", b"02").replace(b"1.html", b"2.html")
    (tmp_path / "t.warc").write_bytes(whole[: -cut - 4])
    [key] = import_files([tmp_path / "t.warc"], "warc", store)
    read_warcs(store, [key])
    rows = cached_rows(store, store.list(f"pages/v{STAGE_VERSION}/rejects/"))
    assert [(row["url"][-6:], row["reason"] == "unreadable_warc") for row in rows] == [("1.html", False), ("", True)]


@pytest.mark.parametrize("kind", ["text", "html", "warc", "wet", "pdf"])
def test_nothing_to_import_is_an_error(store, tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.doc").write_bytes(b"x")
    with pytest.raises(BadImport):
        import_files([tmp_path], kind, store)
    with pytest.raises(BadImport):
        import_files([tmp_path / "none"], kind, store)
    assert list(store.list("")) == []


@pytest.mark.parametrize("text", ["url\nhttp://a/\n", "path,fetched_at\na,yesterday\n", "{not json", "[1]"])
def test_bad_manifests(tmp_path: Path, text: str) -> None:
    (tmp_path / "m").write_text(text)
    with pytest.raises(BadImport):
        read_manifest(tmp_path / "m")

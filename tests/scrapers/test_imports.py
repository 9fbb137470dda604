"""Stored pages of every kind on their way into raw."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from scrapers.imports import BadImport, import_files, read_manifest
from scrapers.imports.survey import survey
from tests.nation.pages import nation
from transforms.documents.html import parse_html
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


def foreign(kind: str, digest: str, body: bytes, number: int, url: str = "http://www.a.gov.cn/1.html") -> bytes:
    """A WARC 1.0 record as other crawlers write it."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    block = block if kind == "response" else b"HTTP/1.1 200 OK\r\n\r\n"
    address = f"WARC-Target-URI: {url}\r\n" if url else ""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\n{address}WARC-Date: 2012-03-0{number}T04:05:06Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-00000000000{number}>\r\nWARC-Payload-Digest: {digest}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def test_what_others_recorded_is_kept_and_counted(store, tmp_path: Path, caplog) -> None:
    data = b"".join([
        foreign("response", sha1(b"one"), b"one", 1),
        foreign("revisit", sha1(b"one"), b"", 2),  # of the record before
        foreign("revisit", sha1(b"elsewhere"), b"", 3),  # of a file that is not here
        foreign("response", sha1(b"forged"), b"two", 4, "http://www.a.gov.cn/2.html"),
        foreign("response", "sha1:" + hashlib.sha1(b"hex").hexdigest(), b"hex", 5, "http://www.a.gov.cn/3.html"),
    ])  # fmt: skip
    (tmp_path / "crawl.warc").write_bytes(data)
    [key] = import_files([tmp_path], "warc", store)
    assert store.get(key) == data
    found = captures(store, key)
    assert [(c.fetched_at.isoformat()[:10], c.body) for c in found] == [
        ("2012-03-01", b"one"), ("2012-03-04", b"two"), ("2012-03-05", b"hex"),
    ]  # fmt: skip
    [state] = store.list("state/imports/files/")
    assert json.loads(store.get(state)) == {"response": 3, "revisit": 2, "revisits_unresolved": 1, "digest_differs": 1}
    assert "revisits_unresolved: 1" in caplog.text
    before = {name: store.get(name) for name in store.list()}
    assert import_files([tmp_path], "warc", store) == [key]
    assert {name: store.get(name) for name in store.list()} == before


@pytest.mark.parametrize(("headers", "body", "hashed", "differs"), [
    (b"Transfer-Encoding: chunked\r\n", b"3\r\nabc\r\n0\r\n\r\n", b"abc", False),
    (b"Content-Encoding: gzip\r\n", gzip.compress(b"abc", mtime=0), b"abc", False),
    (b"Content-Encoding: gzip\r\n", gzip.compress(b"abc", mtime=0), gzip.compress(b"abc", mtime=0), False),
    (b"", b"abc", b"abd", True),
])  # fmt: skip
def test_crawlers_hash_a_payload_in_different_forms(headers: bytes, body: bytes, hashed: bytes, differs: bool) -> None:
    block = b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n" + body
    head = foreign("response", sha1(hashed), b"", 1).partition(b"Content-Length")[0]
    assert survey(head + b"Content-Length: %d\r\n\r\n" % len(block) + block + b"\r\n\r\n") == (
        {"digest_differs": 1, "response": 1} if differs else {"response": 1}
    )


def test_a_digest_that_cannot_be_read_says_nothing() -> None:
    for digest in ("", "sha1:short", "crc:ABCDEF", "sha1:" + "!" * 32):
        assert survey(foreign("response", digest, b"one", 1)) == {"response": 1}, digest


def test_a_damaged_file_is_counted_as_far_as_it_goes() -> None:
    whole = foreign("response", sha1(b"one"), b"one", 1)
    assert survey(gzip.compress(whole) + gzip.compress(whole)[:-30])["damaged"] == 1


def test_texts_without_address_are_nobodys(store, tmp_path: Path) -> None:
    """A text dump gives a page without markup; whose it is, nobody knows (design.md 5)."""
    text = nation_text().encode()
    data = WET.replace("WARC-Target-URI: http://www.a.gov.cn/1.html\r\n", "")
    data = data.format("00000000-0000-0000-0000-000000000001", len(text)).encode() + text + b"\r\n\r\n"
    (tmp_path / "dump.wet").write_bytes(data)
    [key] = import_files([tmp_path], "wet", store)
    [capture] = captures(store, key)
    assert (capture.url, capture.kind) == ("", "text") and capture.fetched_at is not None
    touched = read_warcs(store, [key])
    [row] = cached_rows(store, [name for name in store.list("pages/") if "province=" in name])
    assert touched == ["liaoning|2010"]
    assert (row["provenance"], row["host"], row["url"]) == ("unknown", "", "")
    assert "no_source_address" in row["flags"]


def nation_text() -> str:
    """A report of the sample nation as a program without markup shows it."""
    made = nation()
    row = next(
        row
        for row in made.truth
        if row["kind"] == "report" and (row["agency_name"], row["year"]) == ("凌源市人民政府", 2010)
    )
    page = made.pages[row["host"], urlsplit(row["url"]).path].decode(row["charset"])
    return parse_html(page).text


@pytest.mark.parametrize("packed", [True, False])
def test_a_large_file_is_stored_in_parts(store, tmp_path: Path, monkeypatch, packed: bool) -> None:
    bodies = [hashlib.sha256(bytes([n])).hexdigest().encode() * 20 for n in range(9)]
    records = [
        foreign("response", sha1(body), body, n, f"http://www.a.gov.cn/{n}.html") for n, body in enumerate(bodies, 1)
    ]
    data = b"".join(gzip.compress(record, mtime=0) if packed else record for record in records)
    big = tmp_path / ("big.warc.gz" if packed else "big.warc")
    big.write_bytes(data)
    monkeypatch.setattr("scrapers.imports.files.PART_BYTES", len(data) // 4)
    keys = import_files([big], "warc", store)
    assert len(keys) in (3, 4) and b"".join(map(store.get, keys)) == data, "cut between records, nothing else"
    assert [capture.body for key in keys for capture in captures(store, key)] == bodies
    [state] = store.list("state/imports/files/")
    assert json.loads(store.get(state)) == {"response": 9}
    assert import_files([big], "warc", store) == keys
    big.write_bytes(data[:-40])
    damaged = import_files([big], "warc", store)
    assert b"".join(map(store.get, damaged)) == data[:-40]
    read_warcs(store, damaged)
    reasons = [row["reason"] for row in cached_rows(store, store.list(f"pages/v{STAGE_VERSION}/rejects/"))]
    assert reasons.count("unreadable_warc") == 1 and len(reasons) == 9, "eight pages and the damage"

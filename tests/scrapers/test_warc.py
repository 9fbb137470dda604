"""WARC files as other people's readers see them."""

from __future__ import annotations

import gzip
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from scrapers.warc import Exchange, ImportItem, WarcSet, import_warc, index_path, surt
from transforms.warc import read_captures

AT = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)


def exchange(n: int) -> Exchange:
    head = b"HTTP/1.1 200 OK\r\ncontent-TYPE:  text/html; charset=gbk\r\nX-Odd: \xb9\xab\r\n\r\n"
    url = f"http://www.a.gov.cn/{n}.html"
    return Exchange(
        url, b"GET / HTTP/1.1\r\n\r\n", head, "年报".encode("gbk"), 200, "text/html; charset=gbk", AT, "1.2.3.4"
    )


def test_records_re_read_with_two_readers(tmp_path: Path) -> None:
    warcs = WarcSet(tmp_path, "c", "a", "ucap", pages_per_file=2)
    for n in range(3):
        warcs.add(exchange(n), via="http://www.a.gov.cn/", anchor="2019年\r\nWARC-Type: forged 年报")
    paths = warcs.close()
    assert [path.name for path in paths] == ["c-0.warc.gz", "c-1.warc.gz"]
    data = paths[0].read_bytes()
    kinds = []
    for record in ArchiveIterator(io.BytesIO(data), parse_http=False):
        kinds.append(record.record_type)
        assert record.verify_block_digest() is True
        if record.record_type == WarcRecordType.response:
            block = record.reader.read()
            assert block == exchange(0).head + exchange(0).body  # to the byte, odd spelling included
    kind = WarcRecordType
    assert kinds == [kind.warcinfo, *[kind.request, kind.metadata, kind.response] * 2]
    for record in WarcioIterator(io.BytesIO(data), check_digests="raise"):
        record.content_stream().read()
    captures = list(read_captures(data, "k"))
    assert [c.anchor for c in captures] == ["2019年 WARC-Type: forged 年报"] * 2
    assert captures[0].fetched_at == AT and captures[0].family == "ucap" and captures[0].site_id == "a"
    first = captures[0]
    cut = data[first.warc_offset : first.warc_offset + first.warc_length]
    assert b"HTTP/1.1 200 OK" in gzip.decompress(cut)
    lines = index_path(paths[0]).read_text().splitlines()
    assert lines == sorted(lines) and lines[0].startswith("cn,gov,a)/0.html 20261120030405 {")


def test_no_value_breaks_its_line(tmp_path: Path) -> None:
    breaks = "\r\n \n \r \x0b \x0c \x1c \x1d \x1e \x85 \u2028 \u2029".split(" ")
    for mark in breaks:
        warcs = WarcSet(tmp_path, "c", "a", "ucap")
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html{mark}x\r\n\r\n".encode()
        odd = replace(exchange(0), head=head, content_type=f"text/html{mark}x", address=f"1.2.3.4{mark}WARC-Forged: 1")
        warcs.add(odd, via=f"http://a/{mark}link: list", anchor=f"2019年{mark}link: list{mark}\0", link="page")
        [path] = warcs.close()
        records = list(WarcioIterator(io.BytesIO(path.read_bytes()), check_digests="raise"))
        assert len(records) == 4 and not any(r.rec_headers.get_header("WARC-Forged") for r in records), repr(mark)
        [capture] = read_captures(path.read_bytes(), "k")
        assert capture.link == "page" and capture.body == odd.body, repr(mark)
        assert len(index_path(path).read_text(encoding="utf-8").splitlines()) == 1, repr(mark)
        path.unlink()


def test_import_bytes_depend_on_content_alone() -> None:
    items = [
        ImportItem("正文".encode(), "text/plain", "", None),
        ImportItem(b"<p>x</p>", "text/html; charset=utf-8", "http://www.a.gov.cn/1.html", AT),
        ImportItem("正文".encode(), "text/plain", "", None),
    ]
    data = import_warc(items)
    assert data == import_warc(list(items))
    text, page = read_captures(data, "k")
    assert (text.kind, text.url, text.fetched_at, text.body) == ("text", "", None, "正文".encode())
    assert (page.kind, page.url, page.fetched_at) == ("html", "http://www.a.gov.cn/1.html", AT)


def test_surt() -> None:
    assert surt("http://www.A.gov.cn:8080/B?c=1") == "cn,gov,a:8080)/b?c=1"

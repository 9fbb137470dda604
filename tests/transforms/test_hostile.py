"""Hostile pages: every one ends as a row or a reject, within two seconds of CPU and 500 MB."""

from __future__ import annotations

import gzip
import hashlib
import random
import resource
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.records import Capture
from tests.nation import tables as forms
from tests.transforms import files
from transforms.documents.attachments import MAX_BYTES
from transforms.read import read_capture
from transforms.warc import kind_of, read_captures

CPU, MEMORY = 2.0, 500_000  # seconds a page, KiB beyond what the process had
N_FUZZED = 900


def ends(body: bytes | str, kind: str = "html") -> None:
    """Read one body; it must give a row or a reject, in time and within memory."""
    data = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    capture = Capture(
        "http://www.cj.gov.cn/a.html", None, 200, "text/html", data, hashlib.sha256(data).hexdigest(), kind=kind
    )
    before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    page, reject = read_capture(capture)
    spent = time.process_time() - begin
    assert page or reject
    assert spent < CPU
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY


TITLE = "昌吉市财政局2020年政府信息公开工作年度报告"
HEAD = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><div id=zoom>"
OUTLINE = (
    "<p>一、总体情况</p><p>2020年，我局主动公开。</p><p>二、主动公开政府信息情况</p><p>三、收到和处理政府信息公开申请情况</p><p>无，无。</p>"
    "<p>四、政府信息公开行政复议、行政诉讼情况</p><p>无。</p><p>五、存在的主要问题及改进情况</p><p>有，。</p><p>六、其他需要报告的事项</p>"
)
PAGE = HEAD + OUTLINE
N = 100_000
SPANS = "<tr>" + "<td colspan=100000 rowspan=100000>1</td>" * 50 + "</tr>"
BAIT = {
    "divs": HEAD + "<div>" * N + OUTLINE, "spans": HEAD + "<span>" * N + OUTLINE, "closed": HEAD + "<div>" * N + OUTLINE + "</div>" * N,
    "formats": HEAD + "<b><i><font>" * 30_000 + OUTLINE, "tables in tables": HEAD + "<table><tr><td>" * 5_000 + OUTLINE,
    "unknown elements": HEAD + "<x>" * N + OUTLINE, "unclosed paragraphs": PAGE + "<p>政府信息公开工作，" * 200_000,
    "spans without end": PAGE + "<table>" + SPANS * 200 + "</table>",
    "cells": PAGE + "<table>" + ("<tr>" + "<td>1</td>" * 10 + "</tr>") * 10_000 + "</table>",
    "many tables": PAGE + ("<table><tr><td>一、本年新收政府信息公开申请数量</td>" + "<td>1</td>" * 7 + "</tr></table>") * 2_000,
    "a cell of labels": PAGE + "<table><tr><td>" + "一、本年新收政府信息公开申请数量" * 5_000 + "</td><td>1</td></tr></table>",
    "one line of 5 MB": PAGE + "政" * 1_600_000, "one line": "政" * 150_000, "9 MB": "政" * 3_100_000, "50 MB": b"a" * 50_000_000,
    "NULs": PAGE + "\0" * N, "only NULs": b"\0" * N, "right to left": PAGE + "\u202e\u200f" * N, "surrogates": PAGE + "\ud800" * 1_000,
    "spaces": PAGE + " " * 1_000_000 + "x", "nbsp": PAGE + "\xa0" * N + "x", "wide spaces": PAGE + "\u3000" * N + "x", "tabs": PAGE + "<pre>" + "\t\n" * N,
    "blank lines": PAGE + "\n \n" * N, "digits": PAGE + "1" * 400_000, "digits apart": PAGE + "1 " * 200_000, "thousands": PAGE + "1," * 200_000,
    "brackets": PAGE + "（" * N + "(" * N + ")" * N, "titles": PAGE + "《" * N + "》" * N, "pipes": PAGE + "|" * 400_000, "pipe lines": PAGE + "|\n" * N,
    "numerals": PAGE + "一、" * N, "numeral lines": PAGE + "<p>一、</p>" * 15_000, "headings": HEAD + "<p>一、总体情况</p><p>二、主动公开政府信息情况</p>" * 9_000,
    "bracketed": PAGE + "<p>（一）主动公开</p>" * 15_000, "arabic": PAGE + "<p>1、主动公开</p>" * 15_000, "years": PAGE + "2020年" * 80_000,
    "dates": PAGE + "2020年1月1日" * 40_000, "date lines": PAGE + "<p>2020年1月1日</p>" * 15_000, "commas": PAGE + "，" * 400_000, "stops": PAGE + "。" * 400_000,
    "colons": PAGE + "：" * N, "title lines": HEAD + f"<p>{TITLE}</p>" * 15_000 + OUTLINE, "places": PAGE + "昌吉市" * N,
    "long names": PAGE + "新疆维吾尔自治区昌吉回族自治州昌吉市滨湖镇" * 20_000, "organs": PAGE + "人民政府办公室" * 50_000, "dashes": PAGE + "-" * 400_000,
    "dots": PAGE + "." * 400_000, "addresses": PAGE + "http://www.a.gov.cn/" * 20_000, "glosses": PAGE + "開(kāi)" * 50_000, "brands": PAGE + "pg电子平台" * 30_000,
    "copies": PAGE * 300, "like lines": HEAD + "<p>主动公开政府信息条，及时回应群众关切，做到应公开尽公开。</p>" * 15_000,
    "attributes": HEAD + "<p " + "a=b " * N + ">" + OUTLINE, "long style": HEAD + '<p style="' + "height:0;" * 20_000 + '">x</p>' + OUTLINE,
    "styles": HEAD + '<p style="color:#fff">x</p>' * 15_000 + OUTLINE, "hidden": HEAD + "<p hidden>" * 15_000 + OUTLINE,
    "metas": HEAD + "<meta name=a content=b>" * 30_000 + OUTLINE, "links": HEAD + "<a href=a.pdf>x</a>" * 30_000 + OUTLINE, "comments": HEAD + "<!--" * N + OUTLINE,
    "cdata": HEAD + "<![CDATA[" * N, "less than": "<" * 1_000_000, "ampersands": HEAD + "&" * 400_000 + OUTLINE, "entities": HEAD + "&nbsp;" * 300_000 + OUTLINE,
    "long tag": PAGE + "<" + "a" * 1_000_000, "charset": "<meta charset=" + " " * N + PAGE, "index labels": HEAD + "索 引 号" * N + OUTLINE,
    "index label apart": HEAD + ("索" + " " * 50) * 20_000 + OUTLINE, "fences": HEAD + "<!--<$[信息内容]>begin-->" * 20_000,
    "mixed charsets": ("<p>首页</p>\n".encode("gbk") + "<p>政府</p>\n".encode()) * 9_000, "lost characters": PAGE + "锟斤拷" * N,
    "garble": HEAD + "銆€鏀垮姟淇℃伅" * 50_000 + OUTLINE, "latin garble": HEAD + "政府信息".encode().decode("latin-1") * 30_000 + OUTLINE,
    "requests": PAGE + "共收到申请" * 50_000, "figures": PAGE + "主动公开政府信息1条" * 40_000, "organ before date": PAGE + "局" * N + "2020年1月1日",
    "appendices": PAGE + "\n附件：" * 50_000, "counting": PAGE + "<p>" + "一二三四五六七八九十" * 40_000, "nothing": b"", "blank": b" \n\t ",
}  # fmt: skip


@pytest.mark.parametrize("kind", ["html", "text"])
@pytest.mark.parametrize("name", BAIT)
def test_bait_for_parsers_and_patterns(name, kind):
    ends(BAIT[name], kind)


def seed_pages() -> list[bytes]:
    """Pages as they are, the ground for the fuzzer."""
    rng = random.Random(11)
    pages = []
    for form, charset in (("C", "gbk"), ("D", "utf-8")):
        blocks = files.report(form, seed=3, sentences=3)
        body = "".join(
            block if block.startswith("<") else f"<p class=MsoNormal><span>{block}</span></p>" for block in blocks
        )
        chrome = "<div>首页 &gt; 政务公开</div><table><tr><td>索 引 号</td><td>11652301/2021-00012</td></tr></table>"
        pages.append(
            f"<html><meta charset={charset}><body>{chrome}<div class=TRS_Editor>{body}</div></body></html>".encode(
                charset
            )
        )
    pages.append(f"{HEAD}{OUTLINE}{forms.stat_html(rng)[0]}".encode())
    return pages


def mangled(page: bytes, rng: random.Random) -> bytes:
    """One to six accidents or attacks on a page."""
    data = bytearray(page)
    pieces = [b"<table>", b"</table>", b"<td rowspan=99999>", b"</div>" * 40, b"<!--", b"-->", b"<script>", b"\0", b"\xff\xfe", b"<textarea>", b"&#x110000;",
              "一、".encode(), "锟斤拷".encode(), b"<p style='display:none'>", b"<svg><style>", b"<template>", b"<math><mi><table>", b"<select><option>"]  # fmt: skip
    for _ in range(rng.randint(1, 6)):
        a, b = sorted(rng.randrange(len(data) + 1) for _ in range(2))
        match rng.randrange(6):
            case 0:
                del data[a : min(b, a + 3_000)]
            case 1:
                data[a:a] = rng.choice(pieces)
            case 2:
                data[a:a] = data[a : min(b, a + 5_000)] * rng.randint(1, 5)
            case 3:
                data[a : a + 50] = rng.randbytes(50)
            case 4:
                del data[b:]
            case _:
                data[a:a] = rng.choice(pieces) * rng.randint(1, 300)
    return bytes(data)


@pytest.mark.parametrize("batch", range(9))
def test_pages_that_met_with_accidents(batch):
    rng, pages = random.Random(batch), seed_pages()
    for _ in range(N_FUZZED // 9):
        data = mangled(rng.choice(pages), rng)
        ends(data, rng.choice(["html", "html", "text"]))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=3_000), st.text(max_size=2_000), st.lists(st.sampled_from(
    ["<p>", "<table>", "<tr>", "<td>", "</table>", "一、", "总体情况", "2020年", "\n", "1", "。", "<br>", "</p>", "|", "　", TITLE]
), max_size=200).map("".join)))  # fmt: skip
def test_anything_at_all(body):
    ends(body)


@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_files_that_met_with_accidents(kind):
    rng = random.Random(kind)
    whole = {"pdf": files.pdf, "docx": files.word}[kind](files.report("D", sentences=2))
    for _ in range(40):
        ends(mangled(whole, rng), kind)


def record(headers: bytes, body: bytes) -> bytes:
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + headers + b"\r\n" + body
    return (
        b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://www.cj.gov.cn/a.html\r\nWARC-Date: 2021-02-01T00:00:00Z\r\n"
        b"WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % len(http)
    ) + http + b"\r\n\r\n"  # fmt: skip


def test_content_encodings_true_cut_lying_and_endless():
    import zlib

    import brotli

    page = PAGE.encode() * 3
    raw = zlib.compressobj(wbits=-15)
    sent = [
        (b"Content-Encoding: gzip\r\n", gzip.compress(page), page),
        (b"Content-Encoding: gzip\r\n", gzip.compress(page[:100]) + gzip.compress(page[100:]), page),
        (b"Content-Encoding: deflate\r\n", zlib.compress(page), page),
        (b"Content-Encoding: deflate\r\n", raw.compress(page) + raw.flush(), page),
        (b"Content-Encoding: br\r\n", brotli.compress(page), page),
        (b"", gzip.compress(page), page),
        (b"Content-Encoding: gzip\r\n", page, page),
        (b"Content-Encoding: br\r\n", page, page),
        (b"Content-Encoding: no-such\r\n", page, page),
        (b"Transfer-Encoding: chunked\r\n", b"%x\r\n" % len(page) + page + b"\r\n0\r\n\r\n", page),
        (b"Transfer-Encoding: chunked\r\n", page, page),
        (b"Transfer-Encoding: chunked\r\n", b"%x\r\n" % len(page) + page[:500], page[:500]),
    ]
    captures = list(read_captures(b"".join(record(headers, body) for headers, body, _ in sent), "k"))
    assert [capture.body for capture in captures] == [page for _, _, page in sent]


@pytest.mark.parametrize(
    "packed", [lambda data: gzip.compress(data, 9), lambda data: __import__("brotli").compress(data, quality=1)]
)
def test_a_bomb_is_not_unpacked(packed):
    body = packed(b"\0" * 300_000_000)
    name = b"gzip" if body.startswith(b"\x1f\x8b") else b"br"
    before, begin = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    captures = list(read_captures(record(b"Content-Encoding: %s\r\n" % name, body) + record(b"", PAGE.encode()), "k"))
    assert len(captures[0].body) == MAX_BYTES + 1 and captures[1].body == PAGE.encode()
    assert time.process_time() - begin < CPU and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MEMORY
    assert read_capture(captures[0])[1]["reason"] in ("too_large", "unreadable_attachment")


def test_a_cut_gzip_gives_what_is_there():
    page = PAGE.encode() * 3
    cut = gzip.compress(page)[:200]
    (capture,) = read_captures(record(b"Content-Encoding: gzip\r\n", cut), "k")
    assert capture.body and page.startswith(capture.body) and kind_of("text/html", capture.body) == "html"


def test_at_least_a_thousand_inputs_are_tried():
    assert 2 * len(BAIT) + N_FUZZED + 150 + 80 >= 1_000

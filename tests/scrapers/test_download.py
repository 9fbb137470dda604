"""The wire: what is sent to whom, and answers that do not keep to the letter."""

from __future__ import annotations

import asyncio
import base64
import gzip
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy import Request
from scrapy.http import Response
from scrapy.settings import Settings

from scrapers.download import ArchiveDownloadHandler, BadAnswer, proxy_for
from scrapers.politeness import AddressRefused
from scrapers.settings import crawl_settings
from scrapers.warc import Exchange, WarcSet
from tests.scrapers.conftest import Web, crawl, trs_site
from transforms.store import open_store
from transforms.warc import read_captures

PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 2\r\n\r\nok"
PASSWORD = "Basic " + base64.b64encode(b"us:p@w").decode()


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ARCHIVE_RESOLVE_ALL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@asynccontextmanager
async def serving(*answers: bytes, tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Serve one connection's answers in order, with `tls` from the second on; yield the address and what was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            for number, answer in enumerate(answers):
                if number and tls:
                    await writer.start_tls(tls)
                asked.append(await reader.readuntil(b"\r\n\r\n"))
                writer.write(answer)
                await writer.drain()
        except (OSError, asyncio.CancelledError):
            asked.append(b"broken off")
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}", asked


def handler(forced: str = "", trusted: Path | None = None) -> ArchiveDownloadHandler:
    settings = Settings({**crawl_settings(3.0), "ARCHIVE_RESOLVE_ALL": forced})
    made = ArchiveDownloadHandler(SimpleNamespace(settings=settings))  # type: ignore[arg-type]
    if trusted:
        made.tls.load_verify_locations(trusted)
    return made


def fetch(answer: bytes, url: str = "http://www.cs.gov.cn/a?b=1") -> tuple[Response, Exchange, bytes]:
    async def run() -> tuple[Response, Exchange, bytes]:
        async with serving(answer) as (address, asked):
            request = Request(url)
            response = await handler(address).download_request(request)
            return response, request.meta["exchange"], asked[0]

    return asyncio.run(run())


def stored(exchange: Exchange, folder: Path) -> bytes:
    warcs = WarcSet(folder, "c", "a", "ucap")
    warcs.add(exchange)
    [capture] = read_captures(warcs.close()[0].read_bytes(), "k")
    assert capture.content_type == "text/html; charset=gbk"
    return capture.body


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\nContent-Type: text/html; charset=gbk\nContent-Length: 14\n\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\nContent-Length: 14\r\n\n",
        b"HTTP/1.1 100 Continue\n\nHTTP/1.0 200 OK\nContent-Type: text/html; charset=gbk\n\r\n",
    ],
)
def test_header_lines_may_end_in_a_bare_line_feed(head: bytes, tmp_path: Path) -> None:
    body = b"<p>\r\n\r\n\n\n</p>"
    response, exchange, _ = fetch(head + body + b"\n")
    assert response.body == body + b"\n" and response.headers["Content-Type"] == b"text/html; charset=gbk"
    assert stored(exchange, tmp_path) == body + b"\n"


@pytest.mark.parametrize("name", [b"Transfer-Encoding: ", b"Transfer-Encoding : ", b"transfer-encoding\t:"])
def test_a_joined_body_is_not_called_chunked(name: bytes, tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=gbk\r\n" + name + b"chunked\r\n\r\n"
    response, exchange, _ = fetch(head + b"3\r\n<p>\r\n2;x=y\r\nab\r\n0\r\n\r\n")
    assert response.body == b"<p>ab" and b"\nX-Crawler-" + name.rstrip() in exchange.head
    assert stored(exchange, tmp_path) == b"<p>ab"


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\n", b"ok\n\n", b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 20_000]
)
def test_what_is_no_answer_is_asked_again(answer: bytes) -> None:
    with pytest.raises(BadAnswer):
        fetch(answer)


def test_a_name_and_password_stay_here() -> None:
    _, exchange, asked = fetch(PAGE, "http://u:pw@www.cs.gov.cn:8080/a?b=1")
    assert asked.startswith(b"GET /a?b=1 HTTP/1.1\r\nHost: www.cs.gov.cn:8080\r\n")
    assert asked == exchange.request and b"pw" not in asked


def test_a_proxy_gets_its_password_and_nobody_else(web: Web, register, tmp_path: Path, monkeypatch) -> None:
    trs_site(web)
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/2021n/", delay=1)
    monkeypatch.setenv("http_proxy", f"http://us:p%40w@{web.address}")
    monkeypatch.setenv("ARCHIVE_RESOLVE_ALL", web.address)
    crawl(site, tmp_path, "c1")
    assert web.seen and not any("Proxy-Authorization" in headers for _, headers in web.seen)

    web.seen.clear()
    monkeypatch.delenv("ARCHIVE_RESOLVE_ALL")  # now to the sites themselves, whose names only the proxy knows
    summary = crawl(site, tmp_path, "c2", fresh_hours=0)
    folder = "www.cs.gov.cn/zwgk/zfxxgknb/2021n/"
    assert summary["counts"]["unchanged"] == 1 and web.asked() == [folder, folder + "202201/t20220101_5.html"]
    assert all(headers["Proxy-Authorization"] == PASSWORD for _, headers in web.seen)
    kept = gzip.decompress(open_store(str(tmp_path / "archive")).get(summary["warc_keys"][0])).lower()
    assert b"get /zwgk/zfxxgknb/2021n/ http/1.1" in kept and b"proxy" not in kept and b"warc-ip-address" not in kept


def test_https_goes_through_a_tunnel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tls, trusted = certified("www.cs.gov.cn", tmp_path)

    async def run(answer: bytes, url: str) -> tuple[Exchange, list[bytes]]:
        async with serving(answer, PAGE, tls=tls) as (address, asked):
            monkeypatch.setenv("https_proxy", f"us:p%40w@{address}")
            request = Request(url)
            await handler(trusted=trusted).download_request(request)
            return request.meta["exchange"], asked

    good = b"HTTP/1.1 200 Connection established\r\n\r\n"
    exchange, [connect, inner] = asyncio.run(run(good, "https://www.cs.gov.cn/a"))
    assert connect.startswith(b"CONNECT www.cs.gov.cn:443 HTTP/1.1\r\nHost: www.cs.gov.cn:443\r\n")
    assert f"\r\nProxy-Authorization: {PASSWORD}\r\n".encode() in connect
    assert inner == exchange.request and inner.startswith(b"GET /a HTTP/1.1\r\n") and b"Proxy" not in inner
    assert exchange.body == b"ok" and exchange.address == ""
    with pytest.raises(ssl.SSLCertVerificationError):  # the site is verified, not the proxy believed
        asyncio.run(run(good, "https://www.other.gov.cn/a"))
    with pytest.raises(BadAnswer, match="the proxy answered 407"):
        asyncio.run(run(b"HTTP/1.1 407 No\r\n\r\n", "https://www.cs.gov.cn/a"))


def test_what_the_proxy_itself_says_is_not_archived(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        async with serving(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n") as (address, _):
            monkeypatch.setenv("http_proxy", f"http://{address}")
            await handler().download_request(Request("http://www.cs.gov.cn/"))

    with pytest.raises(BadAnswer, match="credentials"):
        asyncio.run(run())


@pytest.mark.parametrize("host", ["10.0.0.1", "169.254.169.254", "127.1", "2130706433", "[::1]", "[64:ff9b::a00:1]"])
def test_a_proxy_is_not_asked_for_private_addresses(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with pytest.raises(AddressRefused):
        asyncio.run(handler().download_request(Request(f"http://{host}/")))


def test_which_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for("http", "a.gov.cn") is None
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "near.gov.cn,.inside.cn")
    found = proxy_for("http", "a.gov.cn")
    assert found and (found.where.address, found.where.port, found.headers) == ("proxy.example", 3128, ())
    assert proxy_for("https", "a.gov.cn") is None
    assert proxy_for("http", "near.gov.cn") is None and proxy_for("http", "x.inside.cn") is None
    monkeypatch.setenv("all_proxy", "socks5://u:secret@proxy.example")
    with pytest.raises(ValueError, match="http://host:port") as wrong:
        proxy_for("https", "a.gov.cn")
    assert "secret" not in str(wrong.value)


def certified(name: str, folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Return a server's context with a certificate for `name`, and the file that makes it trusted."""
    key, subject, now = ec.generate_private_key(ec.SECP256R1()), x509.NameAttribute, datetime.now(UTC)
    who = x509.Name([subject(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "site.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(pem, secret)
    return context, pem

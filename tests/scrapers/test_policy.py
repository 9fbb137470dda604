"""How we behave is kept by tests, not by intention."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import scrapers
from schemas.registry import FAMILIES
from scrapers.crawls import parse_years, years_text
from scrapers.politeness import AddressRefused, Resolver, is_public, same_site
from scrapers.settings import crawl_settings
from scrapers.spiders import SPIDERS


def test_defaults_are_polite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARCHIVE_RESOLVE_ALL", raising=False)
    monkeypatch.setenv("ARCHIVE_NO_DELAY", "1")  # has no effect while real hosts can be reached
    monkeypatch.setenv("ARCHIVE_CONTACT", "mailto:archive@example.org\r\nX-Forged: 1")
    settings = crawl_settings(3.0)
    assert settings["ROBOTSTXT_OBEY"] is True and settings["DOWNLOAD_DELAY"] == 3.0
    assert settings["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1 and settings["DOWNLOAD_MAXSIZE"] == 5_000_000
    assert settings["USER_AGENT"] == "NationalReportArchive/0.1 (+mailto:archive@example.org X-Forged: 1)"
    assert not any("AWS" in name or "SECRET" in name for name in settings)


def test_no_spider_loosens_the_policy() -> None:
    for path in Path(scrapers.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "dont_obey_robotstxt" not in text and "custom_settings" not in text and "verify=False" not in text, path
        assert "Mozilla" not in text, path


def test_every_family_has_a_short_spider() -> None:
    assert set(SPIDERS) == set(FAMILIES)
    for path in (Path(scrapers.__file__).parent / "spiders").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 80, path


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1%eth0", "fd00::1",
     "::ffff:10.0.0.1", "0.0.0.0", "224.0.0.1", "fec0::1", "64:ff9b::a00:1", "64:ff9b::7f00:1", "64:ff9b:1::808:808",
     "2002:a00:1::1", "2002:c0a8:1::", "::a00:1", "::ffff:0:0", "2001:0:4136:e378:8000:63bf:f5ff:fffe"],
)  # fmt: skip
def test_private_addresses_are_refused(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_pass() -> None:
    assert is_public("114.114.114.114") and is_public("2400:3200::1")
    assert is_public("64:ff9b::7272:7272") and is_public("::ffff:114.114.114.114")


def test_resolver_checks_what_it_connects_to() -> None:
    with pytest.raises(AddressRefused):
        asyncio.run(Resolver().resolve("127.0.0.1", 80))
    forced = asyncio.run(Resolver("127.0.0.1:8123").resolve("www.a.gov.cn", 443))
    assert (forced.address, forced.port) == ("127.0.0.1", 8123)
    with pytest.raises(ValueError, match="host:port"):
        Resolver("127.0.0.1")


def test_www_is_the_same_site_and_a_lookalike_is_not() -> None:
    hosts = frozenset({"www.a.gov.cn"})
    assert same_site("a.gov.cn", hosts) and same_site("WWW.A.gov.cn", hosts)
    assert not same_site("a.gov.cn.evil.com", hosts) and not same_site("x.a.gov.cn", hosts)


def test_years() -> None:
    assert parse_years("2019") == range(2019, 2020) and parse_years("2008-2025") == range(2008, 2026)
    assert parse_years(None) is None and parse_years("all") is None
    assert [years_text(parse_years(text)) for text in ("2019", "2008-2025", "2019-2019", "all")] == [
        "2019", "2008-2025", "2019", "all",
    ]  # fmt: skip
    for wrong in ("x", "2020-2010", "0-9999", "1999", "2019-", "2019,2020", "19"):
        with pytest.raises(ValueError):
            parse_years(wrong)

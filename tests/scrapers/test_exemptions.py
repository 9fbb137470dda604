"""A rule that does not bind us is a dated entry of the registry with its reason; after its day it binds again."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from schemas.registry import RegistryError, load_sites
from scrapers.download import lax_tls
from scrapers.run import CrawlFailed
from scrapers.settings import exemptions
from tests.scrapers.conftest import Web, crawl, trs_site

ENTRY = 'exemptions: [{{host: www.cs.gov.cn, from: {what}, reason: "{reason}", until: {until}}}]'
REASON = "the office agreed in writing on 2026-11-01"


@pytest.mark.parametrize(
    ("what", "reason", "until"),
    [("robots", "because", "2099-01-01"), ("delay", REASON, "2099-01-01"), ("robots", REASON, "2099-02-30"),
     ("robots", REASON, "soon")],
)  # fmt: skip
def test_an_exemption_without_reason_or_end_is_none(register, what: str, reason: str, until: str) -> None:
    with pytest.raises(RegistryError):
        register("ucap", "http://www.cs.gov.cn/", more=ENTRY.format(what=what, reason=reason, until=until))


def test_it_holds_to_its_last_day(register) -> None:
    entry = ENTRY.format(what="tls_modern", reason=REASON, until="2026-11-30")
    site = register("ucap", "http://www.cs.gov.cn/", more=entry)
    assert exemptions(site, date(2026, 11, 30)) == {
        "ARCHIVE_ROBOTS_EXEMPT": [], "ARCHIVE_TLS_EXEMPT": {"www.cs.gov.cn": ["tls_modern"]}
    }  # fmt: skip
    assert exemptions(site, date(2026, 12, 1)) == {"ARCHIVE_ROBOTS_EXEMPT": [], "ARCHIVE_TLS_EXEMPT": {}}
    assert exemptions(replace(site, exemptions=()), date(2026, 11, 30))["ARCHIVE_TLS_EXEMPT"] == {}


@pytest.mark.parametrize(("until", "let_in"), [("2099-01-01", True), ("2026-01-01", False)])
def test_robots(web: Web, register, tmp_path: Path, until: str, let_in: bool) -> None:
    trs_site(web)
    web.page("www.cs.gov.cn/robots.txt", "User-agent: *\nDisallow: /")
    more = ENTRY.format(what="robots", reason=REASON, until=until)
    site = register("trs_wcm", "http://www.cs.gov.cn/zwgk/zfxxgknb/", more=more)
    if let_in:
        assert crawl(site, tmp_path)["pages"] == 5
    else:
        with pytest.raises(CrawlFailed, match="robots"):
            crawl(site, tmp_path)


def test_tls_is_verified_unless_an_entry_says_otherwise() -> None:
    assert lax_tls().verify_mode == lax_tls("tls_modern").verify_mode == ssl.CERT_REQUIRED
    assert lax_tls("tls_modern").check_hostname and lax_tls("tls_verified").verify_mode == ssl.CERT_NONE


def test_the_registry_exempts_nobody_for_long() -> None:
    for site in load_sites().values():
        for one in site.exemptions:
            assert (date.fromisoformat(one.until) - date.fromisoformat(site.checked_on)).days <= 366, site.site_id

"""Only the name of the host makes a page official; content can only condemn."""

import pytest

from schemas.records import Document
from transforms.hosts import host_of, is_official, judge_host

PLAIN = Document(text="政府信息公开工作年度报告")


@pytest.mark.parametrize(
    ("url", "provenance"),
    [
        ("http://www.tongxiang.gov.cn/a.html", "official"),
        ("https://big5.gov.cn/gate/big5/www.a.gov.cn/b", "proxy"),
        ("http://61.150.65.235/x", "official"),
        ("http://www.newton.com.tw/wiki/1", "republisher"),
        ("http://ztkycw.com/1.html", "mirror"),
        ("http://www.a.gov.cn.evil.com/1", "mirror"),
        ("http://a-gov.cn/1", "mirror"),
        ("http://notgov.cn/", "mirror"),
        ("", "unknown"),
    ],
)
def test_provenance(url, provenance):
    assert judge_host(url, PLAIN).provenance == provenance


def test_tampering_condemns_even_official_hosts():
    verdict = judge_host("http://www.a.gov.cn/1", Document(text="bet365官网 政府信息公开工作年度报告"))
    assert verdict.hijacked and "gambling_brand_injection" in verdict.reasons


def test_glosses_and_foreign_site_domain():
    assert judge_host("http://x.com/1", Document(text="報(bào)告 國(guó)務(wù)院 開(kāi)放")).hijacked
    assert judge_host("http://x.com/1", Document(text="", metas={"sitedomain": "www.a.gov.cn"})).hijacked
    assert not judge_host("http://www.b.gov.cn/1", Document(text="", metas={"sitedomain": "www.a.gov.cn"})).hijacked


def test_odd_addresses():
    assert host_of("http://[bad") == "" and host_of("WWW.A.GOV.CN/x") == "www.a.gov.cn"
    assert is_official("gov.cn") and not is_official("")

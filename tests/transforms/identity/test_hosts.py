"""Only the name of the host makes a page official; content can only condemn, and honest words condemn nothing."""

from collections.abc import Iterable
from re import _parser as parser

import pytest

from schemas.facts import facts
from schemas.records import Document
from transforms.identity.hosts import _LONGEST, host_of, is_official, judge_host


def spellings(tree: Iterable) -> set[str]:
    """Every text that a parsed pattern matches, repetitions at their fewest, classes by their first member."""
    texts = {""}
    for kind, what in tree:
        name = str(kind)
        if name == "LITERAL":
            more = {chr(what)}
        elif name == "BRANCH":
            more = set().union(*(spellings(branch) for branch in what[1]))
        elif name == "SUBPATTERN":
            more = spellings(what[3])
        elif name in ("MAX_REPEAT", "MIN_REPEAT"):
            more = {text * what[0] for text in spellings(what[2])}
        elif name == "IN":
            more = {"0"}
        else:  # assertions
            continue
        texts = {before + text for before in texts for text in more}
    return texts


def test_every_word_of_the_lists_holds_a_hint():
    listed = facts("hosts")
    words = {*listed["spun"]}
    for pattern in (listed["brands"], listed["weak"], listed["phrases"]):
        words |= spellings(parser.parse(pattern))
    for trade in (*listed["trades"], *listed["weak_trades"]):
        words |= spellings(parser.parse(f"{trade}(?:{listed['advertised_as']})"))
    assert len(words) > 300
    hints = (*listed["hints"], *listed["hints_anywhere"])
    assert not {word for word in words if not any(hint in word for hint in hints)}
    assert max(map(len, listed["hints"])) <= _LONGEST


PLAIN = Document(text="政府信息公开工作年度报告")
OWN = "http://www.tongxiang.gov.cn/1.html"


@pytest.mark.parametrize(
    ("url", "provenance"),
    [
        ("http://www.tongxiang.gov.cn/a.html", "official"),
        ("http://beijing.chinatax.gov.cn/a", "official"),
        ("https://big5.gov.cn/gate/big5/www.a.gov.cn/b", "proxy"),
        ("http://www.a.gov.cn:82/gate/big5/www.a.gov.cn/b", "proxy"),
        ("http://evil.com/gate/big5/www.a.gov.cn/b", "mirror"),
        ("http://big5.evil.com/a", "mirror"),
        ("http://1.2.3.4:8080/whst/63/=vvvzgdadhzfnuzbm/a.html", "proxy"),
        ("http://evil.com/whst/63/=vvvzgdadhzfnuzbm/a.html", "mirror"),
        ("http://1.2.3.4/whst/63/=duhkzbnl/a.html", "mirror"),
        ("http://61.150.65.235/x", "official"),
        ("http://61.150.65.236/x", "mirror"),
        ("http://www.newton.com.tw/wiki/1", "republisher"),
        ("http://xnewton.com.tw/wiki/1", "mirror"),
        ("http://ztkycw.com/1.html", "mirror"),
        ("http://www.a.gov.cn.evil.com/1", "mirror"),
        ("http://www.a.gov.cn@evil.com/1", "mirror"),
        ("http://evil.com\\.gov.cn/1", "mirror"),
        ("http://a-gov.cn/1", "mirror"),
        ("http://gov.cn.com/", "mirror"),
        ("http://notgov.cn/", "mirror"),
        ("http://xn--gov-cn-1a2b.com/", "mirror"),
        ("", "unknown"),
    ],
)
def test_provenance(url, provenance):
    assert judge_host(url, PLAIN).provenance == provenance


@pytest.mark.parametrize(
    "text",
    [
        "bet365官网 政府信息公开工作年度报告",
        "PG电子平台根据条例编制",
        "九游会J9登录 本报告",
        "公开信息120条。百家乐平台",
        "成人视频 年度报告",
        "政府(zhèng)信(xìn)息公开",
        "机(jī)构(gòu)改革",
        "当局网坐公布，依申请公然的情形",
        "联系电话：020-88888888",
    ],
)
def test_tampering_condemns_even_official_hosts(text):
    verdict = judge_host(OWN, Document(text=text))
    assert verdict.hijacked and verdict.reasons and verdict.provenance == "official"


@pytest.mark.parametrize(
    "text",
    [
        "体育局公开了体育彩票公益金使用情况，福利彩票中心公布了销量。",
        "开展棋牌室整治，查处网络赌博平台案件3件。",
        "公安机关打击百家乐投注等违法行为，娱乐场所管理规范。",
        "办事大厅设LED显示屏(LED)、移动端(APP)和网页(PC)，下载(doc)。",
        "开云村、太阳城社区、永利街道的信息及时公开。",
        "通过体育公共服务平台、文化娱乐场所审批平台公开。",
        "为无码老人开设通道，新建码头，无码头地区除外，三级片区网格管理。",
        "福利彩票投注站 20 个，体育彩票官方网站公布，永利高速、德赢公司、W88 号文。",
        "群众热爱体育，江南体育中心对外开放，辽东半岛综合治理。",
        "赛车场项目、世界杯足球赛安保、即时公开比分。",
        "来源：中国政府网 www.gov.cn，另见 www.zj.gov.cn。",
    ],
)
def test_honest_words_condemn_nothing(text):
    verdict = judge_host(OWN, Document(text=text))
    assert not verdict.hijacked, verdict.reasons


def test_spam_outside_the_article_counts():
    assert judge_host(OWN, Document(text="报告", chrome="友情链接：新葡京娱乐城")).hijacked
    assert judge_host(OWN, Document(text="报告", page_title="凯发国际登录-某市政府")).hijacked


def test_unreviewed_hosts_are_not_trusted_and_reviewed_ones_are():
    assert judge_host("http://x.com/1", PLAIN).hijacked
    assert not judge_host("http://x.com/1", PLAIN, registered=True).hijacked
    assert not judge_host("http://www.newton.com.tw/1", PLAIN).hijacked


@pytest.mark.parametrize(
    ("url", "fields", "reason"),
    [
        ("http://x.com/1", {"metas": {"sitedomain": "www.a.gov.cn"}}, "site_domain_of_another_host"),
        ("http://x.com/1", {"chrome": "网址 www.a.gov.cn 版权所有"}, "official_domain_of_another_host"),
        ("http://x.com/go?url=www.ms.gov.cn%2Finfo%2F1", {}, "redirect_wrapper"),
        ("http://x.com/1", {"text": "The people's government of the city " * 30}, "machine_translated"),
        ("http://www.njgl.gov.cn/1", {"metas": {"siteidcode": "6203210009"}}, "site_code_of_another_region"),
        (OWN, {"text": "公开,,信息,,工作,,报告,,制度,,情况,,"}, "doubled_marks"),
        (
            OWN,
            {"text": "政府信息公開報告：機關務員應對處理請訴訟級總體門構發會規動與從時間條閱結問實"},
            "traditional_text",
        ),
    ],
)
def test_marks_are_named(url, fields, reason):
    verdict = judge_host(url, Document(**{"text": "报告", **fields}))
    assert reason in verdict.reasons


def test_one_small_mark_is_not_enough_on_an_official_host():
    assert not judge_host("http://www.njgl.gov.cn/1", Document(text="", metas={"siteidcode": "6203210009"})).hijacked
    assert not judge_host("http://www.b.gov.cn/1", Document(text="", metas={"sitedomain": "www.a.gov.cn"})).hijacked


def test_traditional_text_of_a_proxy_is_no_mark():
    text = "政府信息公開報告：機關務員應對處理請訴訟級總體門構發會規動與從時間條閱結問實"
    verdict = judge_host("http://big5.a.gov.cn/gate/big5/www.a.gov.cn/1", Document(text=text))
    assert verdict.reasons == [] and verdict.provenance == "proxy"


def test_odd_addresses():
    assert host_of("http://[bad") == "" and host_of("WWW.A.GOV.CN/x") == "www.a.gov.cn"
    assert is_official("gov.cn") and not is_official("") and not is_official("a_b$.gov.cn")


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("公布挥发性有机物(VOCs)、化学需氧量(COD)和地理信息(GIS)、(BIM)数据。", []),
        ("规范棋牌登录备案。", ["spam_suspected"]),
        ("招引开云体育文化公司项目。", ["spam_suspected"]),
        ("规范棋牌登录备案，发布彩票网址。", ["spam_phrases"]),
        ("目录编号tyc2021-003，加快三平台融合，落实三级片长责任制。", []),
        ("政(zheng)府(fu)信(xin)息(xi)公(gong)开(kai)", ["pinyin_glosses"]),
        ("一号路(ns)、柬埔寨(KH)、甲类(yy)", []),
    ],
)
def test_a_weak_mark_needs_a_second_one(text, reasons):
    verdict = judge_host(OWN, Document(text=text))
    assert verdict.reasons == reasons and verdict.hijacked is (reasons not in ([], ["spam_suspected"]))
    titled = judge_host(OWN, Document(text=text, page_title="棋牌登录"))
    assert titled.hijacked


def test_a_weak_mark_condemns_where_the_host_is_foreign_or_the_text_hidden():
    assert "spam_phrases" in judge_host("http://mirror.example.com/1.html", Document(text="棋牌登录")).reasons
    assert judge_host(OWN, Document(text="年度报告", hidden="棋牌登录")).hijacked

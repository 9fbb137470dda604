"""Every spider over sites in a dress it has not seen: all reports, few requests, and what must not be asked for."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.scrapers.skins import large, small
from tests.scrapers.skins.made import Skin
from tests.scrapers.walk import walk

SKINS = large.SKINS + small.SKINS


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("make", SKINS, ids=lambda make: make.__name__)
def test_every_report_and_little_else(make: Callable[[random.Random], Skin], seed: int) -> None:
    skin = make(random.Random(f"{make.__name__}:{seed}"))
    found = walk(skin.site(), skin.serve)
    got = {url.partition("://")[2].partition("/")[2] for url in found.good}
    missing = sorted(path for path in skin.wanted if path[1:] not in got)
    lists = [
        url for url in found.asked if url.partition("://")[2].partition("/")[2] not in {w[1:] for w in skin.wanted}
    ]
    assert skin.wanted
    assert not missing, f"{len(missing)} of {len(skin.wanted)} missing, {missing[:3]}; lists {lists[:9]}"
    needed = len(skin.wanted) + skin.lists
    assert len(found.asked) <= 1.3 * needed, f"{len(found.asked)} requests, {needed} needed; lists {lists[:20]}"
    assert found.spider.counts["failed_lists"] == 0 and found.spider.counts["capped"] == 0


@pytest.mark.parametrize("make", [make for make in SKINS if make(random.Random(0)).column and "{year}" not in make(random.Random(0)).column],
                         ids=lambda make: make.__name__)  # fmt: skip
def test_a_column_is_found_from_the_home_page(make: Callable[[random.Random], Skin]) -> None:
    skin = make(random.Random(f"{make.__name__}:home"))
    column, skin.column = skin.column, ""
    skin.add("/", skin.dress(skin.link("/zwgk.html", "政务公开") + skin.link("/bmfw.html", "便民服务")))
    skin.add("/zwgk.html", skin.dress(skin.link("/zfxxgk/", "政府信息公开") + skin.link("/wj.html", "政策文件")))
    skin.add(
        "/zfxxgk/",
        skin.dress(
            skin.link("/zn.html", "政府信息公开指南") + skin.link(column.replace("&", "&amp;"), "政府信息公开年报")
        ),
    )
    found = walk(skin.site(), skin.serve)
    got = {url.partition("://")[2].partition("/")[2] for url in found.good}
    assert not [path for path in skin.wanted if path[1:] not in got], found.asked[:12]
    assert len(found.asked) <= 1.3 * (len(skin.wanted) + skin.lists + 3)

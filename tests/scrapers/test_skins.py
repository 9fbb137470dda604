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

"""One module per site family; `spider_of` finds the class."""

from __future__ import annotations

from scrapers.base import ColumnSpider
from scrapers.spiders.generic import GenericSpider
from scrapers.spiders.guangdong import GuangdongSpider
from scrapers.spiders.hanweb import HanwebSpider
from scrapers.spiders.lonsun import LonsunSpider
from scrapers.spiders.showlist import ShowListSpider
from scrapers.spiders.trs_wcm import TrsWcmSpider
from scrapers.spiders.ucap import UcapSpider
from scrapers.spiders.vsb import VsbSpider

SPIDERS: dict[str, type[ColumnSpider]] = {
    "trs_wcm": TrsWcmSpider, "ucap": UcapSpider, "hanweb": HanwebSpider, "vsb": VsbSpider, "guangdong": GuangdongSpider,
    "lonsun": LonsunSpider, "showlist": ShowListSpider, "generic": GenericSpider,
}  # fmt: skip


def spider_of(family: str) -> type[ColumnSpider]:
    """Return the spider class of a family; KeyError for an unknown one."""
    return SPIDERS[family]

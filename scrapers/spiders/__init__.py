"""One module per site family; `spider_of` finds the class."""

from __future__ import annotations

from scrapers.base import ColumnSpider
from scrapers.spiders.hanweb import HanwebSpider
from scrapers.spiders.trs_wcm import TrsWcmSpider
from scrapers.spiders.ucap import UcapSpider

SPIDERS: dict[str, type[ColumnSpider]] = {"trs_wcm": TrsWcmSpider, "hanweb": HanwebSpider, "ucap": UcapSpider}


def spider_of(family: str) -> type[ColumnSpider]:
    """Return the spider class of a family; KeyError for an unknown one."""
    return SPIDERS[family]

"""The ordinary reports: every issuer at least once, turning through eras, outlines, titles, families and tables."""

from __future__ import annotations

import itertools
import random

from tests.labelled import dress, outlines
from tests.labelled.issuers import issuers
from tests.labelled.make import Spec

TITLES = (
    "{a}{y}年政府信息公开工作年度报告", "{y}年{a}政府信息公开工作年度报告", "{a}{y}年度政府信息公开年度报告",
    "{y}年度{a}政府信息公开工作报告", "{a}{y}年度政府信息公开工作年度报告", "{a}政府信息公开{y}年度报告",
    "{a}{y}年信息公开年度报告", "{a}{y}年政务信息公开年度报告", "{a}{y}年信息公开年报", "{a} {y} 年度政府信息公开工作报告",
    "{a}\n{y}年政府信息公开工作年度报告", "{a}{zh}年政府信息公开工作年度报告", "{a}政府信息公开工作年度报告（{y}年）",
    "{a}政府信息公开工作年度报告({y}年度)", "{a}关于{y}年政府信息公开工作情况的报告", "{a}{y}年度信息公开工作年度报告",
    "{a}{y}年政府信息公开年报", "《{a}{y}年政府信息公开工作年度报告》", "{y}年{a}信息公开工作年度报告",
)  # fmt: skip
YEARS = {"A": (2008, 2009, 2010, 2011, 2012, 2013), "B": (2014, 2015, 2016, 2017, 2018), "C": (2019, 2020),
         "D": (2021, 2022, 2023, 2024, 2025)}  # fmt: skip
FLAT_WAYS = ("pipes", "lines", "blank_lines", "bars", "pipes_short", "spaced", "tabbed", "dropped", "labels", "missing")
HTML_WAYS = ("html", "html", "html", "split", "broken", "html", "missing", "image", "html")
TEXTS = ("text", "text_nbsp", "text_loose", "text_inline")
ZEROS = ("0", "0", "", "/", "-", "无", "0", "—")


def specs() -> list[Spec]:
    """Return two reports of every issuer, one before and one from 2019, a share of them as plain text."""
    found = []
    free = itertools.cycle(outlines.free_outlines())
    titles, zeros, styles = itertools.cycle(TITLES), itertools.cycle(ZEROS), itertools.cycle(dress.STYLES)
    html_ways, flat_ways, texts = itertools.cycle(HTML_WAYS), itertools.cycle(FLAT_WAYS), itertools.cycle(TEXTS)
    families, forms = itertools.cycle(dress.FAMILIES), itertools.cycle(["AD", "BD", "BC", "AC", "BD"])
    level2, statutory = itertools.cycle(["bracket", "ascii", "arabic", "circled", "none"]), itertools.cycle("012345")
    numbering = itertools.cycle(["comma", "comma", "comma", "dot", "comma", "space_comma", "wide_dot", "comma"])
    odd = itertools.cycle(["bracket", "ascii_bracket", "part", "formal", "arabic", "none"])
    encodings = itertools.cycle(["utf8", "utf8", "utf8", "gbk", "utf8", "utf8_nometa", "utf8", "bom", "gbk_nometa", "utf8",
                                 "utf8_says_gbk", "gbk_says_utf8", "mojibake_menu", "mixed_menu"])  # fmt: skip
    for at, issuer in enumerate(issuers()):
        for form in next(forms):
            key = f"r{at:03d}{form}"
            rng = random.Random(key)
            as_text = rng.random() < 0.28
            zero, old = next(zeros), form in "AB"
            tables = next(flat_ways) if as_text else next(html_ways)
            if old:
                tables = "none" if form == "A" or rng.random() < 0.45 else tables
            if tables in ("spaced", "tabbed", "pipes", "pipes_short", "lines", "blank_lines", "bars") and zero == "":
                zero = "0"  # a lossy flattening of blanks is the business of `dropped`
            if tables == "dropped":
                zero = ""
            if old and tables in ("missing", "image", "labels", "dropped"):
                tables = "html" if not as_text else "pipes_short"
            style = next(odd) if (old and rng.random() < 0.12) or (not old and rng.random() < 0.08) else next(numbering)
            inner = next(level2)
            if "bracket" in style or style in ("arabic", "none"):  # the two levels never share one numbering
                inner = {"arabic": "none", "none": "bracket"}.get(style, "arabic")
            family = next(texts) if as_text else next(families)
            if family == "text_inline" and style in ("none", "arabic", "bracket", "ascii_bracket"):
                style = "comma"  # without line breaks and 一、 nobody could tell a heading
            # 日喀则市 was a city of a prefecture of that name until 2014: what its earlier report means is not judged
            blind = (
                ["agency_level", "prefecture_name", "county_name"] if issuer.code == "540200" and form == "A" else []
            )
            found.append(Spec(
                key, ("text" if as_text else "html") + f" {form}", issuer, rng.choice(YEARS[form]), form,
                outline=next(free) if old else next(statutory),
                numbering=style, level2=inner,
                family=family, encoding="utf8" if as_text else next(encodings),
                style=next(styles), tables=tables, zero=zero, title=next(titles), metas=rng.random() < 0.6,
                index=rng.random() < 0.6, preamble=rng.random() < 0.85, signature=rng.random() < 0.45,
                show_date=rng.random() < 0.85 or not as_text, rich=rng.random() < 0.6,
                dirt=tuple(rng.sample(_dirt(as_text), 1) if rng.random() < 0.5 else ()), truth={"_unjudged": blind},
            ))  # fmt: skip
    return found


def _dirt(as_text: bool) -> list[str]:
    if as_text:
        return ["crumbs", "footer", "pipe_junk", "twice"]
    return ["title_inside", "soft", "vue", "half_width", "inline_headings"]

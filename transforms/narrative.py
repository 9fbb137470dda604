"""Numbers that the prose states: information published, requests received, fees, reviews, with their hedges."""

from __future__ import annotations

import re

from schemas.records import Figure, Section

_N = r"(?P<n>\d{1,9}(?:[,，]\d{3})*)\s*(?P<q>余|多|来)?\s*"
_RULES = (
    ("proactive_total", re.compile(rf"主动公开(?:各类)?(?:政府)?信息\s*(?:共|总数|数)?\s*(?:为|约|近)?\s*{_N}(?P<u>条|件|项)")),
    ("by_website", re.compile(rf"网站(?:共)?(?:主动)?(?:公开|发布)(?:政府|各类)?信息\s*(?:约|近)?\s*{_N}(?P<u>条)")),
    ("req_received", re.compile(rf"(?:收到|受理)(?:的)?(?:政府)?(?:信息公开|依申请公开|公开)?[^，。；\d]{{0,12}}申请\s*(?:约|共)?\s*{_N}(?P<u>件次?|条|份|宗)")),
)  # fmt: skip
_NONE = (
    ("req_received", "件", re.compile("(?:没有|未|无)(?:收到|受理|接到)[^，。；]{0,16}申请|(?:收到|受理)[^，。；]{0,14}申请(?:0|零)件")),
    ("fees", "元", re.compile("(?:没有|未|无)[^。；]{0,24}(?:收费|收取[^。；]{0,20}费用)|(?:收费|费用)(?:情况)?为零")),
    ("review_litigation", "件", re.compile("(?:没有|未|无)(?:发生|收到|出现)?[^。；]{0,24}(?:行政复议|行政诉讼|复议和诉讼|复议、诉讼)")),
)  # fmt: skip
_CUMULATIVE = re.compile("累计|目前共|截至|以来")
_ABOUT = re.compile("约|近$|大约")


def narrative(text: str, sections: list[Section]) -> list[Figure]:
    """Return the numbers the prose states, each with its offsets in `text`; stated absence is none_text.

    Statistics appendices are left out, being tables.
    """
    figures: list[Figure] = []
    skip = [(section.start, section.end) for section in sections if section.section == "statistics_appendix"]
    named: set[str] = set()
    for key, rule in _RULES:
        for found in rule.finditer(text):
            if any(a <= found.start() < b for a, b in skip):
                continue
            before = text[max(0, found.start() - 14) : found.start("n")]
            qualifier = (
                "about" if found["q"] or _ABOUT.search(before) else "cumulative" if _CUMULATIVE.search(before) else ""
            )
            value = re.sub("[,，]", "", found["n"])
            figures.append(
                Figure(
                    "narrative",
                    "narrative",
                    key,
                    "",
                    key,
                    found[0],
                    value,
                    found["u"],
                    qualifier,
                    "value",
                    None,
                    *found.span(),
                )
            )
            named.add(key)
    for key, unit, rule in _NONE:
        none = rule.search(text)
        if none and key not in named:
            figures.append(
                Figure(
                    "narrative",
                    "narrative",
                    key,
                    "",
                    key,
                    none[0],
                    "0",
                    unit,
                    "stated_none",
                    "none_text",
                    None,
                    *none.span(),
                )
            )
    return sorted(figures, key=lambda figure: figure.start)

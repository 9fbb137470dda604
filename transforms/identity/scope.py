"""Whose work a report covers: the body's own, that of all bodies of its place, or that of its branch (domain.md 4)."""

from __future__ import annotations

import re

_SYSTEM = re.compile(
    "系统(?=20|政府信息|政务)|海关关区|(?<!城)关区(?=20|政府信息)|全[省市]\\S{0,6}部门|(?:气象|税务|地震)部门(?=20|政府信息|政务)"
)
_MEMBERS = "(?:各(?:省辖|设区)?[县市区州乡镇旗街]|各部门|各单位|全[省市县区州旗盟])"
_AGGREGATE = re.compile(
    "全[市县区省州旗盟](?!.{0,8}(?:系统|部门))"
    "|[（(](?:综合|汇总|含[^）)]{0,12}(?:[县区市镇乡]|街道?|部门|单位)[^）)]{0,8})[）)]"
)
_COMBINED = re.compile(
    f"(?:综合|汇总)[^。]{{0,30}}{_MEMBERS}[^。]{{0,50}}(?:编制|形成|汇编|汇总)"
    f"|(?:根据|依据|按照)[^。]{{0,10}}{_MEMBERS}[^。]{{0,50}}(?:综合|汇总|汇编)[^。]{{0,6}}(?:编制|编写|编撰|形成|而成)"
)


def report_scope(title: str, name: str, lead: str, *, own_level: bool) -> str:
    """Return own, system_aggregate or jurisdiction_aggregate, as the title (the issuer's `name` left out) or the lead says.

    `own_level`: the title says that only the body itself is meant (本级).
    """
    if own_level:
        return "own"
    if _SYSTEM.search(title):
        return "system_aggregate"
    unnamed = "".join(title.split()).replace(name, "")  # 天全县 is no 全县
    return "jurisdiction_aggregate" if _AGGREGATE.search(unnamed) or _COMBINED.search(lead) else "own"

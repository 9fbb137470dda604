"""Reports that lost part of the evidence for their year and issuer: what confidences are measured and fitted on."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from tests.labelled import regular
from tests.labelled.make import Spec, make
from tests.labelled.records import Issuer, Page, Report

N_PAGES = 700
_ERRING = 0.25  # share of authors who err about the year
_PLACE = re.compile("^.{2,}[省市县区州旗盟](?=.{2,}(?:局|委|办|厅|院|站|中心|镇|乡|街道)$)")
_FALSE_CODES = ("110101", "330483", "510118", "620300", "440300")


def _bare(printed: str) -> str:
    """The name with its place cut to the word for it (市教育局), or without any (城关镇)."""
    found = _PLACE.match(printed)
    if found is None:
        return printed
    rest = printed[found.end() :]
    return rest if re.search("[镇乡道]$", rest) else found[0][-1] + rest


def _last_years_title(report: Report, rng: random.Random) -> None:
    """The author forgot to change the year of the title."""
    report.title = report.title.replace(str(report.year), str(report.year - 1))


def _last_years_text(report: Report, rng: random.Random) -> None:
    """The author used the text of the year before."""
    _each_paragraph(report, lambda text: text.replace(str(report.year), str(report.year - 1)))


def _yearless_text(report: Report, rng: random.Random) -> None:
    _each_paragraph(report, lambda text: re.sub(r"20\d\d年度?", "本年", text))
    report.title = re.sub(r"20\d\d年度?", "", report.title)


def _each_paragraph(report: Report, change: Callable[[str], str]) -> None:
    for part in report.parts:
        if part.key != "signature":
            part.paragraphs = [change(text) for text in part.paragraphs]


ERRORS = (_last_years_title, _last_years_text, _yearless_text)  # of authors, domain.md 6.11


def _weaken(spec: Spec, rng: random.Random) -> Spec:
    """Take away or falsify one to five pieces of evidence."""
    weak = set(rng.sample(("no_year", "bare", "no_host", "false_code", "no_metas", "no_preamble", "no_signature",
                           "restamped", "old_lead", "no_title"), rng.randint(1, 5)))  # fmt: skip
    changes: dict[str, object] = {"id": f"k-{spec.id}-{rng.randint(0, 999)}", "group": "weakened", "dirt": ()}
    if "no_year" in weak:
        changes["title"] = "{a}政府信息公开工作年度报告"
    if "bare" in weak:
        issuer = spec.issuer
        changes["issuer"] = Issuer(
            _bare(issuer.printed), issuer.name, issuer.level, issuer.kind, issuer.code, issuer.also
        )
        changes["signed"] = _bare(issuer.printed)
    if "no_host" in weak:
        changes |= {"dirt": ("nameless_host",), "site_code": "", "site_name": "政府信息公开平台"}
    if "false_code" in weak:
        changes["site_code"] = rng.choice(_FALSE_CODES)
    if "no_metas" in weak:
        changes |= {"metas": False, "index": False}
    if "no_preamble" in weak:
        changes["preamble"] = False
    if "no_signature" in weak:
        changes["signature"] = False
    if "restamped" in weak:
        changes |= {"date": f"{spec.year + rng.randint(2, 9)}-0{rng.randint(1, 9)}-15", "signature": False}
    if "old_lead" in weak:
        changes["lead"] = (
            f"{spec.year - 1}年以来，各项工作稳步推进。与{spec.year - 1}年相比，{spec.year - 1}年的问题已经整改。"
        )
    if "no_title" in weak and spec.family.startswith("text"):
        changes["dirt"] = ("no_title",)
    return replace(spec, **changes)  # type: ignore[arg-type]


@cache
def weakened_pages() -> tuple[Page, ...]:
    """Return the weakened reports, the same every time; ids are unique."""
    rng = random.Random("weakened")
    specs = [spec for spec in regular.specs() if spec.issuer.code != "540200"]
    chosen: dict[str, Spec] = {}
    while len(chosen) < N_PAGES:
        spec = _weaken(rng.choice(specs), rng)
        chosen[spec.id] = spec
    return tuple(make(spec, rng.choice(ERRORS) if rng.random() < _ERRING else None) for spec in chosen.values())

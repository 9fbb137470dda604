"""From a specification to a page: write the report, draw its tables, dress it, encode it, and state the truth."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.labelled import drawing, dress, outlines, sheets
from tests.labelled.places import name_of, place
from tests.labelled.prose import Writer
from tests.labelled.records import Issuer, Page, Part, Report, Sheet, Truth

ZH = str.maketrans("0123456789", "〇一二三四五六七八九")


@dataclass(frozen=True, slots=True)
class Spec:
    """What to write. Unset fields take the ordinary choice."""

    id: str
    group: str
    issuer: Issuer
    year: int
    form: str = "A"  # A and B: free outline; C and D: the statutory one
    outline: str = "generic"  # name of a free outline, or the place of a statutory variant
    numbering: str = "comma"
    level2: str = "bracket"
    family: str = "trs"  # a site family, or text, text_inline, text_nbsp, text_loose
    encoding: str = "utf8"
    style: str = "p"
    tables: str = "html"  # html split broken missing image none dropped labels, or a way of drawing.EVERY
    zero: str = "0"
    title: str = "{a}{y}年政府信息公开工作年度报告"
    metas: bool = True
    index: bool = True
    show_date: bool = True
    preamble: bool = True
    signature: bool = True
    rich: bool = True
    date: str = ""
    site_name: str = ""
    site_code: str | None = None
    lead: str = ""  # replaces the preamble
    headings: tuple[str, ...] = ()  # replaces the statutory headings
    parts: tuple[tuple[str, str, str], ...] = ()  # (key+also, heading, paragraphs by line) instead of an outline
    signed: str = ""  # the name under the report, where it is not the ordinary one
    credit: str = ""  # a unified social credit code in 索引号
    dirt: tuple[str, ...] = ()
    truth: dict = field(default_factory=dict)  # corrections of what the ordinary page would mean


def chinese(date: str) -> str:
    """Return 2021年1月20日 for 2021-01-20."""
    year, month, day = date.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


def signed(issuer: Issuer) -> str:
    """Return the name under a report: the printed one, with the body where the title has only a place."""
    if issuer.kind != "government" or re.search("政府|办事处|行政公署", issuer.printed):
        return issuer.printed
    return issuer.printed + ("办事处" if issuer.printed.endswith("街道") else "人民政府")


def make(spec: Spec, change: Callable[[Report, random.Random], None] | None = None) -> Page:
    """Return the page of a specification, the same every time; `change` may alter the report before it is set."""
    rng = random.Random(spec.id)
    date = spec.date or f"{spec.year + 1}-{rng.choice(['01', '01', '01', '02', '03'])}-{rng.randint(10, 28)}"
    report = write(spec, rng, date)
    if change is not None:
        change(report, rng)
    site = _site(spec)
    if spec.family.startswith("text"):
        body, cells = text_body(report, spec)
        data, url, kind = body.encode(), "", "text"
    else:
        inner, cells = html_body(report, spec)
        said = dress.CHARSET_SAID.get(spec.encoding, "")
        html = dress.render(spec.family, site, report.title, inner, date, metas=spec.metas, index=spec.index,
                            show_date=spec.show_date, charset=said,
                            headline="" if "no_headline" in spec.dirt else None,
                            index_number=f"{spec.credit}/{spec.year + 1}-00017" if spec.credit else "")  # fmt: skip
        data = dress.encode(_dirty(html, spec), spec.encoding)
        url, kind = dress.address(site.host, spec.family, spec.id, date), "html"
    truth = _truth(spec, report, cells, url) | spec.truth
    for name in truth.pop("_unjudged", ()):
        truth.pop(name, None)
    return Page(spec.id, spec.group, data, url, kind, truth)


def _site(spec: Spec) -> dress.Site:
    code = spec.issuer.code
    own = code == "000000" or code.endswith("0000")
    name = spec.issuer.name if own else name_of(code) + "人民政府"
    nameless = code == "000000" or "nameless_host" in spec.dirt
    host = f"www.{dress.letters(name)}-sample.gov.cn" if nameless else dress.host_name(code)
    site_code = spec.site_code if spec.site_code is not None else ("" if code == "000000" else code)
    return dress.Site(host, spec.site_name or name, site_code, spec.issuer.printed)


def write(spec: Spec, rng: random.Random, date: str) -> Report:
    """Write the parts of the report."""
    writer = Writer(rng, spec.issuer, spec.year)
    parts: list[Part] = []
    if spec.form in "AB" and spec.numbering != "none" and spec.family != "text_inline":
        writer.sub = "arabic" if "bracket" in spec.numbering else "" if spec.numbering == "arabic" else "bracket"
    if spec.lead:
        parts.append(Part("preamble", "", spec.lead.split("\n")))
    elif spec.preamble:
        parts.append(Part("preamble", "", [writer.preamble(spec.form)]))
    if spec.parts:
        parts += [_given(row, writer, spec, rng) for row in spec.parts]
    elif spec.form in "CD":
        parts += _statutory(spec, writer, rng)
    else:
        for at, (key, also, heading) in enumerate(outlines.free_outlines()[spec.outline]):
            body = writer.body(key, rich=spec.rich)
            for other in also:
                body += [line for line in writer.body(other, rich=spec.rich) if line not in body]
            parts.append(Part(key, outlines.numbered(at, heading, spec.numbering), body, also))
        if spec.form == "B" and spec.tables != "none":
            sheet = sheets.stat(rng, zero=spec.zero, header=rng.choice(["统计指标", "指　标"]))
            parts.append(Part("statistics_appendix", "附表：政府信息公开情况统计表", [], sheet=sheet))
    if spec.signature and parts[-1].sheet is None:
        parts.append(Part("signature", "", [spec.signed or signed(spec.issuer), chinese(date)]))
    values = {"a": spec.issuer.printed, "y": spec.year, "zh": str(spec.year).translate(ZH), "next": spec.year + 1}
    return Report(spec.issuer, spec.year, spec.title.format(**values), date, parts, spec.form, dict(writer.numbers))


def _given(row: tuple[str, str, str], writer: Writer, spec: Spec, rng: random.Random) -> Part:
    """A part written out by hand; level-2 paragraphs are marked `key>`; `@` stands for the section's table."""
    keys, heading, body = row
    key, *also = keys.split("+")
    part = Part(key, heading, [], tuple(also))
    for line in filter(None, body.split("\n")):
        if line == "@":
            town = spec.issuer.level == "township"
            part.sheet = sheets.statutory(rng, spec.form, zero=spec.zero, town=town)[key]
            continue
        mark, _, text = line.rpartition(">")
        part.paragraphs.append(writer.fill(text))
        if mark:
            part.level2.append((mark, part.paragraphs[-1]))
    return part


def _statutory(spec: Spec, writer: Writer, rng: random.Random) -> list[Part]:
    drawn = sheets.statutory(rng, spec.form, zero=spec.zero, town=spec.issuer.level == "township")
    headings = spec.headings or outlines.STATUTORY[int(spec.outline) if spec.outline.isdigit() else 0]
    parts = []
    for at, (key, name) in enumerate(zip(outlines.SIX, headings, strict=True)):
        heading = outlines.numbered(at, name, spec.numbering)
        if key == "overview":
            parts.append(writer.overview_cd(heading, spec.level2))
        elif key in drawn:
            parts.append(Part(key, heading, [], sheet=drawn[key]))
        else:
            parts.append(Part(key, heading, writer.body(key)))
    return parts


def _draw(sheet: Sheet, spec: Spec) -> tuple[str, list[Truth]]:
    """The sheet as text or HTML, and the truth of its cells."""
    if spec.tables in ("missing", "none"):
        return "", drawing.lost(sheet, "missing_table") if sheet.name != "stat" else []
    if spec.tables == "image":
        return '<p><img src="./W020210120_1.png" alt=""/></p>', drawing.lost(sheet, "image_table")
    if spec.tables == "dropped":
        return drawing.drop_blanks(sheet)
    if spec.tables == "labels":
        return drawing.labels_only(sheet)
    if spec.tables in drawing.EVERY:
        return drawing.flat(sheet, spec.tables)
    split = {"t3": 12, "stat": 21}.get(sheet.name, 0) if spec.tables == "split" else 0
    plain = spec.style in ("br", "div")
    drawn = drawing.html_table(sheet, paragraphs=not plain, split_at=split, broken=spec.tables == "broken")
    return drawn, drawing.full_truth(sheet)


def html_body(report: Report, spec: Spec) -> tuple[str, list[Truth]]:
    """Return the article of an HTML page and the truth of its cells."""
    pieces: list[str] = []
    cells: list[Truth] = []
    if "title_inside" in spec.dirt:
        pieces.append(f'<p align="center">{report.title}</p>')
    for part in report.parts:
        lines = [part.heading] if part.heading else []
        glue = "inline_headings" in spec.dirt and part.heading and part.paragraphs
        lines = [f"{part.heading}。{part.paragraphs[0]}", *part.paragraphs[1:]] if glue else [*lines, *part.paragraphs]
        if part.key == "signature":
            pieces.append("\n".join(f'<p style="text-align:right">{line}</p>' for line in lines))
        elif lines:
            pieces.append(dress.paragraphs(lines, spec.style))
        if part.sheet:
            drawn, truths = _draw(part.sheet, spec)
            if spec.tables in drawing.EVERY or spec.tables in ("dropped", "labels"):
                drawn = "\n".join(f"<p>{line}</p>" for line in drawn.split("\n"))
            pieces.append(drawn)
            cells += truths
    body = "\n".join(pieces)
    return (f'{body}\n<p align="center">{report.title}</p>\n{body}' if "twice" in spec.dirt else body), cells


def text_body(report: Report, spec: Spec) -> tuple[str, list[Truth]]:
    """Return a plain text dump as the seeds are, and the truth of its cells."""
    inline, cells = spec.family == "text_inline", []
    blocks: list[str] = []
    for part in report.parts:
        lines = [*([part.heading] if part.heading else []), *part.paragraphs]
        if inline:
            blocks.append(" ".join(lines))
        else:
            indent = {"text_nbsp": "\xa0\xa0\xa0\xa0", "text_loose": "　　"}.get(spec.family, "")
            blocks.append(("\n\n" if spec.family == "text_loose" else "\n").join(indent + line for line in lines))
        if part.sheet:
            drawn, truths = _draw(part.sheet, spec)
            cells += truths
            if drawn:
                blocks.append("\n" + drawn + "\n")
    body = (" " if inline else "\n\n").join(blocks)
    bar = (
        f"发布时间：{report.date} 10:12 来源：{spec.issuer.printed} 浏览次数：1{len(body) % 89}"
        if spec.show_date
        else ""
    )
    head = [] if "no_title" in spec.dirt else [report.title]
    if "crumbs" in spec.dirt:
        head.insert(0, "您现在的位置：首页 > 政务公开 > 政府信息公开年报")
    if "pipe_junk" in spec.dirt:
        head = [f"| {line} | {'|' * 140}" for line in head]
    tail = ["责任编辑：管理员", f"主办：{_site(spec).name} ICP备00000000号"] if "footer" in spec.dirt else []
    body = f"{body}\n{report.title}\n{body}" if "twice" in spec.dirt else body
    return "\n".join([*head, *([bar] if bar else []), "", body, "", *tail]), cells


def _dirty(html: str, spec: Spec) -> str:
    if "soft" in spec.dirt:  # zero-width and soft hyphens inside words of the body
        before, mark, after = html.partition('<div class="info">')
        html = before + mark + after.replace("政府", "政\u200b府", 9).replace("公开", "公\u00ad开", 9)
    if "vue" in spec.dirt:
        html = html.replace('<div class="share">', '<div>{{ title }}</div><div class="share">扫一扫在手机打开当前页')
    if "half_width" in spec.dirt:
        html = html.replace("，", ",").replace("：", ":").replace("（", "(").replace("）", ")")
    return html


def start_of(parts: list[Part], at: int) -> str:
    """Return the first characters of a part, going on into the next where it is short, never across a table."""
    text = ""
    for part in parts[at:]:
        text += part.heading + "".join(part.paragraphs)
        if len(text) >= 12 or part.sheet is not None:
            break
    return text[:24]


def _truth(spec: Spec, report: Report, cells: list[Truth], url: str) -> Truth:
    issuer, last = report.issuer, report.parts[-1]
    shown = spec.show_date or last.key == "signature"
    told = any(part.sheet for part in report.parts) and spec.tables not in ("missing", "image", "none")
    return {
        "is_annual_report": True, "doc_type": "annual_report", "hijacked": False,
        "agency_name": issuer.name, "agency_also": list(issuer.also), "agency_level": issuer.level,
        "agency_kind": issuer.kind, "report_scope": "own", **({"era_by_structure": report.form} if told else {}), "year": report.year,
        "published_on": report.date if shown else None, "provenance": "official" if url else "unknown",
        **(place(issuer.code) if issuer.code != "000000" else
           {"province": "central", "prefecture_name": None, "county_name": None}),
        "sections": [
            {"key": part.key, "also": list(part.also), "heading": part.heading, "start": start_of(report.parts, at),
             "chars": sum(map(len, part.paragraphs)) + len(part.heading)}
            for at, part in enumerate(report.parts)
        ],
        "level2": [[key, text[:24]] for part in report.parts for key, text in part.level2],
        "end": "" if last.sheet else (last.paragraphs or [last.heading])[-1][-12:],
        "cells": cells, "flat": spec.tables in drawing.EVERY or spec.tables in ("dropped", "labels"),
        "numbers": dict(report.numbers),
    }  # fmt: skip


def variant(spec: Spec, **changes: object) -> Spec:
    """Return the specification with some fields changed."""
    return replace(spec, **changes)  # type: ignore[arg-type]

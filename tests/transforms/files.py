"""Reports as files, made by other libraries than the ones that read them: PDF by reportlab, Word by python-docx."""

from __future__ import annotations

import io
import random

import docx
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Spacer, Table, TableStyle
from selectolax.lexbor import LexborHTMLParser

from tests.nation import tables as forms

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
TEXT = ParagraphStyle("text", fontName="STSong-Light", fontSize=12, leading=20, firstLineIndent=24, wordWrap="CJK")
TITLE = ParagraphStyle("title", parent=TEXT, fontSize=18, leading=28, firstLineIndent=0, alignment=1)
LABEL = ParagraphStyle("label", parent=TEXT, fontSize=6, leading=8, firstLineIndent=0)
UPRIGHT = "三、\n本年\n度办\n理结果"  # a lone character of this font, which is not embedded, would be lost to PDFium
SENTENCE = "2024年，我局认真贯彻落实《中华人民共和国政府信息公开条例》，主动公开政府信息312条，及时回应群众关切。"


def report(form: str, seed: int = 1, sentences: int = 6) -> list[str]:
    """Blocks of a report of form C or D: paragraphs, and tables as HTML."""
    rng = random.Random(seed)
    year = 2024 if form == "D" else 2020
    text = SENTENCE.replace("2024", str(year))
    return [
        f"昌吉市财政局{year}年政府信息公开工作年度报告", "一、总体情况", *[text * 3] * sentences,
        "二、主动公开政府信息情况", forms.t2_html(rng, form)[0],
        "三、收到和处理政府信息公开申请情况", forms.t3_html(forms.t3_numbers(rng, form, busy=True), form),
        "四、政府信息公开行政复议、行政诉讼情况", forms.t4_html(rng)[0], "五、存在的主要问题及改进情况", text * 2,
        "六、其他需要报告的事项", "无其他需要报告的事项。",
    ]  # fmt: skip


def grid(html: str) -> list[list[tuple[str, int, int]]]:
    """Cells of an HTML table as drawn: text, rowspan, colspan."""
    return [
        [(td.text(), int(td.attributes.get("rowspan") or 1), int(td.attributes.get("colspan") or 1)) for td in row.css("td")]
        for row in LexborHTMLParser(html).css("tr")
    ]  # fmt: skip


def expanded(html: str) -> list[list[str]]:
    """Texts on the full grid, a spanned cell in each of its places."""
    texts, spans = placed(html)
    for left, top, right, bottom in spans:
        for i in range(top, bottom + 1):
            for j in range(left, right + 1):
                texts[i][j] = texts[top][left]
    return texts


def placed(html: str) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    """Texts on the full grid, and the spans `(column, row, last column, last row)`."""
    rows = grid(html)
    taken: dict[tuple[int, int], str] = {}
    spans = []
    for place, row in enumerate(rows):
        column = 0
        for text, down, across in row:
            while (place, column) in taken:
                column += 1
            for i in range(down):
                for j in range(across):
                    taken[place + i, column + j] = text if i == j == 0 else ""
            if down > 1 or across > 1:
                spans.append((column, place, column + across - 1, place + down - 1))
            column += across
    width = max(column for _, column in taken) + 1
    return [[taken.get((i, j), "") for j in range(width)] for i in range(len(rows))], spans


def pdf(blocks: list[str], *, numbers: str = "- {} -", encrypt: str = "", rotation: int = 0) -> bytes:
    """A PDF of the blocks on A4: tables ruled and broken over pages where they come, a page number on each page."""
    out = io.BytesIO()

    def foot(page: canvas.Canvas, template: BaseDocTemplate) -> None:
        page.setFont("STSong-Light", 9)
        page.drawCentredString(A4[0] / 2, 30, numbers.format(template.page))
        if rotation:
            page.setPageRotation(rotation)

    security = {"encrypt": StandardEncryption(encrypt)} if encrypt else {}
    template = BaseDocTemplate(out, pagesize=A4, invariant=1, **security)
    frame = Frame(60, 60, A4[0] - 120, A4[1] - 120)
    template.addPageTemplates(PageTemplate(frames=[frame], onPage=foot))
    flow: list[object] = []
    for place, block in enumerate(blocks):
        if not block.startswith("<table"):
            flow.append(Paragraph(block, TITLE if place == 0 else TEXT))
            continue
        texts, spans = placed(block)
        width = len(texts[0])
        first = 30 if width == 10 else 460 / width
        widths = [first, 50, 108, *[41] * 7] if width == 10 else [460 / width] * width
        cells = [
            [UPRIGHT
                if text == UPRIGHT.replace("\n", "")
                else Paragraph(text, LABEL) for text in row]
            for row in texts
        ]  # fmt: skip
        style = [
            ("GRID", (0, 0), (-1, -1), 0.5, "black"),
            ("LEFTPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (-1, -1), 2),
            ("FONT", (0, 0), (-1, -1), "STSong-Light", 6),
        ]
        style += [("SPAN", (a, b), (c, d)) for a, b, c, d in spans]
        flow += [Table(cells, colWidths=widths, style=TableStyle(style)), Spacer(1, 8)]
    template.build(flow)
    return out.getvalue()


def word(blocks: list[str]) -> bytes:
    """A .docx of the blocks; spans of tables are merged cells."""
    document = docx.Document()
    for block in blocks:
        if not block.startswith("<table"):
            document.add_paragraph(block)
            continue
        texts, spans = placed(block)
        table = document.add_table(rows=len(texts), cols=len(texts[0]))
        for i, row in enumerate(texts):
            for j, text in enumerate(row):
                if text:
                    table.cell(i, j).text = text
        for left, top, right, bottom in spans:
            text = table.cell(top, left).text
            table.cell(top, left).merge(table.cell(bottom, right)).text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()

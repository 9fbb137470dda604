"""PDF and Word files become the same rows as pages do; what cannot be read is refused with its reason."""

import hashlib
import io
import zipfile

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from schemas.records import Capture
from tests.transforms import files
from transforms.documents.attachments import UnreadableAttachment, read_attachment, sniff
from transforms.read import read_capture, read_page
from transforms.tables.grids import grid_of
from transforms.warc import kind_of

MAKERS = {"pdf": files.pdf, "docx": files.word}


def capture(body: bytes, kind: str) -> Capture:
    url = f"http://www.cj.gov.cn/zwgk/P020250120.{kind}"
    return Capture(url, None, 200, "application/octet-stream", body, hashlib.sha256(body).hexdigest(), kind=kind)


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("form", ["C", "D"])
@pytest.mark.parametrize("sentences", [2, 4, 6, 9, 11])  # puts the page breaks elsewhere
def test_every_cell_of_a_file_stands_in_its_place(kind, form, sentences):
    blocks = files.report(form, seed=sentences, sentences=sentences)
    document = read_attachment(kind, MAKERS[kind](blocks))
    wanted = [files.expanded(block) for block in blocks if block.startswith("<table")]
    found = [[[cell.text for cell in row] for row in grid_of(document.text, table).rows] for table in document.tables]
    assert [len(grid) for grid in found] == [len(grid) for grid in wanted]
    for grid, truth in zip(found, wanted, strict=True):
        # a cell that spans rows is drawn on its first page only: group labels may be blank after a page break
        labels = 2 if kind == "pdf" and len(truth[0]) == 10 else 0
        assert [row[labels:] for row in grid] == [row[labels:] for row in truth]
    assert document.text.replace("\n", "").startswith("".join(blocks[: blocks.index("二、主动公开政府信息情况") + 1]))


@pytest.mark.parametrize("kind", MAKERS)
def test_a_file_becomes_a_reading_like_a_page(kind):
    reading = read_page(capture(MAKERS[kind](files.report("D")), kind))
    assert [section.section for section in reading.sections][-6:] == [
        "overview", "proactive_disclosure", "requests", "review_litigation", "problems_improvements", "other_matters",
    ]  # fmt: skip
    assert reading.year.year == 2024 and reading.title == "昌吉市财政局2024年政府信息公开工作年度报告"
    assert {figure.table for figure in reading.figures.figures} == {"t2", "t3", "t4"}


@pytest.mark.parametrize("rotation", [0, 90, 270])
def test_paragraphs_are_whole_and_page_numbers_gone(rotation):
    document = read_attachment("pdf", files.pdf(files.report("D"), rotation=rotation, numbers="第{}页"))
    lines = document.text.split("\n")
    assert lines[0] == "昌吉市财政局2024年政府信息公开工作年度报告" and lines[1] == "一、总体情况"
    assert lines[2:8] == [files.SENTENCE * 3] * 6
    assert not [line for line in lines if line.startswith("第") and line.endswith("页")]
    assert len(document.tables) == 3
    for table in document.tables:
        for cell in (cell for row in grid_of(document.text, table).rows for cell in row):
            assert document.text[cell.start : cell.end] == cell.text


def test_labels_broken_over_lines_and_set_upright_are_whole():
    document = read_attachment("pdf", files.pdf(files.report("D")))
    labels = {cell.text for table in document.tables for row in grid_of(document.text, table).rows for cell in row}
    assert "三、本年度办理结果" in labels  # set upright
    assert "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请" in labels


def drawn(draw) -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4, invariant=1)
    draw(page)
    page.showPage()
    page.save()
    return out.getvalue()


def test_digits_that_were_set_apart_are_one_number():
    def draw(page):
        page.setFont("STSong-Light", 12)
        for place, text in enumerate(("2024", "年 1", "月 15", "日公开")):
            page.drawString(100 + 40 * place, 700, text)
        page.drawString(100, 680, "昌吉市财政局主动公开政府信息三百一十二条")

    assert "2024年1月15日公开" in read_attachment("pdf", drawn(draw)).text.split("\n")[0]


def outlines(page):
    for place in range(400):
        path = page.beginPath()
        path.moveTo(50 + place, 100)
        path.curveTo(60 + place, 110, 70 + place, 120, 80 + place, 130)
        page.drawPath(path)


def lone(page):
    page.setFont("STSong-Light", 12)
    for place, char in enumerate("主动公开政府信息" * 4):
        page.drawString(60 + 14 * place, 700, char)
        page.drawString(60, 680 - 14 * place, "12 34 56")


def package(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {
            "word/document.xml": b"<w/>",
            **{k.replace("__", "/") + ".xml": v for k, v in parts.items()},
        }.items():
            archive.writestr(name, data)
    return out.getvalue()


WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
ENTITIES = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(b'<!ENTITY a%d "%s">' % (n, (b"&a%d;" % (n - 1) if n else b"&a;") * 10) for n in range(9)) + b"]>"  # fmt: skip
UNREADABLE = {
    "outlines only": ("pdf", lambda: drawn(outlines)),
    "scanned images": ("pdf", lambda: drawn(lambda page: page.drawInlineImage(_picture(), 50, 50, 400, 600))),
    "empty pages": ("pdf", lambda: drawn(lambda page: None)),
    "fonts missing": ("pdf", lambda: drawn(lone)),
    "encrypted": ("pdf", lambda: files.pdf(files.report("D"), encrypt="secret")),
    "damaged": ("pdf", lambda: b"%PDF-1.4\n" + b"\xff" * 500),
    "of kind ole": ("other", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    "of kind image": ("other", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 600),
    "of kind zip": ("other", lambda: b"PK\x03\x04" + b"\0" * 600),
    "too_large": ("docx", lambda: package(word__document=WORD % (b"<w:p/>" * 5_000_000))),
    "damaged package": ("docx", lambda: files.word(["一、总体情况"])[:-300]),
    "no body": ("docx", package),
}


def _picture():
    from PIL import Image

    return Image.new("L", (40, 60), 200)


@pytest.mark.parametrize("why", UNREADABLE)
def test_what_cannot_be_read_is_refused_with_its_reason(why):
    kind, make = UNREADABLE[why]
    page, reject = read_capture(capture(make(), kind))
    assert page is None and reject["reason"] == "unreadable_attachment"
    assert any(why in reason for reason in reject["reasons"])


def test_a_truncated_pdf_gives_what_is_there_or_a_reason():
    whole = files.pdf(files.report("D"))
    for share in (0.1, 0.5, 0.9, 0.99):
        page, reject = read_capture(capture(whole[: int(len(whole) * share)], "pdf"))
        assert page or reject


def test_entities_of_a_word_file_are_not_expanded():
    body = package(word__document=ENTITIES + WORD % b"<w:p><w:r><w:t>&a8;</w:t></w:r></w:p>")
    with pytest.raises(UnreadableAttachment):
        read_attachment("docx", body)


def test_automatic_numbers_and_deleted_text_of_word():
    run = "<w:r>{}<w:t>{}</w:t></w:r>"
    listed = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr></w:pPr>{}</w:p>'
    body = (
        listed.format(run.format("", "总体情况")) + listed.format(run.format("", "主动公开政府信息情况"))
        + "<w:p>" + run.format("", "正文") + run.format("<w:rPr><w:vanish/></w:rPr>", "隐藏") + "<w:del>" + run.format("", "删去") + "</w:del></w:p>"
    )  # fmt: skip
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="7">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num></w:numbering>'
    )
    document = read_attachment("docx", package(word__document=WORD % body.encode(), word__numbering=numbering.encode()))
    assert document.text == "一、总体情况\n二、主动公开政府信息情况\n正文\n"


@pytest.mark.parametrize(
    ("content_type", "body", "kind"),
    [
        ("application/octet-stream", b"%PDF-1.7 ...", "pdf"),
        ("text/html", b"%PDF-1.7 ...", "pdf"),
        ("application/pdf", b"<html><body>404</body></html>", "html"),
        ("application/msword", b"PK\x03\x04....word/document.xml", "docx"),
        ("application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "other"),
        ("application/octet-stream", "<p>一、总体情况".encode(), "html"),
        ("image/png", b"\x89PNG\r\n", "other"),
        ("", b"<html>", "html"),
        ("video/mp4", b"\0\0\0\x18ftyp", "other"),
    ],
)
def test_the_first_bytes_say_what_a_body_is(content_type, body, kind):
    assert kind_of(content_type, body) == kind


def test_sniff_knows_nothing_about_text():
    assert sniff("一、总体情况".encode()) == ""

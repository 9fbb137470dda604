"""Bytes of an attachment → Document, by the same conventions as a page; what cannot be read is said to be so."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.records import Document
from transforms.documents.composer import Composer, Drawn

MAX_BYTES = 20_000_000  # of one attachment; no report is near it
_MAGIC = (  # first bytes → what the file is
    (b"%PDF-", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),  # .doc, .wps, .xls
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\0", "image"),
    (b"MM\0*", "image"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"{\\rtf", "rtf"),
)
READABLE = ("pdf", "docx")


class UnreadableAttachment(ValueError):
    """The attachment holds no text that can be read; the message says why."""


def sniff(body: bytes) -> str:
    """Return what the first bytes say: pdf, docx, zip, ole, image, archive, rtf, or "" for anything else."""
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return kind
    if body.startswith(b"PK\x03\x04"):
        return "docx" if b"word/document.xml" in body else "zip"
    return "pdf" if b"%PDF-" in body[:1024] and b"<html" not in body[:1024].lower() else ""


def read_attachment(kind: str, body: bytes) -> Document:
    """Return the Document of a file of kind pdf or docx.

    Raises UnreadableAttachment: encrypted, damaged, outsized, without a text layer, or of a kind that is not read.
    """
    if kind not in READABLE:
        raise UnreadableAttachment(f"files of kind {sniff(body) or 'unknown'} are not read")
    if len(body) > MAX_BYTES:
        raise UnreadableAttachment(f"too_large: {len(body)} bytes")
    composer = Composer()
    for block in _blocks(kind, body):
        if not isinstance(block, str):
            composer.drawn(block)
            continue
        for line in block.split("\n"):
            composer.line(line.strip())
    text = composer.text()
    if not text.strip():
        raise UnreadableAttachment("no text layer: empty document")
    return Document(text=text, tables=composer.tables, chrome=text)


def _blocks(kind: str, body: bytes) -> Iterator[str | list[list[Drawn]]]:
    """The blocks of a file; what reads it is loaded with the first one of its kind, since most processes meet none."""
    if kind == "pdf":
        from transforms.documents.pdf import read_pdf
        from transforms.documents.pdf_page import UnreadablePdf

        try:
            yield from read_pdf(body)
        except UnreadablePdf as error:
            raise UnreadableAttachment(str(error)) from error
    else:
        from transforms.documents.docx import UnreadableDocx, read_docx

        try:
            yield from read_docx(body)
        except UnreadableDocx as error:
            raise UnreadableAttachment(str(error)) from error

"""The files of a page that is no more than their cover: what has to be fetched with it so that the report is whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapy.http import Response, TextResponse
from selectolax.lexbor import LexborHTMLParser

from schemas.facts import facts
from scrapers.lists import Row
from transforms.documents.html import parse_html

COVER_CHARS = 200  # Han characters of a cover page's text; the shortest report has more
MAX_FILES = 10
_HAN = re.compile(r"[\u4e00-\u9fff]")
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|tiff?|bmp)$", re.I)
_SOURCE = re.compile(rb"<img\b[^>]{0,1000}?\bsrc\s*=\s*[\"']?\s*([^\"'\s>]{1,1000})")
_UPLOADED = re.compile(r"upload|attach|/files?/|/pictures?/|/\d{6,8}/", re.I)  # not a part of the site's dress


def file_links(response: Response) -> list[Row]:
    """Return the files that a page links to, when its own text is too short to be a report; else none.

    A scanned report is a page of images: when nothing is linked, the images of the article are its files.
    """
    if not isinstance(response, TextResponse) or not _may_have_files(response):
        return []
    document = parse_html(response.text)
    if len(_HAN.findall(document.text)) >= COVER_CHARS:
        return []
    linked = [(attachment.href, attachment.text) for attachment in document.attachments]
    found: dict[str, Row] = {}
    for href, name in linked or (_images(response.text, response.url) if document.n_image_tables else []):
        url = _resolved(href, response.url)
        if url and url != response.url:
            found.setdefault(url, Row(url, name, ""))
    return list(found.values())[:MAX_FILES]


def _may_have_files(response: TextResponse) -> bool:
    """Whether a page links to files or shows images that could be a report's; most do not, and need not be parsed."""
    body = response.body.lower()
    if _endings().search(body) or any(page.encode() in body for page in facts("containers")["attachment_pages"]):
        return True
    shown = (source.decode("latin-1") for source in set(_SOURCE.findall(body)))
    return any(_is_uploaded(_resolved(source, response.url), response.url) for source in shown)


@cache
def _endings() -> re.Pattern[bytes]:
    """How the address of a file ends, in lower case."""
    told = facts("containers")["attachment_endings"]
    return re.compile(rf"(?:{'|'.join(map(re.escape, told))})(?![\w.(])".encode())


def _is_uploaded(url: str, base: str) -> bool:
    """Whether an image lies beside its page or among what editors upload."""
    path = urlsplit(url).path
    return bool(_IMAGE.search(path)) and (
        url.lower().startswith(urljoin(base, ".").lower()) or bool(_UPLOADED.search(path))
    )


def _images(text: str, base: str) -> Iterator[tuple[str, str]]:
    """The images of a page that are no part of the site's dress."""
    for node in LexborHTMLParser(text).css("img[src]"):
        url = _resolved(node.attributes.get("src") or "", base)
        if _is_uploaded(url, base):
            yield url, node.attributes.get("alt") or ""


def _resolved(href: str, base: str) -> str:
    try:
        url = urldefrag(urljoin(base, href)).url
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else ""

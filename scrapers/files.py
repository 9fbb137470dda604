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
from transforms.documents.decode import Undecodable, decode
from transforms.documents.html import parse_html

COVER_CHARS = 200  # Han characters of a cover page's text; the shortest report has more
MAX_FILES = 10
_HAN = re.compile(r"[\u4e00-\u9fff]")
_IMAGE = re.compile(r"\.(?:jpe?g|png|gif|tiff?|bmp)$", re.I)
_UPLOADED = re.compile(r"upload|attach|/files?/|/pictures?/|/\d{6,8}/", re.I)  # not a part of the site's dress


def file_links(response: Response) -> list[Row]:
    """Return the files that a page links to, when its own text is too short to be a report; else none.

    A scanned report is a page of images: when nothing is linked, the images of the article are its files.
    """
    if not isinstance(response, TextResponse) or not _hints().search(response.body):
        return []
    try:
        text = decode(response.body, (response.headers.get("Content-Type") or b"").decode("latin-1")).text
    except Undecodable:
        return []
    document = parse_html(text)
    if len(_HAN.findall(document.text)) >= COVER_CHARS:
        return []
    linked = [(attachment.href, attachment.text) for attachment in document.attachments]
    found: dict[str, Row] = {}
    for href, name in linked or (_images(text, response.url) if document.n_image_tables else []):
        url = _resolved(href, response.url)
        if url and url != response.url:
            found.setdefault(url, Row(url, name, ""))
    return list(found.values())[:MAX_FILES]


@cache
def _hints() -> re.Pattern[bytes]:
    """What a page with files has somewhere in its bytes; most pages have not, and need not be parsed."""
    told = facts("containers")
    marks = [*told["attachment_endings"], *told["attachment_pages"], "<img"]
    return re.compile("|".join(map(re.escape, marks)).encode(), re.I)


def _images(text: str, base: str) -> Iterator[tuple[str, str]]:
    """Images that lie beside the page or among what editors upload."""
    beside = urljoin(base, ".")
    for node in LexborHTMLParser(text).css("img[src]"):
        url = _resolved(node.attributes.get("src") or "", base)
        if _IMAGE.search(urlsplit(url).path) and (url.startswith(beside) or _UPLOADED.search(urlsplit(url).path)):
            yield url, node.attributes.get("alt") or ""


def _resolved(href: str, base: str) -> str:
    try:
        url = urldefrag(urljoin(base, href)).url
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else ""

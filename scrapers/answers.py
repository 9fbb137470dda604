"""An answer as a crawl reads it: unpacked within a limit, its text told by its bytes rather than by its header."""

from __future__ import annotations

from scrapy.http import Headers, Response, TextResponse
from scrapy.responsetypes import responsetypes

from scrapers.politeness import Refused
from transforms.documents.decode import decode_leniently
from transforms.documents.payload import undo_transfer, unpacked


class TooLarge(Refused):
    """The answer is bigger than the limit; it is not kept and not asked for again."""


class TextAnswer(TextResponse):
    """An answer of text. Its charset is found as the reader of pages finds it: headers lie (families.md 2.4)."""

    @property
    def text(self) -> str:
        """The decoded body; what cannot be read of it is replaced."""
        if self._cached_ubody is None:
            declared = (self.headers.get("Content-Type") or b"").decode("latin-1")
            self._cached_ubody = decode_leniently(self.body, declared)
        return self._cached_ubody


def answer_of(url: str, status: int, headers: Headers, body: bytes, limit: int) -> Response:
    """Return an answer with the page's own bytes, packed as its headers say or gzipped without a word.

    Raises TooLarge when it unpacks to more than `limit` bytes.
    """
    said = b",".join(headers.getlist("Content-Encoding")).decode("latin-1")
    page = unpacked(undo_transfer(body, "", said, limit) if said else body, limit)
    if page is not body:
        if len(page) > limit:
            raise TooLarge(f"answer unpacks to more than {limit} bytes")
        headers = Headers({name: values for name, values in headers.items() if name.lower() != b"content-encoding"})
    kind = responsetypes.from_args(headers=headers, url=url, body=page)
    made = TextAnswer if issubclass(kind, TextResponse) else kind
    return made(url=url, status=status, headers=headers, body=page)

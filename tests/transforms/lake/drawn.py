"""Pages drawn from labelled texts, put into a store as one WARC each."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from schemas.records import Capture
from scrapers.warc import ImportItem, import_warc
from tests.transforms.lake.corpus import Text, page
from transforms.read import read_capture
from transforms.store import Store

MOMENT = datetime(2024, 6, 1, tzinfo=UTC)


def url_of(host: str, text: Text) -> str:
    return f"http://{host}/zfxxgk/{text.year}/t1.html"


def put(store: Store, name: str, text: Text, host: str, html: str = "", url: str = "", **how: str) -> str:
    """Archive one page as a WARC of its own; return its address."""
    body = html or page(text, host, **how)
    item = ImportItem(body.encode(), "text/html; charset=utf-8", url or url_of(host, text), MOMENT)
    store.put(f"raw/import/{name}/0.warc", import_warc([item]))
    return item.url


def row(text: Text, host: str, html: str = "", **how: str) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """Read one page; return its page row, as the lake gives it back, and its reject row."""
    body = (html or page(text, host, **how)).encode()
    digest = hashlib.sha256(body).hexdigest()
    told, reject = read_capture(Capture(url_of(host, text), MOMENT, 200, "text/html; charset=utf-8", body, digest))
    return told and {**told, "figures": told["figures"].rows()}, reject

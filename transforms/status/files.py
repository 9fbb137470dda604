"""The data files of the page: JSON that a script tag loads, since a page from file:// may not fetch."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def script(name: str, data: Any) -> bytes:
    """Return a file that hands `data` to the page under `name`; equal data give equal bytes.

    Keys of mappings must be fixed names, never crawled text: `__proto__` in a script is more than a name.
    """
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return f"Archive.give({json.dumps(name)},{body});\n".encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    raise TypeError(f"{type(value).__name__} has no place in a data file")

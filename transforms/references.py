"""Records that refer to others: a revisit to the capture that it repeats, an attachment to the page that links to it.

The crawl writes such a place as "key offset length" into the metadata of the record that refers to it.
"""

from __future__ import annotations

import dataclasses
import re

from schemas.records import Capture
from transforms.store import NotFound, Store
from transforms.warc import UnreadableWarc, read_captures

_PLACE = re.compile(r"(?P<key>raw/[^\s]+) (?P<offset>\d{1,15}) (?P<length>[1-9]\d{0,9})")


class Dangling(LookupError):
    """There is no capture at the place that a record refers to; the message says which."""


def follow(store: Store, place: str) -> Capture:
    """Return the capture at a place of the store. Raises Dangling."""
    told = _PLACE.fullmatch(place)
    if told is None:
        raise Dangling(f"not a place: {place[:100]}")
    key, offset, length = told["key"], int(told["offset"]), int(told["length"])
    try:
        captures = list(read_captures(store.get_range(key, offset, length), key))
    except (NotFound, UnreadableWarc) as error:
        raise Dangling(f"{place}: {error}") from error
    if len(captures) != 1:
        raise Dangling(f"{place}: {len(captures)} captures there")
    return dataclasses.replace(captures[0], warc_offset=offset + captures[0].warc_offset)

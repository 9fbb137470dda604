"""Answers that are no pages: a guard's challenge, a shell, a soft 404, a list that only scripts could draw.

They are told apart by schemas/guards.yml, reported, and never solved. `Stop` is what remains of a challenge: the
host is left alone for a day, and after two hosts of one estate the whole estate, also by the next crawl, since it
stands in the bucket under `state/stops/<estate>.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from schemas.facts import facts
from scrapers.estates import estate_of, estates_of
from transforms.documents.decode import decode_leniently
from transforms.store import Conflict, NotFound, Store

_HAN = re.compile(r"[\u4e00-\u9fff]")
_SCRIPT = re.compile(r"<(script|style|noscript|template)\b.*?</\1\s*>|<!--.*?-->", re.S | re.I)
_TAG = re.compile(r"<[^>]*>")
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.S | re.I)
_MOVES = re.compile(
    r"http-equiv\s*=\s*[\"']?refresh|location\.(?:href|replace|reload)|window\.location|document\.cookie", re.I
)
_DRAWN = re.compile(r"<script\b|id\s*=\s*[\"']?(?:app|root)\b", re.I)
_TRIES = 20


def challenge(status: int, cookies: str, body: bytes, content_type: str = "") -> str:
    """Return the name of the guard that speaks in an answer, "refusal" for one without a name, "" for none.

    `body` is unpacked, in whatever charset; `cookies` are the answer's Set-Cookie values, joined. Guards also set their cookies on ordinary pages, so those
    count only beside a refusal or an answer without text.
    """
    told = facts("guards")
    refused = status in told["refusals"]
    small = len(body) <= told["small"]
    text = decode_leniently(body, content_type) if small else ""
    bare = small and not has_text(text)
    for name, in_cookies, in_body in _signs():
        if in_body.search(text) and (refused or bare or status == 403 or name == "captcha"):
            return name
        if in_cookies and in_cookies.search(cookies) and (refused or (bare and status in (200, 202, 302, 403))):
            return name
    return "refusal" if refused else ""


def is_shell(text: str) -> bool:
    """Say whether a page of status 200 has nothing for people: no text, but a script or a refresh that moves on."""
    return len(text) <= facts("guards")["small"] and not has_text(text) and bool(_MOVES.search(text))


def fault(text: str) -> str:
    """Return what is wrong with an HTML page of status 200: "missing" (soft 404), "shell", or ""."""
    return "missing" if says_missing(text) else "shell" if is_shell(text) else ""


def is_drawn_by_script(text: str) -> bool:
    """Say whether a list page without rows is one that only its scripts could fill: no text but a place for it."""
    return not has_text(text) and bool(_DRAWN.search(text))


def says_missing(text: str) -> bool:
    """Say whether a page of status 200 calls itself missing (soft 404), by its title."""
    title = _TITLE.search(text[:20_000])
    return title is not None and _missing().search(_TAG.sub("", title[1]).strip()) is not None


def has_text(text: str) -> bool:
    """Say whether people see a few Han characters in an HTML text, its title left out."""
    seen = _TAG.sub("", _SCRIPT.sub("", _TITLE.sub("", text)))
    least: int = facts("guards")["least_text"]
    return sum(1 for _ in _HAN.finditer(seen)) >= least


@cache
def _signs() -> list[tuple[str, re.Pattern[str] | None, re.Pattern[str]]]:
    return [
        (sign["name"], re.compile(sign["cookies"]) if sign["cookies"] else None, re.compile(sign["body"], re.I))
        for sign in facts("guards")["signs"]
    ]


@cache
def _missing() -> re.Pattern[str]:
    return re.compile(facts("guards")["missing_title"], re.I)


# -- what remains of it ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stop:
    """A host that is left alone: until when (ISO, UTC), and by which sign at which address."""

    host: str
    until: str
    sign: str
    url: str


def stop_key(estate: str) -> str:
    """Return where the stops of an estate stand; deleting the object lifts them."""
    return f"state/stops/{estate}.json"


def note_stop(store: Store, host: str, sign: str, url: str, now: datetime) -> Stop:
    """Leave `host` alone from now on for a day. Raises Conflict when others write faster than we can."""
    until = now + timedelta(hours=facts("guards")["stop_hours"])
    stop = Stop(host, until.replace(microsecond=0).isoformat(), sign, url)
    key = stop_key(estate_of(host))
    for attempt in range(_TRIES):
        there = store.stat(key)
        others = [other for other in _stops(store, key) if other.host != host and _holds(other, now)]
        data = json.dumps([asdict(one) for one in sorted([*others, stop], key=lambda one: one.host)], indent=1)
        try:
            store.put(key, data.encode(), if_match=there.etag if there else None, if_none_match=there is None)
            break
        except Conflict:
            if attempt == _TRIES - 1:
                raise
    return stop


def stopped(store: Store, hosts: Iterable[str], now: datetime) -> Stop | None:
    """Return why these hosts must be left alone now: one of them is stopped, or two others of their city are."""
    wanted = set(hosts)
    for estate in estates_of(wanted):
        holding = [stop for stop in _stops(store, stop_key(estate)) if _holds(stop, now)]
        for stop in holding:
            if stop.host in wanted or len(holding) > 1:
                return stop
    return None


def _holds(stop: Stop, now: datetime) -> bool:
    return datetime.fromisoformat(stop.until) > now


def _stops(store: Store, key: str) -> list[Stop]:
    try:
        told: list[dict[str, Any]] = json.loads(store.get(key))
    except NotFound:
        return []
    return [Stop(**one) for one in told]

"""Addresses: twins of one page folded into one address, requests with a body written as one line, years put in.

A spider remembers and compares what it asks for by address. A request with a body is written as its address with
the body behind a mark, `http://host/list#json:{"pageNo":1}`, so that it can be remembered in the same way.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urldefrag, urlencode, urlsplit, urlunsplit

from schemas.facts import facts
from schemas.registry import Site
from transforms.identity.hosts import gateway_host, is_official

_BODY = {"json": "application/json; charset=utf-8", "form": "application/x-www-form-urlencoded; charset=utf-8"}
_INDEX = re.compile(r"/(?:index\.s?html?)?$")
_PAGE_FIELD = re.compile(r"page|page_?(?:no|num|index|number)|curr?(?:ent)?_?page|p|ainfolist\d+p", re.I)
_NESTED = frozenset({"paramjson", "params"})  # arguments that hold an object of arguments
_TWO_LEVELS = frozenset({"gov.cn", "org.cn", "edu.cn", "com.cn", "net.cn", "ac.cn"})


@cache
def _endings() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(facts('addresses')['endings'])})(?=\\.s?html?$)")


def canonical(url: str) -> str:
    """Return the plain address of a page: no gateway before it, no mobile twin, no noise (families.md 2.6)."""
    parts = urlsplit(urldefrag(url).url)
    host, path, listed = parts.netloc, parts.path, facts("addresses")
    if hidden := gateway_host(url):
        host, path = hidden, "/" + path.partition("=")[2].partition("/")[2]
    for mark in facts("hosts")["proxy_paths"]:  # /gate/big5/<host>/<path>
        before, found, behind = path.partition(mark)
        inner = behind.partition("/")
        if found and not before and is_official(inner[0]):
            host, path = inner[0], "/" + inner[2]
    path = _endings().sub("", re.sub(r"/{2,}", "/", path))
    folders, _, name = path.rpartition("/")
    folders = "/".join(listed["folders"].get(part, part) for part in folders.split("/"))
    for twin, plain in listed["names"].items():
        name = plain + name[len(twin) :] if name.startswith(twin) else name
    query = "&".join(part for part in parts.query.split("&") if not part.startswith(tuple(listed["noise"])))
    return urlunsplit((parts.scheme, host, f"{folders}/{name}", query, ""))


def key(url: str) -> str:
    """Return what twins of one address have in common: no scheme, no www, no `index.html`, arguments in order."""
    url, mark, body = url.partition("#")
    parts = urlsplit(url)
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return "".join((plain_host(parts.netloc), plain_path(url), "?" + query if query else "", mark, body))


def is_same(url: str, other: str) -> bool:
    """Say whether two addresses are twins of one."""
    return key(url) == key(other)


def plain_host(host: str) -> str:
    """Return a host without the prefixes that one site's hosts differ by."""
    for prefix in facts("addresses")["hosts"]:
        if host.startswith(prefix) and host.count(".") > 1 and host.removeprefix(prefix) not in _TWO_LEVELS:
            return host.removeprefix(prefix)
    return host


def hosts_of(site: Site) -> frozenset[str]:
    """Return the hosts of a site: its own and those of its columns."""
    return frozenset({site.host, *(urlsplit(column.url).hostname or "" for column in site.columns)})


def registrable(host: str) -> str:
    """Return the domain that one owner holds: `jyj.cs.gov.cn` → `cs.gov.cn`; the host itself for www.gov.cn."""
    labels = host.lower().split(".")
    if labels[-1].isdigit():
        return host
    depth = 3 if ".".join(labels[-2:]) in _TWO_LEVELS else 2
    return host.lower() if labels[-depth:][0] == "www" else ".".join(labels[-depth:])


def plain_path(url: str) -> str:
    """Return an address's path without the name of a folder's own page, `index.html`."""
    return _INDEX.sub("/", urlsplit(url).path)


def is_beside(url: str, other: str) -> bool:
    """Say whether two addresses differ in one part of their paths alone, as columns side by side do."""
    here, there = plain_path(url).split("/"), plain_path(other).split("/")
    same = urlsplit(url).query == urlsplit(other).query and len(here) == len(there)
    return same and sum(ours != theirs for ours, theirs in zip(here, there, strict=True)) == 1


def folder(url: str) -> str:
    """Return the folder part of an address's path."""
    return urlsplit(url).path.rpartition("/")[0] + "/"


def posted(url: str, fields: dict[str, Any], kind: str) -> str:
    """Write a request with a body as one line; `kind` is json or form."""
    body = json.dumps(fields, ensure_ascii=False, separators=(",", ":")) if kind == "json" else urlencode(fields)
    return f"{url}#{kind}:{body}"


def with_query(url: str, fields: dict[str, Any]) -> str:
    """Return `url` with these arguments in its query, in place of those of the same names."""
    parts = urlsplit(url)
    query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in fields]
    return urlunsplit((*parts[:3], urlencode([*query, *fields.items()]), ""))


def request_of(line: str) -> dict[str, Any]:
    """Return what Scrapy's Request takes for an address that may carry a body."""
    url, _, rest = line.partition("#")
    kind, colon, body = rest.partition(":")
    if not colon or kind not in _BODY:
        return {"url": url}
    return {"url": url, "method": "POST", "body": body.encode(), "headers": {"Content-Type": _BODY[kind]}}


def other_method(line: str) -> str:
    """Return the same request by the other method, GET for a posted form and the reverse; "" when it has none."""
    url, _, rest = line.partition("#")
    kind, _, body = rest.partition(":")
    if kind == "form":
        return with_query(url, dict(parse_qsl(body, keep_blank_values=True)))
    query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
    return posted(url, dict(query), "form") if query and not kind else ""


def names_page(name: str) -> bool:
    """Say whether an argument of that name tells which page of a list is wanted."""
    return bool(_PAGE_FIELD.fullmatch(name))


def page_number(line: str) -> int | None:
    """Return which page of a list the arguments of a request ask for, None when they name none."""
    return next((int(value) for name, value in _fields(line) if _is_page(name, value)), None)


def with_page(line: str, number: int) -> str:
    """Return the request for another page of the same list; the arguments must name a page."""
    url, _, rest = line.partition("#")
    kind, _, body = rest.partition(":")
    if kind == "json":
        fields = json.loads(body)
        return posted(url, {n: number if _is_page(n, v) else v for n, v in fields.items()}, "json")
    pairs = parse_qsl(body if kind == "form" else urlsplit(url).query, keep_blank_values=True)
    fields = {}
    for name, value in pairs:
        if name.lower() in _NESTED:
            inner = {n: number if _is_page(n, v) else v for n, v in _object(value).items()}
            fields[name] = json.dumps(inner, ensure_ascii=False, separators=(",", ":"))
        elif _is_page(name, value):
            fields[name] = str(number)
    return posted(url, dict(pairs) | fields, "form") if kind == "form" else with_query(url, fields)


def _fields(line: str) -> list[tuple[str, Any]]:
    url, _, rest = line.partition("#")
    kind, _, body = rest.partition(":")
    if kind == "json":
        return list(_object(body).items())
    pairs: list[tuple[str, Any]] = list(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    pairs += parse_qsl(body, keep_blank_values=True) if kind == "form" else []
    inner = [pair for name, value in pairs if name.lower() in _NESTED for pair in _object(value).items()]
    return inner or pairs


def _is_page(name: str, value: Any) -> bool:
    return names_page(name) and str(value).isdigit()


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}

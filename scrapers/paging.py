"""How lists go on: how many pages a page tells of, and the requests by which its scripts fetch rows."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

import chompjs
from scrapy.http import TextResponse
from selectolax.lexbor import LexborHTMLParser

from scrapers.addresses import names_page, page_number, posted, with_page, with_query
from scrapers.lists import bar_links, json_of, next_link, rows

_TAGS = r"(?:\s|&nbsp;|<[^>]{0,200}>)*"
_PAGES = re.compile(
    rf"共{_TAGS}(\d+){_TAGS}页|总页数{_TAGS}[:：]?{_TAGS}(\d+)|条{_TAGS}[,，/]?{_TAGS}(\d+){_TAGS}页"
    r"|pagination_script_config[^;]{0,200}?total[\"']?\s*[:=]\s*(\d+)"
    r"|\b(?:total_?pages?|page_?count|count_?page|page_?total|max_?page(?:num)?|t?pages)[\"']?\s*[:=]\s*[\"']?(\d+)"
    rf"|第?{_TAGS}\d+{_TAGS}/{_TAGS}(\d+){_TAGS}页|(?:当前|页次)[^\d<]{{0,6}}{_TAGS}\d+{_TAGS}/{_TAGS}(\d+)",
    re.I,
)
_NUMBERED = re.compile(r"^(?P<base>.+?)_(?P<page>\d+)$")
# createPageHTML(pages, at, "index", "html") of TRS, with the rows before the pages in some places; of UCAP
# createPageHTML('box', pages, at, 'list', 'shtml', rows)
_CALL = re.compile(
    r"createPage\w*\(\s*(?P<box>[\"'][\w-]+[\"']\s*,\s*)?(?P<first>\d+)\s*,\s*(?P<second>\d+)\s*(?:,\s*(?P<third>\d+)\s*)?"
    r",\s*[\"'](?P<base>[\w-]+)[\"']\s*,\s*[\"'](?P<ext>\w+)[\"'](?:\s*,\s*(?P<rows>\d+))?"
)
_AT = re.compile(rf"\bcurrent_?page[\"']?\s*[:=]\s*[\"']?(\d+)|(\d+){_TAGS}/{_TAGS}\d+{_TAGS}页", re.I)
_ROWS = re.compile(
    rf"共{_TAGS}(\d+){_TAGS}条|\b(?:total_?(?:count|records?)|record_?count)[\"']?\s*[:=>]\s*[\"']?(\d+)", re.I
)
_WRITTEN_EXT = re.compile(r"[\"']\.[\"']\s*\+\s*[\"'](s?html?)\b", re.I)
_EXT = re.compile(r"\.(s?html?)$", re.I)
_TOTAL_KEYS = ("total", "totalhits", "totalcount", "allrow", "totalrec", "totalrecord", "totalrecords", "recordcount",
               "total_count", "rowcount", "post_count")  # fmt: skip
_NEAR = 4000  # characters: a request's arguments stand beside its address
_SERVICES = 6  # requests that one page's scripts may add
_PART = re.compile(r"[\"']([^\"']*)[\"']|([\w.]+)")
_WORD = re.compile(r"[A-Za-z_$][\w$.]*")
_NESTING = re.compile(r"\bparams[\"']?\s*[:=]\s*(?:JSON\.stringify\(\s*)?$")
_AS_JSON = re.compile(r"JSON\.stringify|application/json|\baxios\b", re.I)
_METHOD = re.compile(r"(?:type|method)[\"']?\s*:\s*[\"'](get|post)[\"']|\.(get|post)(?:JSON)?\(", re.I)
_GETS_UNTOLD = re.compile(r"\bajax\s*\(|\bfetch\s*\(")
_GIVEN = re.compile(r"[\"']?\s*(?:,\s*|,?\s*\bdata\s*:\s*)(?:JSON\.stringify\(\s*)?([A-Za-z_$]\w*)\b(?!\s*:)")
_OF_OBJECT = re.compile(r"\w+\.(?:\w+\.)*(\w+)")
_FULL = 3  # arguments that a request for rows has: page, rows a page, and of what


def pages_told(text: str) -> int | None:
    """Return how many pages a list says it has, None when it does not say."""
    found = _PAGES.search(text)
    return int(next(filter(None, found.groups()))) if found else None


@dataclass(frozen=True, slots=True)
class Told:
    """How many pages and rows a list says it has; None where it does not say."""

    pages: int | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class PagerCall:
    """The script call that draws a page bar: pages, the present one, name and extension of the list's files, rows."""

    pages: int
    at: int
    base: str
    ext: str
    rows: int | None


def pager_call(text: str) -> PagerCall | None:
    """Return the `createPage…(…)` call of a page, None when it has none."""
    found = _CALL.search(text)
    if found is None:
        return None
    first, second, third = (int(found[name] or 0) for name in ("first", "second", "third"))
    rows_first = found["third"] is not None
    pages, at = (second, third) if rows_first else (first, second)
    told = first if rows_first else int(found["rows"]) if found["rows"] else None
    return PagerCall(pages, at, found["base"], found["ext"], told)


def told_of(text: str) -> Told:
    """Return how many pages and rows a list page or an answer tells of."""
    if call := pager_call(text):
        return Told(call.pages, call.rows)
    data, found = json_of(text), _ROWS.search(text)
    if data is not None:
        return Told(None, _total(data))
    return Told(pages_told(text), int(found[1] or found[2]) if found else None)


def called_next(response: TextResponse, first: int) -> list[str] | None:
    """Return the page after this one by the page's own pager call, none at its end; None when there is no call.

    The call names the files: a number at the end of that name is the template's and no page's.
    """
    call = pager_call(response.text)
    if call is None:
        return None
    stem = urlsplit(response.url).path.rpartition("/")[2].partition(".")[0]
    number = stem.removeprefix(f"{call.base}_")
    if stem in ("", call.base):
        current = first
    else:
        current = int(number) if number != stem and number.isdigit() else max(call.at, first)
    more = current - first + 1 < call.pages
    return [urljoin(response.url, f"{call.base}_{current + 1}.{call.ext}")] if more else []


def told_next(response: TextResponse, first: int, ext: str) -> Iterator[str]:
    """Yield `<name>_{n+1}.<ext>` after `<name>_n` while the page tells of more pages; `first` numbers plain `<name>`.

    Where the page says that it is the first, a number at the end of its name is the template's. A name without
    extension gets that of the pager's script or of the list's own links, `ext` when neither tells.
    """
    stem, current, own = numbered(response.url, first)
    if current > first and not response.meta.get("shown") and _at(response.text, first) == first:
        stem, current = f"{stem}_{current}", first
    pages = pages_told(response.text)
    if pages is not None and current - first + 1 < pages:
        yield urljoin(response.url, f"{stem}_{current + 1}.{own or _extension(response, ext)}")


def _at(text: str, first: int) -> int | None:
    """Which page a list says it is, its first one counted as `first`; scripts count as the addresses do."""
    found = _AT.search(text)
    if found is None:
        return None
    return max(int(found[1]), first) if found[1] else int(found[2]) - 1 + first


def _extension(response: TextResponse, usual: str) -> str:
    """How the files of a list end, as the script of its pager or most links below its folder say."""
    if written := _WRITTEN_EXT.search(response.text):
        return written[1]
    below = urljoin(response.url, ".")
    linked = (
        _EXT.search(urlsplit(row.url).path) for row in rows(response.text, response.url) if row.url.startswith(below)
    )
    ends = Counter(found[1] for found in linked if found)
    return ends.most_common(1)[0][0] if ends else usual


def numbered(url: str, first: int) -> tuple[str, int, str]:
    """Split a list page's file name into stem, page number and extension; a name without number is page `first`."""
    stem, _, ext = urlsplit(url).path.rpartition("/")[2].partition(".")
    at = _NUMBERED.match(stem)
    return (at["base"], int(at["page"]), ext) if at else (stem or "index", first, ext)


def page_links(text: str, url: str) -> Iterator[str]:
    """Yield where a page's own links lead further: "next page", else the numbers of its page bar."""
    target = next_link(text, url)
    yield from [target] if target else bar_links(text, url)


def next_answer(response: TextResponse) -> Iterator[str]:
    """Yield the request for the rows after these, when the request for these named its page and more are told of.

    `response.meta["link"]` is the request as one line, `meta["shown"]` how many rows the earlier pages showed.
    """
    line, text = str(response.meta["link"]), response.text
    page, found = page_number(line), len(rows(text, response.url))
    if page is None or not found:
        return
    total, pages = _total(json_of(text)), pages_told(text)
    if total is None and pages is None and "<html" in text[:2000].lower():
        return  # a whole page that tells of no other
    shown = response.meta.get("shown", 0) + found
    if shown < total if total is not None else pages is None or page < pages:
        yield with_page(line, page + 1)


def script_requests(text: str, base: str, paths: re.Pattern[str]) -> list[str]:
    """Return the requests for first rows that a page's scripts would send to addresses that match `paths`.

    The address may be put together from strings and variables, the arguments stand in its query or in an object
    beside it; what is not written in the page is left empty.
    """
    found: dict[str, None] = {}
    address = re.compile(
        rf"[\"'][^\"'<>\s]{{0,300}}(?:{paths.pattern})[^\"'<>\s]{{0,2000}}[\"'](?:\s*\+\s*(?:[\"'][^\"']*[\"']|[\w.]+))*",
        re.I,
    )
    for match in islice(address.finditer(text), _SERVICES):
        opened = text.rfind("<script", 0, match.start())
        if "<html" in text[:2000].lower() and opened <= text.rfind("</script", 0, match.start()):
            continue  # the address of a form or link: a search that readers start
        end = min(part for part in (text.find("</script", match.end()), match.end() + _NEAR) if part > 0)
        script = text[max(opened, match.start() - _NEAR, 0) : end]
        url = urljoin(base, "".join(_value(part, text) for part in _PART.finditer(match[0])).replace("\\/", "/"))
        found[_sent(url, script, match.end() - max(opened, match.start() - _NEAR, 0), text)] = None
    return list(found)


def _sent(url: str, script: str, at: int, text: str) -> str:
    """The request that a script sends to `url`, written before the place `at` in it, with the arguments beside it."""
    fields = {} if page_number(url) is not None else _arguments(script, at, text)
    if not fields:
        return url if page_number(url) is not None else with_query(url, {"page": 1})
    as_json = bool(_AS_JSON.search(script)) and "params" not in fields
    if _is_got(script, at, as_json):
        return with_query(url, _flat(fields))
    return posted(url, fields if as_json else _flat(fields), "json" if as_json else "form")


def _is_got(script: str, at: int, as_json: bool) -> bool:
    """Whether a script asks by GET: it says so next to the address, or says nothing where that is the usual way."""
    told = [(abs(match.start() - at), match[1] or match[2]) for match in _METHOD.finditer(script)]
    if told:
        return min(told)[1].lower() == "get"
    return not as_json and bool(_GETS_UNTOLD.search(script))


def counted(response: TextResponse, way: str) -> Iterator[str]:
    """Yield the next page of a list that tells how many it has and has no links, by a grammar's `pages` (see there).

    Without a way known, the second page is looked for under both of the usual names.
    """
    pages, (stem, current, ext) = pages_told(response.text) or 1, numbered(response.url, 0)
    if way.startswith("query:"):
        page = page_number(response.url) or 1
        target = with_query(response.url, {way[6:]: page + 1})
    elif way == "number":
        page = int(stem) if stem.isdigit() else 1
        target = f"{page + 1}.{ext or 'html'}"
    else:
        first = 1 if way == "suffix" else 0
        page = max(current, first) + 1 - first
        target = f"{stem}_{max(current, first) + 1}.{ext or 'html'}"
        if not way and not current and pages > 1:
            yield urljoin(response.url, f"{stem}_2.{ext or 'html'}")
    if page < pages + (not way) and way not in ("links", "down") and pages > 1:
        yield urljoin(response.url, target)


def unit_requests(response: TextResponse, page: int) -> Iterator[str]:
    """Yield the requests for one page of the units that a page is built of, whose arguments stand in `querydata`."""
    pages = pages_told(response.text)
    if json_of(response.text) is not None or (pages is not None and page > pages):
        return
    units: list[tuple[str, dict[str, Any]]] = []
    for node in LexborHTMLParser(response.text).css("[querydata][url]"):
        with suppress(ValueError):
            fields: dict[str, Any] = chompjs.parse_js_object(node.attributes.get("querydata") or "")
            units.append((urljoin(response.url, node.attributes.get("url") or ""), fields))
    units.sort(key=lambda unit: "列表" not in str(unit[1].get("tagId")))  # a unit is called by its place on the page
    for url, fields in units[:_SERVICES]:
        given = fields.pop("paramJson", None)
        given = json_of(given) if isinstance(given, str) else given
        inner = {"pageSize": 15, **(given if isinstance(given, dict) else {}), "pageNo": page}
        fields["paramJson"] = json.dumps(inner, separators=(",", ":"))
        yield with_query(url, fields)


def form_requests(response: TextResponse, action: str, usual: dict[str, str], page: dict[str, str]) -> Iterator[str]:
    """Yield the requests that a page's forms for `action` would post: `usual` fields, their own, and the page."""
    pages, number = pages_told(response.text) or 1, int(next(iter(page.values())))
    for form in LexborHTMLParser(response.text).css(f"form[action*='{action}']"):
        own = {node.attributes.get("name") or "": node.attributes.get("value") or "" for node in form.css("input")}
        own.pop("", None)
        if number <= pages:
            yield posted(urljoin(response.url, form.attributes.get("action") or ""), usual | own | page, "form")


def _total(data: Any) -> int | None:
    if isinstance(data, dict):
        named = {name.lower(): value for name, value in data.items()}
        for name in _TOTAL_KEYS:
            if str(named.get(name, "")).isdigit():
                return int(named[name])
        return next((total for value in data.values() if (total := _total(value)) is not None), None)
    return None


def _value(part: re.Match[str], text: str) -> str:
    if part[1] is not None:
        return part[1]
    return "1" if names_page(part[2]) else str(_variable(part[2], text))


def _variable(name: str, text: str) -> str | int:
    """What a page's scripts say a variable or field is, a number where they write one; "" when they do not."""
    value = r"([\"']?)(?!(?:this|that|self)\b|[\w-]+\.\w)([\w-]+)"
    found = re.search(rf"\b{re.escape(name.rpartition('.')[2])}[\"']?\s*[=:]\s*{value}", text)
    if found is None:
        return ""
    return int(found[2]) if not found[1] and re.fullmatch(r"0|[1-9]\d*", found[2]) else found[2]


def _arguments(script: str, at: int, text: str) -> dict[str, Any]:
    """The object of a script that a request written at `at` takes, its variables replaced by what the page says.

    Of the objects that name a page it is the one whose variable is given to the request, else the nearest with
    enough fields, else the nearest: the state of a pager often stands beside it.
    """
    given = _GIVEN.match(script, at)
    ranked: list[tuple[bool, bool, int, int]] = []
    objects: dict[int, dict[str, Any]] = {}
    for start in (match.start() for match in islice(re.finditer(r"\{", script), 100)):
        try:
            fields: Any = chompjs.parse_js_object(script[start:])
        except ValueError:
            continue
        if isinstance(fields, dict) and any(map(names_page, fields)):
            objects[start] = fields
            named = bool(given and re.search(rf"\b{re.escape(given[1])}\s*[=:]\s*$", script[:start]))
            ranked.append((not named, len(fields) < _FULL, abs(start - at), start))
    if not ranked:
        return {}
    start = min(ranked)[-1]
    found = {name: _filled(name, value, text) for name, value in objects[start].items()}
    return {"params": found} if _NESTING.search(script[:start]) else found


def _filled(name: str, value: Any, text: str) -> Any:
    if isinstance(value, list):
        return [_filled("", item, text) for item in value]
    if isinstance(value, dict):
        return {inner: _filled(inner, item, text) for inner, item in value.items()}
    if names_page(name):
        return value if isinstance(value, int) else 1
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        return value
    field = _OF_OBJECT.fullmatch(value)  # of a pager or a component: pager.pageSize, this.pageSize
    if field and not re.search(rf"[\"']{re.escape(value)}[\"']", text):
        return _variable(field[1], text)
    declared = re.search(rf"\b(?:var|let|const)\s(?:[^;(){{}}]{{0,300}},)?\s*{re.escape(value)}\b", text)
    return _variable(value, text) if declared else value


def _flat(fields: dict[str, Any]) -> dict[str, str]:
    return {
        n: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False, separators=(",", ":"))
        for n, v in fields.items()
    }

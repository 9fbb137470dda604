"""Document → the report's own text: the title found, page furniture and second copies dropped.

The kept text is untouched inside: it is the concatenation of ranges of the page's text, so every offset maps
back to the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from schemas.facts import facts, pattern
from schemas.records import Cell, Document, Table
from transforms.sections import HEADING_LINE

_PIPES = re.compile(r"[|\s]+$|^[|\s]+")
_SENTENCE = re.compile("[。！；？;!?]")
_DATE_LINE = re.compile(r"^[（(]?\s*((19|20)\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?[\d:：\s]*[）)]?$")
_NONE_LINE = re.compile("^(无|暂无|没有|未发生|本.{1,8}(无|没有|未)).{0,40}$")
_ORGAN_END = re.compile("(政府|办公[厅室]|局|委员会|委|办|处|厅|部|院|中心|署|站|所|支队|大队|队|街道|乡|镇|公司|行)$")
_BLANK = " \t\r\n\u3000\xa0\u200b\ufeff|"


@dataclass(slots=True)
class Line:
    """One line of the page's text with its trimmed range."""

    start: int
    end: int
    text: str  # trimmed, pipes at both ends removed


@dataclass(slots=True)
class Cleaned:
    """The report's text with its tables, and what the furniture told: title, dates, dropped ranges."""

    text: str
    tables: list[Table]
    title: str
    title_repeats: int
    ranges: list[tuple[int, int]]  # kept ranges of Document.text, in order
    meta_lines: list[str] = field(default_factory=list)
    date_line: str = ""
    flags: list[str] = field(default_factory=list)

    def source_offset(self, offset: int) -> int:
        """Map an offset of `text` to the page's text."""
        for start, end in self.ranges:
            if offset <= end - start:
                return start + offset
            offset -= end - start
        return self.ranges[-1][1] if self.ranges else 0


def clean(document: Document) -> Cleaned:
    """Return the report's own text out of a page's main text."""
    text = document.text
    lines = _lines(text)
    flags = []
    if text.count("|||") > 3:
        flags.append("pipe_junk")
    tables = [(table.start, table.end) for table in document.tables]
    first, flag = _one_copy(lines, text)
    if flag:
        flags.append("body_twice")
    lines = [line for line in lines if not any(a <= line.start < b for a, b in first)]
    title_at, title = _find_title(lines)
    head = title_at + 1 if title_at is not None else 0
    meta_lines, date_line = [line.text for line in lines[:head] if _is_dirt(line.text)], ""
    for line in lines[:head]:
        date_line = date_line or (line.text if _DATE_LINE.match(line.text) else "")
    body: list[Line] = []
    repeats = 0
    for line in lines[head:]:
        inside = any(a <= line.start < b for a, b in tables)
        if not body and not inside:
            if not line.text or _is_dirt(line.text):
                meta_lines += [line.text] if line.text else []
                continue
            if _DATE_LINE.match(line.text):
                date_line = date_line or line.text
                continue
            if title and _squeeze(line.text) == _squeeze(title):
                repeats += 1
                continue
            if title_at is None and _is_menu(line.text):
                continue
            cut = _leading_title(line, title)
            if cut:
                repeats += 1
                line = Line(line.start + cut, line.end, line.text[cut:])
        elif not inside and (_is_dirt(line.text) or (not line.text and "|" in text[line.start : line.end])):
            meta_lines.append(line.text)
            continue
        body.append(line)
    body = _trim_tail(body, tables)
    if repeats:
        flags.append("title_repeated_in_body")
    ranges = _ranges(body, text)
    kept = "".join(text[a:b] for a, b in ranges)
    cleaned = Cleaned(kept, [], title, repeats, ranges, meta_lines, date_line, flags)
    cleaned.tables = _shift(document.tables, ranges)
    return cleaned


def _lines(text: str) -> list[Line]:
    lines = []
    start = 0
    for raw in text.split("\n"):
        stripped = raw.strip(_BLANK)
        lead = len(raw) - len(raw.lstrip(_BLANK)) if stripped else 0
        lines.append(Line(start + lead, start + lead + len(stripped), stripped))
        start += len(raw) + 1
    return lines


@cache
def _dirt() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{rule})" for rule in facts("dirt")["line"].values()))


def _is_dirt(text: str) -> bool:
    return len(text) <= 80 and not HEADING_LINE.match(text) and _dirt().fullmatch(text) is not None


def _is_menu(text: str) -> bool:
    return (
        len(text) < 30
        and not _SENTENCE.search(text)
        and "，" not in text
        and "," not in text
        and not HEADING_LINE.match(text)
        and not text.endswith(("：", ":"))
    )


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _find_title(lines: list[Line]) -> tuple[int | None, str]:
    """The last line before the body that names an annual report; a title may be broken over two lines."""
    mark = pattern("doc_types", "title")
    found: tuple[int | None, str] = (None, "")
    first_title_seen = 0
    for place, line in enumerate(lines):
        text = line.text
        if not text:
            continue
        if HEADING_LINE.match(text) or (len(text) > 100 and _SENTENCE.search(text)):
            if found[0] is not None or first_title_seen > 2:
                break
            if len(text) > 100:
                break
            continue
        if len(text) <= 70 and mark.search(text) and not _is_dirt(text) and not text.endswith(("。", "；")):
            joined = text
            before = next((other.text for other in reversed(lines[max(0, place - 2) : place]) if other.text), "")
            if before and len(text) < 24 and not _has_name(text) and len(before) < 30 and _ORGAN_END.search(before):
                joined = before + text
            if len(joined) >= len(found[1]) or re.search(r"\d{4}", joined):
                found = (place, joined)
            first_title_seen += 1
            if first_title_seen > 12:  # a list of reports, not a report
                break
    return found


def _has_name(text: str) -> bool:
    return re.match(r"^[\u4e00-\u9fff]{2,}?(省|市|县|区|州|盟|旗|镇|乡|局|委|办|厅|部|街道|政府)", text) is not None


def _leading_title(line: Line, title: str) -> int:
    """Length of a copy of the title at the head of a one-line body, spaces apart; 0 if there is none."""
    wanted, taken = _squeeze(title), 0
    if not wanted:
        return 0
    for place, char in enumerate(line.text[: len(wanted) * 2]):
        if char.isspace():
            continue
        if taken < len(wanted) and char == wanted[taken]:
            taken += 1
        elif taken == len(wanted):
            return place
        else:
            return 0
    return 0


def _one_copy(lines: list[Line], text: str) -> tuple[list[tuple[int, int]], bool]:
    """Ranges to drop so that a body that stands twice stands once: the copy under a title is kept."""
    seen: dict[str, int] = {}
    full = [place for place, line in enumerate(lines) if len(line.text) >= 24]
    for place in full:
        key = _squeeze(lines[place].text)
        if key not in seen:
            seen[key] = place
            continue
        first = seen[key]
        a = [_squeeze(line.text) for line in lines[first:place] if line.text]
        b = [_squeeze(line.text) for line in lines[place : place + (place - first)] if line.text]
        # up to three lines (a title, a menu) may stand between the copies
        same = sum(1 for x, y in zip(a, b, strict=False) if x == y)
        chars = sum(len(x) for x, y in zip(a, b, strict=False) if x == y)
        if chars < 300 or same < max(1, len(a) - 6) * 0.8:
            return [], False
        end_first, end_second = first, place
        while end_first < place and end_second < len(lines):
            while end_first < place and not lines[end_first].text:
                end_first += 1
            while end_second < len(lines) and not lines[end_second].text:
                end_second += 1
            if end_first >= place or end_second >= len(lines):
                break
            if _squeeze(lines[end_first].text) != _squeeze(lines[end_second].text):
                break
            end_first, end_second = end_first + 1, end_second + 1
        mark = pattern("doc_types", "title")
        titled_second = any(mark.search(line.text) and len(line.text) < 70 for line in lines[end_first:place])
        titled_first = any(mark.search(line.text) and len(line.text) < 70 for line in lines[max(0, first - 6) : first])
        if titled_second and not titled_first:
            return [(lines[first].start, lines[end_first - 1].end + 1)], True
        upto = lines[end_second - 1].end + 1
        begin = lines[end_first].start if titled_second else lines[place].start
        return [(begin, upto)], True
    return [], False


def _trim_tail(body: list[Line], tables: list[tuple[int, int]]) -> list[Line]:
    """Drop the footer: everything from its first mark in the last lines, then lines that say nothing."""
    tail = pattern("dirt", "tail")
    n_text = [place for place, line in enumerate(body) if line.text]
    for place in n_text[len(n_text) // 2 :]:
        line = body[place]
        if any(a <= line.start < b for a, b in tables):
            continue
        if len(line.text) <= 90 and tail.search(line.text) and not HEADING_LINE.match(line.text):
            rest = "".join(other.text for other in body[place:])
            if len(rest) < 600 or rest.count("。") <= 3:
                body = body[:place]
                break
    while body:
        last = body[-1]
        inside = any(a <= last.start < b for a, b in tables)
        before = next((line.text for line in reversed(body[:-1]) if line.text), "")
        if last.text and (
            inside
            or _SENTENCE.search(last.text)
            or HEADING_LINE.match(last.text)
            or _DATE_LINE.match(last.text)
            or _NONE_LINE.match(last.text)
            or HEADING_LINE.match(before)
            or len(last.text) >= 30
            or (_ORGAN_END.search(last.text) and len(last.text) < 30 and _SENTENCE.search(before))
            or re.search(r"\d|附[件表]|年报", last.text)
        ):
            break
        body = body[:-1]
    return body


def _ranges(body: list[Line], text: str) -> list[tuple[int, int]]:
    """Join neighbouring lines into ranges; blank stretches between kept lines stay as they were."""
    ranges: list[tuple[int, int]] = []
    for line in body:
        if not line.text:
            continue
        if (
            ranges
            and not text[ranges[-1][1] : line.start].strip(_BLANK)
            and "|" not in text[ranges[-1][1] : line.start]
        ):
            ranges[-1] = (ranges[-1][0], line.end)
        elif ranges:
            ranges[-1] = (ranges[-1][0], min(ranges[-1][1] + 1, line.start))  # keep the line break
            ranges.append((line.start, line.end))
        else:
            ranges.append((line.start, line.end))
    return ranges


def _shift(tables: list[Table], ranges: list[tuple[int, int]]) -> list[Table]:
    """Move tables that survived into offsets of the kept text."""
    moved = []
    for table in tables:
        delta = _delta(table.start, ranges)
        if delta is None:
            delta = _delta(table.end - 1, ranges)
        if delta is None:
            continue
        cells: dict[int, Cell] = {}
        grid = []
        for row in table.grid:
            grid.append(
                [
                    cells.setdefault(id(cell), Cell(cell.text, max(0, cell.start + delta), max(0, cell.end + delta)))
                    for cell in row
                ]
            )
        moved.append(Table(max(0, table.start + delta), max(0, table.end + delta), grid, table.has_image))
    return moved


def _delta(offset: int, ranges: list[tuple[int, int]]) -> int | None:
    position = 0
    for start, end in ranges:
        if start <= offset < end:
            return position - start
        position += end - start
    return None

"""Document → the report's own text: the title found, page furniture and second copies dropped.

The kept text is untouched inside: it is the concatenation of ranges of the page's text, so every offset maps
back to the page. Cleaning what is clean changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache

from schemas.facts import facts, pattern
from schemas.records import Document, Table
from transforms.identity.dates import DATE_LINE
from transforms.text.copies import second_copy
from transforms.text.fold import INVISIBLE, fold, has_invisible
from transforms.text.headings import HEADING_LINE
from transforms.text.lines import BLANK, SPACES, Line, lines_of, plain_of, without
from transforms.text.offsets import moved_tables
from transforms.text.tail import CLOSING, CLOSING_DATE, ends_report

_SENTENCE = re.compile("[。;?!]")
_ORGAN_END = re.compile(
    "(政府|办公[厅室]|局|委员会|委|办|处|厅|部|院|中心|署|站|所|支队|大队|队|街道|乡|镇|公司|行|会)$"
)
_NO_TITLE = re.compile("现将|如下|根据|按照|本(年度)?报告|编制|[。;,:]$|,.*,")
_NAMED = re.compile("^[\u4e00-\u9fff]{2,}?(省|市|县|区|州|盟|旗|镇|乡|局|委|办|厅|部|街道|政府)")
_HIDDEN = re.compile(f"[{INVISIBLE}]+|[|](?:[| \u3000\xa0]*[|]){{5,}}")
_MASKED = re.compile(r"(?<=[\u4e00-\u9fff])\*{2,}|\*{2,}(?=[\u4e00-\u9fff])")
_LOST = re.compile(r"〔20\d{3,}"), re.compile(r"20\d\d1?1日")  # 〔201722号 for 〔2017〕22号, 201611日 for 2016年1月1日
_STAMP = re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d(?::\d\d)? ?(?=[\u4e00-\u9fff])")
_ENTRY = re.compile(r".{4,60}(?:报告|年报) ?[\[(]?20\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?[\])]?")  # of a list of reports
_CONTENTS = re.compile(r".{2,60}?(?:[.·…]{2,}|-{3,}|_{3,}) ?\d{1,3}")
_LONGEST = 80  # characters of a line of furniture
_MENU = 3  # short lines in a row that are a menu


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

    def source_offset(self, offset: int, *, end: bool = False) -> int:
        """Map an offset of `text` to the page's text; `end` says that it closes a stretch rather than begins one."""
        for start, stop in self.ranges:
            if offset < stop - start + end:
                return start + offset
            offset -= stop - start
        return self.ranges[-1][1] if self.ranges else 0


def clean(document: Document) -> Cleaned:
    """Return the report's own text out of a page's main text.

    Flags say what was met: pipe_junk, body_twice, title_repeated_in_body, invisible_characters, masked_characters,
    lost_characters.
    """
    text = document.text
    lines = lines_of(text)
    tables: list[tuple[int, int]] = []
    blocks: list[tuple[int, int]] = []
    for table in document.tables:
        (blocks if _is_index(table, text) else tables).append((table.start, table.end))
    dropped = second_copy(text)
    flags = _flags(text) + (["body_twice"] if dropped else [])
    if dropped:
        lines = without(lines, text, dropped)
    title_at, title = _find_title(lines)
    head = title_at + 1 if title_at is not None else 0
    meta_lines = [line.text for line in lines[:head] if _is_head_dirt(line)]
    date_line = next((line.plain for line in lines[:head] if DATE_LINE.match(line.plain)), "")
    body, repeats, more, date = _body(lines[head:], text, tables, blocks, title)
    body = _trim_tail(body, tables)
    if repeats:
        flags.append("title_repeated_in_body")
    ranges = _without_hidden(_ranges(body, text), text)
    kept = "".join(text[a:b] for a, b in ranges)
    cleaned = Cleaned(kept, [], title, repeats, ranges, meta_lines + more, date_line or date, flags)
    cleaned.tables = moved_tables(document.tables, ranges, text)
    return cleaned


def _flags(text: str) -> list[str]:
    flags = ["pipe_junk"] if text.count("|||") > 3 else []
    if has_invisible(text):
        flags.append("invisible_characters")
    if "**" in text and _MASKED.search(text):
        flags.append("masked_characters")
    lost = "\ufffd" in text or any(rule.search(text) for rule in _LOST)
    return flags + (["lost_characters"] if lost else [])


@cache
def _dirt() -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{rule})" for rule in facts("dirt")["line"].values()))


def _is_dirt(line: Line) -> bool:
    """Whether a line is furniture wherever it stands: never one with a full stop, never a heading."""
    return (
        0 < len(line.plain) <= _LONGEST
        and "。" not in line.plain
        and not HEADING_LINE.match(line.plain)
        and _dirt().fullmatch(line.plain) is not None
    )


def _is_head_dirt(line: Line) -> bool:
    """Whether a line before the body is furniture: also a row of document data, and whatever names such data."""
    plain = line.plain
    if not plain or _is_dirt(line):
        return bool(plain)
    if len(plain) > 2 * _LONGEST or "。" in plain or HEADING_LINE.match(plain):
        return False
    cells = re.split(r"[|\t]", line.text)
    if len(cells) > 1 and any(_index_label(cell) for cell in cells):
        return True
    return len(plain) <= _LONGEST and pattern("dirt", "head").search(plain) is not None


@lru_cache(4096)
def _index_label(cell: str) -> bool:
    return pattern("dirt", "index_label").match(fold(cell).strip()) is not None


def _is_index(table: Table, text: str) -> bool:
    """Whether a table is the block of document data that many sites put over an article."""
    first = [line.partition("\t")[0] for line in text[table.start : table.end].split("\n", 4)[:4]]
    return sum(len(cell) <= _LONGEST and _index_label(cell) for cell in first) * 2 > len(first)


def _is_menu(line: Line) -> bool:
    plain = line.plain
    return len(plain) <= 20 and not _SENTENCE.search(plain) and not re.search(r"[,:、\d]|情况|概述", plain)


def _squeeze(text: str) -> str:
    return "".join(text.split())


def _find_title(lines: list[Line]) -> tuple[int | None, str]:
    """The last line before the body that names an annual report; a title may be broken over two lines."""
    mark, menu = pattern("doc_types", "title"), pattern("doc_types", "menu")
    found: tuple[int | None, str] = (None, "")
    broken: tuple[int, str] | None = None
    seen = 0
    for place, line in enumerate(lines):
        text, plain = line.text, line.plain
        if not text:
            continue
        if HEADING_LINE.match(plain) or (len(plain) > 100 and _SENTENCE.search(plain)):
            if found[0] is not None or seen > 2 or len(plain) > 100:
                break
            continue
        squeezed = _squeeze(plain)
        upper, first = "", place
        marked = mark.search(squeezed)
        parted = broken and not marked and len(squeezed) <= 30 and mark.search(broken[1] + squeezed)
        if broken and parted and not _is_head_dirt(lines[broken[0]]):
            first, upper = broken
            squeezed = _squeeze(upper) + squeezed
            marked = mark.search(squeezed)
        told = marked and len(squeezed) <= 70 and not menu.search(squeezed)
        if told and not _is_head_dirt(line) and not _NO_TITLE.search(plain):
            broken = None
            joined = upper + text
            before = next((other.text for other in reversed(lines[max(0, first - 2) : first]) if other.text), "")
            if len(joined) < 24 and not _NAMED.match(squeezed) and len(before) < 30 and _ORGAN_END.search(before):
                joined = before + joined
            if len(joined) >= len(found[1]) or re.search(r"\d{4}", joined):
                found = (place, joined)
            seen += 1
            if seen > 12:  # a list of reports, not a report
                break
        else:  # a title may be broken inside the words for the report
            whole = marked or len(squeezed) > 40 or _SENTENCE.search(plain)
            broken = None if whole else (place, text)
    return found


def _body(
    lines: list[Line], text: str, tables: list[tuple[int, int]], blocks: list[tuple[int, int]], title: str
) -> tuple[list[Line], int, list[str], str]:
    """Return the report's lines, how often its title was repeated over them, the furniture met and its date."""
    body: list[Line] = []
    meta: list[str] = []
    repeats, date = 0, ""
    wanted = _squeeze(title)
    skip = max(_menu_end(lines), _contents_end(lines))
    spans = iter(sorted(tables))
    table = next(spans, None)
    for place, line in enumerate(lines):
        while table and table[1] <= line.start:
            table = next(spans, None)
        if table and table[0] <= line.start:
            body.append(line)
            continue
        if blocks and any(a <= line.start < b for a, b in blocks):
            meta += [line.text] if line.text else []
            continue
        if body:
            bars = not line.text and "|" in text[line.start : line.end + 2]
            if bars or _is_dirt(line):
                meta += [line.text] if line.text else []
            else:
                body.append(line)
            continue
        if not line.text or place < skip or _is_head_dirt(line) or _ENTRY.fullmatch(line.plain):
            meta += [line.text] if line.text else []
        elif DATE_LINE.match(line.plain):
            date = date or line.plain
        elif wanted and _squeeze(line.text) == wanted:
            repeats += 1
        else:
            stamp = _STAMP.match(line.plain)  # of the page's editing, glued to the first words
            date = date or (stamp[0] if stamp else "")
            cut = stamp.end() if stamp else _leading_title(line, wanted)
            repeats += bool(cut) and not stamp
            body.append(Line(line.start + cut, line.end, line.text[cut:], plain_of(line.text[cut:])) if cut else line)
    return body, repeats, meta, date


def _menu_end(lines: list[Line]) -> int:
    """Place of the first line behind a menu that stands over the report: a run of short lines, 0 if none does."""
    run = 0
    for place, line in enumerate(lines):
        if not line.text or _is_head_dirt(line) or DATE_LINE.match(line.plain):
            continue
        if not _is_menu(line) or HEADING_LINE.match(line.plain):
            return place if run >= _MENU else 0
        run += 1
    return 0


def _contents_end(lines: list[Line]) -> int:
    """Place of the first line behind a table of contents with page numbers that stands over the report, 0 without one."""
    run = 0
    for place, line in enumerate(lines):
        if not line.text or _squeeze(line.plain) == "目录":
            continue
        if not _CONTENTS.fullmatch(line.plain):
            return place if run >= _MENU else 0
        run += 1
    return 0


def _leading_title(line: Line, wanted: str) -> int:
    """Length of a copy of the title at the head of a one-line body, spaces apart; 0 if there is none."""
    taken = 0
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


def _trim_tail(body: list[Line], tables: list[tuple[int, int]]) -> list[Line]:
    """Drop the footer: everything from its first mark in the last lines, then lines that say nothing."""
    tail = pattern("dirt", "tail")
    shorter = True
    while shorter:
        shorter = False
        filled = [place for place, line in enumerate(body) if line.text]
        for place in filled[len(filled) // 2 :]:
            line = body[place]
            if len(line.plain) > 90 or not tail.match(line.plain) or HEADING_LINE.match(line.plain):
                continue
            if any(a <= line.start < b for a, b in tables):
                continue
            if any(CLOSING_DATE.match(other.plain) for other in body[place + 1 :]):
                continue  # the signature is still to come
            rest = "".join(other.plain for other in body[place:])
            if rest.count("。") <= 1 and (len(rest) < 600 or "。" not in rest):
                body, shorter = body[:place], True
                break
    body = body[: _end_of_signed(body, tables)]
    while body and not _ends_report(body, tables):
        body = body[:-1]
    return body


def _end_of_signed(body: list[Line], tables: list[tuple[int, int]]) -> int:
    """Number of lines up to the first sentence behind the signature that is not the report's: news set beside it."""
    last = next((place for place in reversed(range(len(body))) if HEADING_LINE.match(body[place].plain)), None)
    if last is None:
        return len(body)
    signed = next((place for place in range(last + 1, len(body)) if CLOSING_DATE.match(body[place].plain)), len(body))
    own = pattern("dirt", "after_signature")
    for place in range(signed + 1, len(body)):
        line = body[place]
        if "。" in line.plain and not own.search(line.plain) and not any(a <= line.start < b for a, b in tables):
            return place
    return len(body)


def _ends_report(body: list[Line], tables: list[tuple[int, int]]) -> bool:
    """Whether the last line may be the report's own: a sentence, a signature, a short answer under a heading."""
    last = body[-1]
    if not last.text:
        return False
    return any(a <= last.start < b for a, b in tables) or ends_report(
        [line.plain for line in body[-CLOSING:] if line.text]
    )


def _ranges(body: list[Line], text: str) -> list[tuple[int, int]]:
    """Join neighbouring lines into ranges; blank stretches between kept lines stay as they were."""
    ranges: list[tuple[int, int]] = []
    for line in body:
        if not line.text:
            continue
        start, end = line.start, line.end
        if text[start - 1 : start] == "\t" or text[end : end + 1] == "\t" or "|" in line.text:
            start, end = _row(line, text)
        between = text[ranges[-1][1] : start] if ranges else ""
        if between == "\n":
            ranges[-1] = (ranges[-1][0], end)
            continue
        if ranges and "|" not in between and not between.strip(BLANK):
            ranges[-1] = (ranges[-1][0], end)
            continue
        if ranges:  # keep the line break
            at = ranges[-1][1] + max(0, between.find("\n"))
            if at == ranges[-1][1]:
                ranges[-1] = (ranges[-1][0], min(at + 1, start))
            else:
                ranges.append((at, at + 1))
        ranges.append((start, end))
    return ranges


def _row(line: Line, text: str) -> tuple[int, int]:
    """Range of a line; a row of cells keeps the tabs and bars at its ends, which may stand for empty cells."""
    start, end = line.start, line.end
    while text[end : end + 1] == "\t":
        end += 1
    while text[start - 1 : start] == "\t" and "\t" in text[start:end]:
        start -= 1
    if "|" not in line.text:
        return start, end
    stop = text.find("\n", end)
    edge = text[end : stop if stop >= 0 else len(text)].rstrip(SPACES)
    if "||" not in edge and len(edge) < _LONGEST:
        end += len(edge)
    head = text[text.rfind("\n", 0, start) + 1 : start].lstrip(SPACES)
    if "||" not in head and len(head) < _LONGEST:
        start -= len(head)
    return start, end


def _without_hidden(ranges: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Cut characters that nobody sees, and long runs of bars, out of the kept ranges."""
    if "||" not in text and not has_invisible(text):
        return ranges
    cut: list[tuple[int, int]] = []
    for start, end in ranges:
        position = start
        for found in _HIDDEN.finditer(text, start, end):
            if found.start() > position:
                cut.append((position, found.start()))
            position = found.end()
        if position < end:
            cut.append((position, end))
    return cut

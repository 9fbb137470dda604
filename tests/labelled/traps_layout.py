"""Reports whose layout once misled the reader: blocks side by side, headings broken, contents and news within."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from tests.labelled.issuers import issuers
from tests.labelled.make import Spec, make
from tests.labelled.records import Page

Change = Callable[[str], str]


def _side_by_side(html: str) -> str:
    """The blocks of proactive disclosure in pairs: two heads and two rows beside each other."""
    found = re.search(r"<table[^>]*><tbody>((?:(?!</table>).)*第二十条第（一）项.*?)</tbody></table>", html, re.S)
    assert found is not None
    rows = re.findall("<tr>.*?</tr>", found[1], re.S)
    three, one = rows[:4], rows[4:7]
    joined = [left[: -len("</tr>")] + right[len("<tr>") :] for left, right in zip(three, one, strict=False)]
    return html.replace(found[1], "".join([*joined, three[3], *rows[7:]]))


def _broken_heading(html: str) -> str:
    """A line break inside a level-1 heading."""
    return html.replace("二、主动公开政府信息情况", "二、主动公开政府<br/>信息情况").replace(
        "三、收到和处理政府信息公开申请情况", "三、收到和处理政府<br/>信息公开申请情况"
    )


def _contents(text: str) -> str:
    """A table of contents over the text."""
    heads = re.findall("^[一二三四五六]、.{4,24}$", text, re.M)[:6]
    title, rest = text.split("\n", 1)
    return "\n".join([title, "目 录", *(f"{head}……{at}" for at, head in enumerate(heads, 1)), rest])


def _beside(html: str) -> str:
    """News of the day in an aside within the text's container."""
    news = (
        "<aside><h3>要闻</h3><p>全县春季农业生产现场会召开，有关负责同志出席并讲话。</p>"
        "<p>重点项目建设推进会强调，要强化服务意识，加快推进项目落地。</p></aside>"
    )
    head, mark, tail = html.rpartition('<div class="share">')
    return (
        re.sub(r"((?:</div>|</form>|</td>|</tr>|</table>|<!--[^>]*-->|\s)+)$", lambda found: news + found[1], head)
        + mark
        + tail
    )


CHANGES: dict[str, tuple[str, str, Change]] = {  # id → form, family, change
    "side-by-side": ("D", "trs", _side_by_side),
    "broken-heading": ("D", "ucap", _broken_heading),
    "contents": ("D", "text", _contents),
    "beside": ("D", "ucap", _beside),
}


@cache
def layout_pages() -> list[Page]:
    """Return three reports under each change."""
    pool = [issuer for issuer in issuers() if issuer.level == "county" and issuer.kind == "department"]
    pages = []
    for at, (name, (form, family, change)) in enumerate(CHANGES.items()):
        tables = "lines" if family == "text" else "html"
        for turn in range(3):
            spec = Spec(f"o-{name}-{turn}", "trap layout", pool[(at * 3 + 1 + turn * 17) % len(pool)], 2021 + turn, form,
                        family=family, tables=tables, preamble=True, show_date=family != "text")  # fmt: skip
            page = make(spec)
            page.data = change(page.data.decode()).encode()
            pages.append(page)
    return pages

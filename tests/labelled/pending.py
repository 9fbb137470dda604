"""Reports that are not read rightly yet: each cause with its page, printed by `make quality`, outside the floors.

A page that is read rightly is moved to the traps, where its floor keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from tests.labelled.compare import Tally, answer, compare
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


def _mixed_numerals(html: str) -> str:
    """Arabic numerals for some of the level-1 headings."""
    return html.replace("二、主动公开", "2、主动公开").replace("三、收到和处理", "3、收到和处理")


def _dated_head(text: str) -> str:
    """Day and hour over the text of a dump, a name of a file under its signature."""
    lines = text.split("\n")
    return "\n".join([lines[0], "2022-01-20 10:20", *lines[1:], "附件：年度报告.pdf"])


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


# page → (form, family, change, where the cause lies, what would mend it)
CAUSES: dict[str, tuple[str, str, Change, str, str]] = {
    "side-by-side": ("D", "trs", _side_by_side, "form_tables.read_t2", "take every label of a row with the cells up to the next"),
    "broken-heading": ("D", "ucap", _broken_heading, "headings", "try a short line together with the next one"),
    "mixed-numerals": ("D", "vsb", _mixed_numerals, "outline", "let 2、 stand between 一、 and 四、 where the key fits"),
    "dated-head": ("D", "text", _dated_head, "clean", "a line of day and hour is a meta bar; a name of a file is furniture"),
    "contents": ("D", "text", _contents, "clean, outline", "drop a run of headings with page numbers before the text"),
    "beside": ("D", "ucap", _beside, "html", "leave out aside elements of the container"),
}  # fmt: skip


@cache
def pending_pages() -> tuple[Page, ...]:
    """Return one page a cause."""
    pool = [issuer for issuer in issuers() if issuer.level == "county" and issuer.kind == "department"]
    pages = []
    for at, (name, (form, family, change, _, _)) in enumerate(CAUSES.items()):
        tables = "lines" if family == "text" else "html"
        spec = Spec(f"o-{name}", "pending", pool[at * 3 + 1], 2021, form, family=family, tables=tables, preamble=True,
                    show_date=family != "text")  # fmt: skip
        page = make(spec)
        page.data = change(page.data.decode()).encode()
        pages.append(page)
    return tuple(pages)


def table() -> str:
    """Return the open causes as lines: page, what is misread, where the cause lies and what would mend it."""
    lines = ["open causes: page, misread, where, what would mend it"]
    for page in pending_pages():
        tally = Tally()
        compare(page, answer(page), tally)
        wrong = sorted({mistake.field for mistake in tally.mistakes})
        *_, where, cure = CAUSES[page.id.removeprefix("o-")]
        lines.append(f"{page.id:<20}{', '.join(wrong) or 'mended: move it to the traps':<66}{where:<22}{cure}")
    return "\n".join(lines)

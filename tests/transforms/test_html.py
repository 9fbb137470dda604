"""Main content, tables with spans, hidden text, hostile markup."""

import time

from transforms.html import parse_html

CHROME = '<div class="nav"><a href="/">首页</a> &gt; <a href="/x">政务公开</a></div>'
BODY = "<p>一、总体情况</p><p>2020年，我局主动公开政府信息12条，工作平稳。</p><p>二、主动公开政府信息情况</p>"


def page(body: str, extra: str = "") -> str:
    return f"<html><head><title>报告-某局</title><meta name='SiteIDCode' content='6523010001'></head><body>{CHROME}{body}{extra}</body></html>"


def test_container_is_preferred_and_chrome_left_out():
    document = parse_html(page(f'<div class="TRS_Editor"><style>p{{}}</style>{BODY}</div><div>主办：某局</div>'))
    assert document.text.splitlines()[0] == "一、总体情况"
    assert "首页" not in document.text and "主办" not in document.text and "p{}" not in document.text
    assert document.metas["siteidcode"] == "6523010001"


def test_descent_without_known_container():
    more = (
        "<p>三、收到和处理政府信息公开申请情况</p><p>无。</p>"
        + "<p>我局认真、扎实、有序推进工作，做到应公开尽公开。</p>" * 5
    )
    document = parse_html(page(f'<div class="x"><div class="y1">{BODY}{more}</div></div>', "<div>版权、备案</div>"))
    assert "一、总体情况" in document.text and "版权" not in document.text


def test_spans_are_expanded_with_shared_offsets():
    table = (
        "<table><tr><td rowspan=2 colspan=2>甲</td><td>乙</td></tr><tr><td>丙</td></tr>"
        "<tr><td>丁</td><td>1</td><td>&nbsp;</td></tr></table>"
    )
    document = parse_html(page(f'<div id="zoom">{BODY}{table}</div>'))
    grid = document.tables[0].grid
    assert [[cell.text for cell in row] for row in grid] == [
        ["甲", "甲", "乙"],
        ["甲", "甲", "丙"],
        ["丁", "1", ""],
    ]
    assert grid[0][0].start == grid[1][1].start
    for row in grid:
        for cell in row:
            assert document.text[cell.start : cell.end] == cell.text


def test_layout_table_is_read_through():
    document = parse_html(
        page(f"<table><tr><td>{BODY}<table><tr><td>规章</td><td>0</td></tr></table></td></tr></table>")
    )
    assert len(document.tables) == 1 and document.tables[0].grid[0][0].text == "规章"
    assert "一、总体情况" in document.text


def test_hidden_text_is_not_content():
    document = parse_html(page(f'<div id="zoom">{BODY}<p style="display:none">开云体育</p></div>'))
    assert "开云" not in document.text


def test_hostile_markup_ends_quickly():
    begin = time.process_time()
    parse_html("<div>" * 50_000 + "一、总体情况")
    parse_html("<table><tr>" + "<td colspan=100000 rowspan=99999>1</td>" * 300 + "</tr></table>")
    parse_html("<table>" * 2_000 + "<tr><td>一</td></tr>")
    assert time.process_time() - begin < 8

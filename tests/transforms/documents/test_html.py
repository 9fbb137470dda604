"""Main content, tables with spans, hidden text, hostile markup."""

import time

from transforms.documents.html import parse_html
from transforms.tables.grids import grid_of

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
    grid = grid_of(document.text, document.tables[0]).rows
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
    assert len(document.tables) == 1 and document.text.split("\n")[-2] == "规章\t0"
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


def test_what_no_reader_sees_is_evidence_and_no_content():
    concealed = (
        '<p style="position:absolute;left:-9999px">甲</p><p style="font-size:0">乙</p><p style="color:#FFF">丙</p>'
        "<p hidden>丁</p><textarea>戊</textarea><script type='text/template'>己</script>"
    )
    shown = '<table><tr bgcolor="#1e5799"><td style="color:#fff">庚</td><td>1</td></tr></table>'
    document = parse_html(page(f'<div id="zoom">{BODY}{concealed}{shown}</div>'))
    assert not set("甲乙丙丁戊己") & set(document.text) and "庚" in document.text
    assert set("甲乙丙丁") <= set(document.hidden)


def test_word_markup_keeps_digits_and_paragraphs_whole():
    word = "<p class=MsoNormal><span>2020</span><span lang=EN-US>年公开</span><span>1</span><span>2</span>条<o:p></o:p></p><p>&nbsp;&nbsp;一、总体\n情况</p>"
    document = parse_html(page(f'<div class="TRS_Editor">{BODY}{word}</div>'))
    assert document.text.split("\n")[-3:-1] == ["2020年公开12条", "\xa0\xa0一、总体情况"]


def test_a_table_drawn_inside_cells_is_one_table():
    inner = "<table><tr><td>（一）予以公开</td><td>5</td></tr><tr><td>（二）部分公开</td><td>6</td></tr></table>"
    outer = f"<table><tr><td>新收</td><td>1</td></tr><tr><td>结转</td><td>2</td></tr><tr><td>结果</td><td>{inner}</td></tr></table>"
    document = parse_html(page(f'<div id="zoom">{BODY}{outer}</div>'))
    (table,) = document.tables
    assert [[cell.text for cell in row] for row in grid_of(document.text, table).rows[2:]] == [
        ["结果", "（一）予以公开", "5"],
        ["结果", "（二）部分公开", "6"],
    ]


def test_narrative_rows_of_a_mixed_table_are_lines():
    prose = "2020年，我局认真推进政务公开，主动公开政府信息。" * 8
    mixed = f"<table><tr><td colspan=2>一、总体情况</td></tr><tr><td colspan=2>{prose}</td></tr><tr><td>规章</td><td>0</td></tr></table>"
    document = parse_html(page(f'<div id="zoom">{mixed}</div>'))
    assert document.text.startswith(f"一、总体情况\n{prose}\n规章\t0")
    assert len(document.tables) == 1


def test_comments_fence_a_body_without_a_known_container():
    fenced = (
        f"<!--<$[信息内容]>begin-->{BODY}<p>三、其他</p><!--<$[信息内容]>end--><p>网站声明，版权所有，转载请注明。</p>"
    )
    document = parse_html(page(f"<div>{fenced}</div>"))
    assert "一、总体情况" in document.text and "版权" not in document.text


def test_the_evidence_around_an_article():
    block = "<table><tr><td>索 引 号</td><td>11652301/2021-00012</td><td>发布机构</td><td>昌吉市财政局</td></tr></table><p>成文日期：2021-01-20</p>"
    crumb = "<div>当前位置：<a href=/>首页</a> &gt; <a href=/a>年报</a></div>"
    files = "<a href='./P020210120.PDF'>附件</a><a href='/a.html'>上一篇</a><a href='/module/download/downfile.jsp?filename=0a.docx'>下载</a>"
    document = parse_html(
        page(f'{crumb}{block}<h1>昌吉市财政局政府信息公开年报</h1><div id="zoom">{BODY}</div>{files}')
    )
    assert document.index_block == {
        "索引号": "11652301/2021-00012",
        "发布机构": "昌吉市财政局",
        "成文日期": "2021-01-20",
    }
    assert (
        document.breadcrumb.startswith("当前位置： 首页 > 年报") and document.headline == "昌吉市财政局政府信息公开年报"
    )
    assert [item.href for item in document.attachments] == [
        "./P020210120.PDF",
        "/module/download/downfile.jsp?filename=0a.docx",
    ]
    assert "索 引 号" in document.chrome and "总体情况" not in document.chrome


def test_lines_of_a_page_without_markup_stay_lines():
    assert parse_html("一、总体情况\n无。\n二、其他，无。").text == "一、总体情况\n无。\n二、其他，无。\n"
    assert "甲\n乙\n" in parse_html(page(f'<div id="zoom">{BODY}<pre>甲\n乙</pre></div>')).text


PROSE = "我局认真、扎实、有序推进工作，做到应公开尽公开，公开内容全面，公开及时。"
REPORT = "".join(f"<p>{n}、情况</p><p>{PROSE * 3}</p>" for n in "一二三四五六")


def test_a_report_that_a_script_will_show_is_content():
    hidden = parse_html(page(f'<div id="main" style="display:none">{REPORT}</div>'))
    assert "六、情况" in hidden.text and hidden.hidden == ""
    escaped = REPORT.replace("<", "&lt;").replace(">", "&gt;")
    field = parse_html(page(f'<textarea id="content">{escaped}</textarea>'))
    assert field.text.count("\n") >= 12 and "六、情况" in field.text
    shown = parse_html(page(f'<div id="zoom">{REPORT}</div><textarea>{escaped}</textarea>'))
    assert shown.text.count("六、情况") == 1


def test_an_article_over_several_editors_is_one():
    paragraphs = REPORT.split("</p>")
    halves = ["</p>".join(paragraphs[:8]) + "</p>", "</p>".join(paragraphs[8:])]
    boxes = "".join(f'<div class="TRS_Editor">{half}</div>' for half in halves)
    document = parse_html(page(f'<div class="article">{boxes}</div>', "<p>版权所有，请勿转载。</p>"))
    assert "一、情况" in document.text and "六、情况" in document.text and "版权" not in document.text


def test_an_image_and_a_caption_of_a_table_are_kept():
    table = "<table><caption>表一</caption><tr><td>规章</td><td><img src=a.png></td></tr></table>"
    document = parse_html(page(f'<div id="zoom">{BODY}{table}</div>'))
    assert document.tables[0].has_image and document.text.endswith("表一\n规章\t\n")

"""The compiled walk over a page's tree says what selectolax's own, slower calls say."""

from __future__ import annotations

import gc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from transforms.documents.page import BREAK, PLACE, SEAM, read_tree

SKIPPED = "script,style,noscript,iframe,object,select,textarea,template,svg,button,del,strike"
PIECES = [
    *(f"<{tag}>" for tag in "p div b table tr td th ul li pre svg del template x-own ucapcontent".split()),
    *(f"</{tag}>" for tag in "p div b table tr td ul li pre svg del template x-own ucapcontent".split()),
    "<br>", "<img src=a>", "<!-- c -->", "<a href='x.pdf'>", "<a>", "</a>", "<td colspan=2 rowspan='3'>",
    "<div id=zoom class='a b'>", "<p style='display:none'>", "<h1 hidden>", "<font color=red>", "<textarea>t</textarea>",
    "<caption>c</caption>", "<script>s</script>", "一、总体情况", "年", "1", " \n ", "&nbsp;", "𠀀", "a<b", "\0",
    "甲，乙。、；", "。", "　年　", "\u2003",
]  # fmt: skip


def opened(source: str):
    tree = LexborHTMLParser(source)
    page = read_tree(tree)
    assert page is not None
    body = tree.body
    for node in reversed(body.css(SKIPPED)):
        node.decompose()
    return page, body


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_texts_links_and_places_are_those_of_the_tree(source):
    tree = LexborHTMLParser(source)
    page = read_tree(tree)
    elements = list(range(len(page)))
    spans = [page.span(number) for number in elements]
    lines = [page.lines(number) for number in elements]
    links, images, tables = list(page.links), list(page.images), list(page.tables)
    marked = page.marked(0, {}, BREAK, PLACE)
    drawn = [page.draw(number, {}, BREAK, PLACE) for number in tables]
    tops = [page.up(number) for number in elements]

    body = tree.body  # now the slow way, which alters the tree
    for node in reversed(body.css(SKIPPED)):
        node.decompose()
    nodes = [node for node in body.traverse() if node.is_element_node]
    assert len(nodes) == len(elements)
    assert page.whole.replace(SEAM, "\n") == body.text(separator="\n")
    for node, text, (start, end) in zip(nodes, lines, spans, strict=True):
        assert text == node.text(separator=SEAM) == page.whole[start:end]
    signs = [tuple(sum(map(text.count, of)) for of in ("。，", "。，、；")) for text in lines]
    assert [page.prose(number) for number in elements] == signs
    assert [href for _, href in links] == [node.attributes.get("href") for node in nodes if node.tag == "a"]
    assert [nodes[number].tag for number in images] == ["img"] * sum(node.tag == "img" for node in nodes)
    assert [nodes[number].tag for number in tables] == ["table"] * sum(node.tag == "table" for node in nodes)
    assert all(nodes[up].mem_id == node.parent.mem_id for up, node in zip(tops[1:], nodes[1:], strict=True))
    assert marked.replace(BREAK, "").replace("\n", "") == "".join(body.text_lexbor() or "").replace("\n", "")
    for number, (_, rows, _, has_image) in zip(tables, drawn, strict=True):
        cells = nodes[number].css("td,th")
        if all(sum(cell.mem_id != other.mem_id for other in cell.css("td,th")) == 0 for cell in cells):
            told = ["".join((cell.text_lexbor() or "").split()) for cell in cells]
            assert told == ["".join(text.split()) for row in rows for text in row]
            assert all(line == " ".join(line.split()) for row in rows for text in row for line in text.split("\n"))
        assert has_image == bool(nodes[number].css_matches("img"))


def test_blanks_of_a_cell_are_those_of_python():
    blanks = [char for char in map(chr, range(0x10000)) if char.isspace()]
    others = [char for char in map(chr, range(0x80, 0xD800)) if not char.isspace()]
    page, _ = opened(f"<table><tr><td>{'甲'.join(blanks)}<td>{' '.join(others)}<td> a <br> <p> <p>b  c</table>")
    assert page.draw(page.tables[0], {}, BREAK, PLACE)[1] == [
        ["甲".join(" " * len(blanks)).strip(), " ".join(others), "a\nb c"]
    ]


def test_what_is_dropped_is_nowhere():
    page, _ = opened("<p>a<p id=zoom>b<b>c</b><a href=d>e</a><table><tr><td>1</table></p><p class='y content'>f")
    page.drop(page.named["#zoom"])
    assert page.whole == f"a{SEAM}f" and not page.links and not page.tables
    assert list(page.named) == [".content"]
    assert page.marked(0, {}, BREAK, PLACE).replace(BREAK, "") == "af"


def test_lifted_tables_stand_as_their_number():
    page, _ = opened("<div>x<table><tr><td>a<table><tr><td>1<td>2</table>b<td rowspan=2>c</table>y</div>")
    outer, inner = page.tables
    lifted = {page.address(inner): 7}
    assert page.draw(inner, {}, "|", "^") == ("", [["1", "2"]], {}, False)
    assert page.draw(outer, lifted, "|", "^") == ("", [["a^7^b", "c"]], {(0, 1): (2, 1)}, False)
    assert page.marked(0, {page.address(outer): 0}, "|", "^") == "|x^0^y|"


def test_elements_that_no_standard_knows():
    page, _ = opened("<ucapcontent>a</ucapcontent>b<a-very-long-name-of-an-element-indeed data-x=1 rowspan=2>c")
    assert page.named == {"ucapcontent": [1]}
    assert page.marked(0, {}, "|", "^") == "|a|bc"


def test_a_page_outlives_its_parser_and_a_number_beyond_it_is_an_error():
    page = read_tree(LexborHTMLParser("<p id=a>" + "<b>x</b>" * 10_000))
    gc.collect()
    assert page.whole.count("x") == 10_000 and page.attribute(1, 1) == "a" and page.until(0) == len(page) > 10_000
    for call in (page.span, page.lines, page.up, page.tag, page.address):
        with pytest.raises(IndexError):
            call(len(page))


def test_deep_nesting_needs_no_stack():
    page = read_tree(LexborHTMLParser("<div>" * 30_000 + "x"))
    assert page.whole == "x" and page.marked(0, {}, "|", "^").strip("|") == "x"

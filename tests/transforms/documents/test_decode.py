"""Charsets as they occur on government sites, and texts that were decoded wrongly before they were served."""

import pytest

from transforms.documents.decode import Undecodable, decode

TEXT = "昌吉市滨湖镇2016年政府信息公开工作年度报告，一、总体情况。"
MENU = "首页 政务公开 办事服务 互动交流 政策解读"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gbk", "utf-8-sig", "utf-16"])
def test_reads_common_charsets(charset):
    assert decode(TEXT.encode(charset)).text == TEXT


def test_wrong_declaration_does_not_garble():
    page = f'<meta charset="gb2312"><p>{TEXT}</p>'
    served = page.encode("utf-8")
    assert decode(served, "text/html; charset=gbk") == (page, "utf-8", (), served)


@pytest.mark.parametrize("served", [TEXT.encode("utf-8-sig"), TEXT.encode("gbk"), TEXT.encode()[:-1]])
def test_bytes_that_are_not_the_text_itself_are_not_told(served):
    assert decode(served).utf8 is None


def test_big5_when_declared():
    page = '<meta charset="big5"><p>總體情況</p>'
    assert decode(page.encode("big5")).text == page


def test_an_unknown_declared_charset_is_no_obstacle():
    page = f'<meta charset="no-such-charset"><p>{TEXT}</p>'
    assert decode(page.encode("gbk")).text == page


def test_character_cut_at_the_end():
    assert decode(TEXT.encode()[:-1]).text.startswith(TEXT[:-1])


@pytest.mark.parametrize("between", [b"\n", b""])
def test_a_gbk_menu_in_a_utf8_page_keeps_both(between):
    page = f"<div>{MENU}</div>".encode("gbk") + between + f"<p>{TEXT}</p>".encode()
    read = decode(page)
    assert read.charset == "mixed" and MENU in read.text and TEXT in read.text


@pytest.mark.parametrize(
    "garbled",
    ["政务公开信息目录".encode().decode("gb18030"), "一、总体情况".encode().decode("latin-1"), "銆€銆€鏀垮姟淇℃伅"],
)
def test_double_decoding_is_undone_where_that_is_exact(garbled):
    read = decode(f"<p>{TEXT}</p><p>{garbled}</p>".encode())
    assert read.flags == ("garbled_repaired",)
    assert any(text in read.text for text in ("政务公开信息目录</p>", "一、总体情况</p>", "\u3000\u3000政务信息"))


def test_a_garbled_menu_is_dropped_and_said_so():
    menu = MENU.encode("gbk").decode("utf-8", "replace")
    read = decode(f"<div>{menu}锟斤拷</div><p>{TEXT * 2}</p>".encode())
    assert "锟斤拷" not in read.text and "\ufffd" not in read.text and TEXT in read.text
    assert read.flags == ("garbled_dropped",)


def test_rare_words_are_not_taken_for_garble():
    text = "汕头市濠江区政府信息公开，鏖战，闂，銆"
    assert decode(text.encode()).text == text


def test_random_bytes_are_refused():
    with pytest.raises(Undecodable):
        decode(bytes(range(128, 256)) * 40 + b"\0\0\0" * 50)


@pytest.mark.parametrize("garble", ["闂傚倸锟斤拷銆傦" * 20, "锟斤拷" * 100])
def test_double_decoding_without_a_way_back_is_refused(garble):
    with pytest.raises(Undecodable):
        decode(garble.encode())


def test_a_page_of_question_boxes_is_refused():
    with pytest.raises(Undecodable):
        decode(("\ufffd政府" * 100).encode())

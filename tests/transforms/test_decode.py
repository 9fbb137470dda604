"""Charsets as they occur on government sites."""

import pytest

from transforms.decode import Undecodable, decode

TEXT = "昌吉市滨湖镇2016年政府信息公开工作年度报告，一、总体情况。"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "gbk", "utf-8-sig", "utf-16"])
def test_reads_common_charsets(charset):
    assert decode(TEXT.encode(charset))[0] == TEXT


def test_wrong_declaration_does_not_garble():
    page = f'<meta charset="gb2312"><p>{TEXT}</p>'
    assert decode(page.encode("utf-8"), "text/html; charset=gbk") == (page, "utf-8")


def test_big5_when_declared():
    page = '<meta charset="big5"><p>總體情況</p>'
    assert decode(page.encode("big5"))[0] == page


def test_character_cut_at_the_end():
    assert decode(TEXT.encode()[:-1])[0].startswith(TEXT[:-1])


def test_random_bytes_are_refused():
    with pytest.raises(Undecodable):
        decode(bytes(range(128, 256)) * 40 + b"\0\0\0" * 50)


def test_double_decoding_is_refused():
    with pytest.raises(Undecodable):
        decode(("闂傚倸锟斤拷銆傦" * 20).encode())

"""One spelling, the same length."""

from hypothesis import given
from hypothesis import strategies as st

from transforms.text.fold import fold


@given(st.text())
def test_length_and_idempotence(text):
    assert len(fold(text)) == len(text) and fold(fold(text)) == fold(text)


def test_spellings():
    assert fold("一、總體情況（１）") == "一、总体情况(1)"
    assert fold("⼀、\u200b概\u3000述\xa0：") == "一、 概 述 :"
    assert fold("規範性檔案，行政複議，入口網站") == "规范性文件,行政复议,门户网站"
    assert fold("规范性档案") == "规范性档案"  # an archive of rules, where nothing is traditional
    assert fold("行\n一") == "行\n一"
    assert fold("乾县") == "乾县" and fold("\uf914於") == "乐于"  # a name, and a compatibility form

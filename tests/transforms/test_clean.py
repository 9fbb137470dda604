"""Page furniture goes, every sentence of the report stays."""

from schemas.records import Cell, Document, Table
from transforms.clean import clean

TITLE = "桐乡市财政局2019年政府信息公开工作年度报告"
BODY = (
    "根据条例编制本报告。\n一、总体情况\n2019年我局公开信息12条，工作平稳有序推进。\n二、主动公开政府信息情况\n见附表。"
)


def kept(text: str, **more) -> str:
    cleaned = clean(Document(text=text, **more))
    assert cleaned.text == "".join(text[a:b] for a, b in cleaned.ranges)
    again = clean(Document(text=cleaned.text))
    assert again.text == cleaned.text
    return cleaned.text


def test_furniture_around_the_body():
    text = (
        f"当前位置：首页 > 政务公开 > 年报\n{TITLE}\n发布时间：2020-01-20 来源：市财政局 浏览次数：12\n【字体：大 中 小】 打印\n"
        f"{BODY}\n分享到\n责任编辑：张三\n主办：桐乡市人民政府\n浙ICP备05000000号"
    )
    assert kept(text) == BODY


def test_title_and_date_are_found():
    cleaned = clean(Document(text=f"{TITLE}\n2020年1月20日\n{BODY}"))
    assert cleaned.title == TITLE and cleaned.date_line == "2020年1月20日" and cleaned.text == BODY


def test_broken_title():
    cleaned = clean(Document(text=f"桐乡市财政局\n2019年政府信息公开工作年度报告\n{BODY}"))
    assert cleaned.title == TITLE and cleaned.text == BODY


def test_body_that_stands_twice():
    long = BODY.replace(
        "见附表。",
        "见附表。"
        + "我局认真落实条例各项要求，及时公开各类信息。" * 20
        + "\n三、存在的问题\n人员不足，今后将加强学习。",
    )
    text = f"公开年报\n{long}\n{TITLE}\n{long}\n友情链接"
    cleaned = clean(Document(text=text))
    assert cleaned.text == long and "body_twice" in cleaned.flags
    assert cleaned.ranges[0][0] == text.rindex("根据条例")


def test_repeated_phrases_are_not_a_second_copy():
    same = "我局认真落实条例各项要求，及时公开各类政府信息，工作平稳。"
    text = f"{TITLE}\n一、总体情况\n{same}\n二、主动公开政府信息情况\n{same}\n三、存在的问题\n人员不足。"
    assert kept(text).count(same) == 2


def test_pipe_junk():
    text = f"| {TITLE} | {'|' * 200}\n|\n| 2020-01-20 | {'|' * 90}\n{BODY} |\n{'|' * 300}"
    assert kept(text) == BODY


def test_short_answers_under_a_heading_stay():
    text = f"{TITLE}\n{BODY}\n六、其他需要报告的事项\n无"
    assert kept(text).endswith("六、其他需要报告的事项\n无")


def test_contact_sentence_and_signature_stay():
    text = f"{TITLE}\n如有疑问请联系（地址：振兴路1号，邮编：314500，电话：0573-88100000）。\n{BODY}\n桐乡市财政局\n2020年1月20日"
    assert kept(text).startswith("如有疑问") and kept(text).endswith("桐乡市财政局\n2020年1月20日")


def test_tables_move_with_the_text():
    head = f"首页 > 年报\n{TITLE}\n"
    table = "规章\t0\n"
    text = head + BODY + "\n" + table + "三、存在的问题\n有。"
    at = text.index(table)
    cells = [Cell("规章", at, at + 2), Cell("0", at + 3, at + 4)]
    cleaned = clean(Document(text=text, tables=[Table(at, at + len(table), [cells])]))
    moved = cleaned.tables[0]
    assert [cleaned.text[cell.start : cell.end] for cell in moved.grid[0]] == ["规章", "0"]
    assert cleaned.source_offset(moved.start) == at


def test_empty_page():
    assert clean(Document(text="")).text == "" and clean(Document(text="\n| \n")).text == ""

"""Title and day of a report wherever a page prints them, and the menus that stand around it."""

import pytest

from transforms.documents.around import above_report
from transforms.documents.html import parse_html
from transforms.identity.title import choose_title
from transforms.text.clean import clean

TITLE = "桐乡市2021年政府信息公开工作年度报告"
BODY = "".join(f"<p>{number}、情况</p><p>工作平稳，公开有序，信息及时。</p>" for number in "一二三四五六")


def chosen(source: str) -> tuple[str, str]:
    document = parse_html(source)
    return choose_title(document, clean(document).title, "")


@pytest.mark.parametrize(
    "element",
    [
        "<h3>{}</h3>",
        "<p class='tit'>{}</p>",
        "<table><tr><td><b>{}</b></td></tr></table>",
        "<div><span>{}</span></div>",
    ],
)
@pytest.mark.parametrize("container", ["TRS_Editor", "v_news_content", "unheard_of"])
def test_a_title_outside_the_body(element, container):
    page = (
        f"<title>桐乡市人民政府</title><body><h2>桐乡市人民政府</h2>{element.format(TITLE)}"
        f"<p>录入时间：2022-01-20 来源：本站</p><div class='{container}'>{BODY}</div></body>"
    )
    document = parse_html(page)
    assert choose_title(document, clean(document).title, "")[0] == TITLE
    assert document.date_above == "2022-01-20"


@pytest.mark.parametrize(
    ("lines", "title", "day"),
    [
        (["桐乡市人民政府", "2021年政府信息公开", "工作年度报告", "[2022-01-20]"], "2021年政府信息公开工作年度报告", "2022-01-20"),
        (["桐乡市水利局", "2021年政府信息公开年报"], "桐乡市水利局2021年政府信息公开年报", ""),
        (["上传日期：2022年1月20日", TITLE], TITLE, ""),
        (["今天是2026年1月3日", TITLE, "2022/1/20 10:22"], TITLE, "2022/1/20"),
        (["当前位置：首页", "2020年政府信息公开年度报告", TITLE], TITLE, ""),
        ([TITLE, "统计期限：2021年1月1日至2021年12月31日"], TITLE, ""),
        (["政府信息公开年报", "政府信息公开指南"], "", ""),
        (["发布日期：", "2022-01-20"], "", "2022-01-20"),
    ],
)  # fmt: skip
def test_lines_above_a_report(lines, title, day):
    assert above_report(lines) == (title, day)


@pytest.mark.parametrize(
    "menu",
    [
        "<h2>政府信息公开指南</h2><h2>政府信息公开制度</h2><h2>法定主动公开内容</h2><h2>政府信息公开年报</h2>",
        "<h1>桐乡市政府信息公开目录</h1>",
        "<h1><a href='/'>桐乡市2019年政府信息公开工作年度报告</a></h1>",
        "<ul><li><h2>桐乡市2018年政府信息公开工作年度报告</h2></li></ul>",
    ],
)
def test_headings_of_menus_give_no_title(menu):
    assert chosen(f"<title>桐乡市</title><body>{menu}<h2>{TITLE}</h2><div class='TRS_Editor'>{BODY}</div></body>") == (
        TITLE,
        "headline",
    )


def test_title_of_the_index_block_and_of_a_site():
    block = f"<table><tr><td>标　题：</td><td>{TITLE}</td><td>索引号：</td><td>1</td></tr></table>"
    page = "<title>桐乡市人民政府</title><body>{}<div class='TRS_Editor'>" + BODY + "</div></body>"
    assert chosen(page.format(block)) == (TITLE, "index_block")
    assert chosen(page.format("<h2>政府信息公开</h2>")) == ("", "")

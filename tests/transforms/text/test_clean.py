"""Page furniture goes, every sentence of the report stays."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.records import Document, Table
from transforms.text.clean import clean

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
    cleaned = clean(Document(text=text, tables=[Table(at, at + len(table))]))
    moved = cleaned.tables[0]
    assert cleaned.text[moved.start : moved.end] == table
    assert cleaned.source_offset(moved.start) == at


def test_empty_page():
    assert clean(Document(text="")).text == "" and clean(Document(text="\n| \n")).text == ""


@pytest.mark.parametrize(
    "dirt",
    [
        "您现在的位置：首页 > 政务公开 > 年报", "当前位置: 首页", "首页 » 信息公开", "【字体：大 中 小】 打印", "【大】【中】【小】",
        "浏览次数：１２", "点击数: 33", "来源：市财政局", "索 引 号：000014349/2020-00001", "成文日期：2020-01-20",
        "公开方式：主动公开", "我要纠错", "分享到：微信 微博", "扫一扫在手机打开当前页", "【打印】【关闭】", "关闭窗口", "返回顶部",
        "上一篇：2018年年报", "下一条: 无", "长者模式", "无障碍浏览", "登录 | 注册", "视力保护色", "责任编辑：张三", "审核：李四",
        "{{ title }}", "${item.name}", "undefined", "简       历:", "工作分工:", "- 4 -", "第 2 页 共 9 页", "|", "||||||||||||",
        "更新时间：2020-01-20 10:00",
    ],
)  # fmt: skip
def test_each_kind_of_dirt_between_and_around(dirt):
    first, rest = BODY.split("\n", 1)
    assert kept(f"{dirt}\n{TITLE}\n{dirt}\n{first}\n{dirt}\n{rest}\n{dirt}") == BODY


@pytest.mark.parametrize(
    "footer",
    [
        "主办：桐乡市人民政府\n承办：市政府办公室\n浙ICP备05000000号\n浙公网安备 33048302000001号", "版权所有：桐乡市人民政府\n网站标识码：3304830001",
        "相关链接\n省财政厅\n财政部\n市审计局", "Copyright © 2020 桐乡\n技术支持：某公司", "昌吉市人民政府办公室主办\n电子政务办公室承办\n新ICP备13003649号\n昌吉市人民政府办公室主办",
        "部门信息公开平台\n公共企事业信息公开", "友情链接\n中国政府网",
    ],
)  # fmt: skip
def test_footers(footer):
    assert kept(f"{TITLE}\n{BODY}\n{footer}") == BODY


@pytest.mark.parametrize(
    "ending",
    [
        "市档案馆\n二〇一二年二月十六日", "县气象台（盖章）\n2012年2月16日", "特此报告", "联系人：李明", "欢迎社会各界监督", "（三）拓宽公开渠道",
        "市水利局\n2024年1月17日\n市应急管理局", "暂未开展", "联系我们：0739-5321088\n市水利局\n2024年1月17日", "友情链接清理12条",
        "编辑：落实专人负责", "访问量：网站全年访问量23万人次",
    ],
)  # fmt: skip
def test_whatever_a_report_closes_with_stays(ending):
    assert kept(f"{TITLE}\n{BODY}\n{ending}\n主办：桐乡市人民政府\n浙ICP备05000000号").endswith(ending)


def test_furniture_behind_the_signature_goes():
    signed = f"{BODY}\n市水利局\n2024年1月17日"
    for footer in (
        "【发表评论】【告诉好友】【打印此文】",
        "相关推荐\n某市2012年政府工作报告全文",
        "地址：中安街道 邮编：655500",
        "2024-01-20",
    ):
        assert kept(f"{TITLE}\n{signed}\n{footer}") == signed


def test_rows_between_bars_stay_rows():
    rows = "| 信息内容 | 本年 | 合计 |\n| 规章 | 0 |  |\n| 规范性文件 | 3 | 3 |"
    assert rows in kept(f"{TITLE}\n{BODY}\n{rows}\n六、其他需要报告的事项\n无。")


def test_document_data_in_bars_and_as_a_table():
    bars = "| 索 引 号 | 000014349 | 信息分类 | 年报 |\n| 发布机构 | 市财政局 | 成文日期 | 2020-01-20 |\n| 名 称 | 年度报告 | 文 号 | 无 |"
    assert kept(f"{TITLE}\n{bars}\n{BODY}") == BODY
    head = f"{TITLE}\n"
    rows = ["索引号\t000014349\t信息分类\t年报\n", "发布机构\t市财政局\t成文日期\t2020-01-20\n"]
    table = Table(len(head), len(head) + len("".join(rows)))
    assert kept(head + "".join(rows) + BODY, tables=[table]) == BODY


def test_menu_over_a_page_without_title():
    assert kept("信息公开专栏\n政府信息公开指南\n政府信息公开制度\n依申请公开\n" + BODY) == BODY


def test_hidden_characters_and_runs_of_bars_are_cut_out_and_offsets_still_map():
    text = f"{TITLE}\n根据\u200b条例\u00ad编制本报告。||||||||||见下。\n一、总体情况\n公开12条。"
    cleaned = clean(Document(text=text))
    assert (
        cleaned.text == "根据条例编制本报告。见下。\n一、总体情况\n公开12条。"
        and "invisible_characters" in cleaned.flags
    )
    for place, char in enumerate(cleaned.text):
        if char not in "根条编见":  # the first behind a cut may map to either side of it
            assert text[cleaned.source_offset(place)] in (char, "\u200b", "\u00ad", "|")


def test_what_the_author_or_a_censor_did_stays_and_is_flagged():
    text = f"{TITLE}\n根据国办发〔201722号编制，主动***息。\n一、总体情况\n公开12条\ufffd。"
    cleaned = clean(Document(text=text))
    assert cleaned.text.startswith("根据国办发〔201722号编制，主动***息。") and {
        "masked_characters",
        "lost_characters",
    } <= set(cleaned.flags)


def test_one_line_body_that_stands_twice_and_copies_cut_short():
    long = (
        "根据条例编制本报告。一、总体情况 "
        + "".join(f"我局第{n}项工作平稳有序推进并按期完成。" for n in range(30))
        + "二、主动公开政府信息情况 公开12条。"
    )
    assert kept(f"{TITLE}\n{long}\n{TITLE}\n{long}") == long
    assert kept(f"{TITLE}\n{long}\n友情链接\n{long[:500]}") == long
    assert kept(f"{TITLE}\n{long[:500]}\n相关链接\n省财政厅\n{TITLE}\n{long}") == long


SENTENCES = st.lists(
    st.sampled_from([
        "一、总体情况", "二、主动公开政府信息情况", "（一）主动公开方面", "我局高度重视，成立领导小组，明确专人负责。", "全年公开信息{n}条，其中网站{n}条。",
        "联系电话：0573-8810{n}，地址：振兴路{n}号，如有疑问请联系我们。", "没有收到申请。", "来源渠道不断拓宽，打印、分享更加方便，群众满意。", "责任编辑由办公室{n}名同志担任。",
        "六、其他需要报告的事项", "浏览次数达{n}次，访问量稳步提高。",
    ]),
    min_size=3, max_size=25,
)  # fmt: skip
DIRT = st.lists(
    st.sampled_from(["", "首页 > 年报", "浏览次数：12", "【字体：大 中 小】", "分享到", "责任编辑：张三", "|", "||||||||", "{{ title }}", "关闭窗口", "- 3 -"]),
    max_size=4,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(SENTENCES, DIRT, DIRT, DIRT, st.integers(0, 25), st.booleans())
def test_no_sentence_is_lost_and_cleaning_twice_changes_nothing(sentences, over, between, under, at, titled):
    body = [sentence.format(n=place) for place, sentence in enumerate(sentences)]
    lines = [
        *over,
        *([TITLE] if titled else []),
        "根据条例编制本报告。",
        *body[:at],
        *between,
        *body[at:],
        "特此报告。",
        *under,
    ]
    text = "\n".join(lines)
    cleaned = clean(Document(text=text))
    assert cleaned.text == "".join(text[a:b] for a, b in cleaned.ranges)
    assert [line for line in cleaned.text.split("\n") if line] == ["根据条例编制本报告。", *body, "特此报告。"]
    again = clean(Document(text=cleaned.text))
    assert again.text == cleaned.text


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="一二、（）。，\n |总体情况年报首页>责任编辑：政府信息公开工作度告2016\u200b\xa0#局", max_size=300)
)
def test_cleaning_any_text_twice_changes_nothing(text):
    once = clean(Document(text=text))
    assert clean(Document(text=once.text)).text == once.text


def test_news_behind_the_signature_are_not_the_reports():
    signed = f"{BODY}\n桐乡市财政局\n2020年1月20日"
    news = "全市农业现场会在河山镇召开，市领导出席。\n近日，市委书记调研重点项目。"
    assert kept(f"{TITLE}\n{signed}\n{news}") == signed
    own = f"{signed}\n附件：1.统计表。"
    assert kept(f"{TITLE}\n{own}") == own
    dated_first = f"桐乡市财政局\n2020年1月20日\n{BODY}"  # a date over the headings signs nothing
    assert kept(dated_first).endswith("见附表。")


def test_a_stamp_glued_to_the_first_words():
    cleaned = clean(Document(text=f"{TITLE}\n2020-01-20 10:20{BODY}"))
    assert cleaned.text == BODY and cleaned.date_line.startswith("2020-01-20")


def test_blank_cells_at_the_edge_of_a_table_stay():
    rows = "信息内容\t件数\n规章\t\n"
    assert kept(f"{TITLE}\n{BODY}\n{rows}", tables=[Table(len(TITLE) + len(BODY) + 2, 10_000)]).endswith("规章\t")

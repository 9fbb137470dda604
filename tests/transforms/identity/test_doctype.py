"""Reports and what only looks like one: titles, first lines, and words that veto nothing in an issuer's name."""

import pytest

from schemas.records import Document, Table
from transforms.identity.doctype import judge_type, look_alike
from transforms.text.clean import clean
from transforms.text.sections import split

TAIL = "政府信息公开工作年度报告"
HEADS = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
         "存在的主要问题及改进情况", "其他需要报告的事项")  # fmt: skip
BODY = "本报告根据政府信息公开条例编制。\n" + "\n".join(
    f"{number}、{head}\n2021年，公开工作有序开展，主动公开政府信息120条，收到政府信息公开申请3件。"
    for number, head in zip("一二三四五六", HEADS, strict=True)
)


def judged(title: str, body: str = BODY, year: int | None = 2021, **fields):
    document = Document(f"{title}\n{body}" if title else body, headline=title, **fields)
    cleaned = clean(document)
    return judge_type(document, cleaned, split(cleaned.text, cleaned.tables), title, year)


@pytest.mark.parametrize(
    ("title", "doc_type"),
    [
        (f"【文稿解读】桐乡市2020年{TAIL}解读", "interpretation"),
        (f"图解：桐乡市2020年{TAIL}", "interpretation"),
        (f"一图读懂桐乡市2020年{TAIL}", "interpretation"),
        (f"石狮市2023年{TAIL}公布情况", "publication_status"),
        (f"石狮市2023年{TAIL}发布情况汇总", "publication_status"),
        (f"关于2015年五常市{TAIL}编制公布情况的通报", "circular"),
        (f"关于做好2020年{TAIL}编制发布工作的通知", "compile_notice"),
        (f"关于报送2020年{TAIL}的通知", "compile_notice"),
        ("关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知", "format_notice"),
        (f"桐乡市{TAIL}编制提纲", "format_notice"),
        (f"桐乡市{TAIL}制度（试行）", "reporting_rule"),
        ("桐乡市政府信息公开工作考核办法", "assessment"),
        ("桐乡市政府信息公开指南（2021年版）", "guide"),
        ("桐乡市政府信息公开目录", "catalogue"),
        ("桐乡市2021年政务公开工作要点", "work_points"),
        ("桐乡市2021年政务公开工作实施方案", "plan"),
        ("桐乡市2016年政府信息公开情况统计表", "statistics_only"),
        ("桐乡市2016年第三季度政府信息公开情况统计", "statistics_only"),
        ("桐乡市2020年政府网站工作年度报表", "site_annual_form"),
        ("桐乡市2020年度法治政府建设年度报告", "rule_of_law_report"),
        ("桐乡市财政局2020年度部门决算公开", "final_accounts"),
        ("桐乡市财政局2020年绩效自评报告", "performance_report"),
        ("关于报送《固原市政府信息公开工作自查报告》的报告", "self_check_report"),
        ("嘉兴学院2020-2021学年信息公开年度报告", "university_report"),
        ("桐乡市部署2021年政府信息公开年度报告编制工作", "news"),
        ("xx市xx局20xx年政府信息公开工作年度报告（范本）", "sample"),
        (f"{TAIL}范文", "sample"),
        ("桐乡市年鉴（2020）", "yearbook"),
        (f"桐乡市{TAIL}的文本分析", "academic"),
    ],
)
def test_look_alikes_are_named_and_refused(title, doc_type):
    verdict = judged(title)
    assert (verdict.doc_type, verdict.accepted) == (doc_type, False)


@pytest.mark.parametrize(
    "title",
    [
        f"西吉县信访局2020年{TAIL}",
        f"启东市绩效管理办公室2012年{TAIL}",
        f"武冈市年鉴编纂办公室2016年{TAIL}",
        f"临邑县预算编审中心2019年{TAIL}",
        f"乐平市考核评估中心2016年{TAIL}",
        f"兴安县依法行政办公室2022年{TAIL}",
        f"桐乡市政府网站管理中心2019年{TAIL}",
        f"桐乡市统计局2019年{TAIL}",
        f"桐乡市目录管理处2019年{TAIL}",
        f"桐乡市财政局2019年{TAIL}（更正）",
        f"桐乡市财政局2019年{TAIL}（含统计表）",
        f"桐乡市财政局关于印发2019年{TAIL}的通知",
        f"关于印发《桐乡市2019年{TAIL}》的通知",
        f"桐乡市财政局关于2019年{TAIL}的公告",
        "桐乡市财政局2019年政府信息公开工作总结报告",
    ],
)
def test_words_in_names_and_wrappings_veto_nothing(title):
    verdict = judged(title)
    assert verdict.accepted and verdict.doc_type == "annual_report", verdict.reasons


@pytest.mark.parametrize(
    ("opening", "doc_type"),
    [
        (f"近日，桐乡市发布了2020年{TAIL}，现对主要内容解读如下。\n", "interpretation"),
        ("应公布年度报告的单位37家，已全部公布。\n", "publication_status"),
        ("各镇人民政府：现就年度报告编制工作有关事项通知如下。\n", "compile_notice"),
        ("现将自查情况报告如下。\n", "self_check_report"),
        ("20xx年，xx市xx局认真落实条例。\n", "sample"),
    ],
)
def test_first_lines_tell_too(opening, doc_type):
    verdict = judged(f"桐乡市2021年{TAIL}", opening + BODY)
    assert (verdict.doc_type, verdict.accepted) == (doc_type, False)


def test_a_work_summary_counts_only_with_the_outline():
    assert judged("桐乡市2021年政务公开工作总结").accepted and judged("桐乡市2021年政务公开工作总结").flagged
    assert judged("桐乡市2021年政务公开工作总结", "全年政务公开工作稳步推进。" * 20).doc_type == "work_summary"


def test_without_a_title_the_outline_and_a_year_are_needed():
    verdict = judged("", BODY)
    assert verdict.accepted and verdict.flagged and "doc_type_inferred" in verdict.reasons
    assert not judged("", BODY, year=None).accepted
    assert not judged("", "2021年，本市召开会议，研究财政工作。").accepted


def test_sentences_of_the_body_are_no_titles():
    sentence = "结合机构改革后的职责变化，编制更新了公开指南和公开目录。\n"
    assert judged("", sentence + BODY).accepted


def test_lists_attachments_and_soft_404():
    rows = "\n".join(f"桐乡市{year}年{TAIL} {year + 1}-01-20" for year in range(2012, 2024))
    assert judged("政府信息公开年报", rows).doc_type == "list_page"
    assert judged(f"桐乡市2021年{TAIL}", "附件：年度报告.pdf", n_links=1).doc_type == "attachment_only"
    assert judged("", "您访问的页面不存在或已删除！", page_title="404").doc_type == "not_found"


def test_look_alike_says_which_title_decided():
    assert look_alike(["桐乡市", "桐乡市政府信息公开指南"]) == ("guide", "桐乡市政府信息公开指南")
    assert look_alike([f"桐乡市2021年{TAIL}"]) == ("", "")


@pytest.mark.parametrize("menu", ["政府信息公开指南", "桐乡市政府信息公开目录", "财政预算决算公开"])
def test_a_menu_vetoes_no_titled_report(menu):
    document = Document(BODY, headline=menu, page_title=f"桐乡市2021年{TAIL}")
    cleaned = clean(document)
    sections = split(cleaned.text, [])
    assert judge_type(document, cleaned, sections, document.page_title, 2021).accepted
    assert judge_type(document, cleaned, sections, menu, 2021).accepted is False


@pytest.mark.parametrize(
    "title",
    ["桐乡市2021年1-6月政府信息公开工作报告", "桐乡市政府信息公开工作报告（2021年上半年）", "桐乡市2021年5月政府信息公开报告",
     "桐乡市2021年中期政府信息公开工作报告"],
)  # fmt: skip
def test_part_of_a_year(title):
    assert judged(title).doc_type == "statistics_only"
    assert judged(f"桐乡市2008年5-12月{TAIL}").accepted and judged(f"桐乡市2021年1月-12月{TAIL}（2022年1月）").accepted


@pytest.mark.parametrize(
    "title",
    [
        f"桐乡市2021年{TAIL}{tail}"
        for tail in ("数据分析", "问题整改情况", "意见征集", "起草说明", "催报函", "的批复", "（县长的讲话）")
    ]
    + [f"{lead}桐乡市2021年{TAIL}" for lead in ("视频：", "海报｜", "H5｜", "一分钟看懂", "答记者问：")],
)
def test_what_is_said_about_a_report_is_none(title):
    assert not judged(title).accepted


@pytest.mark.parametrize(
    ("title", "flagged"),
    [
        (f"桐乡市2021年{TAIL}研读会记录", True),
        (f"一起学习：桐乡市2021年{TAIL}", True),
        (f"桐乡市2021年{TAIL}（征求意见稿）", True),
        (f"桐乡市2021年{TAIL}（含统计表）.pdf", False),
        (f"2021年{TAIL}-桐乡市水利局", False),
        (f"【桐乡市】2021年{TAIL}的公告", False),
        ("桐乡市2021年政府信息公开 工作 年 度 报 告", False),
    ],
)
def test_what_a_title_says_more_is_flagged(title, flagged):
    verdict = judged(title)
    assert verdict.accepted and verdict.flagged is flagged


def test_the_whole_format_under_an_unknown_title():
    verdict = judged("桐乡市2021年政府信息公开内容", tables=[Table(0, 0)])
    assert verdict.accepted and verdict.flagged and verdict.reasons[0] == "doc_type_inferred"
    assert not judged("桐乡市2021年政府信息公开内容", BODY[: len(BODY) // 2]).accepted


def test_a_sentence_on_interpretation_is_no_title():
    assert judged(f"桐乡市2021年{TAIL}", BODY.replace("公开工作有序开展", "加强政策解读\n工作有序")).accepted
    assert judged("", "年度报告解读：\n" + BODY).doc_type == "interpretation"

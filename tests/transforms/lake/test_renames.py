"""A body keeps its identity across renames of its place, hosts and spellings; a reform makes another body."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.transforms.lake.corpus import written
from tests.transforms.lake.drawn import put, row
from transforms.lake.build import build_all
from transforms.lake.dedupe import report_id
from transforms.lake.query import connect

TEXT = written("", 2019, "renames")


def identity(agency: str, year: int = 2019, host: str = "www.somewhere.gov.cn", site: str = "") -> str:
    page, reject = row(replace(TEXT, agency=agency, year=year), host, site=site)
    assert page is not None, reject["reasons"]
    return report_id(page)


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (("新津县人民政府", "新津区人民政府", "成都市新津区人民政府"), "510118:人民政府"),
        (("新津县教育局", "新津区教育局"), "510118:教育局"),
        (("公主岭市财政局", "吉林省公主岭市财政局"), "220184:财政局"),
        (("崇明县审计局", "上海市崇明区审计局"), "310151:审计局"),
        (
            ("密云县人社局", "北京市密云区人力资源和社会保障局", "密云区人力资源社会保障局"),
            "110118:人力资源和社会保障局",
        ),
        (("桐乡市市场监管局", "桐乡市市场监督管理局"), "330483:市场监督管理局"),
        (("桐乡市政府办", "桐乡市人民政府办公室"), "330483:人民政府办公室"),
        (("国家税务总局桐乡市税务局", "桐乡市税务局"), "330483:税务局"),
    ],
)
def test_one_body_under_many_names(names, wanted):
    hosts = ("www.one.gov.cn", "zwgk.two.gov.cn", "www.three.gov.cn")
    found = {identity(name, host=host, site=name) for name in names for host in hosts}
    assert found == {f"{wanted}:2019:own"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("桐乡市卫生和计划生育局", "桐乡市卫生健康局"),
        ("桐乡市国土资源局", "桐乡市自然资源局"),
        ("桐乡市工商行政管理局", "桐乡市市场监督管理局"),
        ("桐乡市安全生产监督管理局", "桐乡市应急管理局"),
        ("桐乡市国家税务局", "国家税务总局桐乡市税务局"),
        ("桐乡市农业局", "桐乡市农业农村局"),
        ("桐乡市环境保护局", "嘉兴市生态环境局桐乡分局"),
    ],
)
def test_bodies_of_the_reform_of_2018_are_others(before, after):
    assert identity(before, 2017, site=before) != identity(after, 2017, site=after)


def test_a_district_that_took_a_county_in_is_another():
    assert identity("崇文区人民政府", 2009, site="北京市崇文区") != identity(
        "东城区人民政府", 2009, site="北京市东城区"
    )


def test_a_report_posted_again_under_the_new_name_is_one_report(store):
    old = replace(TEXT, agency="新津县人民政府", year=2018)
    put(store, "old", old, "www.xinjin.gov.cn", site="新津县人民政府")
    put(
        store,
        "new",
        old,
        "www.newxinjin.gov.cn",
        site="成都市新津区人民政府",
        title="新津区2018年政府信息公开工作年度报告",
    )
    build_all(store)
    lake = connect(store.uri)
    found = lake.execute("SELECT report_id, n_sources FROM reports").fetchall()
    assert found == [("510118:人民政府:2018:own", 2)]
    years = replace(TEXT, agency="新津区人民政府", year=2021)
    put(store, "later", years, "www.newxinjin.gov.cn", site="成都市新津区人民政府")
    build_all(store)
    found = connect(store.uri).execute("SELECT DISTINCT agency_id FROM reports").fetchall()
    assert found == [("510118:人民政府",)], "a series over the rename has one agency"


def test_a_county_called_whole_something_is_no_aggregate():
    assert identity("天全县人民政府", site="天全县人民政府") == "511825:人民政府:2019:own"
    page, _ = row(
        replace(TEXT, agency="天全县人民政府"), "www.a.gov.cn", title="天全县2019年全县政府信息公开工作年度报告"
    )
    assert page["report_scope"] == "jurisdiction_aggregate"

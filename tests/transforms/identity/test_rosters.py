"""Pages that list who has to publish tell the bodies that they name, and nothing else."""

from __future__ import annotations

import pytest

from transforms.identity.rosters import listed_bodies


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("序号\t单位\t公布时间\n1\t市教育局\t2024-01-20\n2\t市市场监管局\t已公布\n", ["教育局", "市场监管局"]),
        ("湖滨街道办事处、凤里街道办事处，灵秀镇人民政府。", ["湖滨街道办事处", "凤里街道办事处", "灵秀镇人民政府"]),
        ("1.石狮市财政局\n2、石狮市财政局\n（3）石狮市民政局", ["石狮市财政局", "石狮市民政局"]),
        ("国家税务总局石狮市税务局", ["国家税务总局石狮市税务局"]),
        ("市公安局（含交警大队）", ["公安局"]),
        ("各镇人民政府 市直各单位 有关部门 其他行政机关\n应公布年度报告的单位37家，已全部公布。", []),
        ("根据《中华人民共和国政府信息公开条例》，现将公布情况公示如下", []),
    ],
)
def test_names(text, names):
    assert listed_bodies(text) == names


def test_a_list_without_end_is_cut():
    text = "\n".join(
        f"{one}{two}镇人民政府"
        for one in map(chr, range(0x4E00, 0x4E64))
        for two in "东西南北中上下左右大小新老前后里外高低长山水木石土田井泉江河"
    )
    assert len(listed_bodies(text)) == 2_000

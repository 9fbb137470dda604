"""The gazetteer holds together: codes, parents, dates, successors; townships and portals point into it."""

import csv
from pathlib import Path

import pytest

import schemas
from schemas.agencies import agency_kind, full_body, national_body
from schemas.divisions import ancestors, as_of, by_name, current_code, divisions, stood_in, today
from schemas.facts import facts
from schemas.portals import portal_code
from schemas.townships import counties_with
from transforms.identity.gazetteer import find_divisions, leading_divisions, narrow_by_year

FOLDER = Path(schemas.__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_row_is_sound():
    known, standing = divisions(), set()
    for row in rows("divisions.csv"):
        assert len(row["code"]) == 6 and row["code"].isdigit() and row["name"] and row["short"]
        assert row["level"] in ("province", "prefecture", "county")
        assert row["parent"] in known
        assert bool(row["valid_to"]) == bool(row["change"]) == bool(row["successor"]), row
        assert row["change"] in ("", "renamed", "merged")
        if row["successor"]:
            assert not known[row["successor"]].valid_to and row["successor"][:2] == row["code"][:2]
        else:
            assert row["code"] not in standing, "two names for one code today"
            standing.add(row["code"])
        for year in (row["valid_from"], row["valid_to"]):
            assert year == "" or 2008 <= int(year) <= 2026


def test_size_of_the_nation():
    today_rows = [row for row in divisions().values() if not row.valid_to and row.code != "000000"]
    count = {level: sum(row.level == level for row in today_rows) for level in ("province", "prefecture", "county")}
    assert count["province"] == 32 - 1 and 333 <= count["prefecture"] <= 336 and 2840 <= count["county"] <= 2880


@pytest.mark.parametrize(
    ("code", "now", "names"),
    [
        ("510132", "510118", "新津区"), ("330682", "330604", "上虞区"), ("370882", "370812", "兖州区"),
        ("330183", "330111", "富阳区"), ("522400", "520500", "毕节市"), ("542300", "540200", "日喀则市"),
        ("652200", "650500", "哈密市"), ("630222", "630222", "民和回族土族自治县"), ("632122", "630222", "民和回族土族自治县"),
        ("110103", "110103", "崇文区"), ("310108", "310108", "闸北区"), ("371200", "371200", "莱芜市"),
        ("330103", "330103", "下城区"), ("999998", "999998", ""),
    ],
)  # fmt: skip
def test_current_codes(code, now, names):
    """Renamed places lead to their code of today; merged ones stay themselves."""
    assert current_code(code) == now and (not names or divisions()[now].name == names)


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("110108", ("110000",)), ("500115", ("500000",)), ("419001", ("410000",)), ("429004", ("420000",)),
        ("429021", ("420000",)), ("469005", ("460000",)), ("659001", ("650000",)), ("652301", ("652300", "650000")),
        ("371202", ("370100", "370000")), ("441900", ("440000",)), ("620200", ("620000",)),
    ],
)  # fmt: skip
def test_ancestors(code, above):
    assert ancestors(code) == above


def test_names_of_a_year():
    xinjin, tongren = divisions()["510118"], by_name("铜仁市")
    assert as_of(xinjin, 2015).name == "新津县" and as_of(xinjin, 2021).name == as_of(xinjin, None).name == "新津区"
    assert [row.level for row in narrow_by_year(tongren, 2009)] == ["county"]
    assert [row.level for row in narrow_by_year(tongren, 2015)] == ["prefecture"]
    old = next(row for row in by_name("新津县") if row.valid_to)
    assert stood_in(old, 2019) and not stood_in(old, 2020) and today(old) == xinjin


@pytest.mark.parametrize(
    ("alias", "code"),
    [("昌吉州", "652300"), ("海西州", "632800"), ("湘西州", "433100"), ("黔东南州", "522600"), ("凉州", "620602"), ("巴州", "652800"),
     ("克州", "653000"), ("莫旗", "150722"), ("科右前旗", "152221"), ("达茂旗", "150223"), ("前郭县", "220721"), ("锡盟", "152500"),
     ("积石山县", "622927"), ("内蒙", "150000"), ("神农架", "429021")],
)  # fmt: skip
def test_short_forms(alias, code):
    assert code in {row.code for row in by_name(alias)}


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("甘肃省金昌市永昌县公安局", ["甘肃省", "金昌市", "永昌县"]),
        ("济宁市市中区", ["济宁市", "市中区"]),
        ("泉州市石狮生态环境局", ["泉州市", "石狮"]),
        ("昌吉财政局", ["昌吉"]),
        ("内蒙古呼和浩特市土左旗", ["内蒙古", "呼和浩特市", "土左旗"]),
        ("广州市白云山管理局", ["广州市"]),
        ("朝阳镇人民政府", []),
        ("东区街道办事处", []),
        ("永昌县城关镇", ["永昌县"]),
    ],
)
def test_leading_divisions(name, chain):
    assert [match.name for match in leading_divisions(name)] == chain


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我市和县级部门，主城区建设", []),
        ("湖南省益阳市南县", ["湖南省", "益阳市", "南县"]),
        ("地址：南县人民路", ["南县"]),
        ("大同市城区", ["大同市", "城区"]),
        ("固原市民政局与黄石市场", ["固原市"]),
        ("在杭州市西湖区域内", ["杭州市"]),
    ],
)
def test_find_divisions(text, names):
    assert [match.name for match in find_divisions(text)] == names


def test_townships_and_portals_point_to_divisions():
    known = divisions()
    assert all(row["code"] in known for row in rows("townships.csv"))
    assert all(row["code"] in known and not known[row["code"]].valid_to for row in rows("portals.csv"))
    assert counties_with("滨湖镇").count("652301") == 1 and len(counties_with("城关镇")) > 50
    assert counties_with("虎门镇") == ("441900",) and counties_with("无此镇") == ()


def test_portals():
    assert portal_code("www.njgl.gov.cn") == ("320106", True)
    assert portal_code("tjj.xm.gov.cn") == ("350200", True) and portal_code("abc.xm.gov.cn") == ("350200", False)
    assert portal_code("gov.cn") == portal_code("www.nowhere-at-all.gov.cn") == ("", False)


def test_every_division_of_the_corps_has_its_city():
    assert all(code == "" or divisions()[code].code.startswith("6590") for code in facts("agencies")["xpcc"].values())


@pytest.mark.parametrize(
    ("body", "full"),
    [("人社局", "人力资源和社会保障局"), ("政府办", "人民政府办公室"), ("", "人民政府"), ("高新区管委会", "高新区管理委员会"),
     ("城市管理行政执法局", "城市管理行政执法局"), ("财政局", "财政局")],
)  # fmt: skip
def test_full_body(body, full):
    assert full_body(body) == full == full_body(full)


@pytest.mark.parametrize(
    ("body", "kind"),
    [("国有资产监督管理委员会", "department"), ("高新区管理委员会", "development_zone"), ("街道办事处", "government"),
     ("人民政府办公室", "government_office"), ("中共委办公室", "party_joint"), ("税务局", "vertical_agency"),
     ("第一人民医院", "public_institution"), ("残疾人联合会", "authorised_body"), ("城市管理委员会", "department"), ("某某", "other")],
)  # fmt: skip
def test_kinds(body, kind):
    assert agency_kind(body) == kind


def test_national_bodies():
    assert national_body("国家发改委") == "国家发展和改革委员会" and national_body("中华人民共和国财政部") == "财政部"
    assert national_body("财政局") == national_body("国家税务总局桐乡市税务局") == ""


def test_every_short_form_leads_to_a_full_one():
    aliases = facts("agencies")["aliases"]
    assert all(full not in aliases for full in aliases.values())

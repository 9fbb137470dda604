from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.registry import Column, Site
from schemas.registry_checks import problems

COUNTY = Site(
    "cj", "www.cj.gov.cn", "昌吉市人民政府", "652301", "county", "ucap", (), "made up here", "2026-11-22", "xinjiang"
)
BUREAU = replace(COUNTY, site_id="jyj", host="jyj.cj.gov.cn", name="昌吉市教育局", agency="昌吉市教育局")


def test_good_rows_pass() -> None:
    zone = replace(BUREAU, site_id="z", host="z.cj.gov.cn", level="township")
    branch = replace(COUNTY, site_id="x", path="/x/", columns=(Column("http://cj.gov.cn/x/nb/"),))
    old = replace(COUNTY, site_id="old", valid_to="2020-01-01")
    new = replace(COUNTY, valid_from="2020-01-01")
    assert list(problems([BUREAU, zone, branch, old, new])) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"division": "652399"}, "does not exist"),
        ({"division": "110228", "province": "beijing", "name": "密云县人民政府"}, "ended in 2015"),
        ({"province": "gansu"}, "lies in xinjiang"),
        ({"level": "prefecture"}, "level prefecture does not fit"),
        ({"level": "township"}, "level township does not fit"),  # of a street that does not say who it is
        ({"name": "阜康市人民政府"}, "name 阜康市人民政府 is not one of"),
        ({"columns": (Column("http://www.fk.gov.cn/nb/"),)}, "is not on www.cj.gov.cn"),
        ({"columns": (Column("http://evilcj.gov.cn/nb/"),)}, "is not on www.cj.gov.cn"),
        ({"path": "/x/", "columns": (Column("http://www.cj.gov.cn/nb/"),)}, "is not below /x/"),
        ({"path": "/x"}, "does not end in a slash"),
        ({"grammar": "siteserver"}, "grammar"),
        ({"checked_on": "2026-02-30"}, "is not a day"),
        ({"valid_from": "2020-01-01", "valid_to": "2020-01-01"}, "is not before"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, object], said: str) -> None:
    [line] = problems([replace(COUNTY, **change)])
    assert line.startswith(f"{change.get('province', 'xinjiang')}.yml: cj: ") and said in line


def test_a_national_body_names_its_agency() -> None:
    nation = replace(COUNTY, division="000000", level="central", province="central", name="中央")
    assert [line for line in problems([nation]) if "agency" in line]
    assert list(problems([replace(nation, name="审计署", agency="审计署")])) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {}),
        ({"valid_to": "2020-02-01"}, {"valid_from": "2020-01-01"}),
        ({"valid_from": "2020-01-01"}, {"valid_from": "2021-01-01"}),
    ],
)
def test_one_host_and_path_has_one_row_at_a_time(first: dict[str, str], second: dict[str, str]) -> None:
    twin = replace(COUNTY, site_id="twin", host="cj.gov.cn", **second)
    assert ["at the same time" in line for line in problems([replace(COUNTY, **first), twin])] == [True]

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from schemas.registry import Column, Site
from schemas.tables import SITES
from transforms.lake.query import connect
from transforms.lake.sites import KEY, put_sites, sites_table
from transforms.store import Conflict, open_store

A = Site("a", "www.a.gov.cn", "昌吉市人民政府", "652301", "county", "ucap", (Column("http://www.a.gov.cn/nb/list.shtml"),),
         "invented for this test", "2026-11-22", "xinjiang", valid_from="2021-02-03")  # fmt: skip
OLD = Site("old", "www.a.gov.cn", "昌吉市人民政府", "652301", "county", "generic", (), "invented", "2026-11-22", "xinjiang",
           valid_to="2021-02-03")  # fmt: skip
ROW = (
    "- {site_id: x, host: www.x.gov.cn, name: 昌吉市人民政府, division: '652301', level: county, family: vsb, "
    "basis: invented here, checked_on: '2026-11-22'}\n"
)


def test_rows_say_what_the_registry_says_in_a_fixed_order() -> None:
    table = sites_table([A, OLD])
    assert table.schema == SITES and table.equals(sites_table([OLD, A]))
    old, new = table.to_pylist()
    assert (old["site_id"], old["valid_from"], old["valid_to"], old["columns"]) == ("old", None, date(2021, 2, 3), [])
    assert (new["site_id"], new["valid_from"], new["valid_to"]) == ("a", date(2021, 2, 3), None)
    assert new["columns"] == [{"url": "http://www.a.gov.cn/nb/list.shtml", "covers": "any"}]
    assert (new["division_name"], new["checked_on"], new["min_reports"]) == ("昌吉市", date(2026, 11, 22), 1)


def test_the_lake_shows_the_registry_and_is_written_only_when_it_differs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("one", ROW), ("two", ROW + ROW.replace("site_id: x, host: www.x", "site_id: y, host: www.y"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "xinjiang.yml").write_text(text, encoding="utf-8")
    store = open_store(str(tmp_path / "store"))
    monkeypatch.setenv("ARCHIVE_SITES", str(tmp_path / "one"))
    assert put_sites(store) and not put_sites(store)
    first = store.get(KEY)
    monkeypatch.setenv("ARCHIVE_SITES", str(tmp_path / "two"))
    assert put_sites(store) and not put_sites(store)
    lake = connect(store.uri)
    assert lake.sql("SELECT site_id, family FROM sites ORDER BY 1").fetchall() == [("x", "vsb"), ("y", "vsb")]
    monkeypatch.setenv("ARCHIVE_SITES", str(tmp_path / "one"))
    assert put_sites(store) and store.get(KEY) == first


def test_writers_that_come_in_between_are_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "xinjiang.yml").write_text(ROW, encoding="utf-8")
    monkeypatch.setenv("ARCHIVE_SITES", str(tmp_path / "one"))
    store = open_store(str(tmp_path / "store"))
    put, tries = store.put, []

    def raced(key: str, data: bytes, **conditions: object) -> str:
        tries.append(conditions)
        if len(tries) == 1:
            put(key, b"another's")
            raise Conflict(key)
        return put(key, data, **conditions)

    monkeypatch.setattr(store, "put", raced)
    assert put_sites(store) and len(tries) == 2 and store.get(KEY) != b"another's"

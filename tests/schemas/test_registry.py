from __future__ import annotations

import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from dags.support.folders import registry_names
from schemas.divisions import PROVINCE_SLUGS, divisions
from schemas.registry import DEFAULT_DELAY, FAMILIES, RegistryError, load_sites, owner, sites_by_host
from schemas.registry_checks import problems
from schemas.written import HERE

GOOD = """
- site_id: a-b
  host: www.a.gov.cn
  name: 甲县人民政府
  division: "652301"
  level: county
  family: ucap
  columns: [{url: "http://www.a.gov.cn/a/b/list.shtml"}]
  basis: invented for this test
  checked_on: 2026-11-22
"""


def write(folder: Path, text: str, name: str = "xinjiang.yml") -> list[Path]:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return [folder]


def test_packaged_sites_are_valid_and_cover_the_country() -> None:
    sites = load_sites([HERE / "sites"])
    assert list(problems(sites.values())) == []
    assert len(sites) >= 3000 and set(Counter(site.family for site in sites.values())) == set(FAMILIES)
    assert {site.province for site in sites.values()} == set(PROVINCE_SLUGS) - {"unknown"}
    assert {site.level for site in sites.values()} >= {"central", "province", "prefecture", "county", "township"}
    governments = {site.division for site in sites.values() if not site.agency}
    current = [row for row in divisions().values() if not row.valid_to and row.code != "000000"]
    assert {row.code for row in current if row.level == "province"} <= governments
    served = Counter(row.level for row in current if row.code in governments)
    assert served["prefecture"] >= 320 and served["county"] >= 2700
    assert any("兵团" in site.agency for site in sites.values())
    for site in sites.values():
        assert site.host.endswith(".gov.cn") and site.delay >= DEFAULT_DELAY and site.min_reports > 0, site
        assert site.columns or "column not known" in site.basis, site


def test_the_whole_registry_loads_quickly_enough_to_be_read_anywhere() -> None:
    started = time.process_time()
    load_sites([HERE / "sites"])
    assert time.process_time() - started < 2  # about 0.4 s


def test_dag_files_find_the_names_without_reading_the_rows() -> None:
    sites = load_sites([HERE / "sites"]).values()
    started = time.process_time()
    names = registry_names((HERE / "sites",))
    assert time.process_time() - started < 0.5  # about 0.01 s
    assert names == (sorted({site.family for site in sites}), sorted({site.province for site in sites}))


def test_an_entry_becomes_a_site(tmp_path: Path) -> None:
    site = load_sites(write(tmp_path / "s", GOOD))["a-b"]
    assert (site.province, site.path, site.delay, site.min_reports) == ("xinjiang", "/", DEFAULT_DELAY, 1)
    assert site.columns[0].covers == "any" and site.checked_on == "2026-11-22"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("family: ucap", "family: wordpress", "family"),
        ('division: "652301"', "division: 652301", "division"),
        ("site_id: a-b", "site_id: A_B", "site_id"),
        ("level: county", "level: county\n  colour: red", "colour"),
        ("  basis: invented for this test\n", "", "basis"),
        ("columns: [{url:", "columns: [{adress:", "adress"),
    ],
)
def test_a_wrong_entry_names_file_and_site(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(RegistryError) as error:
        load_sites(write(tmp_path / "s", GOOD.replace(old, new)))
    message = str(error.value)
    assert "xinjiang.yml" in message and said in message
    assert "a-b" in message or "A_B" in message


def test_ids_are_unique_across_files(tmp_path: Path) -> None:
    folders = write(tmp_path / "s", GOOD)
    write(tmp_path / "s", GOOD, "gansu.yml")
    with pytest.raises(RegistryError, match=r"a-b.*already used"):
        load_sites(folders)


def test_broken_yaml_and_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="not readable"):
        load_sites(write(tmp_path / "s", "- {a: ["))
    with pytest.raises(RegistryError, match="no such folder"):
        load_sites([tmp_path / "none"])


def test_folders_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_SITES", str(write(tmp_path / "s", GOOD)[0]))
    assert list(load_sites()) == ["a-b"]


def changed(site_id: str, more: str = "") -> str:
    return GOOD.replace("site_id: a-b", f"site_id: {site_id}{more}")


def test_closest_path_first(tmp_path: Path) -> None:
    sites = load_sites(write(tmp_path / "s", GOOD + changed("a-c", "\n  path: /jyj/")))
    assert [site.site_id for site in sites_by_host(sites.values())["a.gov.cn"]] == ["a-c", "a-b"]


def test_an_address_has_an_owner_on_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (
        changed("old", "\n  valid_to: 2020-06-01")
        + changed("new", "\n  valid_from: 2020-06-01")
        + changed("jyj", "\n  path: /jyj/\n  valid_from: 2022-01-01")
    )
    monkeypatch.setenv("ARCHIVE_SITES", str(write(tmp_path / "s", text)[0]))

    def of(url: str, day: str = "") -> str:
        site = owner(url, date.fromisoformat(day) if day else None)
        return site.site_id if site else ""

    assert of("http://www.a.gov.cn/x.html", "2020-05-31") == "old"
    assert of("https://a.gov.cn/x.html", "2020-06-01") == "new"  # the first day after, and www. is no difference
    assert of("http://www.a.gov.cn") == "new"  # of no known day: the newest row
    assert of("http://www.a.gov.cn/jyj/x.html", "2023-01-01") == of("http://www.a.gov.cn/jyj/x.html") == "jyj"
    assert of("http://www.a.gov.cn/jyj/x.html", "2021-01-01") == "new"  # not yet a site of its own
    assert of("http://www.a.gov.cn/jyjx/") == "new"
    for nobody in ("http://tjj.a.gov.cn/", "http://a.gov.cn.evil.com/", "http://[/", "", "x"):
        assert of(nobody) == ""

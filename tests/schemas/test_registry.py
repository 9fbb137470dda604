from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from schemas.registry import DEFAULT_DELAY, FAMILIES, HERE, RegistryError, load_sites, sites_by_host

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


def test_packaged_sites_are_valid_and_spread() -> None:
    sites = load_sites([HERE / "sites"])
    assert len(sites) >= 40
    assert set(Counter(site.family for site in sites.values())) <= set(FAMILIES)
    assert len({site.province for site in sites.values()}) >= 15
    for site in sites.values():
        assert site.host.endswith(".gov.cn") and site.delay >= DEFAULT_DELAY and site.min_reports > 0, site
        # a column lives on the site's own host, and every site says when and how it was looked at
        assert all(urlsplit(column.url).hostname == site.host for column in site.columns), site
        assert site.checked_on == "2026-11-22" and site.division != "000000"


def test_an_entry_becomes_a_site(tmp_path: Path) -> None:
    site = load_sites(write(tmp_path / "s", GOOD))["a-b"]
    assert (site.province, site.path, site.delay, site.min_reports) == ("xinjiang", "/", DEFAULT_DELAY, 0)
    assert site.columns[0].covers == "any" and site.checked_on == "2026-11-22"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("family: ucap", "family: none_such", "family"),
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


def test_closest_path_first(tmp_path: Path) -> None:
    second = GOOD.replace("site_id: a-b", "site_id: a-c\n  path: /jyj/")
    sites = load_sites(write(tmp_path / "s", GOOD + second))
    assert [site.site_id for site in sites_by_host(sites.values())["www.a.gov.cn"]] == ["a-c", "a-b"]

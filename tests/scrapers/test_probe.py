"""A look at sites outside their crawls, each in a process of its own, on the sample nation."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from dags.support import work
from schemas.registry import load_sites
from scrapers import probe
from scrapers.probe import probes
from tests.conftest import SITES, nation_env
from transforms.store import open_store


@pytest.fixture
def sites(nation_port, tmp_path, monkeypatch):
    """A site as it is, one whose row names another family, one whose host nobody serves, one that hangs."""
    [row] = [
        row for row in yaml.safe_load((SITES / "xinjiang.yml").read_text("utf-8")) if row["site_id"] == "s-changji"
    ]
    moved = {**row, "site_id": "moved", "family": "vsb", "path": "/cjs/"}
    yearly = {
        **row,
        "site_id": "yearly",
        "path": "/cjs/zfxxgknb/",
        "columns": [{"url": f"http://{row['host']}/cjs/{{year}}/"}],
    }
    lost = {**row, "site_id": "lost", "host": "nobody.gov.cn", "columns": []}
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "xinjiang.yml").write_text(
        yaml.safe_dump([row, moved, yearly, lost], allow_unicode=True), "utf-8"
    )
    for name, value in {
        **nation_env(nation_port),
        "ARCHIVE_SITES": str(tmp_path / "sites"),
        "ARCHIVE_LOCKS": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    return load_sites()


def test_what_a_look_shows(sites):
    found = {told.site_id: told for told in probes(sites.values())}
    assert found.pop("yearly").url == f"http://{sites['yearly'].host}/cjs/zfxxgknb/", "no page is called {year}"
    assert {name: told.outcome for name, told in found.items()} == {
        "s-changji": "ok",
        "moved": "drifted",
        "lost": "unseen",
    }
    assert (found["moved"].family, found["moved"].now) == ("vsb", "ucap") and found["moved"].why
    assert "nobody.gov.cn" in found["lost"].why


def test_a_site_that_hangs_is_a_finding(sites, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS", 0.05)
    [told] = probes([sites["s-changji"]])
    assert told.outcome == "unseen" and "Timeout" in told.why


def test_findings_are_kept_and_those_who_left_are_told(sites, tmp_path):
    store = open_store(str(tmp_path / "archive"))
    told = work.probe_sites(store, "xinjiang", ["ucap", "vsb"], date(2026, 11, 25))
    assert len(told) == 1 and told[0].startswith("moved: vsb → ucap: ")
    kept = yaml.safe_load(store.get("state/probes/2026-11-25/xinjiang.json"))
    assert [row["site_id"] for row in kept] == ["lost", "moved", "s-changji", "yearly"]


def test_a_second_look_of_a_day_keeps_what_the_first_found(tmp_path, monkeypatch):
    def look(outcome):
        return lambda sites: [probe.Probe(site.site_id, site.family, "", outcome) for site in sites]

    monkeypatch.setenv("ARCHIVE_SITES", str(SITES))
    store, day = open_store(str(tmp_path)), date(2026, 11, 25)
    families = sorted({site.family for site in load_sites().values() if site.province == "gansu"})
    for part, outcome in ((families, "ok"), (families[:1], "unseen")):
        monkeypatch.setattr(probe, "probes", look(outcome))
        work.probe_sites(store, "gansu", part, day)
    kept = yaml.safe_load(store.get("state/probes/2026-11-25/gansu.json"))
    assert len(families) > 1 and {row["family"]: row["outcome"] for row in kept} == {
        **dict.fromkeys(families, "ok"), families[0]: "unseen",
    }  # fmt: skip

"""The facts of the web archives."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from schemas import sources
from schemas.sources import NAMES, SourcesError, load_sources, sources_file
from scrapers.imports.history import PROTOCOLS


def test_packaged_archives():
    found = load_sources()
    assert tuple(found) == NAMES
    assert {source.protocol for source in found.values()} == set(PROTOCOLS)
    for source in found.values():
        assert source.index.startswith("https://") and source.data.startswith("https://")
        assert source.delay >= 1 and source.robots_until is None
        assert any(part.search("cn,gov,cj)/zfxxgk/zfxxgknb/202001/t20200120_1.html") for part in source.addresses)
        assert not any(part.search("cn,gov,cj)/index.html") for part in source.addresses)


def changed(tmp_path: Path, change) -> Path:
    data = yaml.safe_load(sources_file().read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "sources.yml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return path


@pytest.mark.parametrize(("change", "said"), [
    (lambda data: data["archives"][0].update(delay=0), "archives/0/delay"),
    (lambda data: data["archives"][0].update(index="ftp://x/"), "archives/0/index"),
    (lambda data: data["archives"][0].update(data="https://web.archive.org/web"), "archives/0/data"),
    (lambda data: data["archives"][0].update(robots_exempt={"reason": "they wrote that we may"}), "until"),
    (lambda data: data["archives"][0].update(robots_exempt={"reason": "they wrote it", "until": "2026-13-31"}), "month"),
    (lambda data: data["archives"][1].update(name="wayback"), "one name"),
    (lambda data: data["archives"][0].pop("basis"), "basis"),
    (lambda data: data["addresses"][0].update(match="ab("), "sources.yml"),
    (lambda data: data["addresses"][0].update(match="ZFXXGK"), "addresses/0"),
])  # fmt: skip
def test_mistakes_are_named(tmp_path, change, said):
    with pytest.raises(SourcesError, match=said):
        load_sources(changed(tmp_path, change))


def test_an_operators_own_file(tmp_path, monkeypatch):
    def allow(data):
        data["archives"][0]["robots_exempt"] = {"reason": "the operator wrote that we may", "until": "2027-01-01"}

    monkeypatch.setenv("ARCHIVE_SOURCES", str(changed(tmp_path, allow)))
    assert str(load_sources()["wayback"].robots_until) == "2027-01-01"
    monkeypatch.setenv("ARCHIVE_SOURCES", str(tmp_path / "none.yml"))
    with pytest.raises(SourcesError):
        load_sources()
    assert sources.HERE.joinpath("sources.yml").exists()

"""`archive sites`, as a person meets it."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive import app
from schemas.registry import load_sites
from tests.scrapers.conftest import Web, ul

RUN = CliRunner()
ROWS = """
- {site_id: x, host: www.x.gov.cn, name: 昌吉市人民政府, division: '652301', level: county, family: vsb, columns: [{url: 'http://www.x.gov.cn/nb.htm'}], basis: invented here, checked_on: '2026-11-22'}
- {site_id: y, host: www.y.gov.cn, name: 昌吉回族自治州人民政府, division: '652300', level: prefecture, family: generic, basis: invented here, checked_on: '2026-11-22'}
- {site_id: z, host: www.y.gov.cn, path: /old/, name: 昌吉回族自治州人民政府, division: '652300', level: prefecture, family: ucap, valid_to: '2020-01-01', basis: invented here, checked_on: '2026-11-22'}
"""


@pytest.fixture(autouse=True)
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "sites"
    folder.mkdir()
    (folder / "xinjiang.yml").write_text(ROWS, encoding="utf-8")
    monkeypatch.setenv("ARCHIVE_SITES", str(folder))
    return folder


def said(*line: str, code: int = 0) -> str:
    answer = RUN.invoke(app, ["sites", *line])
    assert answer.exit_code == code, answer.output
    return answer.stdout if code == 0 else answer.stderr


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        ([], ["x", "y", "z"]),
        (["--province", "gansu"], []),
        (["--level", "county"], ["x"]),
        (["--family", "ucap"], ["z"]),
        (["--division", "652301"], ["x"]),
        (["--text", "自治州"], ["y", "z"]),
        (["--columns"], ["x"]),
        (["--no-columns"], ["y", "z"]),
    ],
)
def test_list_filters(options: list[str], ids: list[str]) -> None:
    assert [row["site_id"] for row in csv.DictReader(io.StringIO(said("list", *options)))] == ids


def test_check_says_what_is_wrong(registry: Path) -> None:
    assert said("check") == "3 sites, all valid\n"
    file = registry / "xinjiang.yml"
    file.write_text(ROWS.replace("level: county", "level: prefecture"), encoding="utf-8")
    answer = RUN.invoke(app, ["sites", "check"])
    assert answer.exit_code == 1 and "xinjiang.yml: x: level prefecture does not fit" in answer.stdout
    file.write_text(ROWS.replace("vsb", "nope"), encoding="utf-8")
    assert "family" in said("check", code=1)


def test_coverage_counts_against_the_divisions_there_are() -> None:
    rows = {(row["province"], row["level"]): row for row in json.loads(said("coverage", "--format", "json"))}
    county, prefecture = rows["xinjiang", "county"], rows["xinjiang", "prefecture"]
    assert (county["sites"], county["reached"], county["vsb"]) == (1, 1, 1) and county["divisions"] > 90
    assert (prefecture["sites"], prefecture["generic"], prefecture["ucap"]) == (1, 1, 0)  # history does not count
    assert rows["gansu", "county"]["reached"] == 0 and ("central", "central") not in rows
    assert sum(row["divisions"] or 0 for row in rows.values()) > 3100


def test_detect_by_address_and_by_page(tmp_path: Path) -> None:
    text = said("detect", "http://www.n.gov.cn/art/2023/1/9/art_12_34.html")
    assert (
        text.startswith("hanweb: Hanweb JCMS, JPaaS (certain)\n")
        and "col/col12/index.html" in text
        and "still to be said: name" in text
    )
    page = tmp_path / "p.html"
    page.write_bytes('<meta charset="gb2312"><meta name="SiteName" content="昌吉市人民政府">_jsq_(1)'.encode("gb18030"))
    found = json.loads(said("detect", "http://www.n.gov.cn/", "--html", str(page), "--format", "json"))
    assert (found["family"], found["certain"], found["row"]["division"]) == ("vsb", True, "652301")
    assert found["evidence"] == [{"family": "vsb", "points": 5, "where": "page", "says": "counter script"}]
    assert "format" in said("detect", "http://www.n.gov.cn/", "--format", "yaml", code=1)
    assert "may be a copy" in said("detect", "http://www.n.com/art/2023/1/9/art_12_34.html")


def test_add_takes_what_the_detection_tells_and_the_options_say() -> None:
    line = ["add", "http://www.n.gov.cn/zwgk/nb/t20230101_1.html", "--checked-on", "2026-11-25"]
    assert "lacks name, division, level" in said(*line, code=1)
    said(*line, "--name", "阜康市人民政府", "--division", "652302", "--level", "county", "--min-reports", "4")
    site = load_sites()["n"]
    assert (site.family, site.columns[0].url, site.min_reports) == ("trs_wcm", "http://www.n.gov.cn/zwgk/nb/", 4)
    assert said("check") == "4 sites, all valid\n"
    again = [*line, "--name", "阜康市人民政府", "--division", "652302", "--level", "county", "--site-id", "n2"]
    assert "at the same time" in said(*again, code=1) and len(load_sites()) == 4


def archive(*line: str) -> subprocess.CompletedProcess[str]:
    """A process of its own: Scrapy's reactor runs once in each."""
    return subprocess.run(
        [sys.executable, "-m", "archive", "sites", *line],
        cwd=Path(__file__).parents[2], env=os.environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_a_page_is_fetched_as_a_crawl_would(web: Web) -> None:
    rows = [(f"/public/66/{year}.html", f"甲县{year}年政府信息公开工作年度报告") for year in (2019, 2020, 2021)]
    web.page("www.n.gov.cn/zwgk/nb", "", 301, Location="/zwgk/nb/")
    web.page("www.n.gov.cn/zwgk/nb/", '<meta name="SiteName" content="昌吉市人民政府">' + ul(*rows))
    answer = archive("detect", "http://www.n.gov.cn/zwgk/nb", "--fetch", "--format", "json")
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)
    assert (found["family"], found["certain"], found["row"]["level"]) == ("lonsun", True, "county")
    assert found["row"]["columns"] == [{"url": "http://www.n.gov.cn/zwgk/nb/", "covers": "any"}]
    assert [url for url, _ in web.seen] == ["www.n.gov.cn/robots.txt", "www.n.gov.cn/zwgk/nb", "www.n.gov.cn/zwgk/nb/"]


@pytest.mark.parametrize(("path", "robots"), [("/zwgk/", "User-agent: *\nDisallow: /zwgk/\n"), ("/gone/", "")])
def test_what_may_not_or_cannot_be_fetched_is_said(web: Web, path: str, robots: str) -> None:
    web.page("www.n.gov.cn/robots.txt", robots)
    web.page("www.n.gov.cn/zwgk/", "<p>x</p>")
    answer = archive("detect", f"http://www.n.gov.cn{path}", "--fetch")
    assert (
        answer.returncode == 1 and f"http://www.n.gov.cn{path}: " in answer.stderr and "Traceback" not in answer.stderr
    )
    assert robots == "" or web.asked() == []

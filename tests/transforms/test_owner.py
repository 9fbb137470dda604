"""Whose site a page was captured from counts as of its day."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.records import Capture
from tests.transforms.files import report
from transforms.read import read_page

ROWS = """
- {site_id: former, host: www.neu.gov.cn, name: 阜康市人民政府, division: '652302', level: county, family: generic, valid_to: '2022-06-01', basis: invented here, checked_on: '2026-11-22'}
- {site_id: present, host: www.neu.gov.cn, name: 昌吉市人民政府, division: '652301', level: county, family: vsb, valid_from: '2022-06-01', basis: invented here, checked_on: '2026-11-22'}
"""


@pytest.mark.parametrize(
    ("fetched", "site"),
    [("2022-05-31T23:59:59", "former"), ("2022-06-01T00:00:00", "present"), ("", "present")],
)
def test_the_reader_asks_for_the_owner_on_the_day_of_capture(
    fetched: str, site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xinjiang.yml").write_text(ROWS, encoding="utf-8")
    monkeypatch.setenv("ARCHIVE_SITES", str(tmp_path))
    title, *blocks = report("C")
    body = f"<html><body><h1>{title}</h1>{''.join(b if b.startswith('<') else f'<p>{b}</p>' for b in blocks)}</body></html>"
    day = datetime.fromisoformat(fetched).replace(tzinfo=UTC) if fetched else None
    reading = read_page(
        Capture("http://neu.gov.cn/nb/1.html", day, 200, "text/html; charset=utf-8", body.encode(), "0")
    )
    assert reading.site is not None and reading.site.site_id == site
    assert reading.issuer.agency_name == "昌吉市财政局"

"""Reports that are files of their page: fetched with it, and read as one document with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scrapers.run import CrawlFailed
from tests.scrapers.conftest import Web, crawl, ul
from tests.transforms import files
from transforms.lake.build import build_all
from transforms.lake.query import connect
from transforms.store import open_store

COLUMN = "http://www.cs.gov.cn/nb/"
PAGE = "www.cs.gov.cn/nb/202501/t20250120_1.html"


def cover(link: str) -> str:
    return (
        "<html><head><title>昌吉市财政局2024年政府信息公开工作年度报告_测试县人民政府</title></head><body>"
        "<div class='title'><h1>昌吉市财政局2024年政府信息公开工作年度报告</h1><p>发布时间：2025-01-20</p></div>"
        f"<div class='TRS_Editor'><p>{link}</p></div></body></html>"
    )


def read(tmp_path: Path, query: str) -> list[tuple]:
    store = open_store(str(tmp_path / "archive"))
    build_all(store)
    return connect(store.uri).execute(query).fetchall()


def test_a_report_in_a_pdf_is_one_document_with_its_page(web: Web, register, tmp_path: Path) -> None:
    web.page("www.cs.gov.cn/nb/", ul(("./202501/t20250120_1.html", "昌吉市财政局2024年政府信息公开工作年度报告")))
    web.page(PAGE, cover("<a href='./P020250120.pdf'>附件：年度报告.pdf</a><a href='/style/logo.pdf2'>x</a>"))
    web.page("www.cs.gov.cn/nb/202501/P020250120.pdf", files.pdf(files.report("D")), Content_Type="application/pdf")
    summary = crawl(register("trs_wcm", COLUMN), tmp_path)
    assert (summary["pages"], summary["counts"]["files"], summary["outcome"]) == (1, 1, "ok")
    rows = read(
        tmp_path, "SELECT year, agency_name, published_on::VARCHAR, canonical_url FROM reports WHERE is_current"
    )
    assert rows == [(2024, "昌吉市财政局", "2025-01-20", "http://www.cs.gov.cn/nb/202501/P020250120.pdf")]
    kinds = read(tmp_path, "SELECT count(DISTINCT section) FROM sections WHERE level = 1 AND status = 'found'")
    assert kinds[0][0] >= 6


def test_files_of_a_page_that_tells_its_report_itself_are_left(web: Web, register, tmp_path: Path) -> None:
    body = "".join(block if block.startswith("<") else f"<p>{block}</p>" for block in files.report("D"))
    web.page("www.cs.gov.cn/nb/", ul(("./202501/t20250120_1.html", "昌吉市财政局2024年政府信息公开工作年度报告")))
    web.page(PAGE, cover(f"{body}<a href='./P020250120.pdf'>附件</a>"))
    summary = crawl(register("trs_wcm", COLUMN), tmp_path)
    assert summary["counts"]["files"] == 0 and not any("pdf" in url for url in web.asked())


def test_a_file_that_is_gone_is_counted_and_a_scan_is_a_reject(web: Web, register, tmp_path: Path) -> None:
    web.page("www.cs.gov.cn/nb/", ul(("./202501/t20250120_1.html", "昌吉市财政局2024年政府信息公开工作年度报告")))
    web.page(PAGE, cover("<a href='./gone.pdf'>一</a><a href='./P1.doc'>二</a>"))
    web.page("www.cs.gov.cn/nb/202501/P1.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(CrawlFailed, match="partial") as failed:  # it is asked for again
        crawl(register("trs_wcm", COLUMN), tmp_path)
    counts = failed.value.summary["counts"]
    assert (counts["files"], counts["failed_files"]) == (1, 1)
    reasons = read(tmp_path, "SELECT url, reason FROM rejects ORDER BY url")
    assert ("http://www.cs.gov.cn/nb/202501/P1.doc", "unreadable_attachment") in reasons

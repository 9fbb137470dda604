"""The status page in a real browser, opened as a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.divisions import PROVINCE_SLUGS
from schemas.tables import AGENCY_LEVELS
from tests.browser import browser, page_of
from tests.conftest import SITES
from tests.transforms.status.small import ATTACK, make
from transforms.status.build import build_status
from transforms.status.files import script
from transforms.status.reader import fields
from transforms.status.summary import STATUSES, Cell, Digest, Family, summary
from transforms.store import open_store


@pytest.fixture(scope="module")
def chromium():
    with browser() as made:
        yield made


@pytest.fixture(scope="module")
def folder(chromium, tmp_path_factory) -> Path:
    base = tmp_path_factory.mktemp("page")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARCHIVE_SITES", str(SITES))
        lake = make(open_store(str(base / "lake")))
        build_status(lake, open_store(str(base / "out")))
    return base / "out"


@pytest.fixture
def opened(chromium, folder):
    """A page on the built files; at the end nothing may have gone wrong or outside."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page, noted = page_of(context)
    page.goto(f"{folder.as_uri()}/index.html")
    page.wait_for_selector("table.grid")
    yield page
    noted.check(f"{folder.as_uri()}/")
    context.close()


def label(page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")


def test_from_the_grid_to_the_bytes_by_keyboard_alone(opened):
    for _ in range(20):
        opened.keyboard.press("Tab")
        if "beijing" in label(opened):
            break
    assert label(opened) == "北京 beijing 2021: no report"
    opened.keyboard.press("End")
    assert label(opened).startswith("北京 beijing 2022")
    for _ in range(PROVINCE_SLUGS.index("zhejiang")):
        opened.keyboard.press("ArrowDown")
    assert label(opened) == "浙江 zhejiang 2022: 3 agencies with a report"
    assert opened.locator('.grid [tabindex="0"]').count() == 1, "one cell is in the tab order"
    assert opened.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    opened.keyboard.press("Enter")
    opened.wait_for_selector(".found")
    assert opened.locator(".found li").count() == 3 and "3 agencies" in opened.inner_text("[role=status]")
    opened.get_by_label("Agency").focus()
    opened.keyboard.type("水利")
    opened.wait_for_function("document.querySelectorAll('.found li').length === 1")
    assert "sum fails" in opened.inner_text(".found a")
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    opened.wait_for_selector("#sources")
    assert opened.evaluate("document.activeElement.id") == "title", "the new view begins at its heading"
    failed = opened.locator("td.failed")
    assert failed.count() == 1 and "its sum fails" in failed.text_content()
    assert opened.locator(".sources code").inner_text().startswith("raw/import/wrong/0.warc ")
    assert opened.locator(".sources a").count() == 0, "a file cannot hand out records"


def test_crawled_text_stays_text(opened):
    opened.goto(opened.url.split("#")[0] + "#reader/zhejiang/2022//财政")
    opened.click(".found a")
    opened.wait_for_selector(".text .part")
    assert ATTACK in opened.inner_text(".text")
    assert "<img src=x onerror=1" in opened.inner_text(".sources")
    opened.goto(opened.url.split("#")[0] + "#crawls/vsb")
    opened.wait_for_selector(".sites")
    assert ATTACK in opened.inner_text(".sites")
    opened.goto(opened.url.split("#")[0] + "#reader////" + "%3Cimg%20src%3Dx%20onerror%3D1%3E")
    opened.wait_for_selector(".search")
    assert opened.locator("img, main script, [onerror]").count() == 0
    assert "owned" not in opened.title()


def test_levels_crawls_and_ways_back(opened):
    opened.get_by_text("province", exact=True).click()
    assert opened.url.endswith("#coverage/province")
    assert set(opened.locator(".grid .cell").all_inner_texts()) == {""}
    opened.get_by_role("link", name="Crawls").click()
    opened.get_by_role("link", name="ucap").click()
    opened.wait_for_selector(".sites")
    first, *_, last = opened.locator(".sites .state").all_inner_texts()
    assert (first, last) == ("partial", "ok"), "what fails comes first"
    opened.go_back()
    opened.go_back()
    opened.wait_for_selector(".grid")
    assert opened.locator('input[value="province"]').is_checked()


def test_an_address_of_nothing_says_so(opened):
    base = opened.url.split("#")[0]
    opened.goto(f"{base}#report/zhejiang/2022/0/nobody")
    opened.wait_for_selector(".alert")
    assert "is not in this file" in opened.inner_text(".alert")
    opened.goto(f"{base}#constructor/%E0")
    opened.wait_for_selector(".grid")


def test_chinese_is_set_as_chinese_and_every_control_has_a_name(opened):
    opened.goto(opened.url.split("#")[0] + "#reader/zhejiang/2022//教育")
    opened.click(".found a")
    opened.wait_for_selector(".text .part")
    unmarked = opened.evaluate("""() => [...document.querySelectorAll('main *')].filter(node =>
        [...node.childNodes].some(child => child.nodeType === 3 && /[\\u4e00-\\u9fff]/.test(child.data))
        && !node.closest('[lang=zh-Hans]')).map(node => node.outerHTML.slice(0, 90))""")
    assert unmarked == []
    line, size = opened.evaluate("""() => {
        const style = getComputedStyle(document.querySelector('.part p'));
        return [parseFloat(style.lineHeight), parseFloat(style.fontSize)];
    }""")
    assert 1.6 <= line / size <= 2.1
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing sticks out"
    opened.goto(opened.url.split("#")[0] + "#reader")
    opened.wait_for_selector(".search")
    names = opened.evaluate("[...document.querySelectorAll('select, input')].map(node => node.labels.length)")
    assert names and all(names)


def test_a_province_whose_reports_are_all_late_is_in_the_reader(chromium, folder, tmp_path):
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "built.json":
            (tmp_path / path.relative_to(folder)).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path.relative_to(folder)).write_bytes(path.read_bytes())
    cells = [Cell("zhejiang", 2022, "county", "late", 3), Cell("zhejiang", 2022, "county", "missing", 2),
             Cell("gansu", 2022, "county", "missing", 1)]  # fmt: skip
    counts = {"reports": 3, "agencies": 3, "first": 2022, "last": 2022, "crawled": "2026-01-20"}
    told = summary(counts, cells, [], Digest("Run", ()), ledger=True)
    (tmp_path / "data/summary.js").write_bytes(script("summary", {**told, "fields": fields()}))
    context = chromium.new_context()
    page, noted = page_of(context)
    page.goto(f"{tmp_path.as_uri()}/index.html")
    cell = page.get_by_label("zhejiang 2022")
    assert cell.inner_text() == "3"
    cell.click()
    page.wait_for_selector(".found")
    assert page.locator(".found li").count() == 3
    page.goto(f"{tmp_path.as_uri()}/index.html#reader/gansu/2022")
    page.wait_for_function("document.querySelector('[role=status]')?.textContent.includes('No report')")
    noted.check(f"{tmp_path.as_uri()}/")
    context.close()


def nationwide() -> bytes:
    """The first view of 100 000 reports: every cell filled in every status, 20 families."""
    cells = [
        Cell(slug, year, level, status, 1 + (year * len(slug)) % 40)
        for slug in PROVINCE_SLUGS[:-1] for year in range(2008, 2026) for level in AGENCY_LEVELS for status in STATUSES
    ]  # fmt: skip
    health = [Family(f"family{n}", 750, 600, 50, 50, 50, "2026-01-20", 99_999, 321) for n in range(20)]
    counts = {"reports": 100_000, "agencies": 9_000, "first": 2008, "last": 2025, "crawled": "2026-01-20"}
    told = summary(counts, cells, health, Digest("Run", (("new", "1", "good"),)), ledger=True)
    return script("summary", {**told, "fields": fields()})


def test_the_first_view_of_a_nation_takes_less_than_a_second(chromium, folder, tmp_path):
    for name in folder.iterdir():
        if name.is_file():
            (tmp_path / name.name).write_bytes(name.read_bytes())
    (tmp_path / "data").mkdir()
    (tmp_path / "data/summary.js").write_bytes(nationwide())
    context = chromium.new_context()
    page, noted = page_of(context)
    # CPU time of the thread that draws: the clock on the wall would measure what else this machine does.
    meter = context.new_cdp_session(page)
    meter.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(f"{tmp_path.as_uri()}/index.html")
    page.wait_for_selector("table.grid")
    shown = page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
    )
    spent = {item["name"]: item["value"] for item in meter.send("Performance.getMetrics")["metrics"]}
    print(f"first view: {spent['TaskDuration'] * 1000:.0f} ms of CPU, {shown:.0f} ms on the wall")
    assert 0.01 < spent["TaskDuration"] < 1
    cell = page.locator(".grid .cell").first
    said = dict(part.split(" ", 1)[::-1] for part in cell.get_attribute("aria-label").split(": ")[1].split(", "))
    assert int(cell.inner_text()) == int(said["found"]) + int(said["late"]), "a late report is there all the same"
    assert "trouble" in cell.get_attribute("class")
    assert page.locator(".grid .cell").count() == 18 * len(PROVINCE_SLUGS[:-1])
    noted.check(f"{tmp_path.as_uri()}/")
    context.close()

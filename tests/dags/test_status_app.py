"""The status page behind Airflow's own api-server: who may see it, what it serves, and how it looks from a browser."""

from __future__ import annotations

import threading
import time
from urllib.parse import urlsplit

import pytest

from tests.conftest import SITES
from tests.dags.conftest import HOME
from tests.transforms.status.small import ATTACK, make
from transforms.lake.query import connect
from transforms.status.build import build_status, status_store
from transforms.store import open_store


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARCHIVE_SITES", str(SITES))
        made = make(open_store(str(tmp_path_factory.mktemp("status") / "lake")))
    build_status(made, status_store(made))
    return made


@pytest.fixture(scope="module")
def server(lake, airflow_db):
    """Airflow's api-server with the plugin, on a loopback port, and a token of its viewer and of its admin."""
    import json

    import uvicorn

    passwords = HOME / "passwords.json"
    passwords.write_text(json.dumps({"admin": "a", "ana": "b"}), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARCHIVE_STORE", lake.uri)
        patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS", "admin:admin,ana:viewer")
        patch.setenv("AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE", str(passwords))
        patch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "x" * 64)
        from airflow.api_fastapi.app import create_app

        running = uvicorn.Server(uvicorn.Config(create_app(), host="127.0.0.1", port=0, log_level="error"))
        thread = threading.Thread(target=running.run, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not running.started and time.monotonic() < deadline:
            time.sleep(0.05)
        assert running.started
        port = running.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        running.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def token(server):
    import httpx

    answer = httpx.post(f"{server}/auth/token", json={"username": "ana", "password": "b"}, trust_env=False)
    assert answer.status_code == 201, answer.text
    return answer.json()["access_token"]


@pytest.fixture
def get(server, token):
    import httpx

    def ask(path: str, *, known: bool = True, **query):
        headers = {"Authorization": f"Bearer {token}"} if known else {}
        return httpx.get(f"{server}/archive{path}", params=query, headers=headers, trust_env=False)

    return ask


def pointer(lake, url: str) -> dict[str, object]:
    [row] = lake_rows = (
        connect(lake.uri)
        .sql(f"SELECT warc_key, warc_offset, warc_length FROM sources WHERE url LIKE '%/{url}%'")
        .fetchall()
    )
    assert len(lake_rows) == 1
    return dict(zip(("key", "offset", "length"), row, strict=True))


def test_nobody_unknown_gets_anything(get, lake):
    for path, query in (("/status/", {}), ("/status/data/summary.js", {}), ("/record", pointer(lake, "h.html"))):
        assert get(path, known=False, **query).status_code == 401
    for path in ("/docs", "/openapi.json", "/redoc"):
        assert get(path, known=False).status_code in (401, 404)


def test_files_and_nothing_else(get):
    page = get("/status/")
    assert page.status_code == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["x-content-type-options"] == "nosniff" and "Archive.recordUrl" in get("/status/place.js").text
    assert get("/status/data/reports/zhejiang/2022/0.js").headers["content-type"].startswith("text/javascript")
    for name in ("built.json", "../lake/index/part-0.parquet", "%2e%2e/lake/index.js", "data/none.js", "data//x.js"):
        assert get(f"/status/{name}").status_code == 404, name


def test_a_record_is_a_download_of_plain_text(get, lake):
    answer = get("/record", **pointer(lake, "h.html"))
    assert answer.status_code == 200 and "桐乡市财政局2022年" in answer.content.decode()
    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"key": "raw/none/0.warc"}, 404),
        ({"key": "lake/index/part-0.parquet"}, 404),
        ({"key": "raw/../lake/index/part-0.parquet"}, 404),
        ({"key": "raw/import"}, 404),
        ({"offset": 7}, 404),
        ({"offset": 10**9}, 404),
        ({"offset": -1}, 422),
        ({"length": 0}, 422),
        ({"length": 10**12}, 422),
    ],
)
def test_no_way_around_a_record(get, lake, change, status):
    assert get("/record", **{**pointer(lake, "h.html"), **change}).status_code == status


def test_before_the_first_audit(get, tmp_path, monkeypatch):
    monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path))
    answer = get("/status/")
    assert answer.status_code == 404 and "not built yet" in answer.text


def test_the_view_in_a_browser(server, token, lake, tmp_path):
    from tests.browser import browser, page_of

    with browser() as chromium:
        context = chromium.new_context(accept_downloads=True)
        context.add_cookies([{"name": "_token", "value": token, "url": server}])
        page, noted = page_of(context)
        page.goto(f"{server}/archive/status/#reader/zhejiang/2022//财政")
        page.click(".found a")
        page.wait_for_selector(".text .part")
        assert ATTACK in page.inner_text(".text") and page.locator("main img, main script").count() == 0
        with page.expect_download() as download:
            page.click(".sources a")
        download.value.save_as(tmp_path / "record.txt")
        assert "桐乡市财政局" in (tmp_path / "record.txt").read_text("utf-8")
        noted.check(f"{server}/archive/")
        frame_page, outer = page_of(context)  # as people open it: inside the UI of Airflow
        frame_page.goto(f"{server}/plugin/archive-status")
        frame = frame_page.frame_locator("iframe")
        frame.locator("table.grid").wait_for()
        frame.get_by_role("link", name="Crawls").click()
        frame.get_by_role("heading", name="Crawl health").wait_for()
        assert {urlsplit(url).netloc for url in outer.asked if url.startswith("http")} == {urlsplit(server).netloc}
        frame_page.screenshot(path=str(tmp_path / "airflow.png"))
        context.close()

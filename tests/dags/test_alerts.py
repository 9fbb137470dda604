"""What fails is told once a run, to the address that the operator gives, unless a silence covers it."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from typer.testing import CliRunner

from archive import app
from dags.support import silences, work
from dags.support.alerts import send
from dags.support.silences import Silence
from schemas.seasons import day_in_china
from tests.dags.test_runs import states
from transforms.store import open_store
from transforms.unreachable import StoreUnreachable

pytestmark = pytest.mark.usefixtures("test_sites")
TODAY = date(2026, 1, 31)


@pytest.fixture
def told(monkeypatch):
    """What is posted to the operator's address."""
    heard: list[dict] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("ARCHIVE_ALERT_URL", f"http://127.0.0.1:{server.server_port}/hook")
    yield heard
    server.shutdown()
    server.server_close()


@pytest.fixture
def store(tmp_path, monkeypatch):
    made = open_store(str(tmp_path))

    def crawl(store, site_id, years, crawl_id, *, again=False, today=None):
        raise RuntimeError(f"{site_id}: found nothing where 3 reports are expected\n<details>")

    monkeypatch.setattr(work, "open_archive", lambda: made)
    monkeypatch.setattr(work, "crawl", crawl)
    return made


def test_one_message_a_run(bag, run_dag, store, told):
    run = run_dag(bag.dags["crawl_trs_wcm"], "xinjiang|2019")
    assert [states(run)[name] for name in ("crawl0", "crawl1")] == ["failed", "failed"]
    [message] = told
    site = message["about"]
    assert site in ("a-1", "a-2") and message["key"] == "xinjiang|2019" and message["run"] == run.run_id
    assert message["text"] == (
        f"crawl_trs_wcm: crawl {site} of xinjiang|2019 failed: RuntimeError: {site}: found nothing where 3 reports are expected"
    )
    run_dag(bag.dags["crawl_trs_wcm"], "xinjiang|2020")
    assert len(told) == 2, "another run is another message"


def test_a_silence_covers_what_it_names(bag, run_dag, store, told):
    today = day_in_china(datetime.now(UTC))
    silences.add(store, Silence("crawl_*", "a-1", today, "the site moves house"), today)
    run_dag(bag.dags["crawl_trs_wcm"], "xinjiang|2019")
    assert [message["about"] for message in told] == ["a-2"]


def test_an_address_that_does_not_answer_changes_nothing(bag, run_dag, store, monkeypatch):
    monkeypatch.setenv("ARCHIVE_ALERT_URL", "http://127.0.0.1:9/")
    run = run_dag(bag.dags["crawl_trs_wcm"], "xinjiang|2019")
    assert states(run)["publish"] == "success" and str(run.state) == "failed"
    assert not list(store.list("state/alerts/")), "what did not arrive is told with the next failure"
    with pytest.raises(ValueError, match="http"):
        send("file:///etc/passwd", {})


def test_a_silence_of_a_key_covers_the_sites_of_its_run(bag, run_dag, store, told):
    today = day_in_china(datetime.now(UTC))
    silences.add(store, Silence("*", "xinjiang|*", today, "a province moves house"), today)
    run_dag(bag.dags["crawl_trs_wcm"], "xinjiang|2019")
    assert told == []


def test_what_silences_nothing_silences_nothing(bag, run_dag, store, told):
    for number, data in enumerate((b"{", b"[]", b'{"dag": "*", "about": "*", "until": "someday", "reason": "x"}')):
        store.put(f"{silences.FOLDER}{number}.json", data)
    run_dag(bag.dags["crawl_trs_wcm"], "xinjiang|2019")
    assert len(told) == 1


@pytest.mark.parametrize("broken", ["list", "put"])
def test_a_store_that_is_down_is_told_of(bag, run_dag, store, told, monkeypatch, broken):
    def down(*args, **named):
        raise StoreUnreachable("connection refused")

    monkeypatch.setattr(store, broken, down)
    run_dag(bag.dags["crawl_trs_wcm"], "xinjiang|2019")
    assert told


def test_every_silence_ends(tmp_path):
    store = open_store(str(tmp_path))
    kept = Silence("crawl_vsb", "*", TODAY + timedelta(2), "known")
    name = silences.add(store, kept, TODAY)
    for day, silent in ((0, True), (2, True), (3, False)):
        found = silences.silenced(store, "crawl_vsb", ["x"], TODAY + timedelta(day))
        assert (found == kept) if silent else found is None
    assert silences.silenced(store, "crawl_ucap", ["x"], TODAY) is None
    for bad in (
        Silence("a", "*", TODAY - timedelta(1), "late"), Silence("a", "*", TODAY + timedelta(91), "long"),
        Silence("a", "*", TODAY, " "),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="silence"):
            silences.add(store, bad, TODAY)
    silences.end(store, name)
    assert silences.kept(store) == []


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path))
    day = (day_in_china(datetime.now(UTC)) + timedelta(3)).isoformat()
    runner = CliRunner()
    made = runner.invoke(app, ["silence", "add", "crawl_*", "--until", day, "--reason", "New Year", "--about", "s-1"])
    assert made.exit_code == 0
    said = runner.invoke(app, ["silence", "list", "--format", "json"])
    [row] = json.loads(said.output)
    assert (row["name"], row["about"], row["reason"], row["holds"]) == (made.output.strip(), "s-1", "New Year", True)
    assert runner.invoke(app, ["silence", "add", "x", "--until", "soon", "--reason", "y"]).exit_code != 0
    assert runner.invoke(app, ["silence", "end", row["name"]]).exit_code == 0
    assert runner.invoke(app, ["silence", "end", row["name"]]).exit_code != 0

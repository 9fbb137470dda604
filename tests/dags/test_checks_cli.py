"""`archive build` and `archive checks` where a partition fails a check."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from archive import app
from dags.support import work
from schemas.checks import Check
from tests.transforms.lake.corpus import written
from tests.transforms.lake.drawn import put
from transforms.lake import gate
from transforms.lake.index import INDEX_KEY
from transforms.lake.query import connect
from transforms.store import open_store

RUN = CliRunner()
HOST = "www.tx.gov.cn"


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Give the commands pages of two reports where a check wants one at most."""
    checks = (Check("few", "reports", "why", max=1), Check("some", "reports", "why", min=1))
    monkeypatch.setattr(gate, "checks", lambda: checks)
    monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path))
    made = open_store(str(tmp_path))
    for n, body in enumerate(("教育局", "财政局")):
        put(
            made,
            str(n),
            written(f"桐乡市{body}", 2022, body),
            HOST,
            site="桐乡市人民政府",
            url=f"http://{HOST}/{n}.html",
        )
    return made


def listed(*line):
    answer = RUN.invoke(app, ["checks", "--format", "json", *line])
    return answer.exit_code, [(row["name"], row["status"], row["reason"]) for row in json.loads(answer.stdout)]


def test_a_held_partition_fails_the_commands_until_it_is_accepted(store):
    for _ in range(2):
        answer = RUN.invoke(app, ["build"])
        assert answer.exit_code == 1 and "zhejiang|2022 keeps its last good state: few = 2" in answer.stderr
    assert not list(store.list("lake/reports/"))
    assert listed() == (1, [("few", "failed", "")])
    with pytest.raises(ValueError, match="few = 2"):  # what the task of build_reports says; no retry
        work.build(store, "zhejiang|2022")
    assert RUN.invoke(app, ["build", "--accept", "few"]).exit_code == 1
    assert RUN.invoke(app, ["build", "--reason", "merged"]).exit_code == 1
    answer = RUN.invoke(app, ["build", "--accept", "few", "--reason", "merged", "--key", "zhejiang|2022"])
    assert answer.exit_code == 0 and "few accepted for: zhejiang|2022" in answer.stdout
    assert len(list(store.list("lake/reports/"))) == 1
    assert listed("--all") == (0, [("few", "accepted", "merged"), ("some", "passed", "")])


def test_digest_and_status_page_count_what_was_built_since_the_last_index(store, tmp_path):
    for number in range(2):
        RUN.invoke(app, ["build", "--accept", "few", "--reason", "merged"] if number else ["build"])
    store.delete(INDEX_KEY)  # as after a backfill: partitions, and no audit yet
    assert ": 2 reports\n" in RUN.invoke(app, ["digest"]).stdout
    store.delete(INDEX_KEY)
    answer = RUN.invoke(app, ["status", "build", str(tmp_path / "out")])
    assert answer.exit_code == 0 and "reports: 2" in answer.stdout
    assert connect(store.uri).sql("SELECT count(*) FROM report_index").fetchall() == [(2,)]


def test_the_digest_names_what_is_held_and_keeps_its_days(store):
    RUN.invoke(app, ["build"])
    answer = RUN.invoke(app, ["digest"])
    assert answer.exit_code == 0 and "partitions held back by a check: 1\n  zhejiang|2022: few = 2\n" in answer.stdout
    [name] = [name for name in store.list("state/digests/") if name.endswith(".txt")]
    again = RUN.invoke(app, ["digest", "--day", name.split("/")[-1].removesuffix(".txt")])
    assert again.stdout == answer.stdout
    for day in ("2001-01-01", "yesterday"):
        assert RUN.invoke(app, ["digest", "--day", day]).exit_code == 1

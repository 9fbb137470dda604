from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive import app
from tests.conftest import SITES
from transforms.lake.query import connect

RUN = CliRunner()


def test_empty_lake(monkeypatch, tmp_path):
    monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path))
    answer = RUN.invoke(app, ["query", "SELECT count(*) AS n FROM reports", "--format", "json"])
    assert answer.exit_code == 0 and answer.stdout.strip() == '[{"n": 0}]'


def test_bad_input_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path))
    for line in (["query", "SELECT nope"], ["import", str(tmp_path / "no")], ["build"], ["inspect", "/no/file"]):
        answer = RUN.invoke(app, line)
        assert answer.exit_code == 1
        assert len(answer.stderr.strip().splitlines()) == 1 and "Traceback" not in answer.output


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{0}/owned.csv'",
        "SELECT * FROM read_csv('{0}/secret.csv')",
        "SELECT * FROM '{0}/secret.csv'",
        "SET enable_external_access = true",
        "ATTACH '{0}/x.db'",
        "",
    ],
)
def test_a_query_reads_the_lake_and_nothing_else(monkeypatch, tmp_path, sql):
    monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path / "store"))
    (tmp_path / "secret.csv").write_text("a\n1\n")
    answer = RUN.invoke(app, ["query", sql.format(tmp_path)])
    assert answer.exit_code == 1 and len(answer.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "owned.csv").exists() and not (tmp_path / "x.db").exists()


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_crawled_text_does_not_steer_the_terminal(monkeypatch, tmp_path, form):
    monkeypatch.setenv("ARCHIVE_STORE", str(tmp_path))
    answer = RUN.invoke(app, ["query", "SELECT chr(27) || '[31mred' || chr(155) AS title", "--format", form])
    assert answer.exit_code == 0 and "red" in answer.stdout and not set("\x1b\x9b") & set(answer.stdout)


def test_every_column_of_a_crawled_lake_can_be_shown(monkeypatch, nation_lake):
    monkeypatch.setenv("ARCHIVE_STORE", nation_lake.uri)
    for table in ("reports", "sections", "figures", "sources", "rejects", "crawls", "sites", "reports_text"):
        for form in ("table", "csv", "json"):
            answer = RUN.invoke(app, ["query", f"SELECT * FROM {table} LIMIT 3", "--format", form])
            assert answer.exit_code == 0 and answer.stdout, (table, answer.stderr)


def test_a_lake_is_built_elsewhere_without_airflow(monkeypatch, nation_lake, tmp_path):
    monkeypatch.setenv("ARCHIVE_SITES", str(SITES))
    monkeypatch.setenv("ARCHIVE_STORE", nation_lake.uri)
    counts = []
    for source in ("raw/", f"{nation_lake.root}/raw"):  # a prefix of the store, a folder of WARC files
        to = str(tmp_path / source.replace("/", "_"))
        answer = RUN.invoke(app, ["build", "--from", source, "--to", to])
        assert answer.exit_code == 0, answer.output
        counts.append(
            connect(to).sql("SELECT count(*), sum(n_sources), count(DISTINCT province) FROM reports").fetchall()
        )
    whole = connect(nation_lake.uri).sql("SELECT count(*), sum(n_sources), count(DISTINCT province) FROM reports")
    assert counts == [whole.fetchall()] * 2
    assert RUN.invoke(app, ["verify"]).stdout == "all as recorded\n"


def test_dictionary_is_current():
    kept = Path(__file__).parents[1] / "docs" / "tables.md"
    assert RUN.invoke(app, ["docs", "tables"]).stdout == kept.read_text(encoding="utf-8")

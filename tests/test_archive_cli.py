from pathlib import Path

from typer.testing import CliRunner

from archive import app

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


def test_dictionary_is_current():
    kept = Path(__file__).parents[1] / "docs" / "tables.md"
    assert RUN.invoke(app, ["docs", "tables"]).stdout == kept.read_text(encoding="utf-8")

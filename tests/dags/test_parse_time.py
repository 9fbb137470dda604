"""Every task parses its DAG file again: a file has to parse in less than a second."""

from tests.benchmarks.orchestration import PARSE_SECONDS, ROOT, parse_seconds


def test_every_dag_file_parses_quickly():
    took = parse_seconds()
    assert set(took) == {path.name for path in (ROOT / "dags").glob("*.py")}
    assert max(took.values()) < PARSE_SECONDS, took


def test_a_slow_file_is_found_out(tmp_path):
    (tmp_path / "slow.py").write_text(
        "import time\nend = time.process_time() + 1\nwhile time.process_time() < end: pass\n"
    )
    assert parse_seconds(tmp_path)["slow.py"] > PARSE_SECONDS

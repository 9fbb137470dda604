"""Every task parses its DAG file again: a file has to parse in less than a second."""

from tests.benchmarks.orchestration import PARSE_SECONDS, ROOT, parse_seconds

SLOW = (
    "# not airflow's dag, but slow\nimport time\nend = time.process_time() + 1\nwhile time.process_time() < end: pass\n"
)


def test_every_dag_file_parses_quickly(tmp_path):
    (tmp_path / "slow.py").write_text(SLOW)
    took = parse_seconds(tmp_path / "slow.py")
    assert took.pop("slow.py") > PARSE_SECONDS  # the measure finds it
    assert set(took) == {path.name for path in (ROOT / "dags").glob("*.py")}
    assert max(took.values()) < PARSE_SECONDS, took

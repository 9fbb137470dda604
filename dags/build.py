"""Build the lake partitions of one province and year, or one month of rejects, from the pages read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, IdentityMapper, PartitionedAssetTimetable, task

from dags.support import common

DOC = """
### Build reports
One run per key on the `pages` asset: `<province>|<year>` deduplicates, checks and stores that partition;
`rejects|<fetch month>` stores what was left out and why, `crawls|<month>` the log of crawls. Running a key twice changes nothing.
"""

with DAG(
    "build_reports",
    dag_display_name="Build reports",
    schedule=PartitionedAssetTimetable(assets=common.PAGES, default_partition_mapper=IdentityMapper()),
    start_date=common.START,
    catchup=False,
    max_active_runs=4,
    default_args=common.defaults(delay=2),
    tags=["archive", "build"],
    doc_md=DOC,
) as dag:

    @task(execution_timeout=timedelta(hours=2))
    def build(*, dag_run: Any = None) -> str:
        """Build this run's key."""
        from dags.support import work

        result = work.build(work.open_archive(), dag_run.partition_key)
        print(result)
        return result

    build()

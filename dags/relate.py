"""Tell which reports share text and which pages copy a report, over the whole lake, and bring the index up to date."""

from __future__ import annotations

import os
from datetime import timedelta

from airflow.sdk import DAG, task

from dags.support import common

DOC = """
### Relate reports
Finds, over all provinces and years, the originals of pages that hide theirs and the pairs of reports that share text, builds
the partitions that this touches, and writes the index anew. What did not change since the last run is not compared again.
One build cannot do it, since an original may lie in another province or year.
"""

CRON = os.environ.get("ARCHIVE_RELATE_CRON", "0 19 * * *")  # 03:00 in China

with DAG(
    "relate_reports",
    dag_display_name="Relate reports",
    schedule=None if CRON == "off" else CRON,
    start_date=common.START,
    catchup=False,
    max_active_runs=1,
    default_args=common.defaults(),
    tags=["archive", "build"],
    doc_md=DOC,
) as dag:

    @task(execution_timeout=timedelta(hours=6))
    def relate() -> dict[str, int]:
        """Relate, then write the index; counts of pairs, matched pages, keys built anew and reports."""
        from dags.support import work
        from transforms.lake.build import build_relations
        from transforms.lake.index import build_index

        store = work.open_archive()
        results, related = build_relations(store)
        counts = {
            "pairs": related.pairs,
            "matched": related.matched,
            "keys": len(results),
            "reports": build_index(store),
        }
        print(counts)
        return counts

    relate()

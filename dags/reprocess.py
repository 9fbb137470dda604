"""Read raw again after a change of the reader, and build what follows from it: no request is made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, TriggerRule, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.support import common

DOC = """
### Reprocess
By hand, after a new version of the reader (`STAGE_VERSION`): reads the archived WARC files that this version has not read and
hands the keys found to `build_reports`, and those that the former version had found, since a report may have moved. Nothing is
fetched. Run again it goes on where it stopped; where every file is read it does nothing. A file that cannot be read fails
its batch and the run, the others are published all the same.
"""
BATCH = 20  # WARC files a task: reading starts a process a core, which should pay

with DAG(
    "reprocess",
    dag_display_name="Reprocess",
    schedule=None,
    start_date=common.START,
    catchup=False,
    max_active_runs=1,
    params={
        "prefix": Param(
            "raw/",
            type="string",
            pattern=r"^raw/([a-z0-9_.-]+/)*$",
            title="Raw files",
            description="raw/ for all of them, raw/<family>/ or raw/<family>/<site>/ for some.",
        )
    },
    default_args=common.defaults(),
    tags=["archive", "build"],
    doc_md=DOC,
) as dag:

    @task
    def batches(*, params: Any = None) -> list[list[str]]:
        """List the WARC files that this version of the reader has not read, in batches."""
        from dags.support.work import open_archive
        from transforms.pages import unread

        keys = unread(open_archive(), params["prefix"])
        if not keys:
            raise AirflowSkipException("this version of the reader has read every file")
        return [keys[at : at + BATCH] for at in range(0, len(keys), BATCH)]

    @task(execution_timeout=timedelta(hours=12), map_index_template="{{ first }}")
    def read(batch: list[str]) -> list[str]:
        """Read a batch of WARC files into the page cache; return the lake keys they touch."""
        from dags.support.work import open_archive
        from transforms.pages import read_warcs

        common.label(first=batch[0])
        return read_warcs(open_archive(), batch)

    @task(outlets=[common.PAGES], trigger_rule=TriggerRule.ALL_DONE)
    def publish(found: Any, *, outlet_events: Any = None) -> list[str]:
        """Emit the keys found, and those that still show pages as the former version read them."""
        from dags.support.work import open_archive
        from transforms.lake.pending import pending_keys

        keys = sorted({*pending_keys(open_archive()), *(key for part in found or [] for key in part or [])})
        if not keys:
            raise AirflowSkipException("nothing was read")
        outlet_events[common.PAGES].add_partitions(keys)
        return keys

    @task
    def verdict() -> None:
        """Stand after reading: it can only run, and the run only succeed, when every batch was read."""

    pages = read.expand(batch=batches())
    publish(pages)
    pages >> verdict()

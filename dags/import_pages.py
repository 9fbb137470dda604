"""Bring stored pages in (text, WARC, WET, HTML) and take them down the same path as crawled ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.support import common

DOC = """
### Import pages
By hand: a file, a folder or a bucket prefix of stored pages. They become WARC files under `raw/import/`, are
read like any crawled page, and their keys go to `build_reports`. A manifest (CSV or JSON lines) may give each
page its address, host and fetch date. Importing the same content twice changes nothing.
"""

with DAG(
    "import_pages",
    dag_display_name="Import pages",
    schedule=None,
    start_date=common.START,
    catchup=False,
    max_active_runs=2,
    params={
        "source": Param(
            "", type="string", title="Source", description="A file, folder or s3://bucket/prefix/ of pages."
        ),
        "kind": Param("text", type="string", enum=["text", "warc", "wet", "html"], title="Kind of page"),
        "manifest": Param(
            None,
            type=["null", "string"],
            title="Manifest",
            description="Optional file with address, host and fetch date of each page.",
        ),
    },
    default_args={
        "owner": common.OWNER,
        "retries": 1,
        "retry_delay": timedelta(seconds=5),
        "retry_policy": common.not_mistakes(),
    },
    tags=["archive", "import"],
    doc_md=DOC,
) as dag:

    @task
    def bring_in(*, params: Any = None) -> list[str]:
        """Store the pages as WARC and return the keys of the WARC files."""
        from dags.support.imports import import_source
        from dags.support.work import open_archive

        return import_source(open_archive(), params["source"], params["kind"], params["manifest"])

    @task
    def read(warc_keys: Any) -> list[str]:
        """Read the WARC files into the page cache; return the lake keys they touch."""
        from dags.support.work import open_archive
        from transforms.pages import read_warcs

        return list(read_warcs(open_archive(), warc_keys))

    @task(outlets=[common.PAGES])
    def publish(keys: Any, *, outlet_events: Any = None) -> list[str]:
        """Emit the keys found, each once."""
        if not keys:
            raise AirflowSkipException("no pages were read")
        outlet_events[common.PAGES].add_partitions(sorted(set(keys)))
        return sorted(set(keys))

    publish(read(bring_in()))

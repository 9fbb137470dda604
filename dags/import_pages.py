"""Bring in what others kept (files, or web archives) and take it down the same path as crawled pages."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, Param, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from dags.support import common

DOC = """
### Import pages
By hand: a file, a folder or a bucket prefix of stored pages. They become WARC files under `raw/import/`, are
read like any crawled page, and their keys go to `build_reports`. A manifest (CSV or JSON lines) may give each
page its address, host and fetch date. Importing the same content twice changes nothing.

Or the name of a web archive (`wayback`, `commoncrawl`) and what is wanted of it: sites, families or provinces of the
registry, or addresses such as `www.example.gov.cn/zwgk/*`. What was imported before is not fetched again; a site
that fails fails the run, the pages of the others are read and published all the same.
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
            "",
            type="string",
            title="Source",
            description="A file, folder or s3://bucket/prefix/ of pages; or a web archive: wayback, commoncrawl.",
        ),
        "kind": Param("text", type="string", enum=["text", "warc", "wet", "html"], title="Kind of page"),
        "manifest": Param(
            None,
            type=["null", "string"],
            title="Manifest",
            description="Optional file with address, host and fetch date of each page.",
        ),
        "names": Param(
            [],
            type="array",
            items={"type": "string"},
            title="Wanted of a web archive",
            description="Sites, families, provinces or addresses.",
        ),
        "captured": Param(
            "",
            type="string",
            pattern=common.YEARS_PATTERN,
            title="Years of capture",
            description="Of a web archive only, e.g. 2009-2015; all when empty.",
        ),
    },
    default_args=common.defaults(retries=1),
    tags=["archive", "import"],
    doc_md=DOC,
) as dag:

    @task(multiple_outputs=True)
    def bring_in(*, params: Any = None, dag_run: Any = None, ti: Any = None) -> dict[str, list[str]]:
        """Store the pages as WARC; return the keys of the WARC files, of the log, and what failed."""
        from dags.support.imports import bring
        from dags.support.work import crawl_id_of, open_archive

        brought = bring(
            open_archive(),
            [params["source"], *params["names"]],
            kind=params["kind"],
            manifest=params["manifest"],
            captured=params["captured"],
            crawl_id=crawl_id_of(dag_run.run_after, params["captured"] or "all", ti.try_number),
        )
        return {"keys": brought.keys, "log": brought.log_keys, "failed": brought.failed}

    @task
    def read(warc_keys: Any, log_keys: Any) -> list[str]:
        """Read the WARC files into the page cache; return the lake keys they touch, and those of the log."""
        from dags.support.work import open_archive
        from transforms.pages import read_warcs

        return [*read_warcs(open_archive(), warc_keys), *log_keys]

    @task(outlets=[common.PAGES])
    def publish(keys: Any, *, outlet_events: Any = None) -> list[str]:
        """Emit the keys found, each once."""
        if not keys:
            raise AirflowSkipException("no pages were read")
        outlet_events[common.PAGES].add_partitions(sorted(set(keys)))
        return sorted(set(keys))

    @task
    def verdict(failed: Any) -> None:
        """Fail the run when a part of the import did, once the rest is published."""
        if failed:
            raise AirflowFailException("; ".join(failed))

    brought: Any = bring_in()
    publish(read(brought["keys"], brought["log"])) >> verdict(brought["failed"])

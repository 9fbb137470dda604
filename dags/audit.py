"""Take stock every day: what should be there, what the checks say, the status page, the digest; weekly, every byte."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.support import common

DOC = """
### Audit
Daily and light: writes the index, the ledger of expected reports, the table of checks, the digest of the day
(`state/digests/`, `archive digest`) and the status page. It fails at its end while a check holds a partition back, so that
nobody forgets it; the digest names it, `archive build --accept` publishes it all the same. On Sundays, or with `depth` =
`full`, every object is hashed again and every pointer followed to its archived bytes, as `archive verify` does.
Starts as `ARCHIVE_AUDIT_CRON` says, in UTC (`off`: by hand).
"""

CRON = os.environ.get("ARCHIVE_AUDIT_CRON", "0 20 * * *")  # 04:00 in China, after relate_reports has started
PARAMS = {
    "depth": Param(
        "weekly",
        type="string",
        enum=["light", "full", "weekly"],
        title="How deep",
        description="light: no re-hashing; full: with it; weekly: full on Sundays (in China), else light.",
    )
}

with DAG(
    "audit",
    dag_display_name="Audit",
    schedule=None if CRON == "off" else CRON,
    start_date=common.START,
    catchup=False,
    max_active_runs=1,
    params=PARAMS,
    render_template_as_native_obj=True,
    default_args=common.defaults(),
    tags=["archive", "audit"],
    doc_md=DOC,
) as dag:

    @task(execution_timeout=timedelta(hours=1))
    def index() -> int:
        """Write the index; the number of reports."""
        from dags.support.work import open_archive
        from transforms.lake.index import build_index

        return build_index(open_archive())

    @task(execution_timeout=timedelta(hours=1))
    def ledger(*, dag_run: Any = None) -> dict[str, int]:
        """Bring the ledger of expected reports up to date."""
        from dags.support.work import open_archive, update_ledger

        return update_ledger(open_archive(), common.day_of(dag_run))

    @task(execution_timeout=timedelta(hours=1))
    def checks() -> int:
        """Write the table of checks; the number of its rows."""
        from dags.support.work import open_archive
        from transforms.lake.gate import build_checks

        return build_checks(open_archive())

    @task(execution_timeout=timedelta(hours=1))
    def digest(*, dag_run: Any = None) -> str:
        """Write and print the digest of the day."""
        from dags.support.work import open_archive
        from transforms.lake.digest import as_text, write_digest

        text = as_text(write_digest(open_archive(), common.day_of(dag_run)))
        print(text)
        return text

    @task(execution_timeout=timedelta(hours=6))
    def page() -> dict[str, int]:
        """Make the status page in the bucket."""
        from dags.support.work import open_archive
        from transforms.status.build import build_status, status_store

        store = open_archive()
        return build_status(store, status_store(store))

    @task(execution_timeout=timedelta(hours=24))
    def fixity(*, params: Any = None, dag_run: Any = None) -> None:
        """Hash every object again and follow every pointer; fails when anything is not as recorded."""
        from dags.support.work import is_full, open_archive
        from transforms.lake.verify import verify

        if not is_full(params["depth"], common.day_of(dag_run)):
            raise AirflowSkipException("a light audit")
        found = 0
        for problem in verify(open_archive()):
            print(problem)
            found += 1
        if found:
            raise ValueError(f"{found} problems found; the log of this task lists them")

    @task
    def verdict() -> None:
        """Fail while a check holds a partition back."""
        from dags.support.work import open_archive
        from transforms.lake.gate import refuse_held

        refuse_held(open_archive())

    taken = digest()
    index() >> [ledger(), checks()] >> taken >> [page(), verdict()]
    fixity()

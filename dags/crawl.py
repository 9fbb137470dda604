"""One crawl DAG per site family of the registry: crawl each site, read its pages, publish the keys found."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, IdentityMapper, PartitionedAssetTimetable, TriggerRule, task

from dags.support import common

DOC = """
### Crawl {family} sites
One run per key `<province>|<years>` that `plan_year` emits; or trigger it with such a partition key.
Each site is crawled in a child process (pool `crawl`) and read at once. A site that fails, or yields nothing
where the registry expects reports, fails its own task and the run; the pages of the other sites are read and
published all the same. Clear the failed task to repeat just that site.
"""
CRAWL_TIMEOUT = timedelta(hours=float(os.environ.get("ARCHIVE_CRAWL_HOURS", "12")))


def crawl_dag(family: str) -> DAG:
    """Make the crawl DAG of one family."""
    asset = common.plan_asset(family)
    with DAG(
        f"crawl_{family}",
        dag_display_name=f"Crawl {family}",
        schedule=PartitionedAssetTimetable(assets=asset, default_partition_mapper=IdentityMapper()),
        start_date=common.START,
        catchup=False,
        max_active_runs=8,
        default_args=common.defaults(policy=common.network_only()),
        tags=["archive", "crawl", family],
        doc_md=DOC.format(family=family),
    ) as dag:

        @task
        def sites_of_key(*, dag_run: Any = None, triggering_asset_events: Any = None) -> list[dict[str, Any]]:
            """List the sites of this run's key that are not complete."""
            from dags.support.work import open_archive, sites_to_do

            events = (triggering_asset_events or {}).get(asset) or []
            extras = [dict(event.extra or {}) for event in events]
            found = sites_to_do(open_archive(), family, dag_run.partition_key, extras, common.day_of(dag_run))
            return [{"site_id": site_id, "again": again} for site_id, again in found.items()]

        @task(pool=common.POOL, execution_timeout=CRAWL_TIMEOUT, map_index_template="{{ site_id }}")
        def crawl(site_id: str, again: bool, *, dag_run: Any = None, ti: Any = None) -> None:
            """Crawl one site."""
            from dags.support import work

            common.label(site_id=site_id)
            _, years = work.split_key(dag_run.partition_key)
            crawl_id = work.crawl_id_of(dag_run.run_after, years, ti.try_number)
            today = common.day_of(dag_run)
            work.crawl(work.open_archive(), site_id, years, crawl_id, again=again, today=today)

        @task(trigger_rule=TriggerRule.ALL_DONE, map_index_template="{{ site_id }}")
        def read(site_id: str, again: bool) -> list[str]:
            """Read one site's WARC files into the page cache; return the lake keys they touch.

            Also when the crawl failed: half a crawl has left what it could fetch.
            """
            from dags.support import work

            common.label(site_id=site_id)
            return work.read_site(work.open_archive(), family, site_id)

        @task(outlets=[common.PAGES], trigger_rule=TriggerRule.ALL_DONE)
        def publish(found: Any, *, dag_run: Any = None, outlet_events: Any = None) -> list[str]:
            """Emit every key found and the log of the crawls, each once, whatever became of the other sites."""
            from dags.support.work import crawl_log_keys

            keys = {key for part in found or [] for key in part or []}
            keys.update(crawl_log_keys(dag_run.run_after, datetime.now(UTC)))
            outlet_events[common.PAGES].add_partitions(sorted(keys))
            return sorted(keys)

        @task
        def verdict() -> None:
            """Stand after crawl and read: it can only run, and the run only succeed, when no site failed."""

        sites = sites_of_key()
        crawled = crawl.expand_kwargs(sites)
        pages = read.expand_kwargs(sites)
        crawled >> pages
        publish(pages)
        [crawled, pages] >> verdict()
    return dag


for _family in common.families():
    globals()[f"crawl_{_family}"] = crawl_dag(_family)

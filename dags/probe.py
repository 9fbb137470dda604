"""Look at the registry's sites outside their crawls: who does not answer, who has left its family."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, TriggerRule, task
from airflow.sdk.exceptions import AirflowFailException

from dags.support import common

DOC = """
### Probe sites
Fetches one page of every site of the registry, politely, and says whether it answers and is still of the family that its row
says: a site that moved to another product yields nothing in the season otherwise. The findings lie in
`state/probes/<day>/<province>.json`. Fails when a site has left its family; one that does not answer is a finding and no
failure. Starts as `ARCHIVE_PROBE_CRON` says, in China's time (`0 22 * * 6`: Saturday nights), or by hand.
"""
CRON = os.environ.get("ARCHIVE_PROBE_CRON", "off")

FAMILIES, PROVINCES = common.families(), common.provinces()

with DAG(
    "probe_sites",
    dag_display_name="Probe sites",
    schedule=None if CRON == "off" else CronTriggerTimetable(CRON, timezone="Asia/Shanghai"),
    start_date=common.START,
    catchup=False,
    max_active_runs=1,
    params={
        "provinces": common.choice(PROVINCES, PROVINCES, "Provinces", "Province slugs; all when left as they are."),
        "families": common.choice(
            FAMILIES, FAMILIES, "Site families", "Only sites of these; all when left as they are."
        ),
    },
    render_template_as_native_obj=True,
    default_args=common.defaults(retries=1),
    tags=["archive", "crawl"],
    doc_md=DOC,
) as dag:

    @task
    def provinces(*, params: Any = None) -> list[str]:
        """List the provinces."""
        return sorted(params["provinces"])

    @task(pool=common.POOL, execution_timeout=timedelta(hours=12), map_index_template="{{ province }}")
    def look(name: str, *, params: Any = None, dag_run: Any = None) -> list[str]:
        """Look at the sites of one province and keep what was found; return those that left their family."""
        from dags.support.work import open_archive, probe_sites

        common.label(province=name)
        return probe_sites(open_archive(), name, params["families"], common.day_of(dag_run))

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def verdict(found: Any) -> None:
        """Fail when a site has left its family."""
        left = [line for part in found or [] for line in part or []]
        if left:
            raise AirflowFailException("; ".join(left))

    verdict(look.expand(name=provinces()))

"""Plans of a year and of the season: which provinces and years want a crawl, and which read pages still want a build."""

from __future__ import annotations

import os
from typing import Any

from airflow.sdk import DAG, CronPartitionTimetable, CronTriggerTimetable, Param, task
from airflow.sdk.exceptions import AirflowSkipException

from dags.support import common
from dags.support.timetables import YearsByHand

DOC = """
### Plan {what}
Emits keys `<province>|<years>` on one plan asset per site family; each key starts one `crawl_<family>` run.
What the bucket already has is left out. {when}
It also hands pages that were read but never built to `build_reports`.
"""
YEAR = (
    "Starts as `ARCHIVE_PLAN_CRON` says (`0 0 1 1 *`: each January for the year before), or by hand with the form below, "
    "for one year (`2019`) or several (`2008-2025`), or with Airflow's backfill (from 2013-01-01 to "
    "2014-12-31: the report years 2013 and 2014)."
)
SEASON = (
    "Starts as `ARCHIVE_SEASON_CRON` says, in China's time (`30 1 * 1-3 *`: every night while reports come out), for the "
    "year before. A site that was crawled well is left alone for the days that `schemas/season.yml` gives the month."
)

# `off` leaves only runs started by hand: a new installation must not set out on a national crawl by itself.
CRON, SEASON_CRON = (os.environ.get(f"ARCHIVE_{name}_CRON", "off") for name in ("PLAN", "SEASON"))
FAMILIES, PROVINCES = common.families(), common.provinces()

PARAMS = {
    "provinces": common.choice(PROVINCES, PROVINCES, "Provinces", "Province slugs; all when left as they are."),
    "years": Param(
        "",
        type="string",
        pattern=common.YEARS_PATTERN,
        title="Years",
        description="2019 or 2008-2025; empty: the year of this run's partition, in plan_season the year before.",
    ),
    "families": common.choice(FAMILIES, FAMILIES, "Site families", "Kinds of site to crawl."),
    "levels": common.choice(common.LEVELS, [], "Agency levels", "Only sites of these levels; empty: all levels."),
    "sites": Param(
        [],
        type="array",
        items={"type": "string", "pattern": "^[a-z0-9-]+$"},
        title="Sites",
        description="Only these site ids, one per line; empty: all sites.",
    ),
    "only": Param(
        "missing",
        type="string",
        enum=["missing", "failed", "all"],
        title="What",
        description="missing: what was not crawled well; failed: what the ledger says was tried in vain; all: again.",
    ),
}


def _years(params: dict[str, Any], dag_run: Any, *, season: bool) -> str:
    """The years that a plan asks for and that have ended; "" when none has."""
    from dags.support.work import ended_years_of

    years = params["years"] or getattr(dag_run, "partition_key", None) or ""
    if not years and season:
        years = common.day_of(dag_run).year - 1
    if not years:
        raise ValueError("no years: give the param `years` or a partition key")
    return ended_years_of(str(years), common.day_of(dag_run))


def plan_dag(dag_id: str, title: str, schedule: Any, doc: str, *, season: bool = False) -> DAG:
    """Make a DAG that plans crawls; one of the `season` plans the year before where no years are given."""
    with DAG(
        dag_id,
        dag_display_name=title,
        schedule=schedule,
        start_date=common.START,
        catchup=False,
        max_active_runs=1 if season else 4,
        params=PARAMS,
        render_template_as_native_obj=True,
        default_args=common.defaults(retries=1),
        tags=["archive", "plan"],
        doc_md=doc,
    ) as dag:

        @task
        def ledger(*, params: Any = None, dag_run: Any = None) -> None:
            """Refuse a plan that no site fits or whose years are none, end one for years that are not over; bring the
            ledger up to date where the plan asks what failed.
            """
            from dags.support.work import fitting_sites, open_archive, update_ledger

            fitting_sites(params["families"], params["provinces"], levels=params["levels"], sites=params["sites"])
            if not _years(params, dag_run, season=season):
                raise AirflowSkipException("nothing to do: none of these years is over, their reports are not written")
            if params["only"] == "failed":
                print(update_ledger(open_archive(), common.day_of(dag_run)))

        @task(outlets=[common.PAGES])
        def pending(*, outlet_events: Any = None) -> list[str]:
            """Emit the keys whose pages are read but not built, the traces of an interrupted run."""
            from dags.support.work import open_archive
            from transforms.lake.pending import pending_keys

            keys = pending_keys(open_archive())
            if not keys:
                raise AirflowSkipException("the lake shows every page that was read")
            outlet_events[common.PAGES].add_partitions(keys)
            return keys

        known = ledger()
        for family in FAMILIES:
            known >> _plan(family, season=season)
        pending()
    return dag


def _plan(family: str, *, season: bool) -> Any:
    """The task that plans one family."""
    asset = common.plan_asset(family)

    @task(task_id=f"plan_{family}", outlets=[asset])
    def plan(*, params: Any = None, dag_run: Any = None, outlet_events: Any = None) -> list[str]:
        """Emit the keys of one family."""
        from dags.support.work import open_archive, plan_sites

        if family not in params["families"]:
            raise AirflowSkipException(f"{family} is not among the chosen families")
        wish = {name: params[name] for name in ("levels", "sites")}
        wanted = plan_sites(
            open_archive(),
            family,
            params["provinces"],
            _years(params, dag_run, season=season),
            only=params["only"],
            today=common.day_of(dag_run),
            **wish,
        )
        keys = list(wanted)
        if not keys:
            raise AirflowSkipException(
                f"{family}: no site left to crawl; what is missing all the same, the ledger says"
            )
        outlet_events[asset].extra = {**wish, "only": params["only"]}
        outlet_events[asset].add_partitions(keys)
        return keys

    return plan()


plan_year = plan_dag(
    "plan_year",
    "Plan a year",
    YearsByHand() if CRON == "off" else CronPartitionTimetable(CRON, timezone="UTC", run_offset=-1, key_format="%Y"),
    DOC.format(what="a year", when=YEAR),
)
plan_season = plan_dag(
    "plan_season",
    "Plan the season",
    None if SEASON_CRON == "off" else CronTriggerTimetable(SEASON_CRON, timezone="Asia/Shanghai"),
    DOC.format(what="the season", when=SEASON),
    season=True,
)

"""What every DAG file needs at parse time. Stdlib and airflow.sdk only: each task parses its file again."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

from airflow.sdk import Asset, ExceptionRetryPolicy, Param, RetryAction, RetryRule, get_current_context

from dags.support.alerts import Alert
from dags.support.folders import registry_names
from schemas.folders import site_folders
from transforms.unreachable import StoreUnreachable

OWNER = "national-report-archive"
START = datetime(2009, 1, 1, tzinfo=UTC)  # reports for 2008, the first year, came out in early 2009
LEVELS = ["central", "province", "prefecture", "county", "township", "other"]
YEARS_PATTERN = r"^(20[0-9]{2}(-20[0-9]{2})?)?$"
POOL = "crawl"  # the supervisor creates it; elsewhere: airflow pools set crawl 8 "sites crawled at once"

# `x-`: a scheme of our own. For any other, Airflow loads the URI handlers of all providers, boto3 included, in every task.
PAGES = Asset(name="pages", uri="x-archive://pages")


def plan_asset(family: str) -> Asset:
    """Return the asset whose partition keys `<province>|<years>` start the crawls of one family."""
    return Asset(name=f"plan_{family}", uri=f"x-archive://plan/{family}")


def families() -> list[str]:
    """Return the site families that have at least one site in the registry."""
    return registry_names(tuple(site_folders()))[0]


def provinces() -> list[str]:
    """Return the province slugs of the registry, one per registry file."""
    return registry_names(tuple(site_folders()))[1]


def label(**names: str) -> None:
    """Show a mapped task by what it is about, instead of a number; its `map_index_template` tells by which name."""
    context: Any = get_current_context()
    context.update(names)


def day_of(dag_run: Any) -> date:
    """Return the day in China on which a run began: its tasks agree on it, however long they wait.

    Not `run_after` alone: of a run that Airflow's backfill made it is the past moment of its partition, of a run that
    was cleared the day of its first try, and neither is the day up to which the archive is known.
    """
    from schemas.seasons import day_in_china

    return day_in_china(max(dag_run.run_after, dag_run.start_date or dag_run.run_after))


def defaults(retries: int = 2, delay: float = 5, policy: ExceptionRetryPolicy | None = None) -> dict[str, Any]:
    """Return what the tasks of a DAG have in common; `delay` is in seconds, `policy` is not_mistakes if none is given."""
    return {
        "owner": OWNER,
        "retries": retries,
        "retry_delay": timedelta(seconds=delay),
        "retry_policy": policy or not_mistakes(),
        "on_failure_callback": Alert(),
    }


def choice(values: list[str], default: list[str], title: str, text: str) -> Param:
    """Return a param of which any of some values may be chosen, one at least where all are by default."""
    items: dict[str, object] = {"type": "string"}
    if values:
        items["enum"] = values
    return Param(
        default,
        type="array",
        items=items,
        uniqueItems=True,
        minItems=1 if default else 0,
        examples=values or None,
        title=title,
        description=text,
    )


def network_only() -> ExceptionRetryPolicy:
    """Retry what the network did; fail at once on everything else, which a retry would only repeat."""
    return _retries(
        RetryRule(
            exception=[ConnectionError, TimeoutError, StoreUnreachable],
            action=RetryAction.RETRY,
            retry_delay=timedelta(seconds=float(os.environ.get("ARCHIVE_RETRY_DELAY", "60"))),
            reason="network failure",
        ),
        RetryRule(exception=Exception, action=RetryAction.FAIL, reason="not a network failure"),
    )


def not_mistakes() -> ExceptionRetryPolicy:
    """Retry whatever may pass (the store, another builder); fail at once on a bad key or parameter."""
    return _retries(RetryRule(exception=ValueError, action=RetryAction.FAIL, reason="bad input"))


def _retries(*rules: RetryRule) -> ExceptionRetryPolicy:
    return ExceptionRetryPolicy(rules=list(rules))

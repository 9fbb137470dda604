"""What every DAG file needs at parse time. Stdlib and airflow.sdk only: each task parses its file again."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

from airflow.sdk import Asset, ExceptionRetryPolicy, RetryAction, RetryRule

from dags.support.folders import registry_names, sites_folders

OWNER = "national-report-archive"
START = datetime(2009, 1, 1, tzinfo=UTC)  # reports for 2008, the first year, came out in early 2009
LEVELS = ["central", "province", "prefecture", "county", "township", "other"]
YEARS_PATTERN = r"^(\d{4}(-\d{4})?)?$"
POOL = "crawl"  # the supervisor creates it; elsewhere: airflow pools set crawl 8 "sites crawled at once"

PAGES = Asset(name="pages", uri="archive://pages")


def plan_asset(family: str) -> Asset:
    """Return the asset whose partition keys `<province>|<years>` start the crawls of one family."""
    return Asset(name=f"plan_{family}", uri=f"archive://plan/{family}")


def families() -> list[str]:
    """Return the site families that have at least one site in the registry."""
    return registry_names(tuple(sites_folders()))[0]


def provinces() -> list[str]:
    """Return the province slugs of the registry, one per registry file."""
    return registry_names(tuple(sites_folders()))[1]


def network_only() -> ExceptionRetryPolicy:
    """Retry what the network did; fail at once on everything else, which a retry would only repeat."""
    delay = timedelta(seconds=float(os.environ.get("ARCHIVE_RETRY_DELAY", "60")))
    return ExceptionRetryPolicy(
        rules=[
            RetryRule(
                exception=[ConnectionError, TimeoutError],
                action=RetryAction.RETRY,
                retry_delay=delay,
                reason="network failure",
            ),
            RetryRule(exception=Exception, action=RetryAction.FAIL, reason="not a network failure"),
        ]
    )

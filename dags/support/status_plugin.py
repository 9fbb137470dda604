"""The status page as a view of the Airflow UI, and our timetable.

Every task loads its plugins, so what only the server needs comes late.
"""

from __future__ import annotations

from typing import Any

from airflow.sdk.plugins_manager import AirflowPlugin

PREFIX = "/archive"


class StatusPlugin(AirflowPlugin):
    """Shows the page under Browse, and makes known how `plan_year` is scheduled."""

    name = "archive_status"
    external_views = [  # noqa: RUF012 - Airflow's form
        {
            "name": "Report archive",
            "href": f"{PREFIX}/status/",
            "destination": "nav",
            "category": "browse",
            "url_route": "archive-status",
        }
    ]

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override] # nobody sets it
        """Return the routes; read by the api-server alone."""
        from dags.support.status_app import app

        return [{"app": app, "url_prefix": PREFIX, "name": "National Report Archive"}]

    @property
    def timetables(self) -> list[type]:  # type: ignore[override] # nobody sets it
        """Return the timetables that DAGs are stored with; read where DAGs are written or read as a whole."""
        from dags.support.timetables import YearsByHand

        return [YearsByHand]

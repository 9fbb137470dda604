"""The status page as a view of the Airflow UI. Every task loads its plugins, so what only the server needs comes late."""

from __future__ import annotations

from typing import Any

from airflow.sdk.plugins_manager import AirflowPlugin

PREFIX = "/archive"


class StatusPlugin(AirflowPlugin):
    """Shows the page under Browse."""

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

"""A small client of Airflow's REST API, for scripts: the command line takes seconds per call, this does not."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Sequence
from typing import Any

ACTIVE = ("queued", "running")
FAILED = "Task failed with exception"  # Airflow's words for it; errors after it in a log are those of callbacks
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is never asked of a proxy


class ApiError(RuntimeError):
    """Airflow refused a request; `status` is the HTTP status, 0 when there was no answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class Client:
    """One Airflow, asked directly: without a proxy."""

    def __init__(self, base: str, user: str, password: str, timeout: float = 20) -> None:
        self.base, self.timeout = base.rstrip("/"), timeout
        self._login = {"username": user, "password": password}
        self._token = ""

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Send one request to /api/v2 and return the decoded answer; a token that has run out is renewed."""
        suffix = "?" + urllib.parse.urlencode(query, doseq=True) if query else ""
        if self._token:
            try:
                return self._send(method, f"/api/v2{path}{suffix}", body)
            except ApiError as error:
                if error.status != 401:
                    raise
                self._token = ""
        self._token = self._send("POST", "/auth/token", self._login)["access_token"]
        return self._send(method, f"/api/v2{path}{suffix}", body)

    def _send(self, method: str, path: str, body: Any) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(  # noqa: S310 - loopback
            self.base + path, data=data, headers=headers, method=method
        )
        try:
            with DIRECT.open(request, timeout=self.timeout) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, f"{method} {path}: {error.code} {error.read()[:500]!r}") from error
        except OSError as error:
            raise ApiError(0, f"{method} {path}: {error}") from error
        return json.loads(text) if text else None

    def healthy(self, *components: str) -> bool:
        """Tell whether these components (metadatabase, scheduler) report healthy."""
        try:
            health = self._send("GET", "/api/v2/monitor/health", None)
        except ApiError:
            return False
        return all((health.get(name) or {}).get("status") == "healthy" for name in components)

    def pool(self, name: str, slots: int) -> None:
        """Create a pool, or leave it as it is when it exists."""
        try:
            self.call("POST", "/pools", {"name": name, "slots": slots, "include_deferred": False})
        except ApiError as error:
            if error.status != 409:
                raise

    def unpause(self) -> list[str]:
        """Unpause every DAG; return their ids."""
        dags = self.call("PATCH", "/dags", {"is_paused": False}, dag_id_pattern="%", limit=100)["dags"]
        return sorted(dag["dag_id"] for dag in dags)

    def trigger(self, dag_id: str, conf: dict[str, Any] | None = None, partition_key: str | None = None) -> str:
        """Start a run and return its id."""
        return str(self.start(dag_id, conf, partition_key)["dag_run_id"])

    def start(
        self, dag_id: str, conf: dict[str, Any] | None = None, partition_key: str | None = None
    ) -> dict[str, Any]:
        """Start a run and return what Airflow says of it."""
        body: dict[str, Any] = {"logical_date": None, "conf": conf or {}}
        if partition_key is not None:
            body["partition_key"] = partition_key
        return dict(self.call("POST", f"/dags/{dag_id}/dagRuns", body))

    def paused(self, dag_ids: Iterable[str]) -> list[str]:
        """Return those of these DAGs that are paused: their runs stay queued, or are never made."""
        return [dag_id for dag_id in dag_ids if self.call("GET", f"/dags/{dag_id}")["is_paused"]]

    def runs(self, since: str = "", states: Sequence[str] = ()) -> list[dict[str, Any]]:
        """Return the runs of all DAGs in the order they were made: those since a moment (ISO 8601), in these states."""
        query: dict[str, Any] = {**({"run_after_gte": since} if since else {}), **({"state": states} if states else {})}
        found: list[dict[str, Any]] = []
        while True:
            page = self.call("GET", "/dags/~/dagRuns", limit=100, offset=len(found), order_by="id", **query)
            found += page["dag_runs"]
            if not page["dag_runs"] or len(found) >= page["total_entries"]:
                return found

    def failed_tasks(self, run: dict[str, Any]) -> list[tuple[str, str]]:
        """Return name and last words of the failed tasks of a run."""
        path = f"/dags/{run['dag_id']}/dagRuns/{urllib.parse.quote(run['dag_run_id'], safe='')}/taskInstances"
        found = []
        for ti in self.call("GET", path, state="failed", limit=100)["task_instances"]:
            name = f"{run['dag_id']}[{run.get('partition_key') or run['dag_run_id']}].{ti['task_id']}"
            label = ti.get("rendered_map_index") or (ti["map_index"] if ti["map_index"] >= 0 else "")
            found.append((f"{name}[{label}]" if label != "" else name, self._reason(path, ti)))
        return found

    def _reason(self, path: str, ti: dict[str, Any]) -> str:
        try:
            log = self.call(
                "GET",
                f"{path}/{ti['task_id']}/logs/{ti['try_number']}",
                map_index=ti["map_index"],
                full_content="true",
            )
        except ApiError as error:
            return f"(no log: {error})"
        errors = [line for line in log.get("content") or [] if isinstance(line, dict) and line.get("error_detail")]
        own = [line for line in errors if line.get("event") == FAILED]
        for line in reversed(own or errors):
            detail = line["error_detail"][0]
            return f"{detail.get('exc_type')}: {detail.get('exc_value')}"
        return "(see its log)"

    def wait_healthy(self, deadline: float, alive: Any = lambda: True) -> None:
        """Wait until API and scheduler are healthy; give up at the deadline or when `alive` says no."""
        while not self.healthy("metadatabase", "scheduler"):
            if time.monotonic() > deadline or not alive():
                raise ApiError(0, "Airflow did not become healthy")
            time.sleep(0.2)

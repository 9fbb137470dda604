"""A small Airflow on loopback: its REST API as far as a backfill uses it, and runs that go on whenever they are looked at.

A plan run sets off a crawl run for each key that `plan` names, and that a build run, as in life: queued, running, ended;
the runs of a paused DAG stay queued. Two runs of a key are not refused.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

START = datetime(2026, 6, 1, tzinfo=UTC)


class FakeAirflow:
    """`plan(conf)` returns (family, key) pairs; `crawl(family, key)` says whether that crawl went well."""

    def __init__(self, plan: Callable, crawl: Callable) -> None:
        self.plan, self.crawl = plan, crawl
        self.runs: list[dict] = []
        self.paused: set[str] = set()
        self.refusals: list[int] = []  # statuses with which the next starts are refused
        self.outages: list[int] = []  # and the next looks at the runs
        self.tokens = 0

    def __enter__(self) -> FakeAirflow:
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                status, said = owner.respond(self.command, self.path, body, self.headers.get("Authorization"))
                data = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = answer

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def of(self, dag_id: str) -> list[dict]:
        """The runs of one DAG."""
        return [run for run in self.runs if run["dag_id"] == dag_id]

    def add(self, dag_id: str, key: str | None = None, conf: dict | None = None) -> dict:
        moment = START + timedelta(seconds=len(self.runs))
        run = {"dag_id": dag_id, "dag_run_id": f"r {len(self.runs)}", "partition_key": key, "conf": conf or {},
               "state": "queued", "run_after": moment.isoformat()}  # fmt: skip
        self.runs.append(run)
        return run

    def go_on(self) -> None:
        """Every run takes a step."""
        for run in list(self.runs):
            if run["state"] == "queued" and run["dag_id"] not in self.paused:
                run["state"] = "running"
            elif run["state"] == "running":
                run["state"] = "success" if self._end(run) else "failed"

    def _end(self, run: dict) -> bool:
        if run["dag_id"] == "plan_year":
            for family, key in self.plan(run["conf"]):
                self.add(f"crawl_{family}", key)
        elif run["dag_id"].startswith("crawl_"):
            well = self.crawl(run["dag_id"].removeprefix("crawl_"), run["partition_key"])
            self.add("build_reports", run["partition_key"].split("-")[0])
            return well
        return True

    def respond(self, method: str, address: str, body: dict | None, token: str | None) -> tuple[int, object]:
        parts = urlsplit(address)
        path, query = parts.path.removeprefix("/api/v2"), parse_qs(parts.query)
        if parts.path == "/auth/token":
            self.tokens += 1
            return 201, {"access_token": f"t{self.tokens}"}
        if token != f"Bearer t{self.tokens}":
            return 401, {"detail": "no"}
        match path.strip("/").split("/"):
            case ["pools", name]:
                return 200, {"name": name, "slots": 4}
            case ["dags", "~", "dagRuns"]:
                return (self.outages.pop(0), {}) if self.outages else (200, self._listing(query))
            case ["dags", dag_id, "dagRuns"] if method == "POST":
                return (self.refusals.pop(0), {}) if self.refusals else (200, self.add(dag_id, None, body["conf"]))
            case ["dags", dag_id]:
                return 200, {"dag_id": dag_id, "is_paused": dag_id in self.paused}
            case ["dags", _, "dagRuns", run_id, "taskInstances"] if unquote(run_id).startswith("r "):
                task = {"task_id": "crawl", "map_index": 0, "rendered_map_index": "a-1", "try_number": 1}
                return 200, {"task_instances": [task]}
            case ["dags", *_, "logs", "1"]:
                own = {"exc_type": "CrawlFailed", "exc_value": "robots"}
                alert = {"exc_type": "URLError", "exc_value": "refused"}
                return 200, {"content": [
                    {"event": "Task failed with exception", "error_detail": [own]},
                    {"event": "Failed to run task callback", "error_detail": [alert]},
                ]}  # fmt: skip
        return 404, {"detail": address}

    def _listing(self, query: dict[str, list[str]]) -> dict:
        self.go_on()
        since, states = query.get("run_after_gte", [""])[0], query.get("state")
        found = [run for run in self.runs if run["run_after"] >= since and (not states or run["state"] in states)]
        offset = int(query["offset"][0])
        return {"dag_runs": found[offset : offset + int(query["limit"][0])], "total_entries": len(found)}

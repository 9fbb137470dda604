"""Alerts: the first task of a run that fails for good is told to ARCHIVE_ALERT_URL, unless somebody silenced it."""

from __future__ import annotations

import hashlib
import json
import os
import urllib.request
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import BaseNotifier

TIMEOUT = 10  # seconds


class Alert(BaseNotifier):
    """Posts a JSON object with `text`, as chat services take it, and the same in fields.

    One a run: a city whose sites are all down is one message, and the run in the UI has the rest. What goes wrong here is
    logged and changes nothing for the task.
    """

    def notify(self, context: Any) -> None:
        """Tell what failed."""
        url = os.environ.get("ARCHIVE_ALERT_URL", "")
        if not url:
            return
        from dags.support.silences import silenced
        from dags.support.work import open_archive
        from schemas.seasons import day_in_china
        from transforms.store import Conflict
        from transforms.unreachable import StoreUnreachable

        told = message(context)
        store = open_archive()
        try:
            silence = silenced(store, told["dag"], (told["about"], told["key"]), day_in_china(datetime.now(UTC)))
        except StoreUnreachable:  # that is what has to be told, and it cannot be remembered that it was
            return send(url, told)
        if silence is not None:
            self.log.info("silenced until %s: %s", silence.until, silence.reason)
            return
        digest = hashlib.sha256(f"{told['dag']}|{told['run']}".encode()).hexdigest()[:24]
        mark = f"state/alerts/{digest}.json"
        try:
            store.put(mark, json.dumps(told, ensure_ascii=False).encode(), if_none_match=True)
        except Conflict:
            self.log.info("this run has been told of")
            return
        except StoreUnreachable:
            return send(url, told)
        try:
            send(url, told)
        except Exception:
            store.delete(mark)  # it was not told: the next failure of the run is
            raise


def message(context: Any) -> dict[str, str]:
    """Return what there is to tell of a task that failed, from Airflow's context."""
    task, run = context["ti"], context["dag_run"]
    key = getattr(run, "partition_key", None) or ""
    about = context.get("site_id") or context.get("first") or key
    error = context.get("exception")
    said = (str(error).splitlines() or [""])[0][:300] if error is not None else ""
    reason = f"{type(error).__name__}: {said}" if error is not None else "failed"
    where = f" of {key}" if key and about != key else ""
    return {
        "text": f"{task.dag_id}: {task.task_id} {about}{where} failed: {reason}",
        "dag": task.dag_id, "task": task.task_id, "about": about, "key": key, "run": run.run_id, "reason": reason,
        "log": str(getattr(task, "log_url", "") or ""),
    }  # fmt: skip


def send(url: str, told: dict[str, str]) -> None:
    """Post an alert; OSError when it does not arrive, ValueError for an address that is none of the web."""
    if not url.startswith(("http://", "https://")):
        raise ValueError("ARCHIVE_ALERT_URL has to begin with http:// or https://")
    data = json.dumps(told, ensure_ascii=False).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 - checked above
    with urllib.request.urlopen(request, timeout=TIMEOUT):  # noqa: S310 - checked above
        pass

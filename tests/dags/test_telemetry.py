"""Metrics: a real exporter meets our receiver; naming a collector switches them on."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from dags.support.env import Places, airflow_env
from dags.support.telemetry import Receiver


def post(receiver, body, path="/v1/metrics"):
    address = receiver.env()["OTEL_EXPORTER_OTLP_ENDPOINT"] + path
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(urllib.request.Request(address, data=body, method="POST"), timeout=5).status


def test_values_of_all_kinds_arrive(tmp_path, monkeypatch):
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    with Receiver(tmp_path / "metrics.json") as receiver:
        for name, value in (receiver.env() | {"no_proxy": "127.0.0.1"}).items():
            monkeypatch.setenv(name, value)
        provider = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])
        meter = provider.get_meter("test")
        meter.create_counter("tasks").add(2, {"dag": "a"})
        meter.create_counter("empty").add(0)
        meter.create_histogram("seconds").record(0.5)
        meter.create_histogram("seconds").record(1.5)
        meter.create_gauge("slots").set(7)
        meter.create_counter("tasks").add(3, {"dag": "b"})
        provider.shutdown()
    expected = {"tasks": 5.0, "empty": 0.0, "seconds": 2.0, "slots": 7.0}
    assert receiver.values == expected
    assert json.loads((tmp_path / "metrics.json").read_text("utf-8")) == expected


@pytest.mark.parametrize(("body", "path", "status"), [(b"\xff\xff\xff", "/v1/metrics", 400), (b"", "/v1/traces", 404)])
def test_what_is_no_metric_is_refused(tmp_path, body, path, status):
    with Receiver(tmp_path / "metrics.json") as receiver:
        with pytest.raises(urllib.error.HTTPError) as caught:
            post(receiver, body, path)
        assert caught.value.code == status
        assert post(receiver, b"") == 200  # an empty request is a good one
    assert receiver.values == {}


def test_naming_a_collector_is_the_switch(tmp_path, monkeypatch):
    places = Places(tmp_path).make()
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    assert "AIRFLOW__METRICS__OTEL_ON" not in airflow_env(places, 1)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    assert airflow_env(places, 1)["AIRFLOW__METRICS__OTEL_ON"] == "True"

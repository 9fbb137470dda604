"""A loopback receiver of OpenTelemetry metrics (OTLP over HTTP): what a collector is in production.

It keeps the last value of every metric, whichever process sent it, and writes them as one JSON file when it ends.
"""

from __future__ import annotations

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

LIMIT = 64 * 1024 * 1024  # bytes of one export; a loopback port is anybody's to talk to


class Receiver:
    """`with Receiver(file) as receiver:` listens on a free port; `values` is what came, by metric name."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.values: dict[str, float] = {}
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def env(self) -> dict[str, str]:
        """Return the standard variables by which an exporter finds us."""
        return {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{self._server.server_port}",
            "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
            "OTEL_METRIC_EXPORT_INTERVAL": "5000",
        }

    def take(self, body: bytes) -> None:
        """Keep the values of one export request; ValueError when it is none."""
        from google.protobuf.message import DecodeError
        from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

        try:
            request = ExportMetricsServiceRequest.FromString(body)
        except DecodeError as error:
            raise ValueError("not an OTLP metrics request") from error
        metrics = [m for r in request.resource_metrics for s in r.scope_metrics for m in s.metrics]
        with self._lock:
            for metric in metrics:
                self.values[metric.name] = _value(metric)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                if length > LIMIT or self.path != "/v1/metrics":
                    self.send_error(413 if length > LIMIT else 404)
                    return
                body = self.rfile.read(length)
                try:
                    receiver.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
                except (ValueError, OSError):
                    self.send_error(400)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing: stdout is for progress."""

        return Handler

    def __enter__(self) -> Receiver:
        """Start to listen."""
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and write what came."""
        self._server.shutdown()
        self._server.server_close()
        with self._lock:
            self.file.write_text(json.dumps(self.values, indent=1, sort_keys=True), "utf-8")


def _value(metric: Any) -> float:
    """Return the last point of a gauge, the sum of a counter's series, the count of a histogram's observations."""
    kind = metric.WhichOneof("data")
    points = getattr(metric, kind).data_points if kind else []
    if kind in ("histogram", "exponential_histogram"):
        return float(sum(point.count for point in points))
    numbers = [point.as_double or point.as_int for point in points]
    if kind == "gauge":
        return float(numbers[-1]) if numbers else 0.0
    return float(sum(numbers))

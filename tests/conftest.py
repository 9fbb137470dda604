"""Stores for the tests: a folder, and a real S3 server for the session."""

import os
import uuid

import pytest

from transforms.store import open_store


@pytest.fixture
def store(tmp_path):
    return open_store(f"file://{tmp_path}/archive")


@pytest.fixture(scope="session")
def s3_server(tmp_path_factory):
    from scrapers.weed import S3Server

    with S3Server(tmp_path_factory.mktemp("weed")) as server:
        yield server


@pytest.fixture
def s3(s3_server, monkeypatch):
    for name, value in s3_server.env().items():
        monkeypatch.setenv(name, value)
    assert "127.0.0.1" in os.environ["AWS_ENDPOINT_URL"]
    return open_store(f"s3://archive/{uuid.uuid4().hex}")

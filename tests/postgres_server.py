"""A PostgreSQL server of its own for the tests that need one, on a socket of a folder."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import psycopg
import pytest

from orchestration.sql import literal

PASSWORD = "g'eh/eim"
IN_URL = "g'eh%2Feim"
# Root may not run it; the package brings this user.
_USER = "postgres"
_SETTINGS = "-c listen_addresses='' -c fsync=off -c unix_socket_directories="


def program(name: str) -> str | None:
    """A program of PostgreSQL's server, which Debian keeps out of the way."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


class PostgresServer:
    """A server with a superuser `admin`, who logs in with a password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url(self, database: str, user: str = "admin", password: str = IN_URL) -> str:
        """Where a user finds a database."""
        return f"postgresql://{user}:{password}@/{database}?host={self.folder}"

    def connect(self, database: str, user: str = "admin", **options: Any) -> Any:
        """Connect as a reader or an administrator would."""
        return psycopg.connect(self.url(database, user), **options)

    def say(self, statement: str, database: str = "postgres") -> None:
        """Have the administrator say something."""
        with self.connect(database, autocommit=True) as connection:
            connection.execute(statement)

    def create_login(self, name: str, rights: str) -> None:
        """Create a user with the password of all."""
        self.say(f"create role {name} login {rights} password {literal(PASSWORD)}")

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._control("-o", f"{_SETTINGS}{self.folder}", "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self._control("-m", "immediate", "stop")

    def create(self) -> None:
        """Make its files."""
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        _give_to_its_user(secret)
        data = str(self.folder / "data")
        how = ("-U", "admin", "-E", "UTF8", "--locale=C", "--no-sync", "-A", "scram-sha-256")
        _run("initdb", "-D", data, *how, f"--pwfile={secret}")

    def _control(self, *arguments: str) -> None:
        _run("pg_ctl", "-D", str(self.folder / "data"), "-w", *arguments)


def _run(name: str, *arguments: str) -> None:
    user = _USER if os.geteuid() == 0 else None
    command = [program(name) or name, *arguments]
    subprocess.run(command, user=user, check=True, stdout=subprocess.DEVNULL, cwd="/")


def _give_to_its_user(path: Path) -> None:
    if os.geteuid() == 0:
        shutil.chown(path, _USER)


@contextmanager
def running() -> Iterator[PostgresServer]:
    """A server, or a reason why there is none; in CI there must be one."""
    if not program("initdb"):
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("PostgreSQL is not installed: `make tools` does it on Debian")
    folder = Path(mkdtemp(prefix="cx-pg-"))  # a socket's path has room for 100 signs
    _give_to_its_user(folder)
    server = PostgresServer(folder)
    try:
        server.create()
        server.start()
        yield server
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)

"""A PostgreSQL database as DuckDB reaches it, with the published file attached beside it."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

import duckdb

from orchestration.extensions import load_extension
from orchestration.publishing.published import FILE_NAME
from orchestration.settings import Settings
from orchestration.sql import literal
from orchestration.warehouse import within_limits

FILE = "published_file"
SERVER = "server"

_CONNECT_SECONDS = "10"
# DuckDB quotes the whole statement, which may be as long as all comments, or where it connects to.
_SAID = re.compile(r"(?:ERROR|FATAL): +.*|(?<=\": ).*", re.DOTALL)


class PostgresError(RuntimeError):
    """Readers of PostgreSQL cannot be given the publish; the message says why, without secrets."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"PostgreSQL has not got this publish: {reason.rstrip('.')}. "
            "Readers of the published file have it; the next `cx run` sends it again."
        )


class Server:
    """A database that is connected to."""

    def __init__(self, duckdb_connection: duckdb.DuckDBPyConnection) -> None:
        self.duckdb = duckdb_connection

    def execute(self, statements: str) -> None:
        """Execute statements in one transaction of PostgreSQL."""
        self.duckdb.execute(f"call postgres_execute('{SERVER}', $sql)", {"sql": statements})

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What PostgreSQL answers."""
        found = f"from postgres_query('{SERVER}', {literal(query)})"
        return self.duckdb.execute(found).fetchall()


@contextmanager
def connected(settings: Settings, url: str) -> Iterator[Server]:
    """Connect to a database and to the published file.

    Raises:
        PostgresError: whatever PostgreSQL, or the way to it, refuses.
    """
    place, password = _without_password(url)
    with duckdb.connect(config=within_limits(settings)) as connection, _variables(password):
        try:
            load_extension(connection, "postgres_scanner")
            # PostgreSQL has no such letter, which a file may bring; it refuses the whole table.
            connection.execute("set pg_null_byte_replacement = '\N{REPLACEMENT CHARACTER}'")
            connection.execute(f"attach {literal(place)} as {SERVER} (type postgres)")
            file = literal(str(settings.published_dir / FILE_NAME))
            connection.execute(f"attach {file} as {FILE} (read_only)")
            connection.execute(f"use {FILE}")
            yield Server(connection)
        except duckdb.Error as error:
            raise PostgresError(said(error)) from None


def said(error: duckdb.Error) -> str:
    """What PostgreSQL said, in one line."""
    found = _SAID.search(str(error))
    reason = found.group() if found else str(error)
    lines = (re.sub(r"^(ERROR|FATAL|DETAIL): +", "", line) for line in reason.splitlines())
    return "; ".join(line.strip() for line in lines if line.strip() and "HINT:" not in line)


def _without_password(url: str) -> tuple[str, str | None]:
    """Where to connect to, and the password apart, since errors quote the former."""
    parts = urlsplit(url)
    credentials, at, place = parts.netloc.rpartition("@")
    user, _, password = credentials.partition(":")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    password = unquote(password) or options.pop("password", "")
    query = urlencode(options, quote_via=quote)
    address = f"{parts.scheme}://{user}{at}{place}{parts.path}?{query}"
    return address, password or None


@contextmanager
def _variables(password: str | None) -> Iterator[None]:
    """Tell the client library what it reads from the environment."""
    before = dict(os.environ)
    os.environ.setdefault("PGCONNECT_TIMEOUT", _CONNECT_SECONDS)
    os.environ.setdefault("PGAPPNAME", "cx")
    if password:
        os.environ["PGPASSWORD"] = password
    try:
        yield
    finally:
        for name in ("PGCONNECT_TIMEOUT", "PGAPPNAME", "PGPASSWORD"):
            _put_back(name, before.get(name))


def _put_back(name: str, value: str | None) -> None:
    os.environ.pop(name, None)
    if value is not None:
        os.environ[name] = value

"""The warehouse in a DuckLake: data as Parquet in a folder, the catalog a PostgreSQL database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from urllib.parse import parse_qsl, unquote, urlsplit

import duckdb

from orchestration.extensions import load_extension
from orchestration.settings import Settings
from orchestration.sql import literal

# What DuckDB calls the database of the tables, which views name.
NAME = "warehouse"

_SECRET = "lake_catalog"
_KEY = "hashtext('cx writes to the lake')"
_CONNECT_SECONDS = "10"
_PASSWORD = "password"


def attach_lake(
    connection: duckdb.DuckDBPyConnection, settings: Settings, *, read_only: bool
) -> None:
    """Attach the lake; one that is not there yet is created, unless it is only to be read.

    Raises:
        MissingExtension: the extra `ducklake` is not installed.
        duckdb.Error: its catalog or its folder cannot be reached; no message has the password.
    """
    load_extension(connection, "ducklake")
    _prepare(connection, settings)
    options = f"data_path {literal(f'{settings.lake_dir}/')}, meta_secret {literal(_SECRET)}"
    connection.execute(
        f"attach {literal(f'ducklake:postgres:{_address(settings)}')} as {NAME} "
        f"({options}{', read_only' if read_only else ''})"
    )


@contextmanager
def sole_writer(settings: Settings) -> Iterator[bool]:
    """Whether nobody else, of any home or machine, writes to the lake; nobody does meanwhile.

    PostgreSQL lets go of a process that dies.
    """
    asked = literal(f"select pg_try_advisory_xact_lock({_KEY})")
    with duckdb.connect() as connection:
        _prepare(connection, settings)
        address = literal(_address(settings))
        connection.execute(f"attach {address} as catalog (type postgres, secret {_SECRET})")
        connection.begin()
        [(is_sole,)] = connection.execute(f"from postgres_query('catalog', {asked})").fetchall()
        yield bool(is_sole)


def forget_before(connection: duckdb.DuckDBPyConnection, instant: datetime) -> None:
    """Forget what the lake was before an instant in UTC, and remove files that nobody can need.

    What it was at that instant stays; files do for a day, as somebody may be reading them.
    """
    in_force = f"""
        select max(snapshot_time)::text from ducklake_snapshots('{NAME}')
        where snapshot_time <= timestamptz '{instant}+00'
    """
    [(since,)] = connection.execute(in_force).fetchall()
    if since:
        older = f"older_than => timestamptz '{since}'"
        connection.execute(f"call ducklake_expire_snapshots('{NAME}', {older})")
    connection.execute(
        f"call ducklake_cleanup_old_files('{NAME}', older_than => now() - interval '1 day')"
    )


def _prepare(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Let a connection reach PostgreSQL, with the password apart from the address, in errors."""
    load_extension(connection, "postgres_scanner")
    password = literal(_parts(settings).get(_PASSWORD, ""))
    connection.execute(f"create or replace secret {_SECRET} (type postgres, password {password})")


def lake_place(settings: Settings) -> str:
    """Where the lake is, in words, without a secret."""
    parts = _parts(settings)
    return f"the DuckLake of {parts.get('host', 'localhost')}/{parts.get('dbname', '')}"


def _address(settings: Settings) -> str:
    """Where the catalog is, as PostgreSQL's library reads it."""
    told = {"connect_timeout": _CONNECT_SECONDS, "application_name": "cx"} | _parts(settings)
    return " ".join(f"{name}={_quoted(told[name])}" for name in told if name != _PASSWORD)


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _parts(settings: Settings) -> dict[str, str]:
    """What the address of the catalog says, under the names of PostgreSQL's library."""
    assert settings.ducklake_catalog
    url = urlsplit(settings.ducklake_catalog.get_secret_value())
    said = {
        "host": url.hostname,
        "port": str(url.port or ""),
        "user": url.username,
        _PASSWORD: url.password,
        "dbname": url.path.removeprefix("/"),
    }
    told = {name: unquote(value) for name, value in said.items() if value}
    return told | dict(parse_qsl(url.query, keep_blank_values=True))

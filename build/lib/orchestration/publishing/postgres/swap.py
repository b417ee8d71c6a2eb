"""Swaps what arrived in PostgreSQL for what readers see, in one transaction of theirs or another.

A reader's transaction holds on to the tables that it has read. So the swap waits for it, holding
none of the others meanwhile for longer than a moment, and no transaction sees two publishes.
"""

import time
from itertools import cycle

import duckdb

from orchestration.publishing.postgres.ours import ARRIVING
from orchestration.publishing.postgres.server import PostgresError, Server
from orchestration.sql import identifier, literal

# A try waits for queries, or for a moment between short transactions; never for so long that the
# server looks for deadlocks (1 s), and would stop a reader.
_TRIES_MILLISECONDS = (100, 800)
_PAUSE_SECONDS = 0.2
_PATIENCE_SECONDS = 60.0

_SCHEMAS = ", ".join(map(literal, ARRIVING))
_HOLDERS = f"""
select distinct usename || ' (process ' || pid || ')'
from pg_locks join pg_stat_activity using (pid)
where relation in (select oid from pg_class where relnamespace in
        (select oid from pg_namespace where nspname in ({_SCHEMAS})))
    and granted and pid <> pg_backend_pid()
order by 1
"""


def swap(server: Server) -> None:
    """Give readers what arrived, as soon as none of their transactions is in the way.

    Raises:
        PostgresError: one of them, or a view on a table of ours, is in the way for good.
    """
    tables = _seen_tables(server)
    last_try = time.monotonic() + _PATIENCE_SECONDS
    for milliseconds in cycle(_TRIES_MILLISECONDS):
        if _swapped(server, _statements(tables, milliseconds)):
            return
        if time.monotonic() > last_try:
            holders = ", ".join(holder for (holder,) in server.rows(_HOLDERS))
            raise PostgresError(
                f"for {_PATIENCE_SECONDS:.0f} s transactions of {holders or 'readers'} have held "
                "its tables: have them commit, or end them with pg_terminate_backend"
            )
        time.sleep(_PAUSE_SECONDS)


def _swapped(server: Server, statements: str) -> bool:
    try:
        server.execute(statements)
    except duckdb.Error as error:
        if "due to statement timeout" in str(error):
            return False
        raise
    return True


def _seen_tables(server: Server) -> str:
    seen = f"select schemaname, tablename from pg_tables where schemaname in ({_SCHEMAS})"
    return ", ".join(identifier(*table) for table in server.rows(seen))


def _statements(tables: str, milliseconds: int) -> str:
    replacing = [
        f"set local statement_timeout = {milliseconds}",
        f"lock table {tables} in access exclusive mode",
        "set local statement_timeout = 0",
        f"drop table {tables}",
    ]
    statements = replacing if tables else []
    for schema, arriving in ARRIVING.items():
        statements += [
            f"drop schema if exists {identifier(schema)}",
            f"alter schema {identifier(arriving)} rename to {identifier(schema)}",
        ]
    return ";".join(statements)

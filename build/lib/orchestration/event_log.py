"""Dagster's event log, as fast as the thousands of events of a run need it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import (
    AssetCheckExecutionsTable,
    AssetEventTagsTable,
    SqlEventLogStorageTable,
)
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from sqlalchemy import Connection, Engine, create_engine, event, select

OPEN_FILES = 8


class EventLog(SqliteEventLogStorage):
    """SQLite whose connections stay open and do not wait for the disk.

    Dagster's own opens, commits and closes for each event: 10 s for the 2,000 events of a run that
    takes 25 s with this one. A power cut may cost the log of a run; what the warehouse holds is in
    DuckDB, which does wait.
    """

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """It asks for nothing: a home that is moved keeps its log."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> "EventLog":
        """The log of this home, where Dagster would put it too."""
        return cls(str(Path(os.environ["DAGSTER_HOME"], "history", "runs")), inst_data)

    def has_table(self, table_name: str) -> bool:
        """Whether the log has a table; Dagster asks this twice for each check."""
        with _engine(self.conn_string_for_shard(INDEX_SHARD_NAME)).connect() as connection:
            return bool(connection.dialect.has_table(connection, table_name))

    def delete_events(self, run_id: str) -> None:
        """Delete what a run told, but for the days that it loaded, which pages of assets show."""
        for suffix in ("", "-wal", "-shm"):
            Path(self.path_for_shard(run_id) + suffix).unlink(missing_ok=True)
        events, tags, checks = (
            SqlEventLogStorageTable,
            AssetEventTagsTable,
            AssetCheckExecutionsTable,
        )
        told = (events.c.run_id == run_id) & events.c.partition.is_(None)
        with self.index_connection() as connection:
            connection.execute(
                tags.delete().where(tags.c.event_id.in_(select(events.c.id).where(told)))
            )
            connection.execute(events.delete().where(told))
            connection.execute(checks.delete().where(checks.c.run_id == run_id))

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock:
            engine = _engine(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection


@lru_cache(OPEN_FILES)
def _engine(url: str) -> Engine:
    engine = create_engine(url)
    event.listen(engine, "connect", _do_not_wait)
    return engine


def _do_not_wait(connection: SqliteConnection, _: object) -> None:
    connection.execute("pragma synchronous = off")

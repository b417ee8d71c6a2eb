"""dbt within this process, which imports it once; a process for each command takes 4 s to start."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.adapters.factory import FACTORY
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager, get_event_manager

from orchestration.settings import Settings


class DbtError(RuntimeError):
    """A dbt command broke off; the message is dbt's own."""


def run_dbt(arguments: Sequence[str], manifest: Manifest | None = None) -> Any:
    """Run a dbt command on a parsed project, or parse it first.

    Returns:
        What dbt gives for that command: of a build the result of each node, failed ones too.

    Raises:
        DbtError: dbt broke off, so that there is no result.
    """
    with _connections_closed(), _events_that_are_read():
        project = ("--project-dir", str(Settings().dbt_project_dir))
        done = dbtRunner(manifest).invoke([*arguments, *project])
    if isinstance(done.exception, Exception):
        raise DbtError(str(done.exception)) from done.exception
    if done.exception:
        raise done.exception
    return done.result


@contextmanager
def _connections_closed() -> Iterator[None]:
    """Leave no connection of dbt's open, as DuckDB has one writer, nor a query that goes on."""
    try:
        yield
    finally:
        for adapter in FACTORY.adapters.values():
            adapter.connections.cancel_open()
        DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


@contextmanager
def _events_that_are_read() -> Iterator[None]:
    """Leave out events for debugging: to word 12,000 of them takes a tenth of a build."""
    before = get_event_manager()
    ctx_set_event_manager(_EventsThatAreRead())
    try:
        yield
    finally:
        ctx_set_event_manager(before)


class _EventsThatAreRead(EventManager):
    def fire_event(
        self, e: BaseEvent, level: EventLevel | None = None, *how: Any, **named: Any
    ) -> None:
        if (level or e.level_tag()) != EventLevel.DEBUG:
            super().fire_event(e, level, *how, **named)

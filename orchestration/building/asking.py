"""How dbt builds and asks only what does not stand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.results import NodeStatus, RunStatus, TestStatus
from dbt.artifacts.schemas.run import RunResult
from dbt.contracts.graph.manifest import Manifest
from dbt.task.base import BaseRunner
from dbt.task.build import BuildTask
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note
from dbt_common.exceptions import DbtRuntimeError

from orchestration.building.alone import Places
from orchestration.building.data_test import DataTestRunner
from orchestration.building.keeping import Keeper
from orchestration.building.standing import Built, Standing, content_in_spark, content_of
from orchestration.system_errors import is_of_memory

# In the response that dbt keeps of a node: when one that stands was built or asked.
SINCE = "since"
_RUNNERS: dict[NodeType, Any] = {
    **{kind: BuildTask.RUNNER_MAP[kind] for kind in (NodeType.Model, NodeType.Seed)},
    NodeType.Test: DataTestRunner,
}
_IS_SOUND = {NodeStatus.Success, NodeStatus.Pass}
_told: list[Callable[[str, int], None]] = []


@contextmanager
def each_node_told(listener: Callable[[str, int], None]) -> Iterator[None]:
    """Tell a listener of each node as it is done, and of how many it is one, in dbt's threads."""
    _told.append(listener)
    try:
        yield
    finally:
        _told.remove(listener)


@contextmanager
def only_what_changed(standing: Standing, threads: int) -> Iterator[None]:
    """Have dbt take each node that stands as it is, and keep what it builds and asks.

    With several `threads`, of dbt and of DuckDB, what finds no memory is done again alone, by one.
    """
    before: dict[NodeType, Any] = dict(BuildTask.RUNNER_MAP)
    shared = {"standing": standing, "keeper": Keeper(standing), "places": Places(threads)}
    for kind, runner in _RUNNERS.items():
        BuildTask.RUNNER_MAP[kind] = _asking(runner, shared)
    try:
        yield
    finally:
        BuildTask.RUNNER_MAP.update(before)


def _asking(runner: Any, shared: dict[str, Any]) -> Any:
    return type(runner.__name__, (_Asking, runner), shared)


class _Asking(BaseRunner):
    """A runner of dbt, but for nodes that stand."""

    standing: Standing
    keeper: Keeper
    places: Places

    @property
    def _is_in_duckdb(self) -> bool:
        return bool(self.adapter.type() == "duckdb")

    def run_with_hooks(self, manifest: Manifest) -> Any:
        result = self._result(manifest)
        if self._is_in_duckdb and self.keeper.is_due(result.execution_time):
            with self._cursor() as cursor:
                self.keeper.keep(cursor)
        for listener in _told:
            listener(self.node.unique_id, self.num_nodes)
        return result

    def _result(self, manifest: Manifest) -> Any:
        dbt_result = partial(super().run_with_hooks, manifest)
        if self.skip:
            return dbt_result()
        name = self.node.unique_id
        if built := self.standing.stands(name):
            self.standing.now[name] = built
            return self._as_it_stands(built)
        if self._is_in_duckdb and name in self.standing.before:
            with self._cursor() as cursor:
                self.keeper.forget(name, cursor)
        result = self._done(dbt_result)
        reads = self.standing.reads(name)
        if not (reads and result.status in _IS_SOUND):
            return result
        return self._done(partial(self._looked_at, reads, result))

    def _done(self, work: Callable[[], Any]) -> Any:
        """What comes of work beside others; where it finds no memory, alone and by one thread."""
        with self.places.one():
            result = work()
        has_room_to_gain = self.places.number > 1 and self._is_in_duckdb
        if not (has_room_to_gain and is_of_memory(str(result.message))):
            return result
        fire_event(Note(msg=f"{self.node.name} is done again, alone and by one thread"))
        with self.places.all(), self._one_thread():
            return work()

    def _looked_at(self, reads: str, result: RunResult) -> RunResult:
        """The result of what is sound, which stands from now on as far as it can be looked at."""
        try:
            content = self._content()
        except DbtRuntimeError as error:
            return replace(result, status=RunStatus.Error, message=str(error))
        now = datetime.now(UTC).replace(tzinfo=None)
        self.standing.now[self.node.unique_id] = Built(reads, content, now)
        return result

    @contextmanager
    def _one_thread(self) -> Iterator[None]:
        self._set_threads(1)
        try:
            yield
        finally:
            self._set_threads(self.places.number)

    def _set_threads(self, number: int) -> None:
        with self.adapter.connection_named(self.node.unique_id):
            self.adapter.execute(f"set threads = {number}")

    def _as_it_stands(self, built: Built) -> RunResult:
        is_test = self.node.resource_type == NodeType.Test
        return RunResult(
            status=TestStatus.Pass if is_test else RunStatus.Success,
            timing=[],
            thread_id="",
            execution_time=0,
            adapter_response={SINCE: built.at.isoformat()},
            message=None,
            failures=0,
            node=self.node,
        )

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        with self.adapter.connection_named(self.node.unique_id):
            yield self.adapter.connections.get_thread_connection().handle.cursor()

    def _content(self) -> str | None:
        if not self.standing.is_table(self.node.unique_id):
            return None
        with self.adapter.connection_named(self.node.unique_id):
            content = content_of if self._is_in_duckdb else content_in_spark
            _, found = self.adapter.execute(content(self.node.relation_name), fetch=True)
        return str(found.rows[0][0])

"""Who computes the models: the warehouse, in which they stay, or Spark beside it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
from dbt.artifacts.schemas.run import RunResult
from dbt.contracts.graph.manifest import Manifest

from orchestration.building.asking import SINCE
from orchestration.building.bringing import bring_back
from orchestration.building.dbt import run_dbt
from orchestration.building.parsed import artefacts_dir
from orchestration.building.results import require_success
from orchestration.building.sending import send_sources
from orchestration.building.standing import Built, Standing, forget_nodes
from orchestration.settings import Settings
from orchestration.spark import is_as_marked, mark_anew, spark

_PREPARE = ("run-operation", "prepare_file")
# What is kept beside the nodes that Spark has built: the mark that it bears since.
_MARK = "spark"


class Engine:
    """The warehouse itself, for which dbt does all; other engines need more, in this order."""

    def prepare(self) -> None:
        """Have the tables that dbt's hooks make in the warehouse."""

    def give(
        self, connection: duckdb.DuckDBPyConnection, project: Manifest, standing: Standing
    ) -> None:
        """Hand over what models read, and forget of what stands what the engine does not have."""

    def take(
        self,
        connection: duckdb.DuckDBPyConnection,
        results: Sequence[RunResult],
        standing: Standing,
    ) -> None:
        """Fetch what is read in the warehouse, and add to what is built now what the engine has."""


@dataclass(frozen=True)
class Spark(Engine):
    """A cluster that has the tables of all models; raw tables and fits go there and come back."""

    settings: Settings
    read_here: Collection[str]

    def prepare(self) -> None:
        """Run dbt's hooks in the warehouse, which is no target of dbt then."""
        aside = str(artefacts_dir(self.settings).with_name("dbt_of_file"))
        done = run_dbt([*_PREPARE, "--target", "duckdb", "--target-path", aside, "--quiet"])
        require_success(done.results)

    def give(
        self, connection: duckdb.DuckDBPyConnection, project: Manifest, standing: Standing
    ) -> None:
        """Send the sources; nothing stands where the cluster has the build of somebody else.

        Raises:
            SparkError: Spark cannot be reached.
        """
        with spark(self.settings) as cursor:
            marked = standing.before.pop(_MARK, None)
            if not (marked and is_as_marked(cursor, marked.reads)):
                standing.before.clear()
            send_sources(connection, cursor, self.settings, project, standing.sources)
        forget_nodes(connection)

    def take(
        self,
        connection: duckdb.DuckDBPyConnection,
        results: Sequence[RunResult],
        standing: Standing,
    ) -> None:
        """Bring back what was built, and mark whose build it is."""
        built = [
            result.node
            for result in results
            if result.status == "success"
            and result.node.unique_id in self.read_here
            and SINCE not in result.adapter_response
        ]
        with spark(self.settings) as cursor:
            bring_back(connection, cursor, self.settings, built)
            mark = mark_anew(cursor)
        standing.now[_MARK] = Built(mark, None, datetime.now(UTC).replace(tzinfo=None))
        asked = {result.node.unique_id for result in results}
        standing.now.update({n: it for n, it in standing.before.items() if n not in asked})


def engine_of(settings: Settings, read_here: Collection[str]) -> Engine:
    """Who computes, by the settings; tables of `read_here`, by unique id, come to the warehouse."""
    return Spark(settings, read_here) if settings.is_spark else Engine()

"""Builds models and asks tests with dbt, in one invocation, as far as they do not stand."""

from collections.abc import Callable, Collection, Sequence

import duckdb
from dbt.artifacts.schemas.run import RunResult

from orchestration.building.asking import only_what_changed
from orchestration.building.dbt import run_dbt
from orchestration.building.engines import engine_of
from orchestration.building.parsed import parsed
from orchestration.building.standing import keep_built, read_standing
from orchestration.code_state import common_code_digest
from orchestration.settings import Settings

# Unit tests guard code, not data: they run with the test suite, not every night.
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


def build(
    settings: Settings,
    connect: Callable[[], duckdb.DuckDBPyConnection],
    selection: Sequence[str],
    *,
    read_here: Collection[str] = (),
    anew: bool = False,
) -> Sequence[RunResult]:
    """Build what dbt's arguments select; nothing stands if it is to be done anew.

    Where Spark computes, tables of `read_here`, by unique id, come to the warehouse.

    Raises:
        DbtError: dbt broke off, so that there is no result.
        SparkError: Spark cannot be reached.
    """
    # Before the project is read: what stands under this code was made of it, or of a newer one.
    code = common_code_digest()
    project = parsed(settings)
    engine = engine_of(settings, read_here)
    engine.prepare()
    with connect() as connection:
        standing = read_standing(connection, project, code, anew=anew)
        engine.give(connection, project, standing)
    with only_what_changed(standing, settings.threads):
        built = run_dbt(["build", "--no-write-json", *selection], project)
    results: Sequence[RunResult] = built.results
    with connect() as connection:
        engine.take(connection, results, standing)
        keep_built(connection, standing.now)
    return results

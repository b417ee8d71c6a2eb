"""Builds models and asks tests with dbt, in one invocation, as far as they do not stand."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime

import duckdb
from dbt.artifacts.schemas.run import RunResult
from dbt.contracts.graph.manifest import Manifest

from orchestration.building.asking import SINCE, only_what_changed
from orchestration.building.bringing import bring_back
from orchestration.building.dbt import run_dbt
from orchestration.building.parsed import artefacts_dir, parsed
from orchestration.building.results import require_success
from orchestration.building.sending import send_sources
from orchestration.building.standing import (
    Built,
    Standing,
    forget_nodes,
    keep_built,
    read_standing,
)
from orchestration.code_state import common_code_digest
from orchestration.settings import Settings
from orchestration.spark import is_as_marked, mark_anew, spark

# Unit tests guard code, not data: they run with the test suite, not every night.
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")

_PREPARE = ("run-operation", "prepare_file")
# What is kept beside the nodes that Spark has built: the mark that it bears since.
_SPARK = "spark"


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
    if settings.is_spark:
        _prepare_file(settings)
    with connect() as connection:
        standing = read_standing(connection, project, code, anew=anew)
        if settings.is_spark:
            _give_to_spark(connection, settings, project, standing)
    with only_what_changed(standing):
        built = run_dbt(["build", "--no-write-json", *selection], project)
    results: Sequence[RunResult] = built.results
    with connect() as connection:
        if settings.is_spark:
            mark = _take_from_spark(connection, settings, results, read_here)
            standing.now[_SPARK] = Built(mark, None, datetime.now(UTC).replace(tzinfo=None))
            asked = {result.node.unique_id for result in results}
            kept = {name: it for name, it in standing.before.items() if name not in asked}
            standing.now.update(kept)
        keep_built(connection, standing.now)
    return results


def _prepare_file(settings: Settings) -> None:
    """Have the tables that dbt's hooks make there in the warehouse, which is no target of dbt."""
    aside = str(artefacts_dir(settings).with_name("dbt_of_file"))
    done = run_dbt([*_PREPARE, "--target", "duckdb", "--target-path", aside, "--quiet"])
    require_success(done.results)


def _give_to_spark(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    project: Manifest,
    standing: Standing,
) -> None:
    with spark(settings) as cursor:
        marked = standing.before.pop(_SPARK, None)
        if not (marked and is_as_marked(cursor, marked.reads)):
            standing.before.clear()
        send_sources(connection, cursor, settings, project, standing.sources)
    forget_nodes(connection)


def _take_from_spark(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    results: Sequence[RunResult],
    read_here: Collection[str],
) -> str:
    built = [
        result.node
        for result in results
        if result.status == "success"
        and result.node.unique_id in read_here
        and SINCE not in result.adapter_response
    ]
    with spark(settings) as cursor:
        bring_back(connection, cursor, settings, built)
        return mark_anew(cursor)

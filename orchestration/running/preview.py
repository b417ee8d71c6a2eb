"""One model built and tested in a copy of the warehouse, for who is at work on it."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from dbt.artifacts.resources.types import NodeType
from dbt.artifacts.schemas.run import RunResult
from dbt.contracts.graph.manifest import Manifest

from orchestration.building.asking import SINCE
from orchestration.building.build import NO_UNIT_TESTS, build
from orchestration.building.dbt import DbtError, run_dbt
from orchestration.building.parsed import parsed
from orchestration.building.project import ProjectError, dbt_reason, project_reason
from orchestration.building.results import failing, query_of
from orchestration.contract import source_tables
from orchestration.loading.ledger import create_tables
from orchestration.running.chatter import chatter_in
from orchestration.running.environment import export_environment
from orchestration.running.lock import exclusive_run
from orchestration.settings import Settings
from orchestration.warehouse import connect, require_file


@dataclass(frozen=True)
class Preview:
    """What was built and asked.

    Schema and name of the model where it was built, how many models were built anew for it, how
    many of its tests passed, and what failed.
    """

    relation: tuple[str, str] | None
    models: int
    passed: int
    failures: list[str]


def copied_aside(settings: Settings) -> Settings:
    """A home within the home, with a copy of its warehouse as it is now.

    A run of the home knows nothing of it: what is half made there is never published.

    Raises:
        NoFile: the warehouse is a lake.
        WarehouseBusy: a run is at work.
    """
    require_file(settings)
    aside = Settings(home=settings.home_dir / "preview", landing=settings.landing_dir)
    aside.home_dir.mkdir(parents=True, exist_ok=True)
    seal = aside.home_dir / "copied"
    with exclusive_run(settings):
        with connect(settings):  # takes in what a killed run left in the log beside the file
            pass
        found = settings.warehouse_file.stat()
        copied = f"{found.st_ino} {found.st_size} {found.st_mtime_ns}"
        if not seal.exists() or seal.read_text(encoding="utf-8") != copied:
            Path(f"{aside.warehouse_file}.wal").unlink(missing_ok=True)
            shutil.copy(settings.warehouse_file, aside.warehouse_file)
            seal.write_text(copied, encoding="utf-8")
    return aside


def build_for_preview(settings: Settings, model: str) -> Preview:
    """Build a model and what is stale above it, and ask their tests; unit tests are its own.

    Raises:
        ProjectError: dbt cannot read the project, or it has no such model.
        DbtError: dbt broke off.
        WarehouseBusy: another preview is at work.
    """
    export_environment(settings)
    with exclusive_run(settings), chatter_in(settings.log_dir / "preview.log"):
        project = _project(settings)
        node = _named(project, model)
        with connect(settings) as connection:
            for table in source_tables():
                create_tables(connection, table)
        unit_tests = ["test", "--no-write-json", "--select", f"{model},test_type:unit"]
        # Tests that read something else than these would find it as it was before.
        chosen = ["--select", f"+{model}", "--indirect-selection", "cautious", *NO_UNIT_TESTS]
        built = build(settings, partial(connect, settings), chosen)
        tested = run_dbt(unit_tests, project).results
        with connect(settings) as connection:
            return _seen(node, [*built, *tested], connection)


def _project(settings: Settings) -> Manifest:
    try:
        return parsed(settings)
    except DbtError as error:
        raise ProjectError(f"dbt cannot read the project: {project_reason(str(error))}") from None


def _named(project: Manifest, model: str) -> Any:
    """The node of a model.

    Raises:
        ProjectError: there is none of that name; the message says what comes near.
    """
    models = {n.name: n for n in project.nodes.values() if n.resource_type == NodeType.Model}
    if model not in models:
        near = get_close_matches(model, models)
        asked = f"; is it {' or '.join(near)}?" if near else ""
        raise ProjectError(f"There is no model {model}{asked}")
    return models[model]


def _seen(
    model: Any, results: Sequence[RunResult], connection: duckdb.DuckDBPyConnection
) -> Preview:
    built = [r for r in results if r.status == "success" and r.node.resource_type == NodeType.Model]
    tests = [r for r in results if _is_test_of(model, r.node)]
    broken = [r for r in results if r.status in {"error", "fail"}]
    failed = broken + [r for r in tests if r.status == "warn"]
    is_built = model.unique_id in {result.node.unique_id for result in built}
    return Preview(
        (model.schema, model.alias) if is_built else None,
        sum(SINCE not in result.adapter_response for result in built),
        sum(result.status == "pass" for result in tests),
        [f"{result.node.name}: {_said(result, connection)}" for result in failed],
    )


def _is_test_of(model: Any, node: Any) -> bool:
    is_on_data = node.resource_type == NodeType.Test and model.unique_id in node.depends_on_nodes
    return is_on_data or node.resource_type == NodeType.Unit


def _said(result: RunResult, connection: duckdb.DuckDBPyConnection) -> str:
    """What failed: of a test on data keys of its rows, of a unit test how the rows differ."""
    if result.node.resource_type == NodeType.Test and result.status in {"fail", "warn"}:
        found = failing(connection, query_of(result))
        return found.sentence or f"{result.failures} rows fail, such as {', '.join(found.keys)}"
    if result.node.resource_type == NodeType.Unit:
        return str(result.message).strip()
    return dbt_reason(str(result.message))

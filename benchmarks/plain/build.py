"""Builds and publishes by a plain script: insert, one statement a model, fit, copy."""

import sys
from pathlib import Path

import duckdb

from benchmarks.plain.prepare import prepare
from benchmarks.plain.publish import publish
from benchmarks.plain.script import FIT, REGISTRY, Step, read_fits, read_script
from orchestration.building.fitting import fit_all
from orchestration.settings import Settings
from orchestration.sql import identifier
from orchestration.warehouse import connect


def build(connection: duckdb.DuckDBPyConnection, steps: list[Step]) -> None:
    """Create every relation, in order."""
    for step in steps:
        _take(connection, step)


def _take(connection: duckdb.DuckDBPyConnection, step: Step) -> None:
    if step.kind == FIT:
        fit_all(connection, read_fits(step), Settings().threads, print)
        return
    relation = identifier(step.schema, step.name)
    connection.execute(f"create schema if not exists {identifier(step.schema)}")
    if step.kind != REGISTRY:
        connection.execute(f"create {step.kind} {relation} as {step.sql}")


def main(script: Path, registries: Path) -> None:
    """Build the warehouse of CX_HOME from CX_LANDING, and publish it there."""
    settings = Settings()
    with connect(settings) as connection:
        prepare(connection, settings.landing_dir, registries)
        build(connection, read_script(script))
        publish(connection, settings.published_dir)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))

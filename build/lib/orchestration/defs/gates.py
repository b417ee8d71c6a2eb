"""Expectations as asset checks: raw tables have them within their load, marts before publish."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import dagster as dg
import duckdb

from expectations import guarded_tables
from expectations.suite import Expectation, Severity
from expectations.validate import CheckResult, validate
from orchestration.code_state import code_digest
from orchestration.defs.resources import Warehouse
from orchestration.running.check_log import FAILED_ROWS, stands_since
from orchestration.running.verdicts import ask, passed_before


def check_specs(
    table: str, suite: Sequence[Expectation], *, blocks: bool
) -> list[dg.AssetCheckSpec]:
    """An asset check for each expectation; critical ones stop what stands below if it `blocks`."""
    return [
        dg.AssetCheckSpec(
            expectation.name,
            asset=asset_key(table),
            description=expectation.description,
            blocking=blocks and expectation.severity == "critical",
        )
        for expectation in suite
    ]


def gate_marts() -> dg.AssetChecksDefinition:
    """The gate of the marts: nothing is published while a blocking check fails."""
    suites = guarded_tables("marts")
    specs = [
        spec for table, suite in suites.items() for spec in check_specs(table, suite, blocks=True)
    ]

    @dg.multi_asset_check(name="gate_marts", specs=specs, can_subset=True)
    def check_tables(
        context: dg.AssetCheckExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        # Who chooses checks wants them asked.
        is_part = context.run.asset_selection or context.run.asset_check_selection
        chosen = context.selected_asset_check_keys if is_part else None
        code = code_digest()
        with warehouse.connect() as connection:
            for table, suite in suites.items():
                if chosen is not None:
                    yield from _chosen(connection, table, suite, chosen)
                elif since := passed_before(connection, code, table, suite):
                    yield from (_as_it_stands(table, check, since) for check in suite)
                else:
                    yield from (check_result(table, r) for r in ask(connection, code, table, suite))

    return check_tables


def _chosen(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    suite: Sequence[Expectation],
    chosen: Collection[dg.AssetCheckKey],
) -> Iterator[dg.AssetCheckResult]:
    key = asset_key(table)
    wanted = [check for check in suite if dg.AssetCheckKey(key, check.name) in chosen]
    for result in validate(connection, table, wanted) if wanted else ():
        yield check_result(table, result)


def _as_it_stands(table: str, check: Expectation, since: datetime) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset_key(table),
        check_name=check.name,
        passed=True,
        severity=_severity(check.severity),
        metadata={FAILED_ROWS: 0, **stands_since(since)},
    )


def _severity(severity: Severity) -> dg.AssetCheckSeverity:
    is_critical = severity == "critical"
    return dg.AssetCheckSeverity.ERROR if is_critical else dg.AssetCheckSeverity.WARN


def check_result(
    table: str, result: CheckResult, more: Mapping[str, str] = MappingProxyType({})
) -> dg.AssetCheckResult:
    """What a check found, as Dagster shows it, with more metadata."""
    return dg.AssetCheckResult(
        asset_key=asset_key(table),
        check_name=result.name,
        passed=result.passed,
        severity=_severity(result.severity),
        description=result.message,
        metadata={
            "checked_rows": result.checked_rows,
            FAILED_ROWS: result.failed_rows,
            "samples": list(result.samples),
            **more,
        },
    )


def asset_key(table: str) -> dg.AssetKey:
    """The asset of a table that is given as 'schema.table'."""
    return dg.AssetKey(table.split("."))


@dg.definitions
def gates() -> dg.Definitions:
    """The gate before the publish."""
    return dg.Definitions(asset_checks=[gate_marts()])

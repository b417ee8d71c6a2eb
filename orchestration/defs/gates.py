"""Expectations as asset checks: raw tables have them within their load, marts before publish."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import dagster as dg

from expectations import guarded_tables
from expectations.suite import Expectation
from expectations.validate import CheckResult, validate
from orchestration.defs.resources import Warehouse
from orchestration.running.check_log import FAILED_ROWS


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
        selected = context.selected_asset_check_keys
        with warehouse.connect() as connection:
            for table, suite in suites.items():
                key = asset_key(table)
                wanted = [e for e in suite if dg.AssetCheckKey(key, e.name) in selected]
                for result in validate(connection, table, wanted) if wanted else ():
                    yield check_result(table, result)

    return check_tables


def check_result(
    table: str, result: CheckResult, more: Mapping[str, str] = MappingProxyType({})
) -> dg.AssetCheckResult:
    """What a check found, as Dagster shows it, with more metadata."""
    is_critical = result.severity == "critical"
    return dg.AssetCheckResult(
        asset_key=asset_key(table),
        check_name=result.name,
        passed=result.passed,
        severity=dg.AssetCheckSeverity.ERROR if is_critical else dg.AssetCheckSeverity.WARN,
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

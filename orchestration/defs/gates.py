"""The gates at both edges: every expectation an asset check, blocking when it is critical."""

from collections.abc import Iterator

import dagster as dg

from expectations import Layer, guarded_tables
from expectations.validate import CheckResult, validate
from orchestration.defs.resources import Warehouse


def gate(layer: Layer) -> dg.AssetChecksDefinition:
    """The gate of a layer: nothing below it runs while a blocking check fails."""
    suites = guarded_tables(layer)
    specs = [
        dg.AssetCheckSpec(
            expectation.name,
            asset=_key(table),
            description=expectation.type,
            blocking=expectation.severity == "critical",
        )
        for table, suite in suites.items()
        for expectation in suite
    ]

    @dg.multi_asset_check(name=f"gate_{layer}", specs=specs, can_subset=True)
    def check_tables(
        context: dg.AssetCheckExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.AssetCheckResult]:
        selected = context.selected_asset_check_keys
        with warehouse.connect() as connection:
            for table, suite in suites.items():
                wanted = [e for e in suite if dg.AssetCheckKey(_key(table), e.name) in selected]
                for result in validate(connection, table, wanted) if wanted else ():
                    yield check_result(table, result)

    return check_tables


def check_result(table: str, result: CheckResult) -> dg.AssetCheckResult:
    """What a check found, as Dagster shows it."""
    is_critical = result.severity == "critical"
    return dg.AssetCheckResult(
        asset_key=_key(table),
        check_name=result.name,
        passed=result.passed,
        severity=dg.AssetCheckSeverity.ERROR if is_critical else dg.AssetCheckSeverity.WARN,
        description=result.message,
        metadata={
            "checked_rows": result.checked_rows,
            "failed_rows": result.failed_rows,
            "samples": list(result.samples),
        },
    )


def _key(table: str) -> dg.AssetKey:
    return dg.AssetKey(table.split("."))


@dg.definitions
def gates() -> dg.Definitions:
    """The gate before dbt, and the gate before the publish."""
    return dg.Definitions(asset_checks=[gate("raw"), gate("marts")])

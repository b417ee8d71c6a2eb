"""What dbt built and tested, as Dagster takes it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator
from dagster_dbt.asset_utils import get_asset_check_key_for_test
from dbt.artifacts.schemas.run import RunResult

from orchestration.building.asking import SINCE
from orchestration.building.results import Asked, Failing, failing, query_of
from orchestration.building.sizes import table_sizes
from orchestration.running.check_log import FAILED_ROWS, REMEDY, stands_since

BuiltEvent = dg.Output[None] | dg.AssetCheckResult


def built(
    results: Sequence[RunResult],
    manifest: Mapping[str, Any],
    translator: DagsterDbtTranslator,
    connection: duckdb.DuckDBPyConnection,
    computing: Asked,
) -> Iterator[BuiltEvent]:
    """Each table and view that was built, a table with its rows, and what each test found.

    Rows that fail a test are asked of what computes the models.
    """
    sizes = table_sizes(connection)
    for result in results:
        unique_id = result.node.unique_id
        if result.status == "success" and unique_id.startswith(("model.", "seed.")):
            key = translator.get_asset_key(manifest["nodes"][unique_id])
            yield _built(key.to_python_identifier(), result, sizes.get(key.to_python_identifier()))
        elif unique_id.startswith("test.") and result.status != "skipped":
            check = get_asset_check_key_for_test(manifest, translator, unique_id, None)
            if check:
                yield _tested(check, result, computing)


def _built(name: str, result: RunResult, size: tuple[int, int] | None) -> dg.Output[None]:
    sized = {"dagster/row_count": size[0], "bytes": size[1]} if size else {}
    return dg.Output(None, name, metadata={**_told(result), **sized})


def _tested(check: dg.AssetCheckKey, result: RunResult, computing: Asked) -> dg.AssetCheckResult:
    is_found = result.status in {"warn", "fail"}
    found = failing(computing, query_of(result)) if is_found else Failing([])
    told = {**_told(result), FAILED_ROWS: result.failures or 0}
    if result.status != "pass":
        remedy = result.node.config.meta.get(REMEDY)
        told |= {"samples": found.keys} | ({REMEDY: remedy} if remedy else {})
    is_warning = result.status == "warn"
    return dg.AssetCheckResult(
        asset_key=check.asset_key,
        check_name=check.name,
        passed=result.status == "pass",
        severity=dg.AssetCheckSeverity.WARN if is_warning else dg.AssetCheckSeverity.ERROR,
        description=found.sentence or None,
        metadata=told,
    )


def _told(result: RunResult) -> dict[str, Any]:
    told = {"unique_id": result.node.unique_id, "status": str(result.status)}
    if since := result.adapter_response.get(SINCE):
        return told | stands_since(datetime.fromisoformat(since))
    return told | {"Execution Duration": result.execution_time}

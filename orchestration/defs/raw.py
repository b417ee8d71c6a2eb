"""Landing folders and raw tables, one asset for each in the contract."""

from collections.abc import Iterator
from time import perf_counter

import dagster as dg

from expectations import guarded_tables
from expectations.history import as_before
from expectations.suite import Expectation
from orchestration.contract import SourceTable, source_tables
from orchestration.defs.days import days_to_reload, landing_days, record_days
from orchestration.defs.gates import asset_key, check_result, check_specs
from orchestration.defs.resources import Warehouse
from orchestration.loading import LoadReport, load_table
from orchestration.sources import freshness
from orchestration.warehouse import Settings

EVERY_FILE = "every_file_is_accepted"
FRESH = "is_fresh"
NAMED_FILES = 3


def landing_spec(source: str) -> dg.AssetSpec:
    """The landing folder of a source, which connectors fill."""
    return dg.AssetSpec(
        key=["landing", source],
        group_name="landing",
        description=f"Files that the source `{source}` delivered.",
        kinds={"file"},
        metadata={"path": dg.MetadataValue.path(str(Settings().landing_dir / source))},
    )


def raw_asset(table: SourceTable, days: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """A raw table: it takes in what landed since, but for what its gate holds back."""
    spec = dg.AssetSpec(
        key=[table.schema, table.name],
        deps=[dg.AssetKey(["landing", table.source])],
        group_name="raw",
        description=table.description,
        kinds={"duckdb", "table"},
        tags={"source": table.source},
        metadata={"dagster/column_schema": _column_schema(table)},
        partitions_def=days,
    )
    suite = (*guarded_tables("raw").get(table.full_name, ()), *as_before(table))
    every_file = dg.AssetCheckSpec(
        EVERY_FILE, asset=spec.key, description="No landing file was refused or held back."
    )
    fresh = dg.AssetCheckSpec(
        FRESH, asset=spec.key, description="Rows came as lately as the contract asks."
    )

    # A file that fails is held back, so that nothing has to be kept from the tables below.
    @dg.multi_asset(
        name=f"load__{table.source}__{table.name}",
        specs=[spec],
        check_specs=[every_file, fresh, *check_specs(table.full_name, suite, blocks=False)],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def load(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[None]]:
        started = perf_counter()
        landing_dir, chosen = warehouse.settings.landing_dir, days_to_reload(context)
        with warehouse.connect() as connection:
            report = load_table(connection, landing_dir, table, suite, chosen)
        record_days(context, spec.key, report)
        found = {check.name: check_result(table.full_name, check) for check in report.checks}
        nothing_came = (_nothing_came(table, check) for check in suite if check.name not in found)
        checks = [_accepted(report), _fresh(table, report), *found.values(), *nothing_came]
        yield _result(report, checks, perf_counter() - started)

    return load


def _column_schema(table: SourceTable) -> dg.TableSchema:
    return dg.TableSchema(
        [
            dg.TableColumn(
                column.name,
                column.data_type,
                column.description,
                constraints=dg.TableColumnConstraints(nullable=not column.is_required),
                tags={"pii": ""} if column.is_personal else {},
            )
            for column in table.columns
        ]
    )


def _nothing_came(table: SourceTable, check: Expectation) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset_key(table.full_name),
        check_name=check.name,
        passed=True,
        metadata={"checked_rows": 0},
    )


def _accepted(report: LoadReport) -> dg.AssetCheckResult:
    named = list(report.messages[:NAMED_FILES])
    if more := report.files_refused - len(named):
        named.append(f"and {more:,} more files, which `cx quarantine` lists")
    return dg.AssetCheckResult(
        check_name=EVERY_FILE,
        passed=not named,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(named) or None,
        metadata={"files_refused": report.files_refused},
    )


def _fresh(table: SourceTable, report: LoadReport) -> dg.AssetCheckResult:
    last = report.last_delivery_at
    return dg.AssetCheckResult(
        check_name=FRESH,
        passed=freshness(table, last) != "stale",
        severity=dg.AssetCheckSeverity.WARN,
        description=f"the last rows came {last:%Y-%m-%d %H:%M} UTC" if last else None,
    )


def _result(
    report: LoadReport, checks: list[dg.AssetCheckResult], seconds: float
) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": report.rows_total,
            "files_loaded": report.files_loaded,
            "rows_loaded": report.rows_loaded,
            "rows_quarantined": report.rows_quarantined,
            "Execution Duration": seconds,
        },
        check_results=checks,
    )


@dg.definitions
def raw() -> dg.Definitions:
    """Every landing folder and every raw table."""
    sources = dict.fromkeys(table.source for table in source_tables())
    days = landing_days()
    tables = [raw_asset(table, days) for table in source_tables()]
    return dg.Definitions(assets=[*map(landing_spec, sources), *tables])

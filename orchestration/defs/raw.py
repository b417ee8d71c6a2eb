"""Landing folders and raw tables, one asset for each in the contract."""

from collections.abc import Iterator
from time import perf_counter

import dagster as dg

from orchestration.contract import SourceTable, source_tables
from orchestration.defs.resources import Warehouse
from orchestration.loading import LoadReport, load_table
from orchestration.warehouse import Settings


def landing_spec(source: str) -> dg.AssetSpec:
    """The landing folder of a source, which connectors fill."""
    return dg.AssetSpec(
        key=["landing", source],
        group_name="landing",
        description=f"Files that the source `{source}` delivered.",
        kinds={"file"},
        metadata={"path": dg.MetadataValue.path(str(Settings().landing_dir / source))},
    )


def raw_asset(table: SourceTable) -> dg.AssetsDefinition:
    """A raw table: it loads what landed since, and warns of files it had to refuse."""
    spec = dg.AssetSpec(
        key=[table.schema, table.name],
        deps=[dg.AssetKey(["landing", table.source])],
        group_name="raw",
        description=table.description,
        kinds={"duckdb", "table"},
        tags={"source": table.source},
        metadata={"dagster/column_schema": _column_schema(table)},
    )
    refusals = dg.AssetCheckSpec(
        "every_file_is_readable", asset=spec.key, description="No landing file was refused."
    )

    @dg.multi_asset(
        name=f"load__{table.source}__{table.name}", specs=[spec], check_specs=[refusals]
    )
    def load(warehouse: Warehouse) -> Iterator[dg.MaterializeResult[None]]:
        started = perf_counter()
        with warehouse.connect() as connection:
            report = load_table(connection, warehouse.settings.landing_dir, table)
        yield _result(report, perf_counter() - started)

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


def _result(report: LoadReport, seconds: float) -> dg.MaterializeResult[None]:
    refused = dg.AssetCheckResult(
        passed=not report.messages,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(report.messages) or None,
        metadata={"files_refused": report.files_refused},
    )
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": report.rows_total,
            "files_loaded": report.files_loaded,
            "rows_loaded": report.rows_loaded,
            "rows_quarantined": report.rows_quarantined,
            "Execution Duration": seconds,
        },
        check_results=[refused],
    )


@dg.definitions
def raw() -> dg.Definitions:
    """Every landing folder and every raw table."""
    sources = dict.fromkeys(table.source for table in source_tables())
    return dg.Definitions(
        assets=[*map(landing_spec, sources), *map(raw_asset, source_tables())],
    )

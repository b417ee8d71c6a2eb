"""Raw tables, one asset for each in the contract."""

from collections.abc import Iterator, Sequence
from time import perf_counter

import dagster as dg

from expectations import guarded_tables
from expectations.history import as_before
from expectations.keys import keys_agree
from expectations.suite import Expectation
from expectations.validate import CheckResult
from expectations.versions import versions_dated
from orchestration.building.sizes import table_sizes
from orchestration.contract import SourceTable, source_tables
from orchestration.defs.days import days_to_reload, landing_days, record_days
from orchestration.defs.gates import asset_key, check_result, check_specs
from orchestration.defs.resources import Warehouse
from orchestration.loading.freshness import freshness
from orchestration.loading.load import LoadReport, load_table
from orchestration.owners import owners
from orchestration.running.check_log import REMEDY

EVERY_FILE = "every_file_is_accepted"
EVERY_ROW = "every_row_is_accepted"
FRESH = "is_fresh"
NAMED_FILES = 3

_MEND_FILE = "Correct the file and deliver it again, or mend its contract or suite; all else is in."
_MEND_ROWS = (
    "Correct them and deliver their files again, or mend the contract and `cx requeue`; "
    "`cx quarantine` shows an example of each kind."
)
_ASK_SOURCE = "Look why the source delivers nothing newer; what it gave stays."
_ARE_IN = (
    "The rows are in: if they are wrong, deliver their file again or withdraw it; "
    "if they are right, nothing is to do, or change the suite in expectations/raw/."
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
        owners=owners(table.source, "raw"),
        metadata={"dagster/column_schema": _column_schema(table)},
        partitions_def=days,
    )
    guards = guarded_tables("raw").get(table.full_name, ())
    suite = (*guards, keys_agree(table), *versions_dated(table), *as_before(table))
    every_file = dg.AssetCheckSpec(
        EVERY_FILE, asset=spec.key, description="No landing file was refused or held back."
    )
    every_row = dg.AssetCheckSpec(
        EVERY_ROW, asset=spec.key, description="No row stands in quarantine."
    )
    fresh = dg.AssetCheckSpec(
        FRESH, asset=spec.key, description="Rows and their events are as new as the contract asks."
    )

    # A file that fails is held back, so that nothing has to be kept from the tables below.
    @dg.multi_asset(
        name=f"load__{table.source}__{table.name}",
        specs=[spec],
        check_specs=[
            every_file,
            every_row,
            fresh,
            *check_specs(table.full_name, suite, blocks=False),
        ],
        backfill_policy=dg.BackfillPolicy.single_run(),
    )
    def load(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> Iterator[dg.MaterializeResult[None]]:
        started = perf_counter()
        settings, chosen = warehouse.settings, days_to_reload(context)
        with warehouse.connect() as connection:
            report = load_table(
                connection, settings.landing_dir, table, suite, chosen, settings.limits
            )
        with warehouse.connect() as connection:  # anew, as blocks are written when one is closed
            ((_, size),) = table_sizes(connection, table.full_name).values()
        record_days(context, spec.key, report)
        found = {check.name: _found(table, check) for check in report.checks}
        nothing_came = (_nothing_came(table, check) for check in suite if check.name not in found)
        checks = [
            _files_accepted(report),
            _rows_accepted(report),
            _fresh(table, report),
            *found.values(),
            *nothing_came,
        ]
        yield _result(report, size, checks, perf_counter() - started)

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


def _found(table: SourceTable, check: CheckResult) -> dg.AssetCheckResult:
    remedy = _MEND_FILE if check.severity == "critical" else _ARE_IN
    return check_result(table.full_name, check, {REMEDY: remedy})


def _nothing_came(table: SourceTable, check: Expectation) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset_key(table.full_name),
        check_name=check.name,
        passed=True,
        metadata={"checked_rows": 0},
    )


def _named(messages: Sequence[str]) -> list[str]:
    """The first messages, and how many there are beside them."""
    more = len(messages) - NAMED_FILES
    rest = [f"and {more:,} more, which `cx quarantine` lists"] if more > 0 else []
    return [*messages[:NAMED_FILES], *rest]


def _rows_accepted(report: LoadReport) -> dg.AssetCheckResult:
    """What stands in quarantine; no example, which may hold text of a person."""
    refused = report.in_quarantine
    rows = sum(rows.rows for rows in refused)
    of_files = [f"{rows.file}: {rows.rows:,} rows by the rule {rows.rule}" for rows in refused]
    return dg.AssetCheckResult(
        check_name=EVERY_ROW,
        passed=not rows,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join([f"{rows:,} rows stand in quarantine", *_named(of_files)]),
        metadata={
            REMEDY: _MEND_ROWS,
            "failed_rows": rows,
            "samples": sorted({rows.file for rows in refused})[:NAMED_FILES],
        },
    )


def _files_accepted(report: LoadReport) -> dg.AssetCheckResult:
    named = _named(report.messages)
    return dg.AssetCheckResult(
        check_name=EVERY_FILE,
        passed=not named,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(named) or None,
        metadata={REMEDY: _MEND_FILE, "files_refused": report.files_refused},
    )


def _fresh(table: SourceTable, report: LoadReport) -> dg.AssetCheckResult:
    last, event = report.last_delivery_at, report.newest_event_at
    parts = [
        f"the last rows came {last:%Y-%m-%d %H:%M} UTC" if last else "",
        f"the newest event is of {event:%Y-%m-%d %H:%M} UTC" if event else "",
    ]
    return dg.AssetCheckResult(
        check_name=FRESH,
        passed=freshness(table, last, event) in {"empty", "fresh"},
        severity=dg.AssetCheckSeverity.WARN,
        description="\n".join(filter(None, parts)) or None,
        metadata={REMEDY: _ASK_SOURCE},
    )


def _result(
    report: LoadReport, size: int, checks: list[dg.AssetCheckResult], seconds: float
) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": report.rows_total,
            "bytes": size,
            "files_loaded": report.files_loaded,
            "rows_loaded": report.rows_loaded,
            "rows_quarantined": report.rows_quarantined,
            "Execution Duration": seconds,
        },
        check_results=checks,
    )


@dg.definitions
def raw() -> dg.Definitions:
    """Every raw table."""
    days = landing_days()
    return dg.Definitions(assets=[raw_asset(table, days) for table in source_tables()])

"""Runs a suite on a DuckDB table; the only place that makes a great_expectations context."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import duckdb

from expectations.suite import Expectation, Severity

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.datasource.fluent.interfaces import Batch

SAMPLES = 5


@dataclass(frozen=True)
class CheckResult:
    """What one check found; of one that passed, nothing but the rows that it read.

    `failed_rows` is None where a check raised, or is not about single rows.
    """

    name: str
    passed: bool
    severity: Severity
    checked_rows: int
    failed_rows: int | None
    samples: tuple[str, ...]
    message: str

    @property
    def is_blocking(self) -> bool:
        """Whether what was checked must go no further."""
        return not self.passed and self.severity == "critical"

    def __str__(self) -> str:
        """The check and what it found, with samples."""
        such_as = f" (such as {', '.join(self.samples)})" if self.samples else ""
        return f"{self.name}: {self.message}{such_as}"


class _Lent:
    """The caller's connection, with its temporary tables, which GX must not close."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def close(self) -> None:
        pass


def validate(
    connection: duckdb.DuckDBPyConnection, table: str, suite: Sequence[Expectation]
) -> list[CheckResult]:
    """Check a table, given as 'schema.table', against a suite; temporary ones are in schema temp.

    All checks run together first, in as few scans as possible; those that did not pass run once
    more alone, for samples, and so that a check that raises spoils no other. The connection must
    not be in a transaction.

    Returns:
        One result per expectation, in the order of the suite. What raises, or looks for a table
        or column that is not there, is a failed check with the exception's text.
    """
    try:
        batch = _batch(connection, table)
        rows = _count(connection, table)
    except Exception as error:  # noqa: BLE001 - no such table, no connection: nothing was checked
        return [_raised(check, 0, str(error)) for check in suite]
    passed = _passed_together(batch, suite)
    return [
        _passed(check, rows) if position in passed else _run_alone(batch, check, rows)
        for position, check in enumerate(suite)
    ]


def _batch(connection: duckdb.DuckDBPyConnection, table: str) -> "Batch":
    # The import takes 3.5 s, which nobody should pay who does not validate.
    import great_expectations as gx
    from duckdb_sqlalchemy import ConnectionWrapper
    from great_expectations.data_context.types.base import ProgressBarsConfig
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
    from sqlalchemy import event

    context = gx.get_context(mode="ephemeral")
    context.enable_analytics(False)
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    datasource = SQLDatasource(
        name="warehouse",
        connection_string="duckdb:///:memory:",
        kwargs={"creator": lambda: ConnectionWrapper(cast(Any, _Lent(connection)))},
    )
    context.data_sources.add_sql(datasource)
    event.listen(datasource.get_execution_engine().engine, "after_cursor_execute", _fetch_at_once)
    schema, name = table.split(".")
    asset = datasource.add_table_asset(table, table_name=name, schema_name=schema)
    return asset.add_batch_definition_whole_table("whole").get_batch()


def _fetch_at_once(_: Any, cursor: Any, __: str, ___: Any, context: Any, ____: bool) -> None:
    """Buffer every result, because GX closes the connection before it fetches."""
    from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

    if cursor.description:
        context.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
            cursor, initial_buffer=cursor.fetchall()
        )


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    name = ".".join(f'"{part}"' for part in table.split("."))
    row = connection.execute(f"select count(*) from {name}").fetchone()
    return int(row[0]) if row else 0


def _gx(check: Expectation, position: int = 0) -> Any:
    import great_expectations.expectations as gxe

    return getattr(gxe, check.type)(**check.kwargs, meta={"position": position})


def _passed_together(batch: "Batch", suite: Sequence[Expectation]) -> set[int]:
    """Positions in the suite of the checks that passed when all ran at once."""
    import great_expectations as gx

    try:
        checks = [_gx(check, position) for position, check in enumerate(suite)]
        together = gx.ExpectationSuite(name="together", expectations=checks)
        results = batch.validate(together, result_format="BOOLEAN_ONLY").results
    except Exception:  # noqa: BLE001 - a check that cannot be built; alone, each says what it is
        return set()
    return {_position(result) for result in results if result.success}


def _position(result: "ExpectationValidationResult") -> int:
    assert result.expectation_config and result.expectation_config.meta
    return int(result.expectation_config.meta["position"])


def _run_alone(batch: "Batch", check: Expectation, rows: int) -> CheckResult:
    try:
        # Only COMPLETE tells unexpected rows, at most 200; of a column it would fetch all values.
        level = "COMPLETE" if check.type == "UnexpectedRowsExpectation" else "SUMMARY"
        result = batch.validate(
            _gx(check), result_format={"result_format": level, "partial_unexpected_count": SAMPLES}
        )
        if raised := _exception_text(result):
            return _raised(check, rows, raised)
        return _passed(check, rows) if result.success else _failed(check, rows, result.result)
    except Exception as error:  # noqa: BLE001 - a check that cannot be run has failed
        return _raised(check, rows, str(error))


def _passed(check: Expectation, rows: int) -> CheckResult:
    return CheckResult(check.name, True, check.severity, rows, 0, (), "")


def _failed(check: Expectation, rows: int, found: dict[str, Any]) -> CheckResult:
    if "details" in found:
        failed, bad = found["observed_value"], found["details"]["unexpected_rows"]
        samples = [", ".join(map(str, row.values())) for row in bad[:SAMPLES]]
    else:
        failed, bad = found.get("unexpected_count"), found.get("partial_unexpected_list", [])
        samples = [str(value) for value in bad if value is not None]
    message = f"found {found.get('observed_value')}" if failed is None else f"{failed} rows fail"
    return CheckResult(check.name, False, check.severity, rows, failed, tuple(samples), message)


def _raised(check: Expectation, rows: int, text: str) -> CheckResult:
    return CheckResult(check.name, False, check.severity, rows, None, (), text)


def _exception_text(result: "ExpectationValidationResult") -> str:
    """Join what a check raised; GX keeps it as one, or by metric."""
    info = result.exception_info or {}
    raised = [i for i in (info, *info.values()) if isinstance(i, dict) and "raised_exception" in i]
    return "; ".join(sorted({str(i["exception_message"]) for i in raised if i["raised_exception"]}))

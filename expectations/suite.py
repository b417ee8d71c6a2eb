"""What a check is: plain data, so that listing all checks need not import great_expectations."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["critical", "warning"]
_QUALIFIED = re.compile(r"\w+\.\w+")


@dataclass(frozen=True)
class Expectation:
    """One check of one table; critical blocks what stands below, warning is only reported.

    `type` names a class of `great_expectations.expectations`, `kwargs` are its arguments. `name`
    is unique within a table and is the name of the Dagster asset check, `description` what the
    check asks, as a sentence. What a check of a delivery found stands until the next delivery; what
    others found, as long as its rows.
    """

    name: str
    description: str
    type: str
    severity: Severity
    kwargs: Mapping[str, Any]
    is_of_delivery: bool = False


def named_tables(suite: Sequence[Expectation]) -> set[str]:
    """Names of two parts in what checks ask, tables with their schemas among them."""
    return {name for check in suite for name in _QUALIFIED.findall(str(check.kwargs))}


def values_between(
    column: str, low: float | None, high: float | None, *, severity: Severity
) -> Expectation:
    """Every value of a column lies in [low, high]; a bound of None is open, null passes."""
    return Expectation(
        name=f"{column}_in_range",
        description=f"{column} {_range(low, high)}.",
        type="ExpectColumnValuesToBeBetween",
        severity=severity,
        kwargs={"column": column, "min_value": low, "max_value": high},
    )


def values_in(column: str, *values: str, severity: Severity) -> Expectation:
    """Every value of a column is one of those given; null passes."""
    return Expectation(
        name=f"{column}_is_known",
        description=f"{column} is one of {', '.join(values)}.",
        type="ExpectColumnValuesToBeInSet",
        severity=severity,
        kwargs={"column": column, "value_set": values},
    )


def values_present(column: str, *, share: float, severity: Severity) -> Expectation:
    """At least the given share of rows, in [0, 1], has a value in a column."""
    return Expectation(
        name=f"{column}_is_mostly_present",
        description=f"At least {share:.0%} of the rows have a {column}.",
        type="ExpectColumnValuesToNotBeNull",
        severity=severity,
        kwargs={"column": column, "mostly": share},
    )


def distinct_values_at_most(column: str, limit: int, *, severity: Severity) -> Expectation:
    """A column holds no more distinct values than `limit`."""
    return Expectation(
        name=f"{column}_is_not_too_varied",
        description=f"{column} has at most {limit:,} distinct values.",
        type="ExpectColumnUniqueValueCountToBeBetween",
        severity=severity,
        kwargs={"column": column, "max_value": limit},
    )


def no_rows(
    name: str, sql: str, *, severity: Severity, is_of_delivery: bool = False
) -> Expectation:
    """A query over `{batch}`, the guarded table, gives no row.

    What it selects is kept as sample, so select keys, never personal data. Any other brace is
    doubled, as in the pattern `[a-z]{{2}}`.
    """
    return Expectation(
        name=name,
        description=f"{name.replace('_', ' ').capitalize()}.",
        type="UnexpectedRowsExpectation",
        severity=severity,
        kwargs={"unexpected_rows_query": sql},
        is_of_delivery=is_of_delivery,
    )


def _range(low: float | None, high: float | None) -> str:
    bounds = {"at least": low, "at most": high}
    return "is " + " and ".join(f"{name} {x:,}" for name, x in bounds.items() if x is not None)

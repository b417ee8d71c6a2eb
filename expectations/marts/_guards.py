"""Checks that several published tables share."""

from expectations.suite import Expectation, distinct_values_at_most, no_rows, values_between

ROW = "period_grain, period_start, segment_type, segment"
# Rounding may put an interval's end this far beyond the value or bound that it touches.
ROUNDING = 1e-9


def rate(column: str) -> Expectation:
    """Every value is a rate in [0, 1]."""
    return values_between(column, 0, 1, severity="critical")


def few_segments() -> Expectation:
    """An attribute with more values than anyone reads is a key or free text by mistake."""
    return distinct_values_at_most("segment", 1000, severity="warning")


def total_present() -> Expectation:
    """A table that has rows has the total among them."""
    return no_rows(
        "total_is_present",
        "select 'all' from {batch} having count(*) > 0 and not bool_or(segment_type = 'all')",
        severity="critical",
    )


def none_negative(*columns: str, row: str = ROW) -> Expectation:
    """No count or amount is below zero."""
    return no_rows(
        "measures_are_not_negative",
        f"select {row} from {{batch}} where least({', '.join(columns)}) < 0",
        severity="critical",
    )


def interval_around(value: str, *, low: str, high: str) -> Expectation:
    """A 95 % interval of a rate lies in [0, 1] and holds the rate."""
    return no_rows(
        f"{value}_lies_in_its_interval",
        f"""
        select {ROW} from {{batch}}
        where {value} not between {low} - {ROUNDING} and {high} + {ROUNDING}
            or {low} < -{ROUNDING} or {high} > 1 + {ROUNDING}
        """,
        severity="critical",
    )


def score_where_reportable(score: str, *, row: str = ROW) -> Expectation:
    """A row that may be reported has its score."""
    return no_rows(
        "reportable_rows_have_a_score",
        f"select {row} from {{batch}} where is_reportable and {score} is null",
        severity="critical",
    )


def no_score_elsewhere(*scores: str, row: str = ROW) -> Expectation:
    """A row too small to be reported shows no score, since it may show a single person."""
    return no_rows(
        "unreportable_rows_have_no_score",
        f"select {row} from {{batch}}"
        f" where not is_reportable and coalesce({', '.join(scores)}) is not null",
        severity="critical",
    )

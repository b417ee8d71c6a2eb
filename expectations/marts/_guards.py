"""Checks that several published tables share.

The gate is for what a reader could find wrong with the table alone: a score that its own counts do
not give, counts that differ between the grains or exceed the total, a mean that no answers on the
scale have, what is out of its range. It asks nothing of the models, whose laws dbt tests hold: what
it finds got past them, by a change that nobody tested or by data that nobody thought of.
"""

from collections.abc import Mapping

from expectations.suite import Expectation, distinct_values_at_most, no_rows, values_between

ROW = "period_grain, period_start, segment_type, segment"
# Rounding may put an interval's end this far beyond the value or bound that it touches.
ROUNDING = 1e-9
# A score of 100 times a ratio of two rounded sums may be this far from the score itself.
ROUNDING_OF_SUMS = 1e-6
# Scales of all questions: bands of scores in which answers lie, by what they count as.
_BANDS = """
    select
        min(scale_min) as scale_min,
        max(scale_max) as scale_max,
        min(positive_min) as positive_min,
        max(positive_max) as positive_max,
        min(if(positive_min = scale_min, positive_max, scale_min)) as other_min,
        max(if(positive_max = scale_max, positive_min, scale_max)) as other_max
    from intermediate.int_survey_instruments where metric = '{metric}' and audience = 'customer'
"""


def rate(column: str) -> Expectation:
    """Every value is a rate in [0, 1]."""
    return values_between(column, 0, 1, severity="critical")


def metric_in_range(metric: str) -> Expectation:
    """Every value of the column that holds a metric is in the range that the registry gives it."""
    return no_rows(
        f"{metric}_in_range",
        f"""
        select {ROW} from {{batch}}
        inner join marts.dim_metrics on dim_metrics.metric = '{metric}'
        where {metric} < lowest or {metric} > highest
        """,
        severity="critical",
    )


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


def interval_around(value: str, *, low: str, high: str, row: str = ROW) -> Expectation:
    """A 95 % interval of a rate lies in [0, 1] and holds the rate."""
    return no_rows(
        f"{value}_lies_in_its_interval",
        f"""
        select {row} from {{batch}}
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


def scores_follow_from_counts(scores: Mapping[str, str], *, row: str = ROW) -> Expectation:
    """Each score is what the counts beside it give: `scores` has an expression by its name."""
    wrong = " or ".join(
        f"abs({score} - ({implied})) > {ROUNDING_OF_SUMS} * greatest(1, abs({implied}))"
        for score, implied in scores.items()
    )
    return no_rows(
        "scores_follow_from_counts",
        f"select {row} from {{batch}} where {wrong}",
        severity="critical",
    )


def counts_are_parts(parts: Mapping[str, str], *, row: str = ROW) -> Expectation:
    """No part, by its name, counts more than the whole that it is of."""
    wrong = " or ".join(f"{part} > {whole}" for part, whole in parts.items())
    return no_rows(
        "parts_are_within_their_wholes",
        f"select {row} from {{batch}} where {wrong}",
        severity="critical",
    )


def segments_within_total(*counts: str, of: str = "period_grain, period_start") -> Expectation:
    """No segment counts more than the total of its place, which the columns `of` name."""
    wrong = " or ".join(
        f"{count} > max(if(segment_type = 'all', {count}, null)) over place" for count in counts
    )
    return no_rows(
        "segments_are_within_the_total",
        f"""
        select {of}, segment_type, segment from {{batch}}
        window place as (partition by {of})
        qualify {wrong}
        """,
        severity="critical",
    )


def grains_agree(
    *counts: str, of: str = "segment_type, segment", where: str = "true"
) -> Expectation:
    """Weeks, months, quarters and years of a segment add up to the same counts as all of time."""
    sums = ", ".join(f"sum({count}) as {count}" for count in counts)
    differ = " or ".join(
        f"{count} <> max(if(period_grain = 'all', {count}, null)) over grains" for count in counts
    )
    return no_rows(
        "grains_add_up_to_the_same",
        f"""
        with by_grain as (
            select {of}, period_grain, {sums} from {{batch}} where {where} group by all
        )
        select {of}, period_grain from by_grain
        window grains as (partition by {of})
        qualify {differ}
        """,
        severity="critical",
    )


def mean_on_scale(mean: str, *, positives: str, metric: str, row: str = ROW) -> Expectation:
    """A mean is one that so many positive answers and others on the scales of a metric can have."""
    others = f"(responses - {positives})"
    return no_rows(
        f"{mean}_is_one_of_its_answers",
        f"""
        with bands as ({_BANDS.format(metric=metric)})
        select {row} from {{batch}} cross join bands
        where {mean} * responses not between
            {positives} * positive_min + {others} * other_min - {ROUNDING} * responses
            and {positives} * positive_max + {others} * other_max + {ROUNDING} * responses
        """,
        severity="critical",
    )


def mean_of_its_periods(
    mean: str, *, metric: str, of: str = "segment_type, segment"
) -> Expectation:
    """The mean of all of time is that of its periods, weighted by answers.

    Answers of periods that show no mean, as too few came, may lie anywhere on the metric's scales.
    """
    return no_rows(
        f"{mean}_is_that_of_its_periods",
        f"""
        with bands as ({_BANDS.format(metric=metric)}),
        by_grain as (
            select
                {of}, period_grain, sum(responses) as answers,
                coalesce(sum({mean} * responses), 0) as shown,
                coalesce(sum(responses) filter (where {mean} is null), 0) as hidden
            from {{batch}} group by all
        )
        select {of}, period_grain from by_grain cross join bands
        window grains as (partition by {of})
        qualify max(if(period_grain = 'all' and hidden = 0, shown, null)) over grains
            not between shown + hidden * scale_min - {2 * ROUNDING} * answers
            and shown + hidden * scale_max + {2 * ROUNDING} * answers
        """,
        severity="critical",
    )

"""Guards marts.metric_values."""

from expectations.marts._guards import (
    ROUNDING,
    few_segments,
    no_score_elsewhere,
    scores_follow_from_counts,
    total_present,
)
from expectations.suite import no_rows

ROW = "metric, period_grain, period_start, segment_type, segment"
IN_POINTS = "metric in (select metric from marts.dim_metrics where unit = 'points')"

SUITE = (
    scores_follow_from_counts(
        {"value": f"if({IN_POINTS}, 100, 1) * numerator / denominator"}, row=ROW
    ),
    no_rows(
        "value_in_range",
        f"""
        select {ROW} from {{batch}} inner join marts.dim_metrics using (metric)
        where value < lowest or value > highest
        """,
        severity="critical",
    ),
    # The adjusted Wald interval of an NPS, which is in points, need not hold the score itself.
    no_rows(
        "value_lies_in_its_interval",
        f"""
        select {ROW} from {{batch}}
        where ci_low > ci_high
            or not {IN_POINTS} and value not between ci_low - {ROUNDING} and ci_high + {ROUNDING}
        """,
        severity="critical",
    ),
    no_rows(
        "reportable_rows_have_a_value",
        f"""
        select {ROW} from {{batch}}
        where is_reportable and value is null and denominator is distinct from 0
        """,
        severity="critical",
    ),
    no_score_elsewhere("value", "value_se", "ci_low", "ci_high"),
    total_present(),
    few_segments(),
)

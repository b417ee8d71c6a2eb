"""Guards marts.csat_by_segment."""

from expectations.marts._guards import (
    few_segments,
    grains_agree,
    interval_around,
    mean_of_its_periods,
    mean_on_scale,
    metric_in_range,
    no_score_elsewhere,
    none_negative,
    rate,
    score_where_reportable,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import values_between

SUITE = (
    scores_follow_from_counts({"csat": "satisfied / responses"}),
    segments_within_total("responses", "satisfied"),
    grains_agree("responses", "satisfied"),
    mean_on_scale("score_mean", positives="satisfied", metric="csat"),
    mean_of_its_periods("score_mean", metric="csat"),
    metric_in_range("csat"),
    metric_in_range("csat_weighted"),
    rate("csat_change_p"),
    values_between("csat_change", -1, 1, severity="critical"),
    interval_around("csat", low="csat_ci_low", high="csat_ci_high"),
    values_between("score_mean", -1, 100, severity="warning"),
    none_negative("responses", "satisfied"),
    score_where_reportable("csat"),
    no_score_elsewhere(
        "csat",
        "csat_ci_low",
        "csat_ci_high",
        "score_mean",
        "csat_weighted",
        "csat_change",
        "csat_change_p",
    ),
    total_present(),
    few_segments(),
)

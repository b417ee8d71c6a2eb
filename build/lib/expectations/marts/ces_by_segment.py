"""Guards marts.ces_by_segment."""

from expectations.marts._guards import (
    few_segments,
    grains_agree,
    interval_around,
    mean_of_its_periods,
    mean_on_scale,
    metric_in_range,
    no_score_elsewhere,
    none_negative,
    score_where_reportable,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import values_between

VERSION = "instrument_version, segment_type, segment"

SUITE = (
    scores_follow_from_counts({"ces_easy_rate": "easy / responses"}),
    segments_within_total("responses", "easy", of="period_grain, period_start, instrument_version"),
    grains_agree("responses", "easy", of=VERSION),
    mean_on_scale("score_mean", positives="easy", metric="ces"),
    mean_of_its_periods("score_mean", metric="ces", of=VERSION),
    metric_in_range("ces_easy_rate"),
    interval_around("ces_easy_rate", low="ces_ci_low", high="ces_ci_high"),
    values_between("score_mean", -1, 100, severity="warning"),
    values_between("score_mean_se", 0, 100, severity="warning"),
    none_negative("responses", "easy"),
    score_where_reportable("ces_easy_rate"),
    no_score_elsewhere("ces_easy_rate", "ces_ci_low", "ces_ci_high", "score_mean", "score_mean_se"),
    total_present(),
    few_segments(),
)

"""Guards marts.ces_by_segment."""

from expectations.marts._guards import (
    few_segments,
    interval_around,
    no_score_elsewhere,
    none_negative,
    rate,
    score_where_reportable,
    total_present,
)
from expectations.suite import values_between

SUITE = (
    rate("ces_easy_rate"),
    interval_around("ces_easy_rate", low="ces_ci_low", high="ces_ci_high"),
    values_between("score_mean", -1, 100, severity="warning"),
    values_between("score_mean_se", 0, 100, severity="warning"),
    none_negative("responses", "easy"),
    score_where_reportable("ces_easy_rate"),
    no_score_elsewhere("ces_easy_rate", "ces_ci_low", "ces_ci_high", "score_mean", "score_mean_se"),
    total_present(),
    few_segments(),
)

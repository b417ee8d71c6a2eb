"""Guards marts.retention_by_cohort."""

from expectations.marts._guards import (
    counts_are_parts,
    few_segments,
    no_score_elsewhere,
    none_negative,
    rate,
    score_where_reportable,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)

ROW = "cohort_month, months_since_start, segment_type, segment"
SUITE = (
    scores_follow_from_counts({"retention_rate": "customers_retained / customers"}, row=ROW),
    counts_are_parts({"customers_retained": "customers"}, row=ROW),
    segments_within_total("customers", "customers_retained", of="cohort_month, months_since_start"),
    rate("retention_rate"),
    none_negative("months_since_start", "customers", "customers_retained", row=ROW),
    score_where_reportable("retention_rate", row=ROW),
    no_score_elsewhere("retention_rate", row=ROW),
    total_present(),
    few_segments(),
)

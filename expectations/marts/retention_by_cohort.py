"""Guards marts.retention_by_cohort."""

from expectations.marts._guards import (
    few_segments,
    no_score_elsewhere,
    none_negative,
    rate,
    score_where_reportable,
    total_present,
)

ROW = "cohort_month, months_since_start, segment_type, segment"
SUITE = (
    rate("retention_rate"),
    none_negative("months_since_start", "customers", "customers_retained", row=ROW),
    score_where_reportable("retention_rate", row=ROW),
    no_score_elsewhere("retention_rate", row=ROW),
    total_present(),
    few_segments(),
)

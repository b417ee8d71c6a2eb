"""Guards marts.mrr_by_cohort."""

from expectations.marts._guards import (
    counts_are_parts,
    few_segments,
    no_score_elsewhere,
    none_negative,
    rate,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import values_between

ROW = "cohort_month, months_since_start, segment_type, segment"
SUITE = (
    scores_follow_from_counts(
        {
            "net_revenue_retention": "mrr_end / mrr_start",
            "gross_revenue_retention": "mrr_kept / mrr_start",
        },
        row=ROW,
    ),
    counts_are_parts({"mrr_kept": "least(mrr_start, mrr_end)"}, row=ROW),
    segments_within_total("customers", of="cohort_month, months_since_start"),
    rate("gross_revenue_retention"),
    # A cohort may grow without bound, but tenfold is an error.
    values_between("net_revenue_retention", 0, 10, severity="warning"),
    none_negative("months_since_start", "customers", "mrr_start", "mrr_end", "mrr_kept", row=ROW),
    no_score_elsewhere("net_revenue_retention", "gross_revenue_retention", row=ROW),
    total_present(),
    few_segments(),
)

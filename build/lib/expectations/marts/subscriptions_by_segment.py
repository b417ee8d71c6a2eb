"""Guards marts.subscriptions_by_segment."""

from expectations.marts._guards import (
    ROUNDING_OF_SUMS,
    ROW,
    counts_are_parts,
    few_segments,
    metric_in_range,
    no_score_elsewhere,
    none_negative,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows

COUNTS = (
    "trials_immature",
    "trials_mature",
    "trials_paid",
    "churned_voluntary",
    "churned_involuntary",
)

SUITE = (
    scores_follow_from_counts({"trial_conversion_rate": "trials_paid / trials_mature"}),
    counts_are_parts({"trials_paid": "trials_mature"}),
    segments_within_total(*COUNTS),
    none_negative(*COUNTS),
    no_rows(
        "movements_are_those_of_churn_by_segment",
        f"""
        select {ROW} from {{batch}}
        inner join marts.churn_by_segment as churn using ({ROW})
        where churned_voluntary + churned_involuntary <> customers_churned
            or abs(net_mrr_churn_rate - (1 - net_revenue_retention)) > {ROUNDING_OF_SUMS}
            or abs(quick_ratio * (mrr_contraction + mrr_churned)
                - (mrr_new + mrr_reactivated + mrr_expansion))
            > {ROUNDING_OF_SUMS} * greatest(1, mrr_contraction + mrr_churned)
        """,
        severity="critical",
    ),
    metric_in_range("net_mrr_churn_rate"),
    metric_in_range("arpa"),
    metric_in_range("average_sale_price"),
    metric_in_range("trial_conversion_rate"),
    # More than a hundred times won for what is lost is more likely a mistake in MRR than growth,
    # but in a young segment, which has hardly anything to lose.
    no_rows(
        "quick_ratio_is_likely",
        """
        select period_start, quick_ratio from {batch}
        where segment_type = 'all' and quick_ratio > 100
        """,
        severity="warning",
    ),
    no_score_elsewhere(
        "quick_ratio", "net_mrr_churn_rate", "arpa", "average_sale_price", "trial_conversion_rate"
    ),
    total_present(),
    few_segments(),
)

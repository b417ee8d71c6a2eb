"""Guards marts.churn_by_segment."""

from expectations.marts._guards import (
    counts_are_parts,
    few_segments,
    metric_in_range,
    no_score_elsewhere,
    none_negative,
    score_where_reportable,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import values_between

SUITE = (
    scores_follow_from_counts(
        {
            "mrr_end": """
                mrr_start + mrr_new + mrr_reactivated
                + mrr_expansion - mrr_contraction - mrr_churned
            """,
            "logo_churn_rate": "customers_churned / customers_start",
            "gross_revenue_retention": "(mrr_start - mrr_contraction - mrr_churned) / mrr_start",
            "net_revenue_retention": """
                (mrr_start + mrr_expansion - mrr_contraction - mrr_churned) / mrr_start
            """,
            "renewal_rate": "terms_renewed / terms_due",
        }
    ),
    counts_are_parts({"customers_churned": "customers_start", "terms_renewed": "terms_due"}),
    segments_within_total(
        "customers_start",
        "customers_new",
        "customers_reactivated",
        "customers_churned",
        "terms_due",
        "terms_renewed",
    ),
    metric_in_range("logo_churn_rate"),
    metric_in_range("gross_revenue_retention"),
    metric_in_range("renewal_rate"),
    # Customers who stay may spend more, so there is no upper bound, but fivefold is an error.
    values_between("net_revenue_retention", 0, 5, severity="warning"),
    none_negative(
        "customers_start",
        "customers_new",
        "customers_reactivated",
        "customers_churned",
        "mrr_start",
        "mrr_new",
        "mrr_reactivated",
        "mrr_expansion",
        "mrr_contraction",
        "mrr_churned",
        "mrr_end",
        "terms_due",
        "terms_renewed",
    ),
    score_where_reportable("logo_churn_rate"),
    no_score_elsewhere(
        "logo_churn_rate", "gross_revenue_retention", "net_revenue_retention", "renewal_rate"
    ),
    total_present(),
    few_segments(),
)

"""Guards marts.value_by_score; who pays more than before has an expansion above 1."""

from expectations.marts._guards import ROW as PLACE
from expectations.marts._guards import (
    few_segments,
    interval_around,
    no_score_elsewhere,
    none_negative,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows

ROW = f"{PLACE}, metric, band"

SUITE = (
    scores_follow_from_counts(
        {
            "retention_rate": "customers_retained / customers_paying",
            "mrr_at_risk": "mrr * (1 - retention_rate)",
        },
        row=ROW,
    ),
    interval_around("retention_rate", low="retention_ci_low", high="retention_ci_high", row=ROW),
    no_rows(
        "money_lies_in_its_intervals",
        f"""
        select {ROW} from {{batch}}
        where expansion_rate not between expansion_ci_low and expansion_ci_high
            or mrr_at_risk not between mrr_at_risk_ci_low - 1e-6 and mrr_at_risk_ci_high + 1e-6
            or mrr_at_risk_excess not between mrr_at_risk_excess_ci_low - 1e-6
                and mrr_at_risk_excess_ci_high + 1e-6
        """,
        severity="critical",
    ),
    no_rows(
        "excess_is_no_more_than_is_at_risk",
        f"select {ROW} from {{batch}} where mrr_at_risk_excess > mrr_at_risk + 1e-6",
        severity="critical",
    ),
    segments_within_total("customers", "customers_paying", "customers_retained", of="metric, band"),
    none_negative("customers", "mrr_then", "mrr", "expansion_ci_low", row=ROW),
    no_score_elsewhere("retention_rate", "clv_historical_mean", "spent_after_mean", row=ROW),
    total_present(),
    few_segments(),
)

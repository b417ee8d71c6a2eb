"""Guards marts.clv_by_segment; credit notes may leave a customer's revenue below zero."""

from expectations.marts._guards import (
    ROW,
    few_segments,
    no_score_elsewhere,
    none_negative,
    score_where_reportable,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows, values_between

SUITE = (
    scores_follow_from_counts({"clv_historical": "revenue_historical / customers"}),
    segments_within_total("customers"),
    none_negative("customers", "clv_predicted", "purchases_expected"),
    values_between("p_alive_mean", 0, 1, severity="critical"),
    no_rows(
        "predictions_stand_where_their_status_says",
        f"""
        select {ROW}, prediction_status from {{batch}}
        where (prediction_status = 'predicted') <> (clv_predicted is not null)
        """,
        severity="critical",
    ),
    no_rows(
        "formula_values_stand_where_their_status_says",
        f"""
        select {ROW}, formula_status from {{batch}}
        where (formula_status = 'computed') <> (clv_formula is not null)
        """,
        severity="critical",
    ),
    score_where_reportable("clv_historical"),
    no_score_elsewhere("clv_historical", "clv_formula", "clv_predicted", "p_alive_mean"),
    total_present(),
    few_segments(),
)

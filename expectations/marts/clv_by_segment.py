"""Guards marts.clv_by_segment; credit notes may leave a customer's revenue below zero."""

from expectations.marts._guards import (
    few_segments,
    no_score_elsewhere,
    none_negative,
    score_where_reportable,
    total_present,
)

SUITE = (
    none_negative("customers"),
    score_where_reportable("clv_historical"),
    no_score_elsewhere("clv_historical", "clv_formula"),
    total_present(),
    few_segments(),
)

"""Guards marts.survival_by_segment."""

from expectations.marts._guards import (
    few_segments,
    no_score_elsewhere,
    none_negative,
    rate,
    score_where_reportable,
    total_present,
)

ROW = "segment_type, segment, tenure_months"
SUITE = (
    rate("survival"),
    none_negative("tenure_months", "at_risk", "churned", row=ROW),
    score_where_reportable("survival", row=ROW),
    no_score_elsewhere("survival", "survival_se", row=ROW),
    total_present(),
    few_segments(),
)

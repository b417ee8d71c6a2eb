"""Guards marts.survival_by_segment."""

from expectations.marts._guards import (
    ROUNDING,
    counts_are_parts,
    few_segments,
    no_score_elsewhere,
    none_negative,
    rate,
    score_where_reportable,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows

ROW = "segment_type, segment, tenure_months"
SUITE = (
    # Kaplan and Meier: of those who are left, the share that does not churn stays.
    no_rows(
        "survival_follows_from_counts",
        f"""
        select {ROW} from {{batch}}
        window tenures as (partition by segment_type, segment order by tenure_months)
        qualify abs(
            survival
            - coalesce(lag(survival) over tenures, 1) * (1 - churned / at_risk)
        ) > {2 * ROUNDING}
        """,
        severity="critical",
    ),
    counts_are_parts({"churned": "at_risk"}, row=ROW),
    segments_within_total("at_risk", "churned", of="tenure_months"),
    rate("survival"),
    none_negative("tenure_months", "at_risk", "churned", row=ROW),
    score_where_reportable("survival", row=ROW),
    no_score_elsewhere("survival", "survival_se", row=ROW),
    total_present(),
    few_segments(),
)

"""Guards marts.first_value_by_segment."""

from expectations.marts._guards import (
    ROUNDING_OF_SUMS,
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

ROW = "segment_type, segment, days"
SUITE = (
    # Aalen and Johansen: of those who had neither reached it nor left, the share that does today.
    no_rows(
        "first_value_rate_follows_from_counts",
        f"""
        select {ROW} from (
            select
                *,
                coalesce(product(1 - (reached + churned) / at_risk) over earlier, 1) as share_before
            from {{batch}}
            window earlier as (
                partition by segment_type, segment order by days
                rows between unbounded preceding and 1 preceding
            )
        )
        window so_far as (partition by segment_type, segment order by days)
        qualify abs(first_value_rate - sum(share_before * reached / at_risk) over so_far)
            > {ROUNDING_OF_SUMS}
        """,
        severity="critical",
    ),
    counts_are_parts({"reached + churned": "at_risk"}, row=ROW),
    segments_within_total("at_risk", "reached", "churned", of="days"),
    rate("first_value_rate"),
    none_negative("days", "at_risk", "reached", "churned", row=ROW),
    score_where_reportable("first_value_rate", row=ROW),
    no_score_elsewhere("first_value_rate", "first_value_rate_se", row=ROW),
    total_present(),
    few_segments(),
)

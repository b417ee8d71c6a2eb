"""Guards marts.renewals_by_segment."""

from expectations.marts._guards import (
    ROUNDING,
    counts_are_parts,
    few_segments,
    no_score_elsewhere,
    none_negative,
    rate,
    score_where_reportable,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows

ROW = "segment_type, segment, term"
SUITE = (
    no_rows(
        "survival_follows_from_counts",
        f"""
        select {ROW} from {{batch}}
        window terms as (partition by segment_type, segment order by term)
        qualify abs(survival - coalesce(lag(survival) over terms, 1) * renewal_rate)
            > {2 * ROUNDING}
        """,
        severity="critical",
    ),
    scores_follow_from_counts({"renewal_rate": "terms_renewed / nullif(terms_due, 0)"}, row=ROW),
    counts_are_parts({"terms_renewed": "terms_due"}, row=ROW),
    segments_within_total("terms_due", "terms_renewed", of="term"),
    rate("renewal_rate"),
    rate("survival"),
    none_negative("terms_due", "terms_renewed", row=ROW),
    score_where_reportable("survival", row=ROW),
    no_score_elsewhere("renewal_rate", "survival", "survival_se", row=ROW),
    total_present(),
    few_segments(),
)

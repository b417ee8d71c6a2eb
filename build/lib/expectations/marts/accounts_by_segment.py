"""Guards marts.accounts_by_segment."""

from expectations.marts._guards import (
    ROUNDING,
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

SUMS = ("accounts", "accounts_answered", "mrr", "mrr_answered")

SUITE = (
    scores_follow_from_counts({"mrr_coverage": "mrr_answered / mrr"}),
    counts_are_parts(
        {
            "accounts_answered": "accounts",
            "mrr_answered": "mrr",
            "effective_accounts": f"accounts_answered + {ROUNDING_OF_SUMS}",
        }
    ),
    segments_within_total(*SUMS),
    none_negative(*SUMS),
    no_rows(
        "revenue_is_that_of_churn_by_segment",
        f"""
        select {ROW} from {{batch}}
        inner join marts.churn_by_segment as churn using ({ROW})
        where segment_type = 'all' and abs(mrr - mrr_end) > {ROUNDING_OF_SUMS}
        """,
        severity="critical",
    ),
    *(
        no_rows(
            f"{score}_lies_in_its_interval",
            f"""
            select {ROW} from {{batch}}
            where {score} not between {score}_ci_low - {ROUNDING} and {score}_ci_high + {ROUNDING}
                or {score}_ci_low < -100 or {score}_ci_high > 100
            """,
            severity="critical",
        )
        for score in ("nps_accounts", "nps_mrr_weighted")
    ),
    metric_in_range("mrr_coverage"),
    metric_in_range("nps_accounts"),
    metric_in_range("nps_mrr_weighted"),
    no_score_elsewhere("mrr_coverage", "nps_accounts", "nps_mrr_weighted"),
    total_present(),
    few_segments(),
)

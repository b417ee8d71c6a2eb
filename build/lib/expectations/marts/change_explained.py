"""Guards marts.change_explained."""

from expectations.marts._guards import (
    ROUNDING_OF_SUMS,
    no_score_elsewhere,
    none_negative,
    rate,
    scores_follow_from_counts,
    total_present,
)
from expectations.suite import no_rows

CHANGE = "metric, instrument_version, period_grain, period_start"
ROW = f"{CHANGE}, segment_type, segment"
ERRORS = ("mix_se", "rate_se", "divergence_se")

SUITE = (
    rate("p"),
    rate("share_before"),
    rate("share_after"),
    scores_follow_from_counts({"contribution": "mix + rate"}, row=ROW),
    no_rows(
        "terms_add_up_to_the_change",
        f"""
        select {CHANGE}, segment_type from {{batch}}
        group by all
        having abs(sum(contribution) - max(whole_change))
            > {ROUNDING_OF_SUMS} * greatest(1, max(abs(contribution)))
        """,
        severity="critical",
    ),
    none_negative("n_before", "n_after", *ERRORS, row=ROW),
    no_score_elsewhere("value_before", "value_after", *ERRORS, "p", row=ROW),
    total_present(),
)

"""Guards marts.survey_channel_effects."""

from expectations.marts._guards import none_negative, rate, scores_follow_from_counts
from expectations.suite import no_rows

ROW = "metric, channel, other_channel"

SUITE = (
    rate("p"),
    scores_follow_from_counts({"difference": "score - other_score"}, row=ROW),
    no_rows(
        "difference_lies_in_its_interval",
        f"""
        select {ROW} from {{batch}}
        where difference_standardised
            not between difference_standardised_ci_low and difference_standardised_ci_high
        """,
        severity="critical",
    ),
    none_negative("responses", "other_responses", row=ROW),
)

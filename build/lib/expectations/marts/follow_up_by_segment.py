"""Guards marts.follow_up_by_segment."""

from expectations.marts._guards import (
    ROUNDING,
    ROW,
    counts_are_parts,
    few_segments,
    grains_agree,
    interval_around,
    no_score_elsewhere,
    none_negative,
    rate,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows

RATES = {
    "follow_up_rate": ("followed_up", "detractors_due"),
    "follow_up_in_time_rate": ("followed_up_in_time", "detractors_due"),
    "closed_rate": ("closed", "followed_up"),
    "answered_again_rate": ("answered_again", "mature"),
    "rescue_rate": ("rescued", "answered_again"),
    "churn_rate": ("churned", "subscribers"),
    "answered_again_rate_uncontacted": ("answered_again_uncontacted", "mature_uncontacted"),
    "rescue_rate_uncontacted": ("rescued_uncontacted", "answered_again_uncontacted"),
    "churn_rate_uncontacted": ("churned_uncontacted", "subscribers_uncontacted"),
}
COUNTS = tuple(dict.fromkeys(count for pair in RATES.values() for count in pair))
SUITE = (
    scores_follow_from_counts({name: f"{part} / {whole}" for name, (part, whole) in RATES.items()}),
    *(interval_around(name, low=f"{name}_ci_low", high=f"{name}_ci_high") for name in RATES),
    rate("effect_p"),
    no_rows(
        "values_lie_within_their_intervals",
        f"""
        select {ROW} from {{batch}}
        where effect not between effect_ci_low - {ROUNDING} and effect_ci_high + {ROUNDING}
            or hours_to_contact_median < hours_to_contact_median_ci_low
            or hours_to_contact_median > hours_to_contact_median_ci_high
            or hours_to_close_median < hours_to_close_median_ci_low
            or hours_to_close_median > hours_to_close_median_ci_high
        """,
        severity="critical",
    ),
    counts_are_parts(
        {
            "detractors_due": "detractors",
            "waiting": "detractors",
            "followed_up": "detractors_due",
            "followed_up_in_time": "followed_up",
            "closed": "followed_up",
            "mature + mature_uncontacted": "detractors",
            "pairs_matched": "answered_again",
        }
        | {part: whole for part, whole in RATES.values() if part not in ("followed_up", "closed")}
    ),
    segments_within_total("detractors", "waiting", *COUNTS),
    grains_agree("detractors", "waiting", *COUNTS),
    none_negative("detractors", "waiting", *COUNTS, "pairs_matched"),
    no_score_elsewhere("follow_up_rate", "follow_up_in_time_rate"),
    total_present(),
    few_segments(),
)

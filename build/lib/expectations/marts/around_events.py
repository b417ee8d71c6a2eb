"""Guards marts.around_events."""

from expectations.marts._guards import (
    ROUNDING,
    counts_are_parts,
    few_segments,
    no_score_elsewhere,
    none_negative,
    rate,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows

PLACE = "anchor, window_days"
ROW = f"{PLACE}, segment_type, segment"
COUNTS = ("events", "events_pending", "customers", "contacts_before", "contacts_after")
INTERVALS = ("contact_rate_ratio", "change", "effect")
OUTSIDE = " or ".join(
    f"{value} not between {value}_ci_low - {ROUNDING} and {value}_ci_high + {ROUNDING}"
    for value in INTERVALS
)

SUITE = (
    rate("contact_rate_ratio_p"),
    rate("change_p"),
    rate("effect_p"),
    rate("csat_change_p"),
    scores_follow_from_counts(
        {
            "contact_rate_ratio": "contacts_after / contacts_before",
            "change": "nps_after - nps_before",
        },
        row=ROW,
    ),
    no_rows(
        "values_lie_within_their_intervals",
        f"select {ROW} from {{batch}} where {OUTSIDE}",
        severity="critical",
    ),
    counts_are_parts(
        {"customers": "events", "nps_pairs": "events", "nps_pairs_matched": "nps_pairs"}, row=ROW
    ),
    segments_within_total(*COUNTS, of=PLACE),
    none_negative(*COUNTS, "customer_days", row=ROW),
    no_score_elsewhere("contact_rate_ratio", row=ROW),
    total_present(),
    few_segments(),
)

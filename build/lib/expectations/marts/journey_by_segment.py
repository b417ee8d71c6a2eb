"""Guards marts.journey_by_segment."""

from expectations.marts._guards import ROW as PLACE
from expectations.marts._guards import (
    counts_are_parts,
    few_segments,
    grains_agree,
    interval_around,
    no_score_elsewhere,
    none_negative,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows

ROW = f"{PLACE}, stage"
COUNTS = ("customers_entered", "customers_entered_directly", "customers_visited")
SUITE = (
    no_rows(
        "those_who_reach_the_next_stage_enter_it",
        f"""
        select {ROW} from {{batch}}
        window chain as (partition by {PLACE} order by stage_order)
        qualify customers_reached_next is distinct from lead(customers_entered) over chain
        """,
        severity="critical",
    ),
    scores_follow_from_counts(
        {"conversion_rate": "customers_reached_next / customers_entered"}, row=ROW
    ),
    interval_around(
        "conversion_rate", low="conversion_rate_ci_low", high="conversion_rate_ci_high", row=ROW
    ),
    counts_are_parts(
        {
            "customers_reached_next": "customers_entered",
            "customers_entered_directly": "customers_entered",
            "customers_entered": "customers_visited",
        },
        row=ROW,
    ),
    segments_within_total(*COUNTS, "customers_pending", of="period_grain, period_start, stage"),
    grains_agree(*COUNTS, "customers_pending", of="segment_type, segment, stage"),
    none_negative(*COUNTS, "customers_pending", "days_to_next_median", row=ROW),
    no_score_elsewhere("conversion_rate", row=ROW),
    total_present(),
    few_segments(),
)

"""Guards marts.support_by_segment."""

from expectations.marts._guards import (
    few_segments,
    grains_agree,
    metric_in_range,
    no_score_elsewhere,
    none_negative,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows, values_between

WEEK_MINUTES = 7 * 24 * 60
HOUR_SECONDS = 60 * 60

COUNTS = (
    "tickets",
    "solved",
    "reopened",
    "reopens_known",
    "one_touch",
    "touches_known",
    "calls",
    "calls_abandoned",
)

SUITE = (
    scores_follow_from_counts(
        {
            "reopen_rate": "reopened / reopens_known",
            "one_touch_rate": "one_touch / touches_known",
            "call_abandon_rate": "calls_abandoned / calls",
        }
    ),
    segments_within_total(*COUNTS),
    grains_agree(*COUNTS),
    metric_in_range("reopen_rate"),
    metric_in_range("one_touch_rate"),
    metric_in_range("call_abandon_rate"),
    none_negative(*COUNTS),
    no_rows(
        "business_minutes_are_within_calendar_minutes",
        """
        select period_grain, period_start, segment_type, segment from {batch}
        where segment_type = 'all'
            and (
                first_reply_business_minutes_median > first_reply_minutes_median
                or resolution_business_minutes_median > resolution_minutes_median
            )
        """,
        # No law: tickets whose group alone has a schedule are but a part of all.
        severity="warning",
    ),
    # A line or desk this slow is more likely a mistake in its instants than slow.
    values_between("first_reply_minutes_median", 0, 4 * WEEK_MINUTES, severity="warning"),
    values_between("resolution_minutes_median", 0, 52 * WEEK_MINUTES, severity="warning"),
    values_between("call_wait_seconds_median", 0, HOUR_SECONDS, severity="warning"),
    no_score_elsewhere(
        "reopen_rate",
        "one_touch_rate",
        "first_reply_minutes_median",
        "first_reply_business_minutes_median",
        "resolution_minutes_median",
        "resolution_business_minutes_median",
        "resolution_minutes_p90",
        "call_abandon_rate",
        "call_wait_seconds_median",
    ),
    total_present(),
    few_segments(),
)

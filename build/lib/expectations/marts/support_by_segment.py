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
    "tickets_without_customer",
    "solves_mature",
    "repeat_contacts",
    "first_contacts_known",
    "first_contacts_resolved",
    "sla_due",
    "sla_met",
    "backlog_created",
    "backlog_reopened",
    "backlog_solved",
    "calls",
    "calls_short_abandoned",
    "calls_abandoned",
    "calls_within_service_level",
)
STATES = ("backlog_start", "backlog_end", "backlog_waiting")

SUITE = (
    scores_follow_from_counts(
        {
            "reopen_rate": "reopened / reopens_known",
            "one_touch_rate": "one_touch / touches_known",
            "first_contact_resolution_rate": "first_contacts_resolved / first_contacts_known",
            "repeat_contact_rate": "repeat_contacts / solves_mature",
            "sla_attainment_rate": "sla_met / sla_due",
            "tickets_per_customer": "(tickets - tickets_without_customer) / customers_active",
            "call_abandon_rate": "calls_abandoned / calls",
            "service_level_rate": "calls_within_service_level / calls",
        }
    ),
    segments_within_total(*COUNTS, *STATES),
    grains_agree(*COUNTS),
    *(
        metric_in_range(metric)
        for metric in (
            "reopen_rate",
            "one_touch_rate",
            "first_contact_resolution_rate",
            "repeat_contact_rate",
            "sla_attainment_rate",
            "tickets_per_customer",
            "call_abandon_rate",
        )
    ),
    none_negative(*COUNTS, *STATES, "customers_active"),
    no_rows(
        "backlog_is_that_of_before_and_what_came",
        """
        select period_grain, period_start, segment_type, segment from {batch}
        where backlog_end <> backlog_start + backlog_created + backlog_reopened - backlog_solved
        """,
        severity="critical",
    ),
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
    values_between("next_reply_minutes_median", 0, 4 * WEEK_MINUTES, severity="warning"),
    values_between("call_wait_seconds_median", 0, HOUR_SECONDS, severity="warning"),
    no_score_elsewhere(
        "reopen_rate",
        "one_touch_rate",
        "first_contact_resolution_rate",
        "repeat_contact_rate",
        "sla_attainment_rate",
        "tickets_per_customer",
        "next_reply_minutes_median",
        "service_level_rate",
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

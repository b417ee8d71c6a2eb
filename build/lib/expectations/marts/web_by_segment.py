"""Guards marts.web_by_segment."""

from expectations.marts._guards import (
    counts_are_parts,
    few_segments,
    grains_agree,
    metric_in_range,
    no_score_elsewhere,
    none_negative,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import values_between

DAY_SECONDS = 24 * 60 * 60

# Visitors are counted once a period, so that they add up over none.
VISITORS = ("visitors", "returning_visitors")
COUNTS = (
    "sessions",
    "engaged_sessions",
    "ambiguous_sessions",
    "carts",
    "carts_abandoned",
    "carts_recoverable",
    "carts_recovered",
    "carts_pending",
    "help_page_views",
    "self_service_sessions",
    "self_served",
    "bot_sessions",
)

SUITE = (
    scores_follow_from_counts(
        {
            "bounce_rate": "1 - engaged_sessions / sessions",
            "cart_abandonment_rate": "carts_abandoned / carts",
            "cart_recovery_rate": "carts_recovered / carts_recoverable",
            "self_service_rate": "self_served / self_service_sessions",
        }
    ),
    counts_are_parts(
        {
            "returning_visitors": "visitors",
            "visitors": "sessions",
            "engaged_sessions": "sessions",
            "ambiguous_sessions": "sessions",
            "bot_sessions": "sessions",
            "self_service_sessions": "sessions",
            "self_served": "self_service_sessions",
            "carts_abandoned": "carts",
            "carts_recoverable": "carts_abandoned",
            "carts_recovered": "carts_recoverable",
        }
    ),
    segments_within_total(*VISITORS, *COUNTS),
    grains_agree(*COUNTS),
    metric_in_range("bounce_rate"),
    metric_in_range("cart_abandonment_rate"),
    metric_in_range("cart_recovery_rate"),
    metric_in_range("self_service_rate"),
    none_negative(*VISITORS, *COUNTS),
    values_between("session_seconds_median", 0, DAY_SECONDS, severity="critical"),
    no_score_elsewhere(
        "bounce_rate",
        "session_seconds_median",
        "cart_abandonment_rate",
        "cart_recovery_rate",
        "self_service_rate",
    ),
    total_present(),
    few_segments(),
)

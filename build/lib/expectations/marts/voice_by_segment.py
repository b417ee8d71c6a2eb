"""Guards marts.voice_by_segment."""

from expectations.marts._guards import (
    ROW,
    few_segments,
    grains_agree,
    metric_in_range,
    none_negative,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows

COUNTS = ("reviews", "mentions", "posts", "notes", "positive", "neutral", "negative")

SUITE = (
    scores_follow_from_counts(
        {"net_sentiment": "(positive - negative) / (positive + neutral + negative)"}
    ),
    no_rows(
        "interval_of_net_sentiment_is_in_order",
        f"""
        select {ROW} from {{batch}}
        where not (-1 <= net_sentiment_ci_low and net_sentiment_ci_low <= net_sentiment_ci_high
            and net_sentiment_ci_high <= 1)
        """,
        severity="critical",
    ),
    segments_within_total(*COUNTS),
    grains_agree(*COUNTS),
    metric_in_range("net_sentiment"),
    metric_in_range("rating_mean"),
    none_negative(*COUNTS, "rating_mean_se", "net_sentiment_se"),
    total_present(),
    few_segments(),
)

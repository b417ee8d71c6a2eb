"""Guards marts.share_of_voice."""

from expectations.marts._guards import (
    ROW,
    counts_are_parts,
    few_segments,
    grains_agree,
    interval_around,
    no_score_elsewhere,
    none_negative,
    score_where_reportable,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)

BRAND = f"{ROW}, brand"

SUITE = (
    scores_follow_from_counts({"share": "mentions / mentions_of_all"}, row=BRAND),
    counts_are_parts(
        {"mentions": "mentions_of_all", "effective_mentions": "mentions_of_all"}, row=BRAND
    ),
    segments_within_total("mentions", of="period_grain, period_start, brand"),
    grains_agree("mentions", of="segment_type, segment, brand"),
    interval_around("share", low="share_ci_low", high="share_ci_high", row=BRAND),
    score_where_reportable("share", row=BRAND),
    no_score_elsewhere("share", row=BRAND),
    none_negative("mentions", row=BRAND),
    total_present(),
    few_segments(),
)

"""Guards marts.themes_by_segment."""

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
from expectations.suite import distinct_values_at_most, values_between

THEME = f"{ROW}, theme"
COUNTS = ("comments", "sentiments", "nps_commenters")

SUITE = (
    scores_follow_from_counts({"share": "comments / comments_scored"}, row=THEME),
    counts_are_parts({"comments": "comments_scored", "sentiments": "comments"}, row=THEME),
    segments_within_total(*COUNTS, of="period_grain, period_start, theme"),
    grains_agree(*COUNTS, of="segment_type, segment, theme"),
    interval_around("share", low="share_ci_low", high="share_ci_high", row=THEME),
    values_between("sentiment_mean", -1, 1, severity="critical"),
    values_between("nps_of_commenters", -100, 100, severity="critical"),
    score_where_reportable("share", row=THEME),
    no_score_elsewhere("share", row=THEME),
    none_negative(*COUNTS, row=THEME),
    total_present(),
    few_segments(),
    distinct_values_at_most("theme", 100, severity="warning"),
)

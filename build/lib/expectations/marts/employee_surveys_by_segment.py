"""Guards marts.employee_surveys_by_segment."""

from expectations.marts._guards import (
    few_segments,
    no_score_elsewhere,
    none_negative,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows

PLACE = "period_grain, period_start, instrument_id"
ROW = f"{PLACE}, segment_type, segment"

SUITE = (
    scores_follow_from_counts(
        {"score": "if(metric = 'nps', 100 * (positives - negatives), positives) / responses"},
        row=ROW,
    ),
    no_rows(
        "people_are_among_those_who_answered",
        f"select {ROW} from {{batch}} where respondents not between 1 and responses",
        severity="critical",
    ),
    no_rows(
        "bands_are_within_the_answers",
        f"select {ROW} from {{batch}} where positives + negatives > responses",
        severity="critical",
    ),
    segments_within_total("respondents", "responses", of=PLACE),
    none_negative("respondents", "responses", "positives", "negatives", "score_se", row=ROW),
    no_score_elsewhere("positives", "negatives", "score", "score_mean", row=ROW),
    total_present(),
    few_segments(),
)

"""Guards marts.nps_by_segment."""

from expectations.marts._guards import (
    ROUNDING,
    ROW,
    few_segments,
    grains_agree,
    metric_in_range,
    no_score_elsewhere,
    none_negative,
    rate,
    score_where_reportable,
    scores_follow_from_counts,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows, values_between

COUNTS = ("responses", "promoters", "passives", "detractors", "invitations")

SUITE = (
    scores_follow_from_counts(
        {
            "responses": "promoters + passives + detractors",
            "nps": "100 * (promoters - detractors) / responses",
            "nps_se": """
                100 * sqrt((promoters + detractors
                    - (promoters - detractors) * (promoters - detractors) / responses)) / responses
            """,
        }
    ),
    segments_within_total(*COUNTS),
    grains_agree(*COUNTS),
    metric_in_range("nps"),
    values_between("nps_se", 0, 100, severity="critical"),
    # An adjusted Wald interval need not hold the score: a lone promoter's ends at 98.5.
    no_rows(
        "interval_is_ordered",
        f"""
        select {ROW} from {{batch}}
        where nps_ci_low > nps_ci_high or nps_ci_low < -100 or nps_ci_high > 100
        """,
        severity="critical",
    ),
    rate("response_rate"),
    metric_in_range("nps_weighted"),
    values_between("nps_change", -200, 200, severity="critical"),
    rate("nps_change_p"),
    no_rows(
        "effective_responses_are_among_the_responses",
        f"""
        select {ROW} from {{batch}}
        where effective_responses not between 1 - {ROUNDING} and responses + {ROUNDING}
        """,
        severity="critical",
    ),
    none_negative(*COUNTS),
    score_where_reportable("nps"),
    no_score_elsewhere(
        "nps", "nps_se", "nps_ci_low", "nps_ci_high", "nps_weighted", "nps_change", "nps_change_p"
    ),
    total_present(),
    few_segments(),
)

"""Guards marts.solutions_by_segment."""

from expectations.marts._guards import (
    counts_are_parts,
    few_segments,
    grains_agree,
    no_score_elsewhere,
    none_negative,
    segments_within_total,
    total_present,
)
from expectations.suite import no_rows

COUNTS = ("matters", "matters_solved")
SUITE = (
    no_rows(
        "median_lies_in_its_interval",
        """
        select period_grain, period_start, segment_type, segment from {batch}
        where solution_hours_median < solution_hours_median_ci_low
            or solution_hours_median > solution_hours_median_ci_high
        """,
        severity="critical",
    ),
    # Where most are solved half of them were so by some hour, however many are open.
    no_rows(
        "most_solved_have_a_median",
        """
        select period_grain, period_start, segment_type, segment from {batch}
        where is_reportable and 2 * matters_solved >= matters and solution_hours_median is null
        """,
        severity="critical",
    ),
    counts_are_parts({"matters_solved": "matters"}),
    segments_within_total(*COUNTS),
    grains_agree(*COUNTS),
    none_negative(*COUNTS, "solution_hours_median"),
    no_score_elsewhere("solution_hours_median", "solution_hours_median_ci_low"),
    total_present(),
    few_segments(),
)

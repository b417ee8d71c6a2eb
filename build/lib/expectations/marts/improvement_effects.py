"""Guards marts.improvement_effects."""

from expectations.marts._guards import ROUNDING_OF_SUMS, none_negative, rate
from expectations.suite import no_rows

ROW = "improvement_id, metric"

SUITE = (
    rate("difference_p"),
    rate("effect_p"),
    none_negative("n_before", "n_after", "n_rest_before", "n_rest_after", row=ROW),
    no_rows(
        "differences_follow_from_values",
        f"""
        select {ROW} from {{batch}}
        where abs(difference - (value_after - value_before)) > {ROUNDING_OF_SUMS}
            or abs(effect - (difference - rest_difference)) > {ROUNDING_OF_SUMS}
        """,
        severity="critical",
    ),
    no_rows(
        "values_lie_within_their_intervals",
        f"""
        select {ROW} from {{batch}}
        where difference not between difference_ci_low and difference_ci_high
            or effect not between effect_ci_low and effect_ci_high
        """,
        severity="critical",
    ),
)

"""Guards marts.drivers_by_segment."""

from expectations.marts._guards import ROUNDING_OF_SUMS, none_negative, rate
from expectations.suite import no_rows, values_between

PLACE = "outcome, segment_type, segment"
ROW = f"{PLACE}, driver"

SUITE = (
    rate("importance"),
    rate("r_squared"),
    rate("performance_rescaled"),
    values_between("correlation", -1, 1, severity="critical"),
    no_rows(
        "importance_lies_in_its_interval",
        f"""
        select {ROW} from {{batch}}
        where importance not between importance_ci_low and importance_ci_high
        """,
        severity="critical",
    ),
    no_rows(
        "importances_add_up_to_what_is_explained",
        f"""
        select {PLACE} from {{batch}} group by all
        having abs(sum(importance) - max(r_squared)) > {ROUNDING_OF_SUMS}
        """,
        severity="critical",
    ),
    none_negative("importance_ci_low", "n", "customers", row=ROW),
)

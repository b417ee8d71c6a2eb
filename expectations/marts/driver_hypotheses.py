"""Guards marts.driver_hypotheses."""

from expectations.marts._guards import interval_around, none_negative
from expectations.suite import no_rows

ROW = "outcome, driver"

SUITE = (
    interval_around("importance", low="importance_ci_low", high="importance_ci_high", row=ROW),
    none_negative("experiments", row=ROW),
    no_rows(
        "what_is_untested_alone_is_drafted",
        f"""
        select {ROW} from {{batch}}
        where is_untested <> (experiments = 0) or is_untested <> (evidence is not null)
        """,
        severity="critical",
    ),
    no_rows(
        "what_is_untested_has_a_hypothesis",
        f"select {ROW} from {{batch}} where is_untested and hypothesis is null",
        severity="warning",
    ),
)

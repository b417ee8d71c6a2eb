"""Guards marts.support_contact_effect."""

from expectations.marts._guards import (
    ROUNDING,
    counts_are_parts,
    no_score_elsewhere,
    none_negative,
    rate,
    scores_follow_from_counts,
)
from expectations.suite import no_rows

ROW = "horizon_months"
RETENTIONS = (
    "retention_contacted",
    "retention_matched",
    "naive_retention_contacted",
    "naive_retention_others",
)

SUITE = (
    *(rate(retention) for retention in RETENTIONS),
    rate("hazard_ratio_p"),
    scores_follow_from_counts(
        {
            "difference": "retention_contacted - retention_matched",
            "expansion_difference": "expansion_contacted - expansion_matched",
            "naive_difference": "naive_retention_contacted - naive_retention_others",
        },
        row=ROW,
    ),
    no_rows(
        "difference_lies_in_its_interval",
        f"""
        select {ROW} from {{batch}}
        where {
            " or ".join(
                f"{name} not between {name}_ci_low - {ROUNDING} and {name}_ci_high + {ROUNDING}"
                for name in ("difference", "expansion_difference")
            )
        }
        """,
        severity="critical",
    ),
    counts_are_parts({"contacted": "subscribers", "matched": "contacted"}, row=ROW),
    none_negative(
        "matched",
        "expansion_contacted",
        "expansion_matched",
        "churned_contacted",
        "churned_expected",
        "hazard_ratio",
        row=ROW,
    ),
    no_score_elsewhere(
        "retention_contacted", "difference", "difference_ci_low", "expansion_difference", row=ROW
    ),
    # Who is there later was there before.
    no_rows(
        "retention_never_rises",
        f"""
        select {ROW} from {{batch}}
        window horizons as (order by {ROW} rows between unbounded preceding and 1 preceding)
        qualify {
            " or ".join(f"{name} > min({name}) over horizons + {ROUNDING}" for name in RETENTIONS)
        }
        """,
        severity="critical",
    ),
)

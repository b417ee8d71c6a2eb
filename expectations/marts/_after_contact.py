"""Checks of who stays after a contact with support, that the whole and its segments share."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from expectations.marts._guards import (
    ROUNDING,
    counts_are_parts,
    no_score_elsewhere,
    none_negative,
    rate,
    scores_follow_from_counts,
)
from expectations.suite import Expectation, no_rows

_RETENTIONS = ("retention_contacted", "retention_matched")


def after_contact(
    *place: str,
    naive: Sequence[str] = (),
    parts: Mapping[str, str] = MappingProxyType({}),
    not_negative: Sequence[str] = (),
) -> tuple[Expectation, ...]:
    """Of rows by horizon_months in each `place`.

    What is beside the shared columns: `naive` retentions, `parts` of counts by their wholes, and
    what is `not_negative`.
    """
    row = ", ".join((*place, "horizon_months"))
    retentions = (*_RETENTIONS, *naive)
    return (
        *(rate(retention) for retention in retentions),
        scores_follow_from_counts(
            {
                "difference": "retention_contacted - retention_matched",
                "expansion_difference": "expansion_contacted - expansion_matched",
                **({"naive_difference": " - ".join(naive)} if naive else {}),
            },
            row=row,
        ),
        no_rows(
            "difference_lies_in_its_interval",
            f"""
            select {row} from {{batch}}
            where {
                " or ".join(
                    f"{name} not between {name}_ci_low - {ROUNDING} and {name}_ci_high + {ROUNDING}"
                    for name in ("difference", "expansion_difference")
                )
            }
            """,
            severity="critical",
        ),
        counts_are_parts({"matched": "contacted", **parts}, row=row),
        none_negative(
            "matched", "expansion_contacted", "expansion_matched", *not_negative, row=row
        ),
        no_score_elsewhere(
            "retention_contacted",
            "difference",
            "difference_ci_low",
            "expansion_difference",
            row=row,
        ),
        # Who is there later was there before.
        no_rows(
            "retention_never_rises",
            f"""
            select {row} from {{batch}}
            window horizons as (
                {f"partition by {', '.join(place)}" if place else ""} order by horizon_months
                rows between unbounded preceding and 1 preceding
            )
            qualify {
                " or ".join(
                    f"{name} > min({name}) over horizons + {ROUNDING}" for name in retentions
                )
            }
            """,
            severity="critical",
        ),
    )

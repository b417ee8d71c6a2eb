"""Guards marts.agents_by_period."""

from expectations.marts._guards import (
    ROUNDING,
    counts_are_parts,
    grains_agree,
    interval_around,
    no_score_elsewhere,
    none_negative,
    scores_follow_from_counts,
)
from expectations.suite import no_rows

ROW = "period_grain, period_start, agent_id, group_name"
COUNTS = ("tickets", "reopens_known", "reopened", "responses", "satisfied")
LIMIT = "3.090232306167813 * sqrt(group_csat * (1 - group_csat) / responses)"

SUITE = (
    scores_follow_from_counts(
        {
            "reopen_rate": "reopened / reopens_known",
            "reopen_rate_shrunk": "coalesce((reopened + reopen_rate_prior * group_reopen_rate)"
            " / (reopens_known + reopen_rate_prior), group_reopen_rate)",
            "csat": "satisfied / responses",
            "csat_shrunk": "coalesce((satisfied + csat_prior * group_csat)"
            " / (responses + csat_prior), group_csat)",
            "csat_limit_low": f"greatest(group_csat - {LIMIT}, 0)",
            "csat_limit_high": f"least(group_csat + {LIMIT}, 1)",
        },
        row=ROW,
    ),
    counts_are_parts(
        {"reopens_known": "tickets", "reopened": "reopens_known", "satisfied": "responses"},
        row=ROW,
    ),
    grains_agree(*COUNTS, of="agent_id, group_name"),
    interval_around(
        "reopen_rate_shrunk",
        low="reopen_rate_shrunk_ci_low",
        high="reopen_rate_shrunk_ci_high",
        row=ROW,
    ),
    interval_around("csat_shrunk", low="csat_shrunk_ci_low", high="csat_shrunk_ci_high", row=ROW),
    none_negative(*COUNTS, "reopen_rate_prior", "csat_prior", row=ROW),
    no_rows(
        "ranks_follow_the_shrunk_share",
        f"""
        select {ROW} from {{batch}}
        qualify csat_rank is distinct from if(csat_shrunk is null, null, rank() over (
            partition by period_grain, period_start, group_name order by csat_shrunk desc nulls last
        ))
        """,
        severity="critical",
    ),
    no_rows(
        "who_is_outside_the_limits_is_said_to_be",
        f"""
        select {ROW} from {{batch}}
        where not is_outside_limits and csat not between
            csat_limit_low - {ROUNDING} and csat_limit_high + {ROUNDING}
            or is_outside_limits and csat between csat_limit_low and csat_limit_high
        """,
        severity="critical",
    ),
    no_score_elsewhere("reopen_rate", "reopen_rate_shrunk", "csat", "csat_shrunk", row=ROW),
)

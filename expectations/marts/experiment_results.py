"""Guards marts.experiment_results."""

from expectations.marts._guards import rate
from expectations.suite import no_rows

ROW = "experiment_id, metric, variant"

SUITE = (
    rate("p"),
    rate("p_adjusted"),
    rate("sample_ratio_p"),
    rate("variance_kept"),
    no_rows(
        "lifts_lie_within_their_intervals",
        f"""
        select {ROW} from {{batch}}
        where lift not between lift_ci_low and lift_ci_high
            or lift_relative not between lift_relative_ci_low and lift_relative_ci_high
            or lift not between lift_any_time_low and lift_any_time_high
            or lift_adjusted not between lift_adjusted_ci_low and lift_adjusted_ci_high
        """,
        severity="critical",
    ),
    no_rows(
        "results_are_of_known_experiments",
        f"select {ROW} from {{batch}} anti join marts.dim_experiments using (experiment_id)",
        severity="critical",
    ),
    no_rows(
        "values_are_of_subjects",
        f"""
        select {ROW} from {{batch}}
        where subjects + subjects_immature > subjects_assigned
            or (value is not null) <> is_reportable
        """,
        severity="critical",
    ),
    no_rows(
        "a_hypothesis_has_a_verdict",
        f"""
        select {ROW} from {{batch}}
        where is_hypothesis and verdict is null or (verdict is null) <> (verdict_reason is null)
        """,
        severity="critical",
    ),
)

"""Guards marts.score_precision."""

from expectations.marts._guards import ROW as PLACE
from expectations.marts._guards import (
    few_segments,
    grains_agree,
    no_score_elsewhere,
    none_negative,
    rate,
    total_present,
)
from expectations.suite import no_rows

ROW = f"{PLACE}, metric, instrument_version"
LOWEST = "if(metric = 'nps', -100, 0)"
HIGHEST = "if(metric = 'nps', 100, 1)"

SUITE = (
    rate("response_rate"),
    no_rows(
        "bounds_lie_on_the_scale_of_the_score",
        f"""
        select {ROW} from {{batch}}
        where bias_low > bias_high or bias_low < {LOWEST} or bias_high > {HIGHEST}
        """,
        severity="critical",
    ),
    no_rows(
        "limits_lie_on_the_scale_of_the_score",
        f"""
        select {ROW} from {{batch}}
        where control_centre not between control_low and control_high
            or control_low < {LOWEST} or control_high > {HIGHEST}
            or (control_signal is not null and control_low is null)
        """,
        severity="critical",
    ),
    none_negative(
        "n",
        "half_width",
        "detectable_change",
        "answers_still_needed",
        "answers_still_needed_of_asked",
        row=ROW,
    ),
    no_rows(
        "of_a_base_no_more_are_needed",
        f"""
        select {ROW} from {{batch}}
        where answers_still_needed_of_asked > answers_still_needed
        """,
        severity="critical",
    ),
    rate("year_on_year_p"),
    no_score_elsewhere(
        "half_width",
        "answers_still_needed",
        "detectable_change",
        "year_on_year",
        "control_centre",
        "bias_low",
        "bias_high",
        "bias_by_mix",
        row=ROW,
    ),
    grains_agree(
        "n",
        of="segment_type, segment, metric, instrument_version",
        # Of mature solves a period has no row until nearly all of its own are.
        where="metric not in ('first_contact_resolution_rate', 'repeat_contact_rate')",
    ),
    total_present(),
    few_segments(),
)

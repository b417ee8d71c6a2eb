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

ROW = f"{PLACE}, metric"
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
    none_negative("n", "half_width", row=ROW),
    no_score_elsewhere("half_width", "bias_low", "bias_high", "bias_by_mix", row=ROW),
    grains_agree("n", of="segment_type, segment, metric"),
    total_present(),
    few_segments(),
)

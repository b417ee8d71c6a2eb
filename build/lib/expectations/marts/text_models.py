"""Guards marts.text_models."""

from expectations.marts._guards import interval_around
from expectations.suite import no_rows

SUITE = (
    interval_around("auc", low="auc_ci_low", high="auc_ci_high", row="language, method"),
    no_rows(
        "a_language_uses_one_model",
        "select language from {batch} where is_used group by language having count(*) > 1",
        severity="critical",
    ),
)

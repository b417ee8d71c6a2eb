"""Guards marts.customer_health_backtest."""

from expectations.marts._guards import (
    interval_around,
    no_score_elsewhere,
    none_negative,
    rate,
    scores_follow_from_counts,
)
from expectations.suite import no_rows

ROW = "as_of, customer_kind, band"

SUITE = (
    rate("predicted_rate"),
    rate("brier"),
    interval_around(
        "observed_rate", low="observed_rate_ci_low", high="observed_rate_ci_high", row=ROW
    ),
    interval_around("auc", low="auc_ci_low", high="auc_ci_high", row=ROW),
    scores_follow_from_counts(
        {
            "observed_rate": "churned / customers",
            "brier_base": "observed_rate * (1 - observed_rate)",
        },
        row=ROW,
    ),
    none_negative("customers", "churned", "lift", row=ROW),
    no_score_elsewhere("predicted_rate", "observed_rate", "lift", "auc", "brier", row=ROW),
    no_rows(
        "bands_add_up_to_all",
        """
        select as_of, customer_kind from {batch} group by all
        having sum(if(band = 'all', -customers, customers)) <> 0
            or sum(if(band = 'all', -churned, churned)) <> 0
        """,
        severity="critical",
    ),
    no_rows(
        "a_verdict_follows_from_the_interval",
        f"""
        select {ROW} from {{batch}}
        where verdict is distinct from case
            when band <> 'all' then null
            when auc is null then 'too_few'
            when auc_ci_low > 0.5 then 'predicts'
            else 'does_not_predict'
        end
        """,
        severity="critical",
    ),
)

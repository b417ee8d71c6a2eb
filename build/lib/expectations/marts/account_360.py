"""Guards marts.account_360."""

from expectations.marts._guards import counts_are_parts, none_negative, rate
from expectations.suite import no_rows, values_between

ROW = "account_id"

SUITE = (
    rate("csat_satisfied_rate"),
    rate("ces_easy_rate"),
    values_between("nps", -100, 100, severity="critical"),
    values_between("health", 0, 100, severity="critical"),
    values_between("sentiment_mean", -1, 1, severity="critical"),
    counts_are_parts({"detractors": "nps_responses", "follow_ups_waiting": "detractors"}, row=ROW),
    none_negative("customers", "mrr", "mrr_at_risk", "open_tickets", row=ROW),
    no_rows(
        "accounts_are_those_of_dim_accounts",
        f"select {ROW} from {{batch}} anti join marts.dim_accounts using ({ROW})",
        severity="critical",
    ),
)

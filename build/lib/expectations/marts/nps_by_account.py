"""Guards marts.nps_by_account."""

from expectations.marts._guards import counts_are_parts, none_negative
from expectations.suite import no_rows, values_between

ROW = "period_grain, period_start, account_id"

SUITE = (
    counts_are_parts({"contacts_answered": "contacts_asked"}, row=ROW),
    none_negative("contacts_asked", "contacts_answered", "mrr", row=ROW),
    values_between("nps", -100, 100, severity="critical"),
    no_rows(
        "accounts_have_a_score_where_somebody_answered",
        f"select {ROW} from {{batch}} where (nps is null) <> (contacts_answered = 0)",
        severity="critical",
    ),
    no_rows(
        "accounts_are_in_dim_accounts",
        f"select {ROW} from {{batch}} anti join marts.dim_accounts using (account_id)",
        severity="critical",
    ),
)

"""Guards marts.fct_interactions."""

from expectations.suite import no_rows

SUITE = (
    no_rows(
        "a_stage_has_one_place",
        "select stage from {batch} group by stage having count(distinct stage_order) > 1",
        severity="critical",
    ),
    no_rows(
        "contacts_lie_in_their_month",
        """
        select interaction_id from {batch}
        where date_trunc('month', occurred_at) is distinct from event_month
        """,
        severity="critical",
    ),
    no_rows(
        "contacts_are_of_known_customers",
        "select interaction_id from {batch} anti join marts.dim_customers using (customer_id)",
        severity="critical",
    ),
)

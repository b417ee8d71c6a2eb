"""Guards raw_tickets.tickets."""

from expectations.raw._guards import columns_of_contract, plausible_instants
from expectations.suite import values_in, values_present

SUITE = (
    columns_of_contract("raw_tickets.tickets"),
    plausible_instants(
        "updated_at", "created_at", "first_replied_at", "solved_at", key="ticket_id, updated_at"
    ),
    values_in("priority", "low", "normal", "high", "urgent", severity="warning"),
    values_in(
        "status", "new", "open", "pending", "on_hold", "solved", "closed", severity="warning"
    ),
    values_present("customer_id", share=0.5, severity="warning"),
)

"""Guards raw_tickets.events."""

from expectations.raw._guards import columns_of_contract, plausible_instants

SUITE = (
    columns_of_contract("raw_tickets.events"),
    plausible_instants("occurred_at", key="event_id"),
)

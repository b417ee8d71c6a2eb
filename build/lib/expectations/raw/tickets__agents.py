"""Guards raw_tickets.agents."""

from expectations.raw._guards import columns_of_contract, plausible_instants

SUITE = (
    columns_of_contract("raw_tickets.agents"),
    plausible_instants("updated_at", key="agent_id, updated_at"),
)

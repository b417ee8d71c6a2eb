"""Guards raw_crm.follow_ups."""

from expectations.raw._guards import columns_of_contract, plausible_instants

SUITE = (
    columns_of_contract("raw_crm.follow_ups"),
    plausible_instants("contacted_at", "resolved_at", key="follow_up_id"),
)

"""Guards raw_web.events; most visitors are unknown, so nothing is asked of customer_id."""

from expectations.raw._guards import columns_of_contract, plausible_amount, plausible_instants

SUITE = (
    columns_of_contract("raw_web.events"),
    plausible_instants("occurred_at", key="event_id"),
    plausible_amount("amount"),
)

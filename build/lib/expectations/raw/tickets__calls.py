"""Guards raw_tickets.calls."""

from expectations.raw._guards import columns_of_contract, plausible_instants
from expectations.suite import no_rows

SUITE = (
    columns_of_contract("raw_tickets.calls"),
    plausible_instants("queued_at", "ended_at", key="call_id"),
    no_rows(
        "calls_end_within_a_day",
        "select call_id from {batch} where ended_at > queued_at + interval 1 day",
        severity="warning",
    ),
)

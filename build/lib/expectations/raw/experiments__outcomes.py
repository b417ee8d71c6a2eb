"""Guards raw_experiments.outcomes."""

from expectations.raw._guards import columns_of_contract, plausible_instants

SUITE = (
    columns_of_contract("raw_experiments.outcomes"),
    plausible_instants("observed_at", key="experiment_id, customer_id, metric"),
)

"""Guards raw_experiments.assignments."""

from expectations.raw._guards import columns_of_contract, plausible_instants

SUITE = (
    columns_of_contract("raw_experiments.assignments"),
    plausible_instants("assigned_at", key="experiment_id, customer_id, variant"),
)

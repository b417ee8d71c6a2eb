"""Guards raw_crm.subscriptions; ended_at may lie in the future, when notice was given."""

from expectations.raw._guards import (
    columns_of_contract,
    iso_currency,
    plausible_amount,
    plausible_instants,
)

KEY = "subscription_id, updated_at"

SUITE = (
    columns_of_contract("raw_crm.subscriptions"),
    plausible_instants("updated_at", "started_at", "renewed_at", key=KEY),
    plausible_amount("mrr"),
    iso_currency(key=KEY),
)

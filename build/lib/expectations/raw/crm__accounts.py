"""Guards raw_crm.accounts."""

from expectations.raw._guards import columns_of_contract, plausible_instants, short_country

KEY = "account_id, updated_at"

SUITE = (
    columns_of_contract("raw_crm.accounts"),
    plausible_instants("updated_at", key=KEY),
    short_country(key=KEY),
)

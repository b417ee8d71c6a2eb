"""Guards raw_crm.customers."""

from expectations.raw._guards import (
    columns_of_contract,
    email_address,
    plausible_instants,
    short_country,
)

KEY = "customer_id, updated_at"

SUITE = (
    columns_of_contract("raw_crm.customers"),
    plausible_instants("updated_at", "signed_up_at", key=KEY),
    email_address(key=KEY),
    short_country(key=KEY),
)

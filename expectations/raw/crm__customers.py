"""Guards raw_crm.customers."""

from expectations.raw._guards import columns_of_contract, email_address, plausible_instants
from expectations.suite import no_rows

KEY = "customer_id, updated_at"

SUITE = (
    columns_of_contract("raw_crm.customers"),
    plausible_instants("updated_at", "signed_up_at", key=KEY),
    email_address(key=KEY),
    # The longest official name of a country has 56 letters; longer is another column's text.
    no_rows(
        "country_is_short",
        f"select {KEY} from {{batch}} where length(country) > 60",
        severity="warning",
    ),
)

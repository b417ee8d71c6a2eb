"""Guards raw_orders.orders; credit notes have negative amounts."""

from expectations.raw._guards import (
    columns_of_contract,
    iso_currency,
    plausible_amount,
    plausible_instants,
)
from expectations.suite import values_present

KEY = "order_id, updated_at"

SUITE = (
    columns_of_contract("raw_orders.orders"),
    plausible_instants("updated_at", "ordered_at", "delivered_at", key=KEY),
    plausible_amount("total_amount"),
    plausible_amount("discount_amount"),
    plausible_amount("refunded_amount"),
    plausible_amount("shipping_amount"),
    iso_currency(key=KEY),
    values_present("customer_id", share=0.5, severity="warning"),
)

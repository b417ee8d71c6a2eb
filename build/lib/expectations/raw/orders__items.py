"""Guards raw_orders.items; returned lines have negative quantities, write-offs negative prices."""

from expectations.raw._guards import columns_of_contract, plausible_amount
from expectations.suite import values_between

SUITE = (
    columns_of_contract("raw_orders.items"),
    values_between("quantity", -1e6, 1e6, severity="warning"),
    plausible_amount("unit_price"),
    plausible_amount("unit_cost"),
)

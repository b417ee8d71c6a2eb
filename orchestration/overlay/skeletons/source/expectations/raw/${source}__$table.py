"""Guards raw_$source.$table."""

from expectations.raw._guards import columns_of_contract

SUITE = (columns_of_contract("raw_$source.$table"),)

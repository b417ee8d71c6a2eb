"""Guards marts.$name."""

from expectations.suite import values_between

SUITE = (values_between("answers", 1, 1_000_000, severity="critical"),)

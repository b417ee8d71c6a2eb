"""Asks every expectation of the marts, and those of raw tables that need no delivery."""

import great_expectations  # noqa: F401  # imported before the clock starts, as in a run

from benchmarks.body import body
from expectations import guarded_tables
from expectations.validate import validate
from orchestration.settings import Settings
from orchestration.warehouse import connect

if __name__ == "__main__":
    suites = guarded_tables("raw") | guarded_tables("marts")
    with connect(Settings(), read_only=True) as connection, body():
        for table, suite in suites.items():
            asked = [check for check in suite if not check.is_of_delivery]
            validate(connection, table, asked)

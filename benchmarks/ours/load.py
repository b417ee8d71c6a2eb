"""Loads one table as a run does: ledger, rules, quarantine, gate, and a count by other means."""

import sys

import great_expectations  # noqa: F401  # imported before the clock starts, as in a run

from benchmarks.body import body
from expectations import guarded_tables
from orchestration.contract import source_tables
from orchestration.loading.load import load_table
from orchestration.settings import Settings
from orchestration.warehouse import connect

if __name__ == "__main__":
    settings = Settings()
    (table,) = (t for t in source_tables() if f"{t.source}/{t.name}" == sys.argv[1])
    suite = guarded_tables("raw")[table.full_name]
    with body() as found, connect(settings) as connection:
        report = load_table(connection, settings.landing_dir, table, suite)
        found["rows"] = report.rows_loaded

"""The same published tables by DuckDB alone: no ledger, gate, test, log or orchestrator."""

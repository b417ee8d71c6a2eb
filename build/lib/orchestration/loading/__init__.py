"""Rows of files to raw tables: rules, ledger, delivery, findings, withdrawal and requeue."""

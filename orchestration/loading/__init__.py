"""Rows of text to raw tables: rules, ledger, delivery, findings, withdrawal and requeue."""

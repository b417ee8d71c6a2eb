"""Suites of what was loaded, one file per table of the landing contract."""

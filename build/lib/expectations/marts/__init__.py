"""Suites of what is published, one file per guarded mart."""

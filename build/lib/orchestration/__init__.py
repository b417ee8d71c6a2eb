"""Moves data and decides order; every business rule is SQL in dbt_project/."""

"""The dbt project and what is fitted beside it: invocation, results, fits."""
